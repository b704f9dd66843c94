/* SPDX-License-Identifier: BSD-3-Clause */
/* A file descriptor as libsquashfs wants to see it, and its error numbers as text. */
#ifndef ADVI_BUNDLE_SQFS_FILE_H
#define ADVI_BUNDLE_SQFS_FILE_H

#include <sqfs/io.h>

#include "base/err.h"

/* The descriptor is borrowed. 'sys' is the errno of the last call that failed, or 0. */
struct advi_sqfs_file {
	sqfs_file_t base;
	int fd;
	int sys;
	uint64_t size;
};

/* Never NULL; the caller frees it with sqfs_destroy. */
struct advi_sqfs_file *advi_sqfs_file_new(int fd, uint64_t size);

/* What an error number of libsquashfs means. */
const char *advi_sqfs_text(int error);

#endif
