/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading a repodata.json of any size, in one pass, into an index. */
#ifndef ADVI_CONDA_INDEX_READ_H
#define ADVI_CONDA_INDEX_READ_H

#include "conda/index.h"
#include "conda/index_make.h"

/*
 * Reads all of a file; a record that lacks what it needs, or has it in a wrong type, is counted
 * and left out. 'hex' becomes the SHA-256 of the decompressed text; 'plain' says whether
 * the file itself was that text.
 * Format: conda's repodata version 1, base_url of CEP 15.
 * Returns 0, or ADV_EINPUT when the file is no repodata.json as a whole; ADV_EENV; ADV_ECANCEL.
 */
int advi_index_read(struct advi_index_maker *maker, const struct advi_index_source *source,
		    char hex[ADVI_HEX_SIZE], bool *plain, const struct adv_watch *watch,
		    struct adv_err *err);

#endif
