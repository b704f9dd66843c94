/* SPDX-License-Identifier: BSD-3-Clause */
/* A world: channels, base and virtual packages. */
#include "solve/crew.h"
#include "solve/explain.h"

#include "site/site.h"

enum { CULPRITS_SHOWN = 8 };

uint32_t advi_world_rule(struct adv_world *world, const char *text)
{
	advi_vec_push(&world->rules, ((struct advi_rule){.text = text}));
	return (uint32_t)world->rules.count - 1;
}

/* Virtual packages as records. */
static struct advi_record *make_virtuals(struct adv_world *world,
					 const struct advi_world_input *input)
{
	struct advi_record *made =
		advi_arena_alloc(&world->arena, (input->virtual_count + 1) * sizeof(*made));

	for (size_t i = 0; i < input->virtual_count; i++) {
		const struct advi_virtual *from = &input->virtuals[i];

		made[i].name = advi_arena_dup(&world->arena, from->name);
		made[i].version = advi_arena_dup(&world->arena, from->version);
		made[i].build = advi_arena_dup(&world->arena, from->build ? from->build : "0");
	}
	return made;
}

/* What the stock has loaded and what is at hand, by channel. */
static void gather_sources(struct adv_world *world)
{
	const struct advi_world_input *input = &world->input;
	struct advi_stock *stock = input->stock;

	world->sources.count = 0;
	for (size_t i = 0; stock && i < stock->channels.count; i++)
		advi_vec_push(&world->sources, ((struct advi_source){stock->channels.at[i].name,
								     stock->records[i].at,
								     stock->records[i].count}));
	for (size_t i = 0; i < input->source_count; i++)
		advi_vec_push(&world->sources, input->sources[i]);
	world->loaded = stock ? advi_stock_count(stock) : 0;
}

/* "conda-forge::numpy" makes that channel the one that gives the name. */
static void find_owners(struct advi_map *owners, const struct adv_world *world)
{
	const struct advi_world_input *input = &world->input;
	struct advi_arena arena = {0};

	for (size_t i = 0; i < input->base_count; i++) {
		struct advi_matchspec spec;

		if (advi_matchspec_parse(&spec, &arena, advi_str(input->base[i]), NULL) < 0 ||
		    !spec.channel.set || !advi_matchspec_name(&spec).len)
			continue;
		for (size_t c = 0; c < world->sources.count; c++) {
			struct advi_record probe = {.channel = world->sources.at[c].channel};
			struct advi_matchspec only = {.channel = spec.channel};

			if (!advi_matchspec_match(&only, &probe, NULL))
				continue;
			advi_map_add(owners, advi_matchspec_name(&spec), NULL)->number = c;
			break;
		}
	}
	advi_arena_clear(&arena);
}

static void fill_pool(struct adv_world *world)
{
	const struct advi_world_input *input = &world->input;
	struct advi_map owners = {0};
	struct advi_pool_options options = {
		.priority = input->priority,
		.owners = &owners,
		.virtuals = make_virtuals(world, input),
		.virtual_count = input->virtual_count,
	};

	gather_sources(world);
	find_owners(&owners, world);
	advi_pool_fill(&world->pool, world->sources.at, world->sources.count, &options);
	advi_map_clear(&owners);
}

static void bar(struct adv_world *world)
{
	static const advi_numbers none = {0};

	for (size_t i = 0; i < world->input.barred_count; i++) {
		const char *text = world->input.barred[i];
		uint32_t name = advi_pool_name(&world->pool, advi_str(text)), rule;

		if (name == UINT32_MAX)
			continue;
		rule = advi_world_rule(world, text);
		world->rules.at[rule].barred = true;
		advi_kept_keep_only(&world->ground, name, &none, ADVI_OUT_PIN, rule);
	}
}

static int apply_pins(struct adv_world *world, struct adv_err *err)
{
	const struct advi_world_input *input = &world->input;
	advi_requests pins = {0};
	int r = advi_requests_add(&pins, &world->pool, &world->arena, input->pins, input->pin_count,
				  err);

	advi_kept_init(&world->ground, &world->pool);
	for (size_t i = 0; r == 0 && i < pins.count; i++) {
		if (pins.at[i].name != UINT32_MAX)
			advi_kept_keep_only(&world->ground, pins.at[i].name, &pins.at[i].items,
					    ADVI_OUT_PIN, advi_world_rule(world, pins.at[i].text));
	}
	bar(world);
	advi_kept_settle(&world->ground);
	advi_requests_clear(&pins);
	return r < 0 ? advi_while(err, r, "pins of the recipe") : 0;
}

