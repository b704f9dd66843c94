/* SPDX-License-Identifier: BSD-3-Clause */
/* Where an image goes: one row a format, each in a file of its own. */
#ifndef ADVI_BUNDLE_SINK_H
#define ADVI_BUNDLE_SINK_H

#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "io/file.h"

/* How an image is written. 0 or NULL takes the format's default. */
struct advi_sink_options {
	const char *codec;
	unsigned level, threads;
	uint32_t block_bytes;
	uint32_t epoch; /* the time of everything in it, in seconds since 1970 */
	/* paths of files that are read first and are written first; NULL: none. Borrowed. */
	const struct advi_map *hot;
};

struct advi_sink;

/*
 * A format. Folders come before what is in them, in byte order; nothing comes twice; paths are
 * relative, "a/b". Everything belongs to root, has the time of the options and no attributes.
 */
struct advi_sink_ops {
	const char *name, *suffix; /* "squashfs", ".squashfs" */
	int (*open)(struct advi_sink **out, FILE *file, const struct advi_sink_options *options,
		    struct adv_err *err);
	int (*folder)(struct advi_sink *sink, const char *path, struct adv_err *err);
	int (*link)(struct advi_sink *sink, const char *path, const char *text,
		    struct adv_err *err);
	/* A file of exactly 'size' bytes, which come by data; then end. */
	int (*begin)(struct advi_sink *sink, const char *path, unsigned mode, uint64_t size,
		     struct adv_err *err);
	int (*data)(struct advi_sink *sink, struct advi_str data, struct adv_err *err);
	int (*end)(struct advi_sink *sink, struct adv_err *err);
	/* Writes what is left. The file stays open and is the caller's. */
	int (*finish)(struct advi_sink *sink, struct adv_err *err);
	void (*free)(struct advi_sink *sink); /* NULL is fine */
};

/* What every sink begins with. */
struct advi_sink {
	const struct advi_sink_ops *ops;
};

extern const struct advi_sink_ops advi_sink_squashfs, advi_sink_tar_zst, advi_sink_tar_gz;

/*
 * The format called 'name', or when that is NULL the one of the file name's suffix; squashfs when
 * the name says nothing. ADV_EUSAGE for one that does not exist or was left out of this build.
 */
int advi_sink_find(const struct advi_sink_ops **out, const char *name, const char *file,
		   struct adv_err *err);
void advi_sink_free(struct advi_sink *sink);

#endif
