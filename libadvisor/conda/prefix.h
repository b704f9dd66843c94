/* SPDX-License-Identifier: BSD-3-Clause */
/* An installed prefix, as its conda-meta folder tells. */
#ifndef ADVI_CONDA_PREFIX_H
#define ADVI_CONDA_PREFIX_H

#include "base/err.h"
#include "base/vec.h"
#include "conda/record.h"

/* Strings live in 'arena'. Zero is empty. */
struct advi_prefix {
	struct advi_arena arena;
	ADVI_VEC(struct advi_record) records; /* by name */
};

/* Whether the folder has a conda-meta folder. */
bool advi_prefix_is(const char *path);
/*
 * Reads the .json files of conda-meta. ADV_EINPUT, with 'out' empty, when a file there is damaged,
 * lacks a name, version or build, or names a package that another file names too: an environment
 * whose content isn't known for sure is no base to build on.
 */
int advi_prefix_read(struct advi_prefix *out, const char *path, struct adv_err *err);
void advi_prefix_clear(struct advi_prefix *prefix);

/* Parses one conda-meta document. */
int advi_prefix_record(struct advi_record *out, struct advi_arena *arena, struct advi_str text,
		       const char *path, struct adv_err *err);

#endif
