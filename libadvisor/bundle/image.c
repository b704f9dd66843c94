/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading images back. */
#include "bundle/image.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "bundle/sqfs_tree.h"
#include "config.h"

struct advi_image {
	struct advi_archive *tar;
	struct advi_sqfs_tree *squashfs; /* one of the two */
};

static int read_magic(const char *path, char magic[4], struct adv_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0) {
		int sys = errno;
		int r = advi_fail_errno(err, "can't open image '%s'", path);

		return sys == ENOENT || sys == ENOTDIR ? ADV_EINPUT : r;
	}
	got = read(fd, magic, 4);
	close(fd);
	if (got < 0)
		return advi_fail_errno(err, "can't read image '%s'", path);
	if (got < 4)
		return advi_fail(err, ADV_EINPUT, "'%s' is no image", path);
	return 0;
}

static int open_squashfs(struct advi_image *image, const char *path, struct adv_err *err)
{
#ifdef HAVE_SQUASHFS
	return advi_sqfs_tree_open(&image->squashfs, path, err);
#else
	(void)image;
	return advi_fail(err, ADV_EINPUT,
			 "'%s' is squashfs, and this program was built without that", path);
#endif
}

static bool is_squashfs(const char magic[4])
{
	return memcmp(magic, "hsqs", 4) == 0;
}

static int probe(const char *path, char magic[4], struct adv_err *err)
{
	int r = read_magic(path, magic, err);

	if (r < 0 || is_squashfs(magic) || memcmp(magic, "\x28\xB5\x2F\xFD", 4) == 0 ||
	    memcmp(magic, "\x1F\x8B", 2) == 0)
		return r;
	return advi_fail(err, ADV_EINPUT, "'%s' is neither squashfs nor tar.zst nor tar.gz", path);
}

int advi_image_probe(const char *path, struct adv_err *err)
{
	char magic[4] = {0};

	return probe(path, magic, err);
}

int advi_image_open(struct advi_image **out, const char *path, struct adv_err *err)
{
	ADVI_AUTO(image) struct advi_image *image = NULL;
	char magic[4] = {0};
	int r = probe(path, magic, err);

	if (r < 0)
		return r;
	image = advi_calloc(1, sizeof(*image));
	r = is_squashfs(magic) ? open_squashfs(image, path, err)
			       : advi_archive_open(&image->tar, path, "", err);
	if (r == 0)
		*out = advi_take(image);
	return r;
}

void advi_image_free(struct advi_image *image)
{
	if (!image)
		return;
	advi_archive_free(image->tar);
#ifdef HAVE_SQUASHFS
	advi_sqfs_tree_free(image->squashfs);
#endif
	free(image);
}

int advi_image_next(struct advi_image *image, struct advi_member *member, struct adv_err *err)
{
#ifdef HAVE_SQUASHFS
	if (image->squashfs)
		return advi_sqfs_tree_next(image->squashfs, member, err);
#endif
	return advi_archive_next(image->tar, member, err);
}

int advi_image_read(struct advi_image *image, struct advi_str *out, struct adv_err *err)
{
#ifdef HAVE_SQUASHFS
	if (image->squashfs)
		return advi_sqfs_tree_read(image->squashfs, out, err);
#endif
	return advi_archive_read(image->tar, out, err);
}
