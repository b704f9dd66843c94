/* SPDX-License-Identifier: BSD-3-Clause */
/* Package records in libsolv. */
#include "solve/pool.h"

#include <stdio.h>

#include "solve/index.h"
#include "solve/native.h"
#include "solve/solv.h"

/* A record on its way into the pool. */
struct entry {
	const struct advi_record *record;
	struct advi_version version;
	uint32_t channel;
	bool is_virtual;
	uint32_t rank; /* among those of its name; higher is preferred */
};

typedef ADVI_VEC(struct entry) entries;

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

static int by_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Any total order that does not depend on the input's. */
static int canonical(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = by_text(x->record->name, y->record->name);

	if (!order && x->channel != y->channel)
		return x->channel < y->channel ? -1 : 1;
	if (!order)
		order = by_text(x->record->version, y->record->version);
	if (!order && x->record->build_number != y->record->build_number)
		return x->record->build_number < y->record->build_number ? -1 : 1;
	if (!order)
		order = by_text(x->record->build, y->record->build);
	if (!order)
		order = by_text(x->record->subdir, y->record->subdir);
	if (!order)
		order = by_text(x->record->fn, y->record->fn);
	if (!order)
		order = by_text(x->record->sha256, y->record->sha256);
	return order;
}

/* Tokens of track_features; each makes a record less wanted. */
static unsigned feature_count(const char *features)
{
	unsigned count = 0;
	bool inside = false;

	for (; features && *features; features++) {
		bool blank = *features == ' ' || *features == ',' || *features == '\t';

		count += !blank && !inside;
		inside = !blank;
	}
	return count;
}

static int cmp_list(const struct advi_list *a, const struct advi_list *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		int order = strcmp(a->at[i], b->at[i]);

		if (order)
			return order;
	}
	return (a->count > b->count) - (a->count < b->count);
}

static bool same_needs(const struct entry *a, const struct entry *b)
{
	return cmp_list(&a->record->depends, &b->record->depends) == 0 &&
	       cmp_list(&a->record->constrains, &b->record->constrains) == 0;
}

/*
 * Builds with equal version and number: by build string, as libsolv does. A time stamp decides
 * only between rebuilds that need the same, where newer is better for sure: such builds stand
 * together, where the one with the greatest build string stands.
 */
static int by_build(const struct entry *a, const struct entry *b)
{
	return advi_version_cmp_text(advi_str(a->record->build ? a->record->build : ""),
				     advi_str(b->record->build ? b->record->build : ""));
}

static int preference(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	unsigned fx = feature_count(x->record->track_features);
	unsigned fy = feature_count(y->record->track_features);
	int order;

	if (x->is_virtual != y->is_virtual)
		return x->is_virtual ? 1 : -1;
	if (fx != fy)
		return fx > fy ? -1 : 1;
	order = advi_version_cmp(&x->version, &y->version);
	if (order)
		return order;
	if (x->record->build_number != y->record->build_number)
		return x->record->build_number < y->record->build_number ? -1 : 1;
	order = by_build(x, y);
	return order ? order : canonical(a, b);
}

static bool same_number(const struct entry *a, const struct entry *b)
{
	return feature_count(a->record->track_features) ==
		       feature_count(b->record->track_features) &&
	       advi_version_cmp(&a->version, &b->version) == 0 &&
	       a->record->build_number == b->record->build_number;
}

/*
 * 'at[0 .. count)' differ in build string and time stamp only, best last. Brings those that need
 * the same as the best one beside it, newest last, then goes on with what is left.
 */
static void gather_rebuilds(struct entry *at, size_t count)
{
	while (count > 1) {
		size_t like = count - 1, newest;
		struct entry moved;

		for (size_t i = count - 1; i-- > 0;) {
			if (!same_needs(&at[i], &at[count - 1]))
				continue;
			moved = at[i];
			memmove(&at[i], &at[i + 1], (--like - i) * sizeof(*at));
			at[like] = moved;
		}
		/* at[like .. count) need the same: an insertion sort by time, stable. */
		for (size_t i = like + 1; i < count; i++) {
			moved = at[i];
			for (newest = i; newest > like &&
					 at[newest - 1].record->timestamp > moved.record->timestamp;
			     newest--)
				at[newest] = at[newest - 1];
			at[newest] = moved;
		}
		count = like;
	}
}