/* Every spec that no channel can satisfy, at once. */
static int find_absent(const advi_requests *requests, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf names = ADVI_BUF_INIT(600);
	size_t absent = 0;

	for (size_t i = 0; i < requests->count; i++) {
		if (requests->at[i].items.count)
			continue;
		if (absent < CULPRITS_SHOWN)
			advi_buf_printf(&names, "%s'%s'", absent ? ", " : "", requests->at[i].text);
		absent++;
	}
	if (!absent)
		return 0;
	if (absent > CULPRITS_SHOWN)
		advi_buf_printf(&names, " and %zu more", absent - CULPRITS_SHOWN);
	return advi_fail(err, ADV_NO,
			 "base asks for %s, which no channel has: remove %s from base "
			 "or add the channel that has %s",
			 names.ptr, absent > 1 ? "them" : "it", absent > 1 ? "them" : "it");
}

/* Which few of base's specs clash, and how. */
static int base_impossible(const struct adv_world *world, const advi_requests *requests,
			   const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR char *why = NULL;
	advi_claims claims = {0};
	int r;

	advi_claims_base(&claims, requests);
	r = advi_explain_claims(&why, world, &world->ground, &claims, 0, watch, err);
	advi_vec_clear(&claims);
	if (r < 0)
		return r;
	return advi_fail(err, ADV_NO,
			 "base can't be solved: %s; change base's specs, channels or "
			 "pins",
			 why);
}

static int solve_base(struct adv_world *world, const advi_requests *requests,
		      const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_kept kept;
	struct advi_job job = {&kept, requests, requests->count, NULL, true};
	struct advi_outcome outcome = {0};
	int r = 0;

	advi_kept_copy(&kept, &world->ground);
	if (advi_world_restrict(world, &kept, requests))
		r = advi_crew_run(&world->solving, &job, "solving base", &outcome, watch, err);
	if (r == 0 && outcome.solved)
		advi_env_fill(world, &world->base, &outcome.found, NULL, requests);
	else if (r == 0)
		r = base_impossible(world, requests, watch, err);
	advi_outcome_clear(&outcome);
	advi_kept_clear(&kept);
	return r;
}

static uint32_t find_installed(const struct advi_pool *pool, const struct advi_record *record)
{
	uint32_t name = advi_pool_name(pool, advi_str(record->name));
	struct advi_span span = {0};

	if (name < pool->named.count)
		span = pool->named.at[name];
	for (uint32_t i = 0; i < span.count; i++)
		if (advi_record_same(pool->items.at[pool->by_name.at[span.first + i]].record,
				     record))
			return pool->by_name.at[span.first + i];
	return 0;
}

/* Nobody says what such a base was asked for: when it may move, nothing goes back. */
static void note_installed(struct adv_world *world, const advi_requests *requests)
{
	for (size_t i = 0; i < requests->count; i++) {
		struct advi_str name = advi_matchspec_name(requests->at[i].spec);
		const char *text = NULL;

		for (size_t n = 0; n < world->base.records.count && !text; n++)
			if (advi_str_is(name, world->base.records.at[n]->name))
				text = advi_arena_printf(&world->arena, "%.*s >=%s",
							 ADVI_ARGS(name),
							 world->base.records.at[n]->version);
		if (text)
			advi_map_add(&world->installed, advi_str(requests->at[i].text), NULL)
				->pointer = (void *)(uintptr_t)text;
	}
}

/* Base as it is installed: its records are taken as they are. */
static void take_installed(struct adv_world *world, const struct advi_world_input *input,
			   const advi_requests *requests, const struct adv_watch *watch)
{
	advi_numbers found = {0};

	for (size_t i = 0; i < input->installed_count; i++) {
		uint32_t item = find_installed(&world->pool, &input->installed[i]);

		if (item)
			advi_vec_push(&found, item);
		else
			advi_note(watch,
				  "base's '%s' is left out: nothing can be made of its record",
				  input->installed[i].name);
	}
	advi_env_fill(world, &world->base, &found, NULL, requests);
	if (!input->base_asked)
		note_installed(world, requests);
	advi_vec_clear(&found);
}

/* Everything that base may need. */
static int load_roots(const struct advi_world_input *input, const struct adv_watch *watch,
		      struct adv_err *err)
{
	int r = advi_stock_want(input->stock, input->base, input->base_count, watch, err);

	if (r == 0)
		r = advi_stock_want(input->stock, input->pins, input->pin_count, watch, err);
	for (size_t i = 0; r == 0 && i < input->installed_count; i++)
		r = advi_stock_want(input->stock, &input->installed[i].name, 1, watch, err);
	return r;
}

