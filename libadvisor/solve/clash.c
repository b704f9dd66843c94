/* SPDX-License-Identifier: BSD-3-Clause */
/* Which few of many that are wanted together clash. */
#include <string.h>

#include "solve/explain.h"

static bool asked_as(const struct advi_request *request, const char *spec)
{
	return strcmp(request->text, spec) == 0 || advi_explain_same(request->text, spec);
}

static void mark(const advi_claims *core, const char *const *specs, size_t count, bool *in)
{
	for (size_t i = 0; i < count; i++) {
		in[i] = false;
		for (size_t n = 0; n < core->count && !in[i]; n++)
			in[i] = asked_as(core->at[n].request, specs[i]);
	}
}

/* What is wanted comes first among the claims; all others are held. */
static int find(advi_claims *core, struct adv_world *world, const struct advi_env *env,
		const advi_requests *requests, enum advi_freedom most, struct advi_arena *arena,
		const struct adv_watch *watch, struct adv_err *err)
{
	const struct advi_kept *ground = most == ADVI_FROZEN ? &world->frozen : &world->ground;
	advi_claims claims = {0}, wanted = {0}, held = {0};
	int r = 0;

	if (most == ADVI_FROZEN) {
		advi_world_freeze(world, env);
		advi_claims_add(&claims, requests, ADVI_END_WANTED);
	} else {
		r = advi_world_claims(&claims, world, env, most, requests, arena, err);
	}
	for (size_t i = 0; i < claims.count; i++) {
		if (i < requests->count)
			advi_vec_push(&wanted, claims.at[i]);
		else
			advi_vec_push(&held, claims.at[i]);
	}
	if (r == 0)
		r = advi_core_wanted(core, world, ground, &held, &wanted, watch, err);
	advi_vec_clear(&claims);
	advi_vec_clear(&wanted);
	advi_vec_clear(&held);
	return r;
}

int advi_world_clash(struct adv_world *world, const struct advi_env *env, const char *const *specs,
		     size_t count, enum advi_freedom most, bool *in, const struct adv_watch *watch,
		     struct adv_err *err)
{
	struct advi_arena arena = {0};
	advi_requests requests = {0};
	advi_claims core = {0};
	int r = advi_world_want(world, specs, count, watch, err);

	if (r == 0)
		r = advi_requests_add(&requests, &world->pool, &arena, specs, count, err);
	if (r == 0)
		r = find(&core, world, env, &requests, most, &arena, watch, err);
	mark(&core, specs, count, in);
	advi_vec_clear(&core);
	advi_requests_clear(&requests);
	advi_arena_clear(&arena);
	return r;
}
