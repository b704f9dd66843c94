/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of a stream. */
#include "io/lines.h"

void advi_lines_init(struct advi_lines *lines, struct advi_stream *stream, size_t longest_bytes)
{
	*lines = (struct advi_lines){
		.stream = stream, .part = ADVI_BUF_INIT(longest_bytes), .end = '\n'};
}

void advi_lines_clear(struct advi_lines *lines)
{
	advi_buf_clear(&lines->part);
}

/* Takes 'length' bytes and a line end from the block, and gives the line they complete. */
static void finish(struct advi_lines *lines, size_t length, struct advi_line *line)
{
	struct advi_str tail = {lines->block.ptr, length};

	lines->block = advi_str_from(lines->block, length + 1);
	lines->offset += length + 1;
	if (lines->part.len == 0 && !lines->passing && tail.len <= lines->part.cap) {
		line->text = tail;
		return;
	}
	if (!lines->passing)
		advi_buf_add(&lines->part, tail);
	line->too_long = lines->passing || lines->part.full;
	line->text = line->too_long ? ADVI_STR("") : advi_buf_str(&lines->part);
}

int advi_lines_next(struct advi_lines *lines, struct advi_line *line, struct adv_err *err)
{
	*line = (struct advi_line){.offset = lines->offset, .number = ++lines->number};
	advi_buf_reset(&lines->part);
	lines->passing = false;
	for (;;) {
		size_t end = advi_str_find(lines->block, lines->end);
		int r;

		if (end < lines->block.len) {
			finish(lines, end, line);
			return 1;
		}
		if (!lines->passing)
			advi_buf_add(&lines->part, lines->block);
		if (lines->part.full) {
			lines->passing = true;
			advi_buf_reset(&lines->part);
		}
		lines->offset += lines->block.len;
		r = advi_stream_read(lines->stream, &lines->block, err);
		if (r < 0)
			return r;
		if (!lines->block.len)
			break;
	}
	line->cut = true;
	line->too_long = lines->passing;
	line->text = advi_buf_str(&lines->part);
	return line->text.len || line->too_long;
}
