/* SPDX-License-Identifier: BSD-3-Clause */
/* Asking whether packages can join an environment. */
#include "solve/explain.h"

/* One question and what is found out about it. */
struct question {
	struct adv_world *world;
	const struct advi_env *env;
	struct advi_arena arena;
	advi_requests wanted;    /* what is new */
	advi_numbers found;      /* items of the answer */
	struct advi_clash clash; /* why not while everything stays */
};

static void question_clear(struct question *q)
{
	advi_requests_clear(&q->wanted);
	advi_vec_clear(&q->found);
	advi_clash_clear(&q->clash);
	advi_arena_clear(&q->arena);
}

/* The first request of which nothing is in, or NULL. */
static const struct advi_request *refused(const struct advi_kept *kept,
					  const advi_requests *requests)
{
	for (size_t i = 0; i < requests->count; i++) {
		const struct advi_request *request = &requests->at[i];
		bool in = false;

		for (size_t n = 0; n < request->items.count && !in; n++)
			in = advi_kept_in(kept, request->items.at[n]);
		if (!in)
			return request;
	}
	return NULL;
}

static bool holds(const uint32_t *numbers, size_t count, uint32_t number)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i] == number)
			return true;
	return false;
}

/*
 * With every record of the environment as it is. What is in then contradicts none of them, so
 * only what is new need be solved.
 */
static bool try_frozen(struct question *q)
{
	const advi_numbers *items = &q->world->frozen_items;
	size_t fresh;

	if (refused(&q->world->frozen, &q->wanted))
		return false;
	if (!advi_run(&q->world->frozen, &q->wanted, NULL, &q->found, &q->clash)) {
		q->found.count = 0;
		return false;
	}
	fresh = q->found.count;
	for (size_t i = 0; i < items->count; i++)
		if (!holds(q->found.at, fresh, items->at[i]))
			advi_vec_push(&q->found, items->at[i]);
	return true;
}

/* With the environment's records where possible, others where needed. */
static bool try_held(struct question *q, const struct advi_held *held)
{
	struct advi_clash clash = {0};
	advi_requests all = {0};
	size_t rules = q->world->rules.count;
	struct advi_kept kept;
	bool possible;

	advi_requests_merge(&all, &held->requests, &q->wanted);
	advi_kept_copy(&kept, &held->kept);
	possible = advi_world_restrict(q->world, &kept, &q->wanted) && !refused(&kept, &all);
	if (possible)
		possible = advi_run(&kept, &all, &q->world->frozen_items, &q->found, &clash);
	q->world->rules.count = rules;
	advi_kept_clear(&kept);
	advi_clash_clear(&clash);
	advi_vec_clear(&all);
	return possible;
}

static char *why_not_frozen(const struct question *q)
{
	const struct advi_request *request = refused(&q->world->frozen, &q->wanted);
	advi_claims claims = {0};
	char *text;

	if (request)
		return advi_explain_request(q->world, &q->world->frozen, request);
	advi_claims_add(&claims, &q->wanted, ADVI_END_WANTED);
	text = advi_explain_claims(q->world, &q->world->frozen, &claims, 0);
	advi_vec_clear(&claims);
	return text;
}

/* Where the environment may move, not its records but what it was asked for is in the way. */
static int why_not_held(struct question *q, char **why, struct adv_err *err)
{
	advi_claims claims = {0};
	int r = advi_world_claims(&claims, q->world, q->env, &q->wanted, &q->arena, err);

	if (r == 0) {
		free(*why);
		*why = advi_explain_claims(q->world, &q->world->ground, &claims, q->wanted.count);
	}
	advi_vec_clear(&claims);
	return r;
}

/* Asks with more and more freedom until it is enough. */
static int answer_it(struct question *q, enum advi_freedom most, struct advi_answer *answer,
		     const struct adv_watch *watch, struct adv_err *err)
{
	answer->possible = try_frozen(q);
	if (!answer->possible)
		answer->why = why_not_frozen(q);
	while (!answer->possible && answer->freedom < most) {
		const struct advi_held *held;
		int r = advi_progress(watch, "solving", "packages", 0, 0, err);

		answer->freedom++;
		if (r == 0)
			r = advi_world_hold(q->world, q->env, answer->freedom, &held, err);
		if (r < 0)
			return r;
		answer->possible = try_held(q, held);
	}
	if (!answer->possible && most > ADVI_FROZEN)
		return why_not_held(q, &answer->why, err);
	return 0;
}

int advi_world_extend(struct adv_world *world, const struct advi_env *env, const char *const *specs,
		      size_t count, enum advi_freedom most, struct advi_env *out,
		      struct advi_answer *answer, const struct adv_watch *watch,
		      struct adv_err *err)
{
	struct question q = {.world = world, .env = env};
	int r = advi_world_want(world, specs, count, watch, err);

	*out = (struct advi_env){0};
	*answer = (struct advi_answer){0};
	if (r == 0)
		r = advi_requests_add(&q.wanted, &world->pool, &q.arena, specs, count, err);
	if (r == 0) {
		advi_world_freeze(world, env);
		r = answer_it(&q, most, answer, watch, err);
	}
	if (r == 0 && answer->possible) {
		advi_env_fill(world, out, &q.found, env, &q.wanted);
		advi_env_compare(env, out, answer);
	}
	question_clear(&q);
	return r;
}
