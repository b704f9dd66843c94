/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: compressed files, archives, and members that are compressed by themselves. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 8 << 20 }; /* of decompressed bytes: a bomb takes no longer */

/* To the end of a file or member, first looking ahead as a reader of logs does. */
static void drain(struct advi_stream *stream, size_t *total)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_str head, block;
	uint64_t given = 0;
	char first;
	int r = advi_stream_peek(stream, 1000, &head, &err);

	first = r == 0 && head.len ? head.ptr[0] : '\0';
	while (r == 0 && *total < MOST && (r = advi_stream_read(stream, &block, &err)) == 0 &&
	       block.len) {
		if (!given && block.ptr[0] != first)
			abort();
		given += block.len;
		*total += block.len;
		if (advi_stream_given(stream) != given)
			abort();
	}
	if (r < 0 && !err.text[0])
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ADVI_AUTO(stream) struct advi_stream *stream = NULL;
	struct adv_err err = ADV_ERR_INIT;
	int fd = memfd_create("file", MFD_CLOEXEC), r;
	size_t total = 0, members = 0;
	const char *name;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	r = advi_stream_open_members(&stream, path, &err);
	close(fd);
	while (r >= 0 && total < MOST && (r = advi_stream_member(stream, &name, &err)) > 0) {
		if (name && !name[0])
			abort();
		if (++members > size + 1)
			abort();
		drain(stream, &total);
	}
	if (r < 0 && !err.text[0])
		abort();
	return 0;
}
