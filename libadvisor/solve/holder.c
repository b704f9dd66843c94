/* SPDX-License-Identifier: BSD-3-Clause */
/* Who keeps a name where it is. */
#include "solve/holder.h"

static const char *name_text(const struct advi_scene *scene, uint32_t name)
{
	return advi_pool_name_text(&scene->world->pool, name).ptr;
}

bool advi_holder_is_python(const struct advi_pool *pool, uint32_t name)
{
	const char *text = advi_pool_name_text(pool, name).ptr;

	return strcmp(text, "python") == 0 || strcmp(text, "python_abi") == 0;
}

uint32_t advi_holder_stays(const struct advi_scene *scene, uint32_t name)
{
	const struct advi_pool *pool = &scene->world->pool;
	struct advi_span span = pool->named.at[name];

	if (!scene->kept->hard[name] || scene->kept->left[name] != 1)
		return 0;
	for (uint32_t i = 0; i < span.count; i++)
		if (advi_kept_in(scene->kept, pool->by_name.at[span.first + i]))
			return pool->by_name.at[span.first + i];
	return 0;
}

/* What base has of a name, or NULL. */
static const struct advi_record *base_record(const struct adv_world *world, const char *name)
{
	for (size_t i = 0; i < world->base.records.count; i++)
		if (strcmp(world->base.records.at[i]->name, name) == 0)
			return world->base.records.at[i];
	return NULL;
}

static bool in_base(const struct adv_world *world, const struct advi_record *record)
{
	return base_record(world, record->name) == record;
}

enum advi_end advi_holder_kind(const struct advi_scene *scene, uint32_t item)
{
	const struct advi_item *holder = &scene->world->pool.items.at[item];

	if (holder->is_virtual)
		return ADVI_END_VIRTUAL;
	if (in_base(scene->world, holder->record))
		return ADVI_END_BASE;
	return scene->frozen ? ADVI_END_JOINED : ADVI_END_LEFT;
}

/*
 * What 'holder' says of 'name', by its depends or its constrains, where none of 'items' would do;
 * otherwise UINT32_MAX.
 */
static uint32_t opposed(const struct advi_pool *pool, const struct advi_item *holder, uint32_t name,
			const uint32_t *items, size_t count, enum advi_relation *relation)
{
	for (int list = 0; list < 2; list++) {
		struct advi_span span = list ? holder->constrains : holder->requires;

		for (uint32_t i = 0; i < span.count; i++) {
			uint32_t own = pool->uses.at[span.first + i];
			bool would = false;

			if (pool->dependencies.at[own].name != name)
				continue;
			for (size_t n = 0; n < count && !would; n++)
				would = advi_pool_provides(pool, items[n], own);
			*relation = list ? ADVI_ONLY_WITH : ADVI_NEEDS;
			if (!would)
				return own;
		}
	}
	return UINT32_MAX;
}

static void set_behind(struct advi_holder *out, const struct advi_pool *pool, uint32_t item,
		       uint32_t dependency, enum advi_relation relation)
{
	out->behind = pool->items.at[item].record;
	out->behind_relation = relation;
	out->behind_spec = advi_pool_dependency_text(pool, dependency).ptr;
}

/*
 * "where tensorflow 2.15.0 needs numpy <2": who else of an environment that stays keeps a record
 * where it is. Python needs no such word: everything does.
 */
static void find_behind(struct advi_holder *out, const struct advi_scene *scene, uint32_t name,
			const uint32_t *items, size_t count)
{
	const struct advi_pool *pool = &scene->world->pool;
	const advi_numbers *frozen = &scene->world->frozen_items;

	if (!scene->frozen || advi_holder_is_python(pool, name))
		return;
	for (size_t i = 0; i < frozen->count; i++) {
		enum advi_relation relation;
		uint32_t own = opposed(pool, &pool->items.at[frozen->at[i]], name, items, count,
				       &relation);

		if (own == UINT32_MAX || pool->items.at[frozen->at[i]].name == name ||
		    pool->items.at[frozen->at[i]].name == scene->about)
			continue;
		set_behind(out, pool, frozen->at[i], own, relation);
		return;
	}
}

/* python_abi is how builds say which Python they are for; people know it as Python. */
static uint32_t spoken(const struct advi_scene *scene, uint32_t owner)
{
	const struct advi_pool *pool = &scene->world->pool;
	uint32_t python = advi_pool_name(pool, ADVI_STR("python")), known = 0;

	if (strcmp(pool->items.at[owner].record->name, "python_abi") == 0 && python != UINT32_MAX)
		known = advi_holder_stays(scene, python);
	return known ? known : owner;
}

