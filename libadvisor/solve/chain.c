/* SPDX-License-Identifier: BSD-3-Clause */
/* The shortest chain from a record that is out to what is in its way. */
#include "solve/chain.h"

#include "solve/holder.h"

enum {
	LONG = 1 << 20,      /* a cost beyond all others */
	OTHER_PYTHON = 1000, /* chains that end at another Python say least: most packages have
			      * builds for several */
	DEEP = 64            /* chains are followed so far; longer ones are nobody's explanation */
};

/* Costs, by item, are remembered; 0 is not known yet. */
struct search {
	const struct advi_scene *scene;
	const struct advi_kept *kept;
	const struct advi_pool *pool;
	uint32_t *costs;
};

static void search_init(struct search *s, const struct advi_scene *scene)
{
	const struct advi_pool *pool = &scene->world->pool;

	*s = (struct search){scene, scene->kept, pool,
			     advi_calloc(pool->items.count + 1, sizeof(*s->costs))};
}

/* --- which way is the shortest --- */

static uint32_t cost_of(struct search *s, uint32_t item, unsigned depth);

/* The item, of those that would satisfy a dependency, whose own chain is the shortest. */
static uint32_t best_provider(struct search *s, uint32_t dependency, unsigned depth, uint32_t *cost)
{
	struct advi_span span = s->pool->dependencies.at[dependency].providers;
	uint32_t best = 0;

	*cost = LONG;
	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t item = s->pool->providers.at[span.first + i], own;

		if (advi_kept_in(s->kept, item))
			continue;
		own = cost_of(s, item, depth);
		if (!best || own < *cost ||
		    (own == *cost && best &&
		     s->pool->items.at[item].rank > s->pool->items.at[best].rank)) {
			*cost = own;
			best = item;
		}
	}
	return best;
}

/* Reasons rest on reasons that came before them, so this ends; 'depth' bounds the stack. */
static uint32_t cost_of(struct search *s, uint32_t item, unsigned depth)
{
	struct advi_reason reason = s->kept->reasons[item];
	uint32_t cost = 1, name;

	if (s->costs[item])
		return s->costs[item];
	if (depth >= DEEP)
		return LONG;
	if (reason.out == ADVI_OUT_MISSING && s->pool->dependencies.at[reason.by].providers.count) {
		name = s->pool->dependencies.at[reason.by].name;
		if (!advi_holder_stays(s->scene, name))
			best_provider(s, reason.by, depth + 1, &cost);
		cost = cost < LONG ? cost + 1 : cost;
		if (advi_holder_is_python(s->pool, name) && cost < OTHER_PYTHON)
			cost += OTHER_PYTHON;
	}
	s->costs[item] = cost;
	return cost;
}

/* --- links --- */

static struct advi_link *add(struct advi_chain *chain, const struct search *s, uint32_t item,
			     enum advi_relation relation)
{
	struct advi_link *link = &chain->links[chain->count++];

	*link = (struct advi_link){s->pool->items.at[item].record, relation, NULL};
	return link;
}

/* A dependency, or constraint, that nothing satisfies. Returns the next item of the chain, or 0 at
 * its end. */
static uint32_t add_missing(struct advi_chain *chain, struct search *s, uint32_t item,
			    uint32_t dependency, enum advi_relation relation)
{
	const struct advi_dependency *d = &s->pool->dependencies.at[dependency];
	struct advi_str name = advi_pool_name_text(s->pool, d->name);
	const char *text = advi_pool_dependency_text(s->pool, dependency).ptr;
	uint32_t cost;

	add(chain, s, item, relation)->spec = text;
	if (!d->providers.count) {
		/* What is excluded is there: that it is, is in the way. */
		if (relation == ADVI_NEEDS ||
		    !advi_holder_find(&chain->end, s->scene, d->name, NULL, 0))
			advi_holder_nowhere(&chain->end, s->scene, name, text);
		return 0;
	}
	if (advi_holder_find(&chain->end, s->scene, d->name,
			     s->pool->providers.at + d->providers.first, d->providers.count))
		return 0;
	return best_provider(s, dependency, 0, &cost);
}

/* What a record that stays, and shuts others of a name out, goes with. */
static void shut_out(struct advi_chain *chain, const struct search *s, uint32_t item, uint32_t by)
{
	const struct advi_item *holder = &s->pool->items.at[by];

	chain->end = (struct advi_holder){
		.end = advi_holder_kind(s->scene, by),
		.name = s->pool->items.at[item].record->name,
		.record = holder->record,
	};
	for (uint32_t i = 0; i < holder->constrains.count; i++) {
		uint32_t own = s->pool->uses.at[holder->constrains.first + i];

		if (s->pool->dependencies.at[own].name != s->pool->items.at[item].name)
			continue;
		chain->end.spec = advi_pool_dependency_text(s->pool, own).ptr;
		if (!advi_pool_provides(s->pool, item, own))
			return;
	}
}

