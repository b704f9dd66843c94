/* SPDX-License-Identifier: BSD-3-Clause */
/* Copying and digesting images, in one pass. */
#ifndef ADVI_BUNDLE_CHECKED_H
#define ADVI_BUNDLE_CHECKED_H

#include "base/err.h"
#include "io/digest.h"

enum { ADVI_XXH3_SIZE = 33 };

/* Which digests are wanted, and what they are. */
struct advi_checks {
	bool want_sha256; /* holds against those who mean harm; as much CPU as a copy */
	bool want_xxh3;   /* XXH3 of 128 bits: tells damage, for a tenth of that */
	char sha256[ADVI_HEX_SIZE], xxh3[ADVI_XXH3_SIZE];
};

/*
 * Copies 'size' bytes from 'from' to 'to' (-1: only digests are wanted), and digests what is
 * copied. ADV_EINPUT when 'from' has another size; ADV_EENV when it can't be read, or 'to' not
 * written; ADV_ECANCEL.
 *   phase  for the watch: "copying"
 *   path   of 'from', for people
 */
int advi_checked_copy(struct advi_checks *checks, int to, int from, uint64_t size,
		      const char *phase, const char *path, const struct adv_watch *watch,
		      struct adv_err *err);
/* The digests and the size of a file. */
int advi_checked_file(struct advi_checks *checks, uint64_t *size, const char *path,
		      const char *phase, const struct adv_watch *watch, struct adv_err *err);

#endif
