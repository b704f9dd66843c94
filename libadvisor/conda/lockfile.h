/* SPDX-License-Identifier: BSD-3-Clause */
/* Explicit lockfiles: URLs with digests, from which conda installs without solving. */
#ifndef ADVI_CONDA_LOCKFILE_H
#define ADVI_CONDA_LOCKFILE_H

#include <stdio.h>

#include "base/err.h"
#include "base/vec.h"
#include "conda/record.h"

/*
 * Writes "@EXPLICIT": what a package needs before it, python as early as can be, otherwise by
 * name, so that the same records give the same bytes. Each name is there once; a record without
 * a URL becomes a comment.
 */
void advi_lockfile_write(FILE *file, const char *platform, const struct advi_record *records,
			 size_t count);

/* One line of a lockfile. Zero is empty; strings live in 'arena'. */
struct advi_lockfile {
	struct advi_arena arena;
	const char *platform;                 /* NULL where the file says nothing */
	ADVI_VEC(struct advi_record) records; /* name, version, build, fn, url and a digest */
};
void advi_lockfile_clear(struct advi_lockfile *lockfile);
/*
 * Reads an explicit lockfile's text; 'path' names it in errors.
 * Returns 0, or ADV_EINPUT with the line and what was expected.
 */
int advi_lockfile_parse(struct advi_lockfile *out, struct advi_str text, const char *path,
			struct adv_err *err);

#endif
