/* SPDX-License-Identifier: BSD-3-Clause */
/* Package records in libsolv. */
#include "solve/pool.h"

#include <stdio.h>

#include "base/seen.h"
#include "solve/index.h"
#include "solve/native.h"
#include "solve/rank.h"
#include "solve/solv.h"

/* What fills a pool, and what was found out on the way. */
struct filling {
	struct advi_pool *pool;
	const struct advi_source *sources;
	size_t count;
	const struct advi_pool_options *options;
	advi_entries all;
	struct advi_map first;     /* name -> the first channel that has it */
	struct advi_map installed; /* name -> base's record, as long as no channel has it too */
	struct advi_seen names, versions, lists; /* by address: they are shared, mostly */
	ADVI_VEC(const char *) verdicts;         /* of lists: why they can't be used, or NULL */
	ADVI_VEC(struct advi_version *) parsed;  /* versions; NULL: it is none */
};

struct advi_source advi_source_of(const char *channel, const struct advi_record *records,
				  size_t count, struct advi_arena *arena)
{
	const struct advi_record **refs = advi_arena_alloc(arena, (count + 1) * sizeof(*refs));

	for (size_t i = 0; i < count; i++)
		refs[i] = &records[i];
	return (struct advi_source){channel, refs, count, false};
}

static void drop(struct advi_pool *pool, const struct advi_record *record, const char *reason)
{
	ADVI_AUTO_PTR char *key = advi_format("%s %s %s", record->name, record->version,
					      record->build ? record->build : "");
	struct advi_map_entry *entry = advi_map_add(&pool->dropped, advi_str(key), NULL);

	entry->number = pool->reasons.count;
	advi_vec_push(&pool->reasons, advi_arena_dup(&pool->arena, reason));
}

/* The channel that may give a name under strict priority. */
static uint32_t owner_of(const struct filling *filling, struct advi_str name)
{
	const struct advi_map *owners = filling->options->owners;
	const struct advi_map_entry *asked = owners ? advi_map_get(owners, name) : NULL;

	return (uint32_t)(asked ? asked : advi_map_get(&filling->first, name))->number;
}

static bool hide(struct filling *filling, const struct advi_record *record, uint32_t channel)
{
	uint32_t owner = owner_of(filling, advi_str(record->name));

	if (channel != owner)
		advi_vec_push(&filling->pool->hidden,
			      ((struct advi_hidden){record, channel, owner}));
	return channel != owner;
}

/* Which channel has a name first, and what base has installed of it. */
static void look_over(struct filling *filling)
{
	bool is_new;

	for (uint32_t c = 0; c < filling->count; c++) {
		const struct advi_source *source = &filling->sources[c];
		const char *last = NULL;

		for (size_t i = 0; i < source->count; i++) {
			const struct advi_record *record = source->records[i];
			struct advi_map_entry *entry;

			if (source->installed)
				advi_map_add(&filling->installed, advi_str(record->name), NULL)
					->pointer = (void *)(uintptr_t)record;
			if (record->name == last)
				continue;
			last = record->name;
			entry = advi_map_add(&filling->first, advi_str(last), &is_new);
			if (is_new)
				entry->number = c;
		}
	}
}

static void strike_off(struct filling *filling, const struct advi_record *record)
{
	struct advi_map_entry *entry =
		filling->installed.entries.count
			? advi_map_get(&filling->installed, advi_str(record->name))
			: NULL;

	if (entry && entry->pointer && advi_record_same(entry->pointer, record))
		entry->pointer = NULL;
}

/* Whether a source may give a record; what its priority forbids is written down. */
static bool may_give(struct filling *filling, uint32_t channel, const struct advi_record *record)
{
	if (filling->sources[channel].installed)
		return advi_map_get(&filling->installed, advi_str(record->name))->pointer == record;
	/* With one channel there is nobody else to give it. */
	return filling->options->priority != ADVI_PRIORITY_STRICT || filling->count == 1 ||
	       !hide(filling, record, channel);
}

/* The version cut up, or NULL with what is wrong. */
static const struct advi_version *version_of(struct filling *filling, const char *text,
					     struct adv_err *err)
{
	struct advi_arena *arena = &filling->pool->arena;
	struct advi_version version, *kept = NULL;
	bool is_new;
	uint32_t *number = advi_seen_add(&filling->versions, text, &is_new);

	if (!is_new && filling->parsed.at[*number])
		return filling->parsed.at[*number];
	if (advi_version_parse(&version, arena, advi_str(text), err) == 0) {
		kept = advi_arena_alloc(arena, sizeof(*kept));
		*kept = version;
	}
	if (is_new) {
		*number = (uint32_t)filling->parsed.count;
		advi_vec_push(&filling->parsed, kept);
	}
	return kept;
}

