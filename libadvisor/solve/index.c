/* SPDX-License-Identifier: BSD-3-Clause */
/* The pool's cross-references. */
#include "solve/index.h"

#include <stdlib.h>

#include "solve/solv.h"

/* A pair that is sorted by its key, then its value. */
struct pair {
	uint32_t key, value;
};

typedef ADVI_VEC(struct pair) pairs;

/*
 * Lists of 'value' by 'key' out of pairs: spans[key] into 'out', in the order of the pairs. A
 * counting sort: there are half a million of them.
 */
static void group(const pairs *all, struct advi_span *spans, size_t stride, advi_numbers *out)
{
	uint32_t base = (uint32_t)out->count;
	uint32_t *at;
	uint32_t keys = 0;

#define SPAN(key) ((struct advi_span *)((char *)spans + (key)*stride))
	for (size_t i = 0; i < all->count; i++) {
		SPAN(all->at[i].key)->count++;
		keys = all->at[i].key >= keys ? all->at[i].key + 1 : keys;
		advi_vec_push(out, 0);
	}
	at = advi_calloc(keys ? keys : 1, sizeof(*at));
	for (uint32_t k = 0; k < keys; k++) {
		at[k] = base;
		SPAN(k)->first = base;
		base += SPAN(k)->count;
	}
	for (size_t i = 0; i < all->count; i++)
		out->at[at[all->at[i].key]++] = all->at[i].value;
#undef SPAN
	free(at);
}

struct place {
	uint32_t name, channel, rank, item;
};

/* By name; the preferred channel first, the best record first. */
static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	if (x->channel != y->channel)
		return x->channel < y->channel ? -1 : 1;
	return (x->rank < y->rank) - (x->rank > y->rank);
}

void advi_index_names(struct advi_pool *pool, bool by_channel)
{
	ADVI_VEC(struct place) all = {0};

	while (pool->named.count < pool->names.entries.count)
		advi_vec_new(&pool->named);
	for (size_t i = 0; i < pool->items.count; i++) {
		const struct advi_item *item = &pool->items.at[i];

		if (item->record)
			advi_vec_push(&all,
				      ((struct place){item->name, by_channel ? item->channel : 0,
						      item->rank, (uint32_t)i}));
	}
	advi_vec_sort(&all, by_place);
	for (size_t i = 0; i < all.count; i++) {
		struct advi_span *span = &pool->named.at[all.at[i].name];

		span->first = span->count ? span->first : (uint32_t)i;
		span->count++;
		advi_vec_push(&pool->by_name, all.at[i].item);
	}
	advi_vec_clear(&all);
}

static void index_users(struct advi_pool *pool, bool constrains)
{
	pairs all = {0};
	struct advi_dependency *first = pool->dependencies.at;

	for (size_t i = 0; i < pool->items.count; i++) {
		const struct advi_item *item = &pool->items.at[i];
		struct advi_span span = constrains ? item->constrains : item->requires;

		for (uint32_t d = 0; d < span.count; d++)
			advi_vec_push(&all,
				      ((struct pair){pool->uses.at[span.first + d], (uint32_t)i}));
	}
	if (first)
		group(&all, constrains ? &first->constrainers : &first->requirers, sizeof(*first),
		      &pool->users);
	advi_vec_clear(&all);
}

/*
 * What libsolv says of a version holds for every record that has it, so it is asked once for all
 * that stand together; builds are compared here. It would ask for each record, and compile the
 * pattern of a build each time.
 */
static void match_native(const struct advi_pool *pool, const struct advi_dependency *dependency,
			 Reldep *relation, advi_numbers *out)
{
	struct advi_span span = pool->named.at[dependency->name];
	struct advi_str text = advi_str(pool_id2str(pool->solv, relation->evr));
	size_t blank = advi_str_find(text, ' ');
	struct advi_pattern build = {.kind = ADVI_PATTERN_GLOB,
				     .text = advi_str_from(text, blank + 1)};
	ADVI_AUTO_PTR char *version = advi_str_dup((struct advi_str){text.ptr, blank});
	bool any = advi_str_is(build.text, "*") || blank == text.len, in = false;
	Id last = 0;

	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t item = pool->by_name.at[span.first + i];
		Solvable *solvable = pool_id2solvable(pool->solv, (Id)item);
		const char *own = pool->items.at[item].record->build;

		if (solvable->evr != last)
			in = solvable_conda_matchversion(solvable, version);
		last = solvable->evr;
		if (in && (any || advi_pattern_match(&build, advi_str(own ? own : ""))))
			advi_vec_push(out, item);
	}
	advi_numbers_sort(out);
}

static void match(const struct advi_pool *pool, const struct advi_dependency *dependency,
		  advi_numbers *out)
{
	Reldep *relation = ISRELDEP(dependency->id) ? GETRELDEP(pool->solv, dependency->id) : NULL;
	Id offset;

	if (relation && relation->flags == REL_CONDA) {
		match_native(pool, dependency, relation, out);
		return;
	}
	offset = pool_whatprovides(pool->solv, dependency->id);
	for (Id p; (p = pool->solv->whatprovidesdata[offset]) != 0; offset++)
		advi_vec_push(out, (uint32_t)p);
}

void advi_index_dependencies(struct advi_pool *pool)
{
	pairs all = {0}, about = {0};
	advi_numbers found = {0};

	for (size_t d = 0; d < pool->dependencies.count; d++) {
		struct advi_dependency *dependency = &pool->dependencies.at[d];

		found.count = 0;
		match(pool, dependency, &found);
		advi_vec_push(&about, ((struct pair){dependency->name, (uint32_t)d}));
		dependency->providers.first = (uint32_t)pool->providers.count;
		for (size_t i = 0; i < found.count; i++) {
			advi_vec_push(&pool->providers, found.at[i]);
			advi_vec_push(&all, ((struct pair){found.at[i], (uint32_t)d}));
		}
		dependency->providers.count =
			(uint32_t)pool->providers.count - dependency->providers.first;
	}
	if (pool->items.count)
		group(&all, &pool->items.at[0].provides, sizeof(*pool->items.at), &pool->provided);
	while (pool->about.count < pool->named.count)
		advi_vec_new(&pool->about);
	if (pool->about.count)
		group(&about, pool->about.at, sizeof(*pool->about.at), &pool->users);
	advi_vec_clear(&all);
	advi_vec_clear(&about);
	advi_vec_clear(&found);
	index_users(pool, false);
	index_users(pool, true);
}
