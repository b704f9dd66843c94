/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: cutting any bytes into values ends, and every value is where it is said to be. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/json_split.h"
#include "usage/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A short cap, so that what is too long is met as well. */
static void split(const uint8_t *data, size_t size, size_t longest, bool lists)
{
	ADVI_AUTO(stream) struct advi_stream *stream = NULL;
	int fd = memfd_create("text", MFD_CLOEXEC);
	struct advi_split split;
	struct advi_value value;
	struct adv_err err = ADV_ERR_INIT;
	char path[64];
	size_t values = 0;
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	r = advi_stream_open(&stream, path, &err);
	close(fd);
	if (r < 0)
		return; /* it looks compressed, and is damaged */
	advi_split_init(&split, stream, longest);
	split.lists = lists;
	split.is_record = advi_xalt_is_key;
	while ((r = advi_split_next(&split, &value, &err)) > 0) {
		bool within = value.offset + value.text.len <= size;

		if (++values > 4 * size + 4)
			abort();
		/* Decompressed data has other offsets. */
		if (!value.problem && within && size && data[0] != 0x1f && data[0] != 'B' &&
		    data[0] != 0x28 && data[0] != 0xfd && data[0] != 0x04 &&
		    memcmp(data + value.offset, value.text.ptr, value.text.len) != 0 && size < 64)
			abort();
		if (!value.problem && value.text.ptr[0] != '{' && value.text.ptr[0] != '[')
			abort();
		if (!value.problem && values % 3 == 0)
			advi_split_open(&split, "is opened");
	}
	advi_split_clear(&split);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	split(data, size, (size_t)1 << 20, true);
	split(data, size, 100, false);
	return 0;
}
