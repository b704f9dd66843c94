/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the claims of a minimal set meet, and why they can't be had together. */
#include "solve/chain.h"
#include "solve/core.h"
#include "solve/holder.h"

/* Whether two scenes both need a name and leave nothing of it that the other leaves. */
static bool disjoint(const struct advi_scene *a, const struct advi_scene *b, uint32_t name)
{
	const struct advi_pool *pool = &a->world->pool;
	struct advi_span span = pool->named.at[name];

	if (!a->kept->hard[name] || !b->kept->hard[name] || !b->kept->left[name])
		return false;
	for (uint32_t i = 0; i < span.count; i++)
		if (advi_kept_in(a->kept, pool->by_name.at[span.first + i]) &&
		    advi_kept_in(b->kept, pool->by_name.at[span.first + i]))
			return false;
	return true;
}

/* What the end of a chain, or the request itself, would take of a name, were it not for others. */
static void taken(const struct advi_scene *scene, const struct advi_chain *chain,
		  const struct advi_request *about, advi_numbers *out)
{
	const struct advi_pool *pool = &scene->world->pool;
	const uint32_t *items = about->items.at;
	size_t count = about->items.count;

	if (chain->count) {
		struct advi_str spec = advi_str(chain->links[chain->count - 1].spec);
		size_t index = (size_t)(advi_map_get(&pool->texts, spec) - pool->texts.entries.at);

		items = pool->providers.at + pool->dependencies.at[index].providers.first;
		count = pool->dependencies.at[index].providers.count;
	}
	for (size_t i = 0; i < count; i++)
		if (advi_kept_in(&scene->world->ground, items[i]))
			advi_vec_push(out, items[i]);
}

/*
 * A chain from claim 'about', which alone leaves 'mine', to what the other claims leave: they meet
 * at the name with the shortest way to it. False when they meet nowhere by leaving out alone.
 */
static bool meet(struct advi_chain *out, const struct advi_scene *mine,
		 const struct advi_scene *others, const struct advi_request *about)
{
	uint32_t names = (uint32_t)mine->world->pool.named.count;
	size_t shortest = ADVI_CHAIN_LINKS + 1;

	for (uint32_t n = 0; n < names; n++) {
		struct advi_chain chain = {0};
		advi_numbers items = {0};

		if (!disjoint(mine, others, n))
			continue;
		chain.count = advi_scene_path(mine, about->name, n, chain.links, ADVI_CHAIN_LINKS);
		if ((chain.count || n == about->name) && chain.count < shortest) {
			taken(mine, &chain, about, &items);
			if (advi_holder_find(&chain.end, others, n, items.at, items.count)) {
				shortest = chain.count;
				*out = chain;
			}
			advi_vec_clear(&items);
		}
	}
	return shortest <= ADVI_CHAIN_LINKS;
}

/* Why one of the set can't be had with the others. */
static bool explain_one(struct advi_chain *out, const struct adv_world *world,
			const struct advi_kept *ground, const advi_claims *core, size_t at)
{
	const struct advi_request *request = core->at[at].request;
	advi_claims alone = {0};
	struct advi_scene mine, others;
	bool found = false;

	advi_vec_push(&alone, core->at[at]);
	advi_scene_init(&others, world, ground, core, core->count, at);
	if (advi_scene_refuses(&others, request)) {
		advi_chain_request(out, &others, request);
		found = true;
	} else if (core->count == 1) {
		/* It stands in its own way. */
		advi_scene_init(&mine, world, ground, &alone, 1, SIZE_MAX);
		found = advi_scene_refuses(&mine, request);
		if (found)
			advi_chain_request(out, &mine, request);
		advi_scene_clear(&mine);
	} else if (request->name < world->pool.named.count) {
		advi_scene_init(&mine, world, ground, &alone, 1, SIZE_MAX);
		found = meet(out, &mine, &others, request);
		advi_scene_clear(&mine);
	}
	advi_scene_clear(&others);
	advi_vec_clear(&alone);
	return found;
}

static void list(struct advi_why *out, const advi_claims *core)
{
	for (size_t i = 0; i < core->count; i++)
		advi_vec_push(&out->together,
			      ((struct advi_side){core->at[i].request->text, core->at[i].kind}));
}

/* What a chain had best be about: what is wanted, then a package, and Python last. */
static int interest(const struct advi_claim *claim)
{
	if (claim->kind == ADVI_END_WANTED)
		return 2;
	return advi_str_is(advi_matchspec_name(claim->request->spec), "python") ? 0 : 1;
}

void advi_core_explain(struct advi_why *out, const struct adv_world *world,
		       const struct advi_kept *ground, const advi_claims *core)
{
	struct advi_chain chain;

	*out = (struct advi_why){0};
	list(out, core);
	for (int wanted = 2; wanted >= 0 && !out->found; wanted--) {
		for (size_t i = 0; i < core->count; i++) {
			if (interest(&core->at[i]) != wanted ||
			    !explain_one(&chain, world, ground, core, i) ||
			    (out->found && out->chain.count <= chain.count))
				continue;
			out->wanted = core->at[i].request->text;
			out->chain = chain;
			out->found = true;
		}
	}
}
