/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists of sources, as find writes them. */
#include "base/mem.h"
#include "io/lines.h"
#include "usage/source.h"

enum { NAME_BYTES = 64 << 10, HEAD_BYTES = 1 << 20 };

int advi_source_list(const char *path, advi_source_fn *each, void *context, struct adv_err *err)
{
	ADVI_AUTO(stream) struct advi_stream *stream = NULL;
	ADVI_AUTO(lines) struct advi_lines lines = {0};
	struct advi_line line;
	struct advi_str head;
	int r;

	if ((r = advi_stream_open(&stream, path, err)) < 0 ||
	    (r = advi_stream_peek(stream, HEAD_BYTES, &head, err)) < 0)
		return r;
	advi_lines_init(&lines, stream, NAME_BYTES);
	if (memchr(head.ptr, '\0', head.len))
		lines.end = '\0';
	while ((r = advi_lines_next(&lines, &line, err)) > 0) {
		ADVI_AUTO_PTR char *name = advi_str_dup(line.text);

		if (line.too_long || strlen(name) < line.text.len)
			return advi_fail(err, ADV_EINPUT,
					 "entry %llu of the list is no file's name",
					 (unsigned long long)line.number);
		r = line.text.len ? each(context, name, err) : 0;
		if (r < 0)
			return r;
	}
	return r;
}
