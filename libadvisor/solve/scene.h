/* SPDX-License-Identifier: BSD-3-Clause */
/* What a set of claims leaves: the ground on which something is explained. */
#ifndef ADVI_SOLVE_SCENE_H
#define ADVI_SOLVE_SCENE_H

#include "solve/why.h"
#include "solve/world_in.h"

/* A request, and who makes it. */
struct advi_claim {
	const struct advi_request *request;
	enum advi_end kind; /* ADVI_END_ASKED, _WANTED, _PYTHON or _KEEPS */
};
typedef ADVI_VEC(struct advi_claim) advi_claims;

/* Claims, one after the other, of one kind. */
void advi_claims_add(advi_claims *claims, const advi_requests *requests, enum advi_end kind);
/* Base's own: Python first, then specs that say more than a name. */
void advi_claims_base(advi_claims *claims, const advi_requests *requests);
/*
 * What is claimed when 'wanted' is to join 'env', which may move as 'freedom' says, and that is not
 * ADVI_FROZEN: what is wanted first, then Python, then specs that say more than a name. All is
 * borrowed; what is not the world's lives in 'arena'. Returns 0, or ADV_EINPUT for a spec of 'env'
 * that is none.
 */
int advi_world_claims(advi_claims *claims, struct adv_world *world, const struct advi_env *env,
		      enum advi_freedom freedom, const advi_requests *wanted,
		      struct advi_arena *arena, struct adv_err *err);

/* Which records claims leave: what is out can't be in any answer. */
struct advi_scene {
	const struct adv_world *world;
	const struct advi_kept *kept;
	const advi_claims *claims; /* reasons ADVI_OUT_CLAIM count in it; NULL when frozen */
	size_t count, skip;        /* the first 'count' of them hold, but that at 'skip' */
	uint32_t about; /* a name that is asked about: what there is of it now holds nothing */
	bool frozen;    /* every record of an environment stays */
	struct advi_kept own;
};

/*
 * What the first 'count' claims, without that at 'skip' (SIZE_MAX: none), leave of 'ground':
 * &world->ground, or &world->frozen where an environment stays as it is. Claims are borrowed.
 */
void advi_scene_init(struct advi_scene *scene, const struct adv_world *world,
		     const struct advi_kept *ground, const advi_claims *claims, size_t count,
		     size_t skip);
/* A state that somebody else made, borrowed, without claims. */
void advi_scene_of(struct advi_scene *scene, const struct adv_world *world,
		   const struct advi_kept *kept);
void advi_scene_clear(struct advi_scene *scene);

/* Whether nothing that a request means is in. */
bool advi_scene_refuses(const struct advi_scene *scene, const struct advi_request *request);
/* Whether its claims can't be had together, as far as leaving out shows: a proof, if it is so. */
bool advi_scene_impossible(const struct advi_scene *scene);

/* The best record of a name that is in, or 0. */
uint32_t advi_scene_first(const struct advi_scene *scene, uint32_t name);
/*
 * How a name comes to be there: links from a record of 'from' to one that needs 'to', each needed
 * by every record that could stand in its place. Returns how many, 0 when there is no such path,
 * or it is longer than 'room'.
 */
size_t advi_scene_path(const struct advi_scene *scene, uint32_t from, uint32_t to,
		       struct advi_link *links, size_t room);

#endif
