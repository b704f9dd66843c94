/* SPDX-License-Identifier: BSD-3-Clause */
/* What an environment leaves of the channels when something is to join it. */
#include "solve/world_in.h"

#include "conda/envfile.h"

/* --- while it stays as it is --- */

static bool has(const advi_numbers *numbers, uint32_t number)
{
	for (size_t i = 0; i < numbers->count; i++)
		if (numbers->at[i] == number)
			return true;
	return false;
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

/* Whether 'items' holds all of what is frozen already. Both are by name. */
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

/* --- while it may move --- */

bool advi_world_restrict(struct adv_world *world, struct advi_kept *kept,
			 const advi_requests *requests)
{
	for (size_t i = 0; i < requests->count; i++) {
		const struct advi_request *request = &requests->at[i];

		if (request->name == UINT32_MAX)
			continue;
		advi_kept_keep_only(kept, request->name, &request->items, ADVI_OUT_SPEC,
				    advi_world_rule(world, request->text));
		advi_kept_require(kept, request->name);
	}
	return advi_kept_settle(kept);
}

void advi_held_clear(struct advi_held *held)
{
	advi_requests_clear(&held->requests);
	advi_kept_clear(&held->kept);
	advi_vec_clear(&held->texts);
	advi_arena_clear(&held->arena);
	*held = (struct advi_held){0};
}

/* "python 3.11.*", since everything in an environment is built for it; "" without a Python. */
static const char *python_pin(struct advi_arena *arena, const struct advi_env *env)
{
	for (size_t i = 0; i < env->records.count; i++) {
		struct advi_str version = advi_str(env->records.at[i]->version);
		size_t dot = advi_str_find(version, '.');
		size_t end = dot + 1 + advi_str_find(advi_str_from(version, dot + 1), '.');

		if (strcmp(env->records.at[i]->name, "python") == 0 && dot < version.len)
			return advi_arena_printf(arena, "python %.*s.*", (int)end, version.ptr);
	}
	return "";
}

static bool joined(const struct advi_env *env, const char *spec)
{
	for (size_t i = 0; i < env->joined.count; i++)
		if (strcmp(env->joined.at[i], spec) == 0)
			return true;
	return false;
}

/* What becomes of a spec that the environment was made from. */
static const char *loosened(const struct adv_world *world, const struct advi_env *env,
			    struct advi_arena *arena, const char *spec, enum advi_freedom freedom)
{
	const struct advi_map_entry *entry = advi_map_get(&world->installed, advi_str(spec));
	struct advi_str name = advi_spec_name(advi_str(spec));

	if (joined(env, spec))
		return spec;
	if (freedom == ADVI_FAVOURED)
		return entry ? entry->pointer : spec;
	return advi_package_name_ok(name) ? advi_arena_str(arena, name) : spec;
}

static void make_texts(const struct adv_world *world, const struct advi_env *env,
		       enum advi_freedom freedom, struct advi_arena *arena, advi_names *out)
{
	advi_vec_push(out, freedom == ADVI_FAVOURED ? python_pin(arena, env) : "");
	for (size_t i = 0; i < env->specs.count; i++)
		advi_vec_push(out, loosened(world, env, arena, env->specs.at[i], freedom));
}

static bool same(const advi_names *a, const advi_names *b)
{
	bool equal = a->count == b->count;

	for (size_t i = 0; equal && i < a->count; i++)
		equal = strcmp(a->at[i], b->at[i]) == 0;
	return equal;
}

static int pin(struct adv_world *world, struct advi_held *held, const char *text,
	       struct adv_err *err)
{
	advi_requests pins = {0};
	int r = advi_requests_add(&pins, &world->pool, &held->arena, &text, 1, err);

	if (r == 0 && pins.at[0].name != UINT32_MAX)
		advi_kept_keep_only(&held->kept, pins.at[0].name, &pins.at[0].items, ADVI_OUT_PIN,
				    advi_world_rule(world, text));
	advi_requests_clear(&pins);
	return r;
}

static int settle(struct adv_world *world, struct advi_held *held, struct adv_err *err)
{
	int r = 0;

	advi_kept_copy(&held->kept, &world->ground);
	for (size_t i = 0; i < held->texts.count; i++)
		held->texts.at[i] = advi_arena_dup(&held->arena, held->texts.at[i]);
	if (held->texts.at[0][0])
		r = pin(world, held, held->texts.at[0], err);
	if (r == 0)
		r = advi_requests_add(&held->requests, &world->pool, &held->arena,
				      held->texts.at + 1, held->texts.count - 1, err);
	if (r == 0)
		advi_world_restrict(world, &held->kept, &held->requests);
	return r;
}

int advi_world_hold(struct adv_world *world, const struct advi_env *env, enum advi_freedom freedom,
		    const struct advi_held **out, struct adv_err *err)
{
	struct advi_held *held = &world->held[freedom - ADVI_FAVOURED];
	struct advi_arena arena = {0};
	advi_names texts = {0};
	int r = 0;

	make_texts(world, env, freedom, &arena, &texts);
	if (held->kept.pool && same(&held->texts, &texts)) {
		advi_vec_clear(&texts);
	} else {
		advi_held_clear(held);
		*held = (struct advi_held){
			.texts.at = texts.at, .texts.count = texts.count, .texts.room = texts.room};
		r = settle(world, held, err);
		if (r < 0)
			advi_held_clear(held);
	}
	advi_arena_clear(&arena);
	*out = held;
	return r;
}
