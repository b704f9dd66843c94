/* SPDX-License-Identifier: BSD-3-Clause */
/* Sources: which files are read, and how one is called in the store. */
#ifndef ADVI_USAGE_SOURCE_H
#define ADVI_USAGE_SOURCE_H

#include "base/buf.h"
#include "base/err.h"
#include "usage/pseudonym.h"

/*
 * Whether a file that was met in a folder is to be read. Not what a logger has left half-written
 * (*.new), nor hidden files, nor in XALT's numbered folders (000 to 996) what is no *.json.
 */
bool advi_source_wanted(const char *path);

/* Hears the name of a source. Returns 0 to go on. */
typedef int advi_source_fn(void *context, const char *name, struct adv_err *err);
/*
 * Calls 'each' for every name in a list ("-": standard input): separated by NULs when there is one
 * in its first MiB, otherwise a name a line. Returns what 'each' returned when that is negative;
 * ADV_EINPUT when the list can't be read to its end.
 */
int advi_source_list(const char *path, advi_source_fn *each, void *context, struct adv_err *err);

/*
 * The name of a source as a store may keep it: without its folders, and in the names that XALT
 * gives to its files (run.HOST.DATE.USER.zzz.UUID.json) with a pseudonym for the user.
 */
void advi_source_name(struct advi_buf *out, struct advi_pseudonyms *pseudonyms, const char *path);

#endif