/* Orders the entries of one name, the best last, and numbers them. */
static void rank_name(struct entry *at, size_t count)
{
	size_t from = 0;

	qsort(at, count, sizeof(*at), preference);
	for (size_t i = 1; i <= count; i++) {
		if (i < count && same_number(&at[i], &at[from]))
			continue;
		gather_rebuilds(at + from, i - from);
		from = i;
	}
	for (size_t i = 0; i < count; i++)
		at[i].rank = (uint32_t)i;
}

static void rank_all(entries *all)
{
	size_t from = 0;

	for (size_t i = 1; i <= all->count; i++) {
		if (i < all->count &&
		    strcmp(all->at[i].record->name, all->at[from].record->name) == 0)
			continue;
		rank_name(all->at + from, i - from);
		from = i;
	}
}

/* The channel that may give a name under strict priority. */
static uint32_t owner_of(const struct advi_map *owners, const struct advi_map *first,
			 struct advi_str name)
{
	const struct advi_map_entry *asked = owners ? advi_map_get(owners, name) : NULL;

	return (uint32_t)(asked ? asked : advi_map_get(first, name))->number;
}

static void note_first(struct advi_map *first, struct advi_str name, uint32_t channel)
{
	bool is_new;
	struct advi_map_entry *entry = advi_map_add(first, name, &is_new);

	if (is_new)
		entry->number = channel;
}

static bool hide(struct advi_pool *pool, const struct advi_record *record, uint32_t channel,
		 uint32_t owner)
{
	if (channel != owner)
		advi_vec_push(&pool->hidden, ((struct advi_hidden){record, channel, owner}));
	return channel != owner;
}

/* What base has installed, by name: the record, NULL once a channel is seen to have it too. */
static void list_installed(struct advi_map *installed, const struct advi_source *sources,
			   size_t count)
{
	for (size_t c = 0; c < count; c++)
		for (size_t i = 0; sources[c].installed && i < sources[c].count; i++)
			advi_map_add(installed, advi_str(sources[c].records[i]->name), NULL)
				->pointer = (void *)(uintptr_t)sources[c].records[i];
}

static void strike_off(struct advi_map *installed, const struct advi_record *record)
{
	struct advi_map_entry *entry =
		installed->entries.count ? advi_map_get(installed, advi_str(record->name)) : NULL;

	if (entry && entry->pointer && advi_record_same(entry->pointer, record))
		entry->pointer = NULL;
}

/* Whether a source may give a record; what its priority forbids is written down. */
static bool may_give(struct advi_pool *pool, const struct advi_source *source, uint32_t channel,
		     const struct advi_record *record, const struct advi_map *first,
		     const struct advi_map *installed, const struct advi_pool_options *options)
{
	struct advi_str name = advi_str(record->name);

	if (source->installed)
		return advi_map_get(installed, name)->pointer == record;
	return options->priority != ADVI_PRIORITY_STRICT ||
	       !hide(pool, record, channel, owner_of(options->owners, first, name));
}

static void take_records(struct advi_pool *pool, entries *all, const struct advi_source *sources,
			 size_t count, const struct advi_pool_options *options)
{
	struct advi_map first = {0}, installed = {0};
	struct adv_err err = ADV_ERR_INIT;

	list_installed(&installed, sources, count);
	for (uint32_t c = 0; c < count; c++)
		for (size_t i = 0; i < sources[c].count; i++)
			note_first(&first, advi_str(sources[c].records[i]->name), c);
	for (uint32_t c = 0; c < count; c++) {
		for (size_t i = 0; i < sources[c].count; i++) {
			const struct advi_record *record = sources[c].records[i];
			struct entry entry = {.record = record, .channel = c};

			if (!may_give(pool, &sources[c], c, record, &first, &installed, options))
				continue;
			if (advi_version_parse(&entry.version, &pool->arena,
					       advi_str(record->version), &err) < 0) {
				drop(pool, record, err.text);
			} else if (!advi_native_usable(record, &pool->arena, &err)) {
				drop(pool, record, err.text);
			} else {
				advi_vec_push(all, entry);
				if (!sources[c].installed)
					strike_off(&installed, record);
			}
		}
	}
	advi_map_clear(&first);
	advi_map_clear(&installed);
}

static void take_virtuals(struct advi_pool *pool, entries *all,
			  const struct advi_pool_options *options)
{
	for (size_t i = 0; i < options->virtual_count; i++) {
		struct entry entry = {.record = &options->virtuals[i], .is_virtual = true};

		if (advi_version_parse(&entry.version, &pool->arena,
				       advi_str(entry.record->version), NULL) == 0)
			advi_vec_push(all, entry);
	}
}

