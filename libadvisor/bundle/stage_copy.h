/* SPDX-License-Identifier: BSD-3-Clause */
/* Copying an image and its digest in one pass. */
#ifndef ADVI_BUNDLE_STAGE_COPY_H
#define ADVI_BUNDLE_STAGE_COPY_H

#include "base/err.h"
#include "io/digest.h"

/*
 * Copies 'size' bytes from 'from' to 'to' (-1: only the digest is wanted), and writes the
 * digest of what was copied. ADV_EINPUT when 'from' has another size; ADV_EENV when it can't be
 * read, or 'to' not written; ADV_ECANCEL.
 *   phase  for the watch: "copying"
 *   path   of 'from', for people
 */
int advi_copy_hashed(int to, int from, uint64_t size, char hex[ADVI_HEX_SIZE], const char *phase,
		     const char *path, const struct adv_watch *watch, struct adv_err *err);

#endif
