/* SPDX-License-Identifier: BSD-3-Clause */
/* Files: read whole, written whole or not at all, folders walked in order. */
#ifndef ADVI_IO_FILE_H
#define ADVI_IO_FILE_H

#include <stdio.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"

/* Appends a file ("-": standard input) to 'out'; ADV_EINPUT when it is larger than out's cap. */
int advi_file_read(struct advi_buf *out, const char *path, struct adv_err *err);

/*
 * A file that stands under its name only when it is complete: written beside it under a
 * temporary name, synced, renamed. What flows is written to as it is. Zero is closed.
 */
struct advi_out {
	FILE *file;
	char *path, *temp; /* temp is NULL where nothing is replaced */
};

/* Whether what is written there flows on: "-" (standard output), a pipe, a device. */
bool advi_out_flows(const char *path);
/* ADV_EINPUT for a folder. */
int advi_out_open(struct advi_out *out, const char *path, struct adv_err *err);
/*
 * Brings what was written to the disk, still under its temporary name: where several files belong
 * together, all are settled before the first is committed.
 */
int advi_out_settle(struct advi_out *out, struct adv_err *err);
/* Flushes, syncs and renames; on failure the temporary file is gone. Closes either way. */
int advi_out_commit(struct advi_out *out, struct adv_err *err);
/* Drops what was written, when it was not committed. */
void advi_out_clear(struct advi_out *out);

/* As mkdir -p. */
int advi_mkdirs(const char *path, struct adv_err *err);
/* As rm -r, never following a link; a path that is absent is fine. */
int advi_remove_tree(const char *path, struct adv_err *err);
/* The same below a folder's handle: 0, or -1 with errno. */
int advi_remove_at(int in, const char *name);
/* "folder/name" in new memory; the caller frees it. */
char *advi_path_join(const char *folder, const char *name);
/* Whether something stands at 'path' (a link is followed). */
bool advi_path_exists(const char *path);

/* Hears one regular file. Returns 0 to go on. */
typedef int advi_walk_fn(void *context, const char *path, const struct stat *info,
			 struct adv_err *err);
/*
 * Calls 'each' for every regular file below 'path' (or for 'path' itself), names in byte order,
 * links below it not followed. A folder that can't be read is told to the watch and passed over;
 * '*skipped' (may be NULL) counts those. Stops at the first value that is not 0 and returns it.
 */
int advi_walk(const char *path, advi_walk_fn *each, void *context, const struct adv_watch *watch,
	      size_t *skipped, struct adv_err *err);

#endif
