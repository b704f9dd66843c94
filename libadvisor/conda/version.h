/* SPDX-License-Identifier: BSD-3-Clause */
/* Versions as conda orders them. */
#ifndef ADVI_CONDA_VERSION_H
#define ADVI_CONDA_VERSION_H

#include "base/arena.h"
#include "base/err.h"

enum { ADVI_VERSION_CAP = 1024 }; /* bytes of the longest version that is read */

enum advi_version_kind {
	ADVI_VERSION_TEXT,   /* sorts before any number */
	ADVI_VERSION_NUMBER, /* digits of any length, without leading zeros */
	ADVI_VERSION_POST    /* sorts behind any number */
};

/* A run of digits or of other characters. */
struct advi_version_part {
	enum advi_version_kind kind;
	bool first; /* of its component: the 4 and the 0 of "1.4a.0" */
	struct advi_str text;
};

/* A version, cut up: epoch, components, then those of the local version (behind '+'). */
struct advi_version {
	struct advi_version_part *parts;
	size_t count, local; /* parts[local .. count) are the local version's */
};

/*
 * Cuts up a version; its strings and parts live in 'arena'.
 * Returns 0, or ADV_EINPUT with what is wrong with it.
 */
int advi_version_parse(struct advi_version *out, struct advi_arena *arena, struct advi_str text,
		       struct adv_err *err);

/* Below 0, 0, above 0: conda's VersionOrder, in which 1.0 and 1.0.0 are equal. */
int advi_version_cmp(const struct advi_version *a, const struct advi_version *b);

/* Whether 'version' begins with 'prefix': 1.2.3 does with 1.2, 1.20 doesn't. */
bool advi_version_starts(const struct advi_version *version, const struct advi_version *prefix);

/* As advi_version_cmp on text; what is no version sorts before all others, by bytes. */
int advi_version_cmp_text(struct advi_str a, struct advi_str b);

#endif
