/* SPDX-License-Identifier: BSD-3-Clause */
/* Asking a world: can these be added, at what cost, and if not, why. */
#ifndef ADVI_SOLVE_WORLD_H
#define ADVI_SOLVE_WORLD_H

#include <advisor/world.h>

#include "base/vec.h"
#include "conda/record.h"

typedef advi_record_refs advi_records;

/* A solved environment: one record a name, sorted by name. Records live as long as the world. */
struct advi_env {
	advi_records records;
	ADVI_VEC(char *) specs; /* what was asked for, in canonical order */
};
void advi_env_clear(struct advi_env *env);

/* What adding changes. Records live as long as the world. */
struct advi_answer {
	bool possible;
	char *why;            /* when it is not: one line in package terms */
	advi_records added;   /* names that were not there, sorted */
	advi_records changed; /* names whose record is another one now (the new one) */
	advi_records removed; /* names that are gone (the old one) */
	uint64_t added_bytes; /* size of 'added' */
};
void advi_answer_clear(struct advi_answer *answer);

/* Base as solved; owned by the world. */
const struct advi_env *advi_world_base(const struct adv_world *world);
/*
 * The newest record of a name that could take part, or one that could not when there is no other;
 * NULL when no channel has the name.
 */
const struct advi_record *advi_world_find(const struct adv_world *world, const char *name);

/*
 * Loads what 'specs' (count of names or MatchSpecs) may need, so that questions about them can be
 * answered; base and all records given out stay. Nothing is done when all of it is there. Loading
 * all that will be asked for at once costs less than one after another.
 */
int advi_world_want(struct adv_world *world, const char *const *specs, size_t count,
		    const struct adv_watch *watch, struct adv_err *err);

/*
 * Asks whether 'specs' (count of them) can join 'env': first with every record of 'env' as it is,
 * then with changes within the recipe's rules.
 *   out     the new environment, when it is possible; the caller clears it.
 *   answer  filled either way; the caller clears it.
 * Returns 0 (answer->possible says which), or negative when asking itself failed.
 */
int advi_world_extend(struct adv_world *world, const struct advi_env *env, const char *const *specs,
		      size_t count, struct advi_env *out, struct advi_answer *answer,
		      struct adv_err *err);

/*
 * As advi_world_extend, but every record of 'env' stays as it is: the question that costs a
 * millisecond.
 */
int advi_world_extend_frozen(struct adv_world *world, const struct advi_env *env,
			     const char *const *specs, size_t count, struct advi_env *out,
			     struct advi_answer *answer, struct adv_err *err);

/* SHA-256 over the channels' repodata as loaded, for fingerprints (hexadecimal). */
const char *advi_world_fingerprint(const struct adv_world *world);

#endif
