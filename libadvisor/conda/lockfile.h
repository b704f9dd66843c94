/* SPDX-License-Identifier: BSD-3-Clause */
/* Explicit lockfiles: URLs with digests, from which conda installs without solving. */
#ifndef ADVI_CONDA_LOCKFILE_H
#define ADVI_CONDA_LOCKFILE_H

#include <stdio.h>

#include "conda/record.h"

/*
 * Writes "@EXPLICIT": what a package needs before it, python as early as can be, otherwise by
 * name, so that the same records give the same bytes. Each name is there once; a record without
 * a URL becomes a comment.
 */
void advi_lockfile_write(FILE *file, const char *platform, const struct advi_record *records,
			 size_t count);

#endif