/* Why a list of dependencies can't be used, or NULL. */
static const char *verdict_of(struct filling *filling, const struct advi_list *list)
{
	struct adv_err err = ADV_ERR_INIT;
	const char *verdict = NULL;
	uint32_t *number;
	bool is_new;

	if (!list->count)
		return NULL;
	number = advi_seen_add(&filling->lists, list->at, &is_new);
	if (!is_new)
		return filling->verdicts.at[*number];
	if (!advi_native_usable(list, &filling->pool->arena, &err))
		verdict = advi_arena_dup(&filling->pool->arena, err.text);
	*number = (uint32_t)filling->verdicts.count;
	advi_vec_push(&filling->verdicts, verdict);
	return verdict;
}

/* A name's number, in the order in which names come. */
static uint32_t number_of(struct filling *filling, const char *name)
{
	bool is_new;
	uint32_t *number = advi_seen_add(&filling->names, name, &is_new);

	if (is_new)
		*number = (uint32_t)advi_map_intern(&filling->pool->names, advi_str(name));
	return *number;
}

static void take(struct filling *filling, uint32_t channel, const struct advi_record *record)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_entry entry = {.record = record, .channel = channel};
	const char *verdict;

	entry.version = version_of(filling, record->version, &err);
	if (!entry.version) {
		drop(filling->pool, record, err.text);
		return;
	}
	verdict = verdict_of(filling, &record->depends);
	verdict = verdict ? verdict : verdict_of(filling, &record->constrains);
	if (verdict) {
		drop(filling->pool, record, verdict);
		return;
	}
	entry.name = number_of(filling, record->name);
	entry.features = advi_rank_features(record->track_features);
	advi_vec_push(&filling->all, entry);
	if (!filling->sources[channel].installed)
		strike_off(filling, record);
}

static void take_virtuals(struct filling *filling)
{
	struct adv_err err = ADV_ERR_INIT;

	for (size_t i = 0; i < filling->options->virtual_count; i++) {
		const struct advi_record *record = &filling->options->virtuals[i];
		struct advi_entry entry = {.record = record, .is_virtual = true};

		entry.version = version_of(filling, record->version, &err);
		entry.name = number_of(filling, record->name);
		if (entry.version)
			advi_vec_push(&filling->all, entry);
	}
}

static int by_key(const void *a, const void *b)
{
	const struct advi_map_entry *const *x = a, *const *y = b;

	return advi_str_cmp((*x)->key, (*y)->key);
}

/* Names in the order of their texts, whatever the order in which they came. */
static void order_names(struct filling *filling)
{
	ADVI_VEC(const struct advi_map_entry *) sorted = {0};
	struct advi_map names = filling->pool->names, ordered = {0};
	uint32_t *places = advi_calloc(names.entries.count + 1, sizeof(*places));

	for (size_t i = 0; i < names.entries.count; i++)
		advi_vec_push(&sorted, &names.entries.at[i]);
	advi_vec_sort(&sorted, by_key);
	for (size_t i = 0; i < sorted.count; i++)
		places[sorted.at[i] - names.entries.at] =
			(uint32_t)advi_map_intern(&ordered, sorted.at[i]->key);
	for (size_t i = 0; i < filling->all.count; i++)
		filling->all.at[i].name = places[filling->all.at[i].name];
	filling->pool->names = ordered;
	advi_vec_clear(&sorted);
	advi_map_clear(&names);
	free(places);
}

/* Every record that may take part, by name, the best of each last. */
static void collect(struct filling *filling)
{
	look_over(filling);
	for (uint32_t c = 0; c < filling->count; c++)
		for (size_t i = 0; i < filling->sources[c].count; i++)
			if (may_give(filling, c, filling->sources[c].records[i]))
				take(filling, c, filling->sources[c].records[i]);
	take_virtuals(filling);
	order_names(filling);
	advi_rank_all(&filling->all, filling->pool->names.entries.count);
	advi_map_clear(&filling->first);
	advi_map_clear(&filling->installed);
	advi_seen_clear(&filling->names);
	advi_seen_clear(&filling->versions);
	advi_seen_clear(&filling->lists);
	advi_vec_clear(&filling->verdicts);
	advi_vec_clear(&filling->parsed);
}

/* libsolv's number of a text, looked up once a record's address of it. */
static Id text_id(struct advi_pool *pool, struct advi_seen *seen, const char *text)
{
	bool is_new;
	uint32_t *number = advi_seen_add(seen, text, &is_new);

	if (is_new)
		*number = (uint32_t)pool_str2id(pool->solv, text, 1);
	return (Id)*number;
}