static bool among(const uint32_t *items, size_t count, uint32_t item)
{
	for (size_t i = 0; i < count; i++)
		if (items[i] == item)
			return true;
	return false;
}

/* The one record that stays, when it is none of 'items'. */
static bool find_kept(struct advi_holder *out, const struct advi_scene *scene, uint32_t name,
		      const uint32_t *items, size_t count)
{
	uint32_t owner = advi_holder_stays(scene, name);

	if (!owner || among(items, count, owner))
		return false;
	out->end = advi_holder_kind(scene, owner);
	out->record = scene->world->pool.items.at[spoken(scene, owner)].record;
	if (out->end != ADVI_END_VIRTUAL)
		find_behind(out, scene, name, items, count);
	return true;
}

/* Whether none of 'items' is what a claim means. */
static bool claim_opposes(const struct advi_request *request, const uint32_t *items, size_t count)
{
	for (size_t i = 0; i < request->items.count; i++)
		if (among(items, count, request->items.at[i]))
			return false;
	return true;
}

/* "numpy=1.26.4=py311_0" means one record: then base has it. */
static const struct advi_record *exactly(const struct advi_scene *scene,
					 const struct advi_request *request)
{
	const struct advi_pool *pool = &scene->world->pool;

	return request->items.count == 1 && request->spec->build.set && request->spec->version
		       ? pool->items.at[request->items.at[0]].record
		       : NULL;
}

static bool find_claim(struct advi_holder *out, const struct advi_scene *scene,
		       const uint32_t *items, size_t count)
{
	uint32_t best = UINT32_MAX;

	for (size_t i = 0; i < count; i++) {
		struct advi_reason reason = scene->kept->reasons[items[i]];

		if (reason.out == ADVI_OUT_CLAIM && reason.by < best &&
		    claim_opposes(scene->claims->at[reason.by].request, items, count))
			best = reason.by;
	}
	if (best == UINT32_MAX)
		return false;
	out->end = scene->claims->at[best].kind;
	out->spec = scene->claims->at[best].request->text;
	out->record =
		out->end == ADVI_END_ASKED ? exactly(scene, scene->claims->at[best].request) : NULL;
	if (out->record)
		out->end = ADVI_END_BASE;
	return true;
}

/* A rule of the recipe lets none of those be that could be by themselves. */
static bool find_rule(struct advi_holder *out, const struct advi_scene *scene,
		      const uint32_t *items, size_t count)
{
	const struct advi_reason *rule = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct advi_reason *reason = &scene->kept->reasons[items[i]];

		if (reason->out != ADVI_OUT_PIN && reason->out != ADVI_OUT_SPEC) {
			if (advi_kept_in(&scene->world->ground, items[i]))
				return false;
			continue;
		}
		if (rule && (rule->out != reason->out || rule->by != reason->by))
			return false;
		rule = reason;
	}
	if (!rule)
		return false;
	out->end = rule->out == ADVI_OUT_PIN ? ADVI_END_PIN : ADVI_END_ASKED;
	if (rule->out == ADVI_OUT_PIN && scene->world->rules.at[rule->by].barred)
		out->end = ADVI_END_BARRED;
	out->spec = scene->world->rules.at[rule->by].text;
	return true;
}

/* Whether every record of 'holder' that is in opposes all of 'items'; '*best' is base's, or the
 * best.
 */
static bool all_oppose(const struct advi_scene *scene, uint32_t holder, uint32_t name,
		       const uint32_t *items, size_t count, uint32_t *best)
{
	const struct advi_pool *pool = &scene->world->pool;
	struct advi_span span = pool->named.at[holder];

	*best = 0;
	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t item = pool->by_name.at[span.first + i];
		enum advi_relation relation;

		if (!advi_kept_in(scene->kept, item))
			continue;
		if (opposed(pool, &pool->items.at[item], name, items, count, &relation) ==
		    UINT32_MAX)
			return false;
		if (!*best || in_base(scene->world, pool->items.at[item].record))
			*best = item;
	}
	return *best != 0;
}

static bool holds(const struct advi_scene *scene, size_t claim)
{
	return scene->claims && claim < scene->count && claim != scene->skip;
}

