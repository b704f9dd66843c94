/* SPDX-License-Identifier: BSD-3-Clause */
/* A verdict on an environment. */
#ifndef ADVI_ADVISE_CHECK_H
#define ADVI_ADVISE_CHECK_H

#include <advisor/check.h>

#include "solve/explain.h"

/* A set of specs that clash; 'why' holds them, 'lines' where each stands (0: not known). */
struct advi_conflict {
	const struct advi_why *why;
	ADVI_VEC(unsigned) lines;
	advi_names written; /* as they stand there */
};

/* Texts live in 'arena', records in the world. */
struct adv_check {
	struct advi_arena arena;
	const struct adv_site *site; /* borrowed */
	const char *label;           /* of a variant; NULL: as the recipe says */
	const char *node_type;       /* likewise */
	struct adv_world *world;
	bool solvable;
	uint64_t bytes;     /* of all packages */
	size_t unsized;     /* packages whose size no channel tells */
	const char *python; /* version; NULL: none */
	advi_whys whys;     /* why it can't be solved */
	bool more;          /* there is more that clashes */
	ADVI_VEC(struct advi_conflict) conflicts;
	advi_names notes; /* what was assumed, as the watch heard it */
};

#endif