/* Numbers as texts of libsolv: ranks, most of which many names have. */
typedef ADVI_VEC(Id) ranks;

static Id rank_id(struct advi_pool *pool, ranks *known, uint32_t rank)
{
	char text[16];

	while (known->count <= rank) {
		snprintf(text, sizeof(text), "%zu", known->count);
		advi_vec_push(known, pool_str2id(pool->solv, text, 1));
	}
	return known->at[rank];
}

/* One solvable with what libsolv needs to match and to prefer. */
static void add_solvable(struct advi_pool *pool, Id id, Repodata *data,
			 const struct advi_entry *entry, struct advi_seen *texts, ranks *known)
{
	Pool *solv = pool->solv;
	const struct advi_record *record = entry->record;
	Solvable *solvable = pool_id2solvable(solv, id);
	Repo *repo = solvable->repo;
	struct advi_item *item;

	solvable->name = text_id(pool, texts, record->name);
	solvable->evr = text_id(pool, texts, record->version);
	solvable->provides = repo_addid_dep(
		repo, 0, pool_rel2id(solv, solvable->name, solvable->evr, REL_EQ, 1), 0);
	repodata_set_id(data, id, SOLVABLE_BUILDFLAVOR,
			text_id(pool, texts, record->build ? record->build : ""));
	/* The order among builds is ours; libsolv only compares this number. */
	repodata_set_id(data, id, SOLVABLE_BUILDVERSION, rank_id(pool, known, entry->rank));
	for (uint32_t i = 0; i < entry->features; i++)
		repodata_add_idarray(data, id, SOLVABLE_TRACK_FEATURES,
				     pool_str2id(solv, "track_feature", 1));

	while (pool->items.count <= (size_t)id)
		advi_vec_new(&pool->items);
	item = &pool->items.at[id];
	item->record = record;
	item->version = *entry->version;
	item->channel = entry->channel;
	item->rank = entry->rank;
	item->is_virtual = entry->is_virtual;
	item->name = entry->name;
}

/* libsolv wants the solvables of a repo side by side. */
static void add_solvables(struct filling *filling)
{
	struct advi_pool *pool = filling->pool;
	bool flexible = filling->options->priority == ADVI_PRIORITY_FLEXIBLE;
	struct advi_seen texts = {0};
	ranks known = {0};

	for (size_t c = 0; c <= filling->count; c++) {
		Repo *repo = repo_create(pool->solv, c < filling->count ? "channel" : "virtual");
		Repodata *data = repo_add_repodata(repo, 0);

		repo->priority = flexible ? (int)(filling->count - c) : 0;
		for (size_t i = 0; i < filling->all.count; i++) {
			const struct advi_entry *entry = &filling->all.at[i];

			if (entry->is_virtual ? c == filling->count : entry->channel == c)
				add_solvable(pool, repo_add_solvable(repo), data, entry, &texts,
					     &known);
		}
		repodata_internalize(data);
	}
	advi_seen_clear(&texts);
	advi_vec_clear(&known);
}

/* A list that records share: its dependencies, and where libsolv has them in a repo. */
struct needs {
	struct advi_span span;
	const Repo *repo;
	Offset requires;
};

typedef ADVI_VEC(struct needs) needs_list;

static struct needs *needs_of(struct advi_pool *pool, struct advi_seen *lists, needs_list *all,
			      const struct advi_list *list)
{
	bool is_new;
	uint32_t *number = advi_seen_add(lists, list->at, &is_new);

	if (is_new) {
		*number = (uint32_t)all->count;
		advi_vec_push(all, ((struct needs){.span = advi_native_add(pool, list)}));
	}
	return &all->at[*number];
}

static Offset require(struct advi_pool *pool, Repo *repo, struct needs *needs)
{
	if (needs->repo == repo)
	return needs->requires;
	needs->repo = repo;
	needs->requires = 0;
	for (uint32_t d = 0; d < needs->span.count; d++) {
		uint32_t dependency = pool->uses.at[needs->span.first + d];

		needs->requires = repo_addid_dep(repo, needs->requires,
						 pool->dependencies.at[dependency].id, 0);
	}
	return needs->requires;
}