/* One solvable with what libsolv needs to match and to prefer. */
static void add_solvable(struct advi_pool *pool, Repo *repo, Repodata *data,
			 const struct entry *entry)
{
	Pool *solv = pool->solv;
	const struct advi_record *record = entry->record;
	Id id = repo_add_solvable(repo);
	Solvable *solvable = pool_id2solvable(solv, id);
	char rank[16];
	struct advi_item *item;

	solvable->name = pool_str2id(solv, record->name, 1);
	solvable->evr = pool_str2id(solv, record->version, 1);
	solvable->provides = repo_addid_dep(
		repo, 0, pool_rel2id(solv, solvable->name, solvable->evr, REL_EQ, 1), 0);
	repodata_set_poolstr(data, id, SOLVABLE_BUILDFLAVOR, record->build ? record->build : "");
	/* The order among builds is ours; libsolv only compares this number. */
	snprintf(rank, sizeof(rank), "%u", entry->rank);
	repodata_set_str(data, id, SOLVABLE_BUILDVERSION, rank);
	for (unsigned i = feature_count(record->track_features); i > 0; i--)
		repodata_add_idarray(data, id, SOLVABLE_TRACK_FEATURES,
				     pool_str2id(solv, "track_feature", 1));

	while (pool->items.count <= (size_t)id)
		advi_vec_new(&pool->items);
	item = &pool->items.at[id];
	item->record = record;
	item->version = entry->version;
	item->channel = entry->channel;
	item->rank = entry->rank;
	item->is_virtual = entry->is_virtual;
	item->name = (uint32_t)advi_map_intern(&pool->names, advi_str(record->name));
}

/* libsolv wants the solvables of a repo side by side. */
static void add_solvables(struct advi_pool *pool, const entries *all, size_t sources,
			  enum advi_priority priority)
{
	for (size_t c = 0; c <= sources; c++) {
		Repo *repo = repo_create(pool->solv, c < sources ? "channel" : "virtual");
		Repodata *data = repo_add_repodata(repo, 0);

		repo->priority = priority == ADVI_PRIORITY_FLEXIBLE ? (int)(sources - c) : 0;
		for (size_t i = 0; i < all->count; i++)
			if (all->at[i].is_virtual ? c == sources : all->at[i].channel == c)
				add_solvable(pool, repo, data, &all->at[i]);
		repodata_internalize(data);
	}
}

/* Gives every solvable its dependencies, now that all names are known. */
static void add_dependencies(struct advi_pool *pool)
{
	Pool *solv = pool->solv;

	for (size_t i = 0; i < pool->items.count; i++) {
		struct advi_item *item = &pool->items.at[i];
		Solvable *solvable;
		Repodata *data;

		if (!item->record)
			continue;
		solvable = pool_id2solvable(solv, (Id)i);
		data = repo_id2repodata(solvable->repo, 1);
		item->requires = advi_native_add(pool, &item->record->depends);
		item->constrains = advi_native_add(pool, &item->record->constrains);
		for (uint32_t d = 0; d < item->requires.count; d++)
		solvable->requires = repo_addid_dep(
			solvable->repo, solvable->requires,
			pool->dependencies.at[pool->uses.at[item->requires.first + d]].id, 0);
		for (uint32_t d = 0; d < item->constrains.count; d++)
			repodata_add_idarray(
				data, (Id)i, SOLVABLE_CONSTRAINS,
				pool->dependencies.at[pool->uses.at[item->constrains.first + d]]
					.id);
	}
	for (int r = 1; r < solv->nrepos; r++)
		if (solv->repos[r])
			repo_internalize(solv->repos[r]);
}

void advi_pool_fill(struct advi_pool *pool, const struct advi_source *sources, size_t count,
		    const struct advi_pool_options *options)
{
	entries all = {0};

	memset(pool, 0, sizeof(*pool));
	pool->solv = pool_create();
	pool_setdisttype(pool->solv, DISTTYPE_CONDA);
	take_records(pool, &all, sources, count, options);
	take_virtuals(pool, &all, options);
	advi_vec_sort(&all, canonical);
	rank_all(&all);
	add_solvables(pool, &all, count, options->priority);
	advi_index_names(pool, options->priority == ADVI_PRIORITY_FLEXIBLE);
	advi_native_watch(pool);
	add_dependencies(pool);
	pool_createwhatprovides(pool->solv);
	advi_index_dependencies(pool);
	advi_vec_clear(&all);
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
