/* SPDX-License-Identifier: BSD-3-Clause */
/* A file descriptor as libsquashfs wants to see it. */
#include "bundle/sqfs_file.h"

#include <errno.h>
#include <sqfs/error.h>
#include <unistd.h>

#include "base/mem.h"

static int read_at(sqfs_file_t *base, sqfs_u64 offset, void *buffer, size_t size)
{
	struct advi_sqfs_file *file = (struct advi_sqfs_file *)base;
	char *to = buffer;

	while (size) {
		ssize_t got = pread(file->fd, to, size, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			file->sys = errno;
		if (got <= 0)
			return got < 0 ? SQFS_ERROR_IO : SQFS_ERROR_OUT_OF_BOUNDS;
		to += got;
		size -= (size_t)got;
		offset += (sqfs_u64)got;
	}
	return 0;
}

static int write_at(sqfs_file_t *base, sqfs_u64 offset, const void *buffer, size_t size)
{
	struct advi_sqfs_file *file = (struct advi_sqfs_file *)base;
	const char *from = buffer;

	while (size) {
		ssize_t done = pwrite(file->fd, from, size, (off_t)offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			file->sys = done < 0 ? errno : ENOSPC;
			return SQFS_ERROR_IO;
		}
		from += done;
		size -= (size_t)done;
		offset += (sqfs_u64)done;
	}
	if (offset > file->size)
		file->size = offset;
	return 0;
}

static sqfs_u64 get_size(const sqfs_file_t *base)
{
	return ((const struct advi_sqfs_file *)base)->size;
}

static int truncate_to(sqfs_file_t *base, sqfs_u64 size)
{
	struct advi_sqfs_file *file = (struct advi_sqfs_file *)base;

	if (ftruncate(file->fd, (off_t)size) < 0) {
		file->sys = errno;
		return SQFS_ERROR_IO;
	}
	file->size = size;
	return 0;
}

static void destroy(sqfs_object_t *object)
{
	free(object);
}

/* Readers copy their file; the descriptor is read by position, so that sharing it is safe. */
static sqfs_object_t *copy(const sqfs_object_t *object)
{
	const struct advi_sqfs_file *file = (const struct advi_sqfs_file *)object;

	return &advi_sqfs_file_new(file->fd, file->size)->base.base;
}

struct advi_sqfs_file *advi_sqfs_file_new(int fd, uint64_t size)
{
	struct advi_sqfs_file *file = advi_calloc(1, sizeof(*file));

	file->base.base.destroy = destroy;
	file->base.base.copy = copy;
	file->base.read_at = read_at;
	file->base.write_at = write_at;
	file->base.get_size = get_size;
	file->base.truncate = truncate_to;
	file->fd = fd;
	file->size = size;
	return file;
}

const char *advi_sqfs_text(int error)
{
	static const char *const texts[] = {
		[-SQFS_ERROR_ALLOC] = "out of memory",
		[-SQFS_ERROR_IO] = "it can't be read or written",
		[-SQFS_ERROR_COMPRESSOR] = "a block can't be compressed or unpacked",
		[-SQFS_ERROR_INTERNAL] = "libsquashfs failed",
		[-SQFS_ERROR_CORRUPTED] = "it is damaged",
		[-SQFS_ERROR_UNSUPPORTED] = "it uses what this libsquashfs does not have",
		[-SQFS_ERROR_OVERFLOW] = "a number in it is too large",
		[-SQFS_ERROR_OUT_OF_BOUNDS] = "it is cut short or damaged",
		[-SFQS_ERROR_SUPER_MAGIC] = "it is no squashfs image",
		[-SFQS_ERROR_SUPER_VERSION] = "it is not squashfs version 4",
		[-SQFS_ERROR_SUPER_BLOCK_SIZE] = "it has an impossible block size",
		[-SQFS_ERROR_LINK_LOOP] = "its folders form a loop",
	};
	const char *text = error < 0 && (size_t)-error < ADVI_COUNT(texts) ? texts[-error] : NULL;

	return text ? text : "it is damaged";
}
