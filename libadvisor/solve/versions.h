/* SPDX-License-Identifier: BSD-3-Clause */
/* Which versions of a package there are, and what keeps each of them out. */
#ifndef ADVI_SOLVE_VERSIONS_H
#define ADVI_SOLVE_VERSIONS_H

#include "solve/explain.h"

/* Versions, one after the other, that one thing keeps out. */
struct advi_version_range {
	const struct advi_record *newest, *oldest;
	size_t count;
	struct advi_why why; /* of the newest of them; 'together' is empty */
};

struct advi_versions {
	size_t count;                     /* in the channels */
	const struct advi_record *newest; /* of all; NULL: no channel has the name */
	const struct advi_record *here;   /* for the environment's Python; NULL: none is */
	advi_names pythons; /* minor versions that there is something for, newest first */
	bool any_python;    /* for all Pythons that the channels have */
	ADVI_VEC(struct advi_version_range)
	out;         /* for this Python, newest first; what can't join */
	size_t more; /* versions that can't join, not told in 'out' */
};
void advi_versions_clear(struct advi_versions *versions);

/*
 * Of a package name. 'out' tells of versions that 'spec' (a MatchSpec; NULL: any) means, down to
 * that of 'above' (NULL: all).
 * Texts live in 'arena', records as long as the world. Returns 0, or ADV_EINPUT, ADV_EENV,
 * ADV_ECANCEL.
 */
int advi_versions_find(struct advi_versions *out, struct adv_world *world,
		       const struct advi_env *env, const char *name, const char *spec,
		       const struct advi_record *above, struct advi_arena *arena,
		       const struct adv_watch *watch, struct adv_err *err);

#endif
