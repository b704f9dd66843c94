/* SPDX-License-Identifier: BSD-3-Clause */
/* What would have to change so that something that can't join could. */
#ifndef ADVI_SOLVE_WAYS_H
#define ADVI_SOLVE_WAYS_H

#include "solve/explain.h"

/* Another record of a name, or none (NULL) where the name goes. */
struct advi_move {
	const struct advi_record *from, *to;
};

enum advi_way_kind {
	ADVI_WAY_OTHER,  /* another version than was asked for joins: 'record' */
	ADVI_WAY_BASE,   /* base asks for less: 'loosened' in any version, 'dropped' not at all */
	ADVI_WAY_PYTHON, /* base has another Python: 'python' */
	ADVI_WAY_FREE    /* base asks for its names only, in any version */
};

/* One way; it was asked for, and possible. Texts live in the arena of whoever asked. */
struct advi_way {
	enum advi_way_kind kind;
	const struct advi_record *record; /* what joins, of the first thing wanted */
	advi_names loosened, dropped;     /* specs of base, canonical */
	const char *python;               /* "3.12" */
	bool free;                        /* ADVI_WAY_PYTHON: and names in any version */
	ADVI_VEC(struct advi_move) moves; /* what changes in base, by name */
	size_t removed;                   /* of 'moves', those that go */
	size_t added;                     /* packages that come */
	uint64_t added_bytes;
};

/* What would help; and another Python that would, were it not for what base asks for. */
struct advi_ways {
	ADVI_VEC(struct advi_way) all;
	const char *python;         /* that was tried in vain, or NULL */
	struct advi_why python_why; /* why base can't be had with it */
};
void advi_ways_clear(struct advi_ways *ways);

/*
 * Looks for ways for 'specs' to join 'env', which 'why' (advi_explain_join) refuses: fewest changes
 * first. Texts live in 'arena'; records as long as the world. No way is an answer, too.
 */
int advi_ways_find(struct advi_ways *out, struct adv_world *world, const struct advi_env *env,
		   const char *const *specs, size_t count, const struct advi_why *why,
		   struct advi_arena *arena, const struct adv_watch *watch, struct adv_err *err);
/*
 * The way of ADVI_WAY_BASE alone. '*found' says whether there is one; 'out' is cleared by the
 * caller in any case.
 */
int advi_ways_base(struct advi_way *out, bool *found, struct adv_world *world,
		   const struct advi_env *env, const char *const *specs, size_t count,
		   const struct advi_why *why, struct advi_arena *arena,
		   const struct adv_watch *watch, struct adv_err *err);
void advi_way_clear(struct advi_way *way);

/* Python's minor versions that the channels have, newest first: "3.12". */
void advi_pythons(const struct adv_world *world, struct advi_arena *arena, advi_names *out);
/* Python's minor version of an environment, or NULL. */
const char *advi_python_of(const struct advi_env *env, struct advi_arena *arena);

#endif