/* One link, for why 'item' is out. Returns the next item of the chain, or 0 at its end. */
static uint32_t add_link(struct advi_chain *chain, struct search *s, uint32_t item)
{
	struct advi_reason reason = s->kept->reasons[item];
	uint32_t name = s->pool->items.at[item].name;

	switch ((enum advi_absence)reason.out) {
	case ADVI_OUT_MISSING:
		return add_missing(chain, s, item, reason.by, ADVI_NEEDS);
	case ADVI_OUT_EXCLUDES:
		return add_missing(chain, s, item, reason.by, ADVI_ONLY_WITH);
	case ADVI_OUT_EXCLUDED:
		add(chain, s, item, ADVI_SHUT_OUT);
		shut_out(chain, s, item, reason.by);
		return 0;
	case ADVI_OUT_FROZEN:
	case ADVI_OUT_UNSUPPORTED:
	case ADVI_OUT_CLAIM:
	case ADVI_OUT_PIN:
	case ADVI_OUT_SPEC:
		add(chain, s, item, ADVI_IS_NOT);
		if (!advi_holder_find(&chain->end, s->scene, name, &item, 1) &&
		    reason.out == ADVI_OUT_UNSUPPORTED)
			advi_holder_forced(&chain->end, s->scene, item, reason.by);
		return 0;
	case ADVI_OUT_DOMINATED:
	case ADVI_OUT_NOT:
		break;
	}
	return 0;
}

static void follow(struct advi_chain *chain, struct search *s, uint32_t item)
{
	while (item && chain->count < ADVI_CHAIN_LINKS)
		item = add_link(chain, s, item);
}

bool advi_chain_other_python(const struct advi_scene *scene, uint32_t item)
{
	const struct advi_pool *pool = &scene->world->pool;
	struct advi_span span = pool->items.at[item].requires;

	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t own = pool->uses.at[span.first + i];
		uint32_t name = pool->dependencies.at[own].name;

		if (advi_holder_is_python(pool, name) && scene->kept->hard[name] &&
		    !scene->kept->satisfiers[own])
			return true;
	}
	return false;
}

static bool other_python(const struct search *s, uint32_t item)
{
	return advi_chain_other_python(s->scene, item);
}

/*
 * Of the builds of the newest version that is for this Python, the one with the shortest chain;
 * '*newest' says whether that is the newest version at all.
 */
static uint32_t best_of(struct search *s, const uint32_t *items, size_t count, bool *newest)
{
	uint32_t first = 0, best = 0, cost = UINT32_MAX;

	for (size_t i = 0; i < count; i++) {
		const struct advi_version *version = &s->pool->items.at[items[i]].version;

		if (advi_kept_in(s->kept, items[i]))
			continue;
		if (best && !other_python(s, best) &&
		    advi_version_cmp(version, &s->pool->items.at[best].version))
			break;
		if (!best || (other_python(s, best) && !other_python(s, items[i])) ||
		    (other_python(s, best) == other_python(s, items[i]) &&
		     !advi_version_cmp(version, &s->pool->items.at[best].version) &&
		     cost_of(s, items[i], 0) < cost)) {
			cost = cost_of(s, items[i], 0);
			best = items[i];
		}
		first = first ? first : items[i];
	}
	*newest = !best || !advi_version_cmp(&s->pool->items.at[first].version,
					     &s->pool->items.at[best].version);
	return best;
}

static void explain(struct advi_chain *out, const struct advi_scene *scene, const uint32_t *items,
		    size_t count)
{
	struct search s;
	bool newest;
	uint32_t item;

	search_init(&s, scene);
	item = best_of(&s, items, count, &newest);
	out->not_newest = !newest;
	follow(out, &s, item);
	free(s.costs);
}

void advi_chain_items(struct advi_chain *out, const struct advi_scene *scene, const uint32_t *items,
		      size_t count)
{
	*out = (struct advi_chain){0};
	explain(out, scene, items, count);
}

/* Something would do, were it not for what its own name is kept at. */
static bool out_by_name(const struct advi_scene *scene, const advi_numbers *items)
{
	for (size_t i = 0; i < items->count; i++) {
		uint8_t out = scene->kept->reasons[items->at[i]].out;

		if (out == ADVI_OUT_FROZEN || out == ADVI_OUT_CLAIM || out == ADVI_OUT_UNSUPPORTED)
			return true;
	}
	return false;
}

void advi_chain_request(struct advi_chain *out, const struct advi_scene *scene,
			const struct advi_request *request)
{
	const advi_numbers *items = &request->items;

	*out = (struct advi_chain){0};
	if (!items->count) {
		advi_holder_nowhere(&out->end, scene, advi_matchspec_name(request->spec),
				    request->text);
		return;
	}
	if (request->name < scene->world->pool.named.count && scene->kept->hard[request->name] &&
	    out_by_name(scene, items) &&
	    advi_holder_find(&out->end, scene, request->name, items->at, items->count))
		return;
	explain(out, scene, items->at, items->count);
}
