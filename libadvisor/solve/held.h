/* SPDX-License-Identifier: BSD-3-Clause */
/* What an environment leaves of the channels when something is to join it. */
#ifndef ADVI_SOLVE_HELD_H
#define ADVI_SOLVE_HELD_H

#include "solve/run.h"
#include "solve/world.h"

/*
 * What is in when an environment may move, and what it still asks for. It is settled once and
 * serves every question about that environment.
 */
struct advi_held {
	struct advi_arena arena;
	advi_names texts; /* what it was made from: Python's pin or "", then specs */
	struct advi_kept kept;
	advi_requests requests;
};
void advi_held_clear(struct advi_held *held);

/*
 * What 'env' leaves under 'freedom', which is not ADVI_FROZEN; owned by the world, and valid until
 * it is asked about another environment or loads more. Returns 0, or ADV_EINPUT for a spec of
 * 'env' that is none.
 */
int advi_world_hold(struct adv_world *world, const struct advi_env *env, enum advi_freedom freedom,
		    const struct advi_held **out, struct adv_err *err);
/* Makes world->frozen what 'env' leaves when all its records stay. */
void advi_world_freeze(struct adv_world *world, const struct advi_env *env);
/* Restricts names to what is asked for. Returns what advi_kept_settle does. */
bool advi_world_restrict(struct adv_world *world, struct advi_kept *kept,
			 const advi_requests *requests);

#endif