static bool is_claimed(const struct advi_scene *scene, uint32_t name)
{
	for (size_t i = 0; scene->claims && i < scene->count; i++)
		if (holds(scene, i) && scene->claims->at[i].request->name == name)
			return true;
	return false;
}

/* The claim that brings a name: the one itself, otherwise the one with the shortest way to it. */
static void find_root(struct advi_holder *out, const struct advi_scene *scene, uint32_t name)
{
	struct advi_link links[ADVI_CHAIN_LINKS];
	size_t shortest = SIZE_MAX;

	for (size_t i = 0; scene->claims && i < scene->count; i++) {
		uint32_t from = scene->claims->at[i].request->name;
		size_t length;

		if (!holds(scene, i) || from >= scene->world->pool.named.count)
			continue;
		length = from == name ? 0
				      : advi_scene_path(scene, from, name, links, ADVI_CHAIN_LINKS);
		if (length >= shortest || (from != name && !length))
			continue;
		shortest = length;
		out->root = scene->claims->at[i].request->text;
		out->root_direct = from == name;
		out->root_wanted = scene->claims->at[i].kind == ADVI_END_WANTED;
	}
}

/* Names that must be there and go only with others; one that was asked for is told first. */
static bool find_forced(struct advi_holder *out, const struct advi_scene *scene, uint32_t name,
			const uint32_t *items, size_t count)
{
	const struct advi_pool *pool = &scene->world->pool;
	struct advi_span about = pool->about.at[name];
	uint32_t found = 0, best;
	enum advi_relation relation;
	bool found_claimed = false;

	for (uint32_t d = 0; d < about.count; d++) {
		const struct advi_dependency *dependency =
			&pool->dependencies.at[pool->users.at[about.first + d]];
		struct advi_span users[] = {dependency->requirers, dependency->constrainers};

		for (uint32_t i = 0; i < users[0].count + users[1].count; i++) {
			uint32_t item =
				i < users[0].count
					? pool->users.at[users[0].first + i]
					: pool->users.at[users[1].first + i - users[0].count];
			uint32_t holder = pool->items.at[item].name;
			bool claimed;

			if (holder == name || holder == scene->about ||
			    !scene->kept->hard[holder] || !advi_kept_in(scene->kept, item))
				continue;
			claimed = is_claimed(scene, holder);
			if (found &&
			    (found_claimed > claimed ||
			     (found_claimed == claimed && pool->items.at[found].name <= holder)))
				continue;
			if (!all_oppose(scene, holder, name, items, count, &best))
				continue;
			found = best;
			found_claimed = claimed;
		}
	}
	if (!found)
		return false;
	out->end = ADVI_END_FORCED;
	best = opposed(pool, &pool->items.at[found], name, items, count, &relation);
	set_behind(out, pool, found, best, relation);
	find_root(out, scene, pool->items.at[found].name);
	return true;
}

/* Builds say by python_abi which Python they are for: who decides on Python decides on it. */
static bool find_abi(struct advi_holder *out, const struct advi_scene *scene)
{
	for (size_t i = 0; scene->claims && i < scene->count; i++) {
		const struct advi_request *request = scene->claims->at[i].request;

		if (!holds(scene, i) || scene->claims->at[i].kind == ADVI_END_WANTED ||
		    !advi_str_is(advi_matchspec_name(request->spec), "python") ||
		    !request->spec->version)
			continue;
		out->end = scene->claims->at[i].kind;
		out->name = "python";
		out->spec = request->text;
		return true;
	}
	return false;
}

/* Whether what is in the way lets a record of its name be. */
static bool allows(const struct advi_holder *out, const struct advi_record *record,
		   struct advi_arena *arena)
{
	const char *text = out->behind_spec ? out->behind_spec : out->spec;
	struct advi_matchspec spec;
	struct advi_version version;

	return text && advi_matchspec_parse(&spec, arena, advi_str(text), NULL) == 0 &&
	       advi_version_parse(&version, arena, advi_str(record->version), NULL) == 0 &&
	       advi_matchspec_match(&spec, record, &version);
}

/* Beside a spec or a need, what base has because of it tells more. */
static void add_record(struct advi_holder *out, const struct advi_scene *scene)
{
	const struct advi_record *record = base_record(scene->world, out->name);
	struct advi_arena arena = {0};

	if (!out->record && record && !out->root_wanted && out->end != ADVI_END_WANTED &&
	    allows(out, record, &arena))
		out->record = record;
	advi_arena_clear(&arena);
}

