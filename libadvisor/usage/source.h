/* SPDX-License-Identifier: BSD-3-Clause */
/* Sources: which files are read, and how one is called in the store. */
#ifndef ADVI_USAGE_SOURCE_H
#define ADVI_USAGE_SOURCE_H

#include "base/buf.h"
#include "usage/pseudonym.h"

/*
 * Whether a file that was met in a folder is to be read. Not what a logger has left half-written
 * (*.new), nor hidden files, nor in XALT's numbered folders (000 to 996) what is no *.json.
 */
bool advi_source_wanted(const char *path);

/*
 * The name of a source as a store may keep it: without its folders, and in the names that XALT
 * gives to its files (run.HOST.DATE.USER.zzz.UUID.json) with a pseudonym for the user.
 */
void advi_source_name(struct advi_buf *out, struct advi_pseudonyms *pseudonyms, const char *path);

#endif
