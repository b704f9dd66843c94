/* SPDX-License-Identifier: BSD-3-Clause */
/* Asking whether packages can join an environment. */
#include "solve/explain.h"

/* One question and what is found out about it. */
struct question {
	struct adv_world *world;
	const struct advi_env *env;
	struct advi_arena arena;
	advi_requests wanted; /* what is new */
	advi_requests all;    /* with what the environment was made from */
	advi_numbers items;   /* the environment's own */
	advi_numbers found;   /* those of the answer */
	struct advi_clash frozen_clash, clash;
};

static void question_clear(struct question *q)
{
	advi_requests_clear(&q->wanted);
	advi_requests_clear(&q->all);
	advi_vec_clear(&q->items);
	advi_vec_clear(&q->found);
	advi_clash_clear(&q->frozen_clash);
	advi_clash_clear(&q->clash);
	advi_arena_clear(&q->arena);
}

static int ask(struct question *q, const char *const *specs, size_t count, struct adv_err *err)
{
	const struct advi_pool *pool = &q->world->pool;
	int r = advi_requests_add(&q->wanted, pool, &q->arena, specs, count, err);

	if (r == 0)
		r = advi_requests_add(&q->all, pool, &q->arena, specs, count, err);
	if (r == 0 && q->env->specs.count)
		r = advi_requests_add(&q->all, pool, &q->arena,
				      (const char *const *)q->env->specs.at, q->env->specs.count,
				      err);
	return r;
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

static bool has(const advi_numbers *numbers, uint32_t number)
{
	for (size_t i = 0; i < numbers->count; i++)
		if (numbers->at[i] == number)
			return true;
	return false;
}

/*
 * With every record of the environment as it is. What is in then contradicts none of them, so
 * only what is new need be solved.
 */
static bool try_frozen(struct question *q)
{
	size_t fresh;

	if (refused(&q->world->frozen, &q->wanted))
		return false;
	if (!advi_run(&q->world->frozen, &q->wanted, NULL, &q->found, &q->frozen_clash)) {
		q->found.count = 0;
		return false;
	}
	fresh = q->found.count;
	for (size_t i = 0; i < q->items.count; i++)
		if (!has(&(advi_numbers){q->found.at, fresh, fresh}, q->items.at[i]))
			advi_vec_push(&q->found, q->items.at[i]);
	return true;
}

/* Python's minor version is what everything in an environment is built for: it stays. */
static void keep_python(struct question *q, struct advi_kept *kept)
{
	struct adv_world *world = q->world;
	uint32_t name = advi_pool_name(&world->pool, ADVI_STR("python"));
	const char *text = NULL, *spec[1];
	advi_requests python = {0};

	for (size_t i = 0; i < q->items.count && !text; i++) {
		const struct advi_item *item = &world->pool.items.at[q->items.at[i]];
		struct advi_str version = advi_str(item->record->version);
		size_t dot = advi_str_find(version, '.');

		if (item->name == name)
			text = advi_arena_printf(
				&q->arena, "python %.*s.*",
				(int)(dot + 1 +
				      advi_str_find(advi_str_from(version, dot + 1), '.')),
				version.ptr);
	}
	if (!text)
		return;
	spec[0] = text;
	if (advi_requests_add(&python, &world->pool, &q->arena, spec, 1, NULL) == 0)
		advi_kept_keep_only(kept, name, &python.at[0].items, ADVI_OUT_PIN,
				    advi_world_rule(world, text));
	advi_requests_clear(&python);
}

/* With base's records where possible, others where needed, within what was asked for. */
static bool try_favored(struct question *q)
{
	struct advi_kept kept;
	bool possible;

	advi_kept_copy(&kept, &q->world->ground);
	keep_python(q, &kept);
	possible = advi_world_restrict(q->world, &kept, &q->all) && !refused(&kept, &q->all);
	if (possible)
		possible = advi_run(&kept, &q->all, &q->items, &q->found, &q->clash);
	advi_kept_clear(&kept);
	return possible;
}

static char *why(struct question *q)
{
	const struct advi_request *request = refused(&q->world->frozen, &q->wanted);

	if (request)
		return advi_explain_request(q->world, &q->world->frozen, request);
	return advi_explain_clash(q->world, &q->wanted, &q->frozen_clash);
}

static uint32_t item_of(const struct advi_pool *pool, const struct advi_record *record)
{
	uint32_t name = advi_pool_name(pool, advi_str(record->name));
	struct advi_span span = pool->named.at[name];

	for (uint32_t i = 0; i < span.count; i++)
		if (pool->items.at[pool->by_name.at[span.first + i]].record == record)
			return pool->by_name.at[span.first + i];
	return 0;
}

/* Whether 'items' begins with, or holds, all of what is frozen already. Both are by name. */
static bool grows(const advi_numbers *frozen, const advi_numbers *items)
{
	size_t at = 0;

	for (size_t i = 0; i < frozen->count; i++) {
		while (at < items->count && items->at[at] != frozen->at[i])
			at++;
		if (at == items->count)
			return false;
	}
	return true;
}

void advi_world_freeze(struct adv_world *world, const struct advi_env *env)
{
	advi_numbers items = {0};

	for (size_t i = 0; i < env->records.count; i++)
		advi_vec_push(&items, item_of(&world->pool, env->records.at[i]));
	if (!world->frozen.pool || !grows(&world->frozen_items, &items)) {
		advi_kept_clear(&world->frozen);
		advi_kept_copy(&world->frozen, &world->ground);
		world->frozen_items.count = 0;
	}
	for (size_t i = 0; items.count > world->frozen_items.count && i < items.count; i++)
		if (!has(&world->frozen_items, items.at[i]))
			advi_kept_freeze(&world->frozen, items.at[i]);
	advi_kept_settle(&world->frozen);
	advi_vec_clear(&world->frozen_items);
	world->frozen_items = items;
}

static int extend(struct adv_world *world, const struct advi_env *env, const char *const *specs,
		  size_t count, bool frozen, struct advi_env *out, struct advi_answer *answer,
		  struct adv_err *err)
{
	struct question q = {.world = world, .env = env};
	int r = advi_world_want(world, specs, count, NULL, err);
	size_t rules = world->rules.count;

	*out = (struct advi_env){0};
	*answer = (struct advi_answer){0};
	if (r == 0)
		r = ask(&q, specs, count, err);
	if (r == 0) {
		advi_world_freeze(world, env);
		for (size_t i = 0; i < world->frozen_items.count; i++)
			advi_vec_push(&q.items, world->frozen_items.at[i]);
		answer->possible = try_frozen(&q) || (!frozen && try_favored(&q));
		if (answer->possible) {
			advi_env_fill(world, out, &q.found, &q.all);
			advi_env_compare(env, out, answer);
		} else {
			answer->why = why(&q);
		}
	}
	world->rules.count = rules;
	question_clear(&q);
	return r;
}

int advi_world_extend(struct adv_world *world, const struct advi_env *env, const char *const *specs,
		      size_t count, struct advi_env *out, struct advi_answer *answer,
		      struct adv_err *err)
{
	return extend(world, env, specs, count, false, out, answer, err);
}

int advi_world_extend_frozen(struct adv_world *world, const struct advi_env *env,
			     const char *const *specs, size_t count, struct advi_env *out,
			     struct advi_answer *answer, struct adv_err *err)
{
	return extend(world, env, specs, count, true, out, answer, err);
}