static bool is_virtual(const struct advi_scene *scene, uint32_t name)
{
	uint32_t owner = advi_holder_stays(scene, name);

	return owner && scene->world->pool.items.at[owner].is_virtual;
}

bool advi_holder_find(struct advi_holder *out, const struct advi_scene *scene, uint32_t name,
		      const uint32_t *items, size_t count)
{
	bool found;

	*out = (struct advi_holder){.name = name_text(scene, name)};
	if ((scene->frozen || is_virtual(scene, name)) && find_kept(out, scene, name, items, count))
		return true;
	found = (strcmp(out->name, "python_abi") == 0 && find_abi(out, scene)) ||
		find_claim(out, scene, items, count) || find_rule(out, scene, items, count) ||
		find_forced(out, scene, name, items, count);
	if (found)
		add_record(out, scene);
	return found || find_kept(out, scene, name, items, count);
}

void advi_holder_forced(struct advi_holder *out, const struct advi_scene *scene, uint32_t item,
			uint32_t by)
{
	const struct advi_pool *pool = &scene->world->pool;
	uint32_t name = pool->items.at[item].name;
	struct advi_span span = pool->named.at[pool->items.at[by].name];

	*out = (struct advi_holder){.name = name_text(scene, name)};
	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t holder = pool->by_name.at[span.first + i], own;
		enum advi_relation relation;

		if (!advi_kept_in(&scene->world->ground, holder))
			continue;
		own = opposed(pool, &pool->items.at[holder], name, &item, 1, &relation);
		if (own == UINT32_MAX)
			continue;
		out->end = ADVI_END_FORCED;
		set_behind(out, pool, holder, own, relation);
		return;
	}
}

static const char *unusable(const struct adv_world *world, struct advi_str name)
{
	for (size_t i = world->pool.dropped.entries.count; i-- > 0;) {
		const struct advi_map_entry *entry = &world->pool.dropped.entries.at[i];

		if (advi_str_starts(entry->key, name) && entry->key.ptr[name.len] == ' ')
			return world->pool.reasons.at[entry->number];
	}
	return NULL;
}

/* The newest record of a name that strict priority left out and that a spec means. */
static bool find_hidden(struct advi_holder *out, const struct adv_world *world,
			struct advi_str name, const char *text)
{
	const struct advi_hidden *found = NULL;
	struct advi_arena arena = {0};
	struct advi_version best = {0}, version;
	struct advi_matchspec spec;
	bool valid = advi_matchspec_parse(&spec, &arena, advi_str(text), NULL) == 0;

	for (size_t i = 0; valid && i < world->pool.hidden.count; i++) {
		const struct advi_hidden *hidden = &world->pool.hidden.at[i];

		if (!advi_str_is(name, hidden->record->name) ||
		    advi_version_parse(&version, &arena, advi_str(hidden->record->version), NULL) <
			    0 ||
		    !advi_matchspec_match(&spec, hidden->record, &version))
			continue;
		if (found && advi_version_cmp(&version, &best) <= 0)
			continue;
		found = hidden;
		best = version;
	}
	if (found) {
		out->end = ADVI_END_HIDDEN;
		out->record = found->record;
		out->channel = world->sources.at[found->channel].channel;
		out->owner = world->sources.at[found->owner].channel;
	}
	advi_arena_clear(&arena);
	return found != NULL;
}

void advi_holder_nowhere(struct advi_holder *out, const struct advi_scene *scene,
			 struct advi_str name, const char *spec)
{
	const struct advi_pool *pool = &scene->world->pool;
	uint32_t index = advi_pool_name(pool, name);
	struct advi_span span = {0};

	*out = (struct advi_holder){.end = ADVI_END_NOWHERE, .name = name.ptr, .spec = spec};
	if (index < pool->named.count)
		span = pool->named.at[index];
	if (spec && find_hidden(out, scene->world, name, spec))
		return;
	if (span.count) {
		uint32_t newest = pool->by_name.at[span.first];

		out->record = pool->items.at[newest].record;
		if (pool->items.at[newest].is_virtual)
			out->end = ADVI_END_VIRTUAL;
	} else if (advi_str_starts(name, ADVI_STR("__"))) {
		out->end = ADVI_END_NO_VIRTUAL;
	} else if (unusable(scene->world, name)) {
		out->end = ADVI_END_UNUSABLE;
		out->spec = unusable(scene->world, name);
	}
}