/* Gives every solvable its dependencies, now that all names are known. */
static void add_dependencies(struct advi_pool *pool)
{
	Pool *solv = pool->solv;
	struct advi_seen lists = {0};
	needs_list all = {0};

	for (size_t i = 0; i < pool->items.count; i++) {
		struct advi_item *item = &pool->items.at[i];
		const struct advi_record *record = item->record;
		Solvable *solvable;

		if (!record)
			continue;
		solvable = pool_id2solvable(solv, (Id)i);
		if (record->depends.count) {
			struct needs *needs = needs_of(pool, &lists, &all, &record->depends);

			item->requires = needs->span;
			solvable->requires = require(pool, solvable->repo, needs);
		}
		if (record->constrains.count)
			item->constrains = needs_of(pool, &lists, &all, &record->constrains)->span;
		for (uint32_t d = 0; d < item->constrains.count; d++)
			repodata_add_idarray(
				repo_id2repodata(solvable->repo, 1), (Id)i, SOLVABLE_CONSTRAINS,
				pool->dependencies.at[pool->uses.at[item->constrains.first + d]]
					.id);
	}
	for (int r = 1; r < solv->nrepos; r++)
		if (solv->repos[r])
			repo_internalize(solv->repos[r]);
	advi_seen_clear(&lists);
	advi_vec_clear(&all);
}

void advi_pool_fill(struct advi_pool *pool, const struct advi_source *sources, size_t count,
		    const struct advi_pool_options *options)
{
	struct filling filling = {
		.pool = pool, .sources = sources, .count = count, .options = options};

	memset(pool, 0, sizeof(*pool));
	pool->solv = pool_create();
	pool_setdisttype(pool->solv, DISTTYPE_CONDA);
	collect(&filling);
	add_solvables(&filling);
	advi_vec_clear(&filling.all);
	advi_index_names(pool, options->priority == ADVI_PRIORITY_FLEXIBLE);
	advi_native_watch(pool);
	add_dependencies(pool);
	pool_createwhatprovides(pool->solv);
	advi_index_dependencies(pool);
}

void advi_pool_forget(const struct advi_pool *pool)
{
	if (!pool->solv || !pool->solv->considered)
		return;
	map_free(pool->solv->considered);
	free(pool->solv->considered);
	pool->solv->considered = NULL;
}

void advi_pool_clear(struct advi_pool *pool)
{
	advi_pool_forget(pool);
	if (pool->solv)
		pool_free(pool->solv);
	advi_vec_clear(&pool->items);
	advi_map_clear(&pool->names);
	advi_vec_clear(&pool->named);
	advi_vec_clear(&pool->about);
	advi_vec_clear(&pool->by_name);
	advi_map_clear(&pool->texts);
	advi_vec_clear(&pool->dependencies);
	advi_vec_clear(&pool->uses);
	advi_vec_clear(&pool->provided);
	advi_vec_clear(&pool->providers);
	advi_vec_clear(&pool->users);
	advi_map_clear(&pool->dropped);
	advi_vec_clear(&pool->reasons);
	advi_vec_clear(&pool->hidden);
	advi_vec_clear(&pool->specs);
	advi_vec_clear(&pool->odd);
	advi_arena_clear(&pool->arena);
	pool->solv = NULL;
}

int advi_cmp_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void advi_numbers_sort(advi_numbers *numbers)
{
	advi_vec_sort(numbers, advi_cmp_number);
}

uint32_t advi_pool_name(const struct advi_pool *pool, struct advi_str name)
{
	const struct advi_map_entry *entry = advi_map_get(&pool->names, name);

	return entry ? (uint32_t)(entry - pool->names.entries.at) : UINT32_MAX;
}

static void match_name(const struct advi_pool *pool, const struct advi_matchspec *spec,
		       uint32_t name, advi_numbers *out)
{
	struct advi_span span;

	if (name >= pool->named.count)
		return;
	span = pool->named.at[name];
	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t number = pool->by_name.at[span.first + i];
		const struct advi_item *item = &pool->items.at[number];

		if (advi_matchspec_match(spec, item->record, &item->version))
			advi_vec_push(out, number);
	}
}

void advi_pool_match(const struct advi_pool *pool, const struct advi_matchspec *spec,
		     advi_numbers *out)
{
	struct advi_str name = advi_matchspec_name(spec);

	if (name.len) {
		match_name(pool, spec, advi_pool_name(pool, name), out);
		return;
	}
	for (uint32_t n = 0; n < pool->names.entries.count; n++)
		match_name(pool, spec, n, out);
}

bool advi_pool_provides(const struct advi_pool *pool, uint32_t item, uint32_t dependency)
{
	struct advi_span span = pool->dependencies.at[dependency].providers;
	size_t low = span.first, high = low + span.count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (pool->providers.at[middle] < item)
			low = middle + 1;
		else
			high = middle;
	}
	return low < span.first + span.count && pool->providers.at[low] == item;
}
