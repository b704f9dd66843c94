/* SPDX-License-Identifier: BSD-3-Clause */
/* Environments of the users' own: who has them, what for, and how large they are. */
#ifndef ADVI_REPORT_OWNED_H
#define ADVI_REPORT_OWNED_H

#include "report/facts.h"

/* What becomes of an environment. */
enum advi_owned_fate {
	ADVI_OWNED_COVERED, /* base has all that is imported from it */
	ADVI_OWNED_FREED,   /* base will, with the plan */
	ADVI_OWNED_KEPT
};

/* One environment; what is added to base in user sites is one by user. */
struct advi_owned {
	const char *path;       /* as the store has it */
	const char *short_path; /* its last two parts */
	enum adv_place place;
	enum advi_owned_fate fate;
	uint64_t users, packages, lacking; /* packages that are imported from it; that base lacks */
	uint64_t bytes, unsized; /* to download, where the plan tells; packages of unknown size */
	double node_hours;
	uint32_t first, last; /* months */
	advi_names names;     /* of its packages, those that base lacks and most users want first */
};
typedef ADVI_VEC(struct advi_owned) advi_owns;

/* Those of a scope, in 'arena': most users first, then node-hours, then by path. */
void advi_owned_find(const struct advi_facts *facts, const struct advi_scope *scope,
		     struct advi_arena *arena, advi_owns *out);
void advi_owned_clear(advi_owns *owned);

#endif