int advi_world_make(struct adv_world *world, const struct advi_world_input *input,
		    const struct adv_watch *watch, struct adv_err *err)
{
	advi_requests requests = {0};
	int r = 0;

	world->input = *input;
	if (input->stock)
		r = load_roots(input, watch, err);
	if (r == 0)
		r = advi_progress(watch, "indexing channels", "records", 0, 0, err);
	if (r < 0)
		return r;
	fill_pool(world);
	r = apply_pins(world, err);
	if (r == 0)
		r = advi_requests_add(&requests, &world->pool, &world->arena, input->base,
				      input->base_count, err);
	if (r == 0 && input->installed_count == 0)
		r = find_absent(&requests, err);
	if (r == 0)
		r = advi_progress(watch, "solving base", "packages", 0, requests.count, err);
	if (r == 0 && input->installed_count)
		take_installed(world, input, &requests, watch);
	else if (r == 0)
		r = solve_base(world, &requests, watch, err);
	if (r == 0)
		r = advi_progress(watch, "solving base", "packages", requests.count, requests.count,
				  err);
	advi_requests_clear(&requests);
	return r;
}

/* Forgets the pool and what was said about its items; base is kept by its records. */
static void empty_pool(struct adv_world *world)
{
	advi_kept_clear(&world->ground);
	advi_kept_clear(&world->frozen);
	advi_vec_clear(&world->frozen_items);
	for (size_t i = 0; i < ADVI_COUNT(world->held); i++)
		advi_held_clear(&world->held[i]);
	advi_vec_clear(&world->rules);
	advi_pool_clear(&world->pool);
}

int advi_world_want(struct adv_world *world, const char *const *specs, size_t count,
		    const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_stock *stock = world->input.stock;
	int r = stock ? advi_stock_want(stock, specs, count, watch, err) : 0;

	if (r < 0 || !stock || advi_stock_count(stock) == world->loaded)
		return r;
	r = advi_progress(watch, "indexing channels", "records", 0, 0, err);
	if (r < 0)
		return r;
	empty_pool(world);
	fill_pool(world);
	return apply_pins(world, err);
}

void advi_world_reset(struct adv_world *world)
{
	advi_env_clear(&world->base);
	advi_map_clear(&world->installed);
	empty_pool(world);
}

void advi_world_clear(struct adv_world *world)
{
	advi_world_reset(world);
	advi_vec_clear(&world->sources);
	advi_stock_release(world->input.stock);
	advi_arena_clear(&world->arena);
}

const struct advi_env *advi_world_base(const struct adv_world *world)
{
	return &world->base;
}

/* The newest record of a name of which nothing is loaded, as far as that is known without it. */
static const struct advi_record *find_unloaded(const struct adv_world *world, const char *name)
{
	struct advi_stock *stock = world->input.stock;
	struct advi_str text = advi_str(name);
	advi_record_refs found = {0};
	struct advi_arena arena = {0};
	struct advi_version best = {0}, version;
	const struct advi_record *newest = NULL;

	for (size_t c = 0; stock && c < stock->channels.count && !found.count; c++)
		advi_channel_read(&stock->channels.at[c], &text, 1, &found, NULL, NULL);
	for (size_t i = 0; i < found.count; i++) {
		if (advi_version_parse(&version, &arena, advi_str(found.at[i]->version), NULL) < 0)
			continue;
		if (newest && advi_version_cmp(&version, &best) <= 0)
			continue;
		newest = found.at[i];
		best = version;
	}
	advi_arena_clear(&arena);
	advi_vec_clear(&found);
	return newest;
}

const struct advi_record *advi_world_find(const struct adv_world *world, const char *name)
{
	uint32_t index = advi_pool_name(&world->pool, advi_str(name));
	const struct advi_record *other = NULL;
	struct advi_span span;

	if (index >= world->pool.named.count)
		return find_unloaded(world, name);
	span = world->pool.named.at[index];
	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t item = world->pool.by_name.at[span.first + i];

		if (world->pool.items.at[item].is_virtual)
			continue;
		if (advi_kept_in(&world->ground, item))
			return world->pool.items.at[item].record;
		other = other ? other : world->pool.items.at[item].record;
	}
	return other ? other : find_unloaded(world, name);
}

int advi_world_read(struct adv_world *world, const struct advi_str *names, size_t count,
		    advi_record_refs *out, const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_stock *stock = world->input.stock;
	int r = 0;

	for (size_t i = 0; stock && r == 0 && i < stock->channels.count; i++)
		r = advi_channel_read(&stock->channels.at[i], names, count, out, watch, err);
	return r;
}

const char *advi_world_fingerprint(const struct adv_world *world)
{
	return world->input.stock ? world->input.stock->fingerprint : "";
}
