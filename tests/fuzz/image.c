/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzz target: an image, squashfs or tar, read as who verifies or compares it does. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "bundle/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 8 << 20, MEMBERS = 100000 };

static int look(struct advi_image *image, const struct advi_member *member, size_t *total,
		struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf clean = ADVI_BUF_INIT(ADVI_MEMBER_PATH_BYTES);
	struct advi_str block;
	int r = 0;

	if (advi_member_path(&clean, member->path, NULL) < 0 ||
	    !advi_str_eq(advi_buf_str(&clean), member->path))
		abort();
	while (member->kind == ADVI_MEMBER_FILE && *total < MOST &&
	       (r = advi_image_read(image, &block, err)) == 0 && block.len)
		*total += block.len;
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ADVI_AUTO(image) struct advi_image *image = NULL;
	struct adv_err err = ADV_ERR_INIT;
	struct advi_member member;
	int fd = memfd_create("image", MFD_CLOEXEC), r;
	size_t total = 0, members = 0;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	r = advi_image_open(&image, path, &err);
	while (r >= 0 && total < MOST && members++ < MEMBERS &&
	       (r = advi_image_next(image, &member, &err)) > 0)
		r = look(image, &member, &total, &err);
	if (r < 0 && !err.text[0])
		abort();
	close(fd);
	return 0;
}
