/* SPDX-License-Identifier: BSD-3-Clause */
/* The index beside its twin, the slow and obvious way to read a repodata.json. */
#ifndef TESTS_CONDA_REPODATA_TWIN_H
#define TESTS_CONDA_REPODATA_TWIN_H

#include "base/buf.h"
#include "base/err.h"
#include "conda/subdir.h"

/* All that is known of each record of an open subdir, a line a record, sorted. */
int twin_tell_subdir(struct advi_subdir *subdir, struct advi_buf *out, struct adv_err *err);

/*
 * Puts the text into a file at 'path', opens it with an index in 'cache' and fails loudly where
 * the two ways differ. Returns what both return.
 */
int twin_compare(struct advi_str text, const char *path, const char *cache);

#endif
