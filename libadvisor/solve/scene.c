/* SPDX-License-Identifier: BSD-3-Clause */
/* What a set of claims leaves. */
#include "solve/scene.h"

/* The best record of a name that is in, or 0. */
static uint32_t first_in(const struct advi_kept *kept, uint32_t name)
{
	struct advi_span span = kept->pool->named.at[name];

	for (uint32_t i = 0; i < span.count; i++)
		if (advi_kept_in(kept, kept->pool->by_name.at[span.first + i]))
			return kept->pool->by_name.at[span.first + i];
	return 0;
}

static bool mentions(const struct advi_pool *pool, struct advi_span span, uint32_t name)
{
	for (uint32_t i = 0; i < span.count; i++)
		if (pool->dependencies.at[pool->uses.at[span.first + i]].name == name)
			return true;
	return false;
}

/* Whether every record of 'holder' that is in needs 'name'. */
static bool all_need(const struct advi_kept *kept, uint32_t holder, uint32_t name)
{
	const struct advi_pool *pool = kept->pool;
	struct advi_span span = pool->named.at[holder];

	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t item = pool->by_name.at[span.first + i];

		if (advi_kept_in(kept, item) &&
		    !mentions(pool, pool->items.at[item].requires, name))
			return false;
	}
	return true;
}

void advi_scene_init(struct advi_scene *scene, const struct adv_world *world,
		     const struct advi_kept *ground, const advi_claims *claims, size_t count,
		     size_t skip)
{
	*scene = (struct advi_scene){
		.world = world,
		.claims = claims,
		.count = count,
		.skip = skip,
		.about = UINT32_MAX,
		.frozen = ground == &world->frozen,
	};
	advi_kept_copy(&scene->own, ground);
	for (size_t i = 0; i < count; i++) {
		const struct advi_request *request = claims->at[i].request;

		if (i == skip || request->name >= world->pool.named.count)
			continue;
		advi_kept_keep_only(&scene->own, request->name, &request->items, ADVI_OUT_CLAIM,
				    (uint32_t)i);
		advi_kept_require(&scene->own, request->name);
	}
	advi_kept_settle(&scene->own);
	scene->kept = &scene->own;
}

void advi_scene_of(struct advi_scene *scene, const struct adv_world *world,
		   const struct advi_kept *kept)
{
	*scene =
		(struct advi_scene){.world = world, .kept = kept, .frozen = kept == &world->frozen};
}

void advi_scene_clear(struct advi_scene *scene)
{
	if (scene->own.pool)
		advi_kept_clear(&scene->own);
}

bool advi_scene_refuses(const struct advi_scene *scene, const struct advi_request *request)
{
	for (size_t i = 0; i < request->items.count; i++)
		if (advi_kept_in(scene->kept, request->items.at[i]))
			return false;
	return true;
}

bool advi_scene_impossible(const struct advi_scene *scene)
{
	if (scene->kept->empty_name != UINT32_MAX)
		return true;
	for (size_t i = 0; i < scene->count; i++)
		if (i != scene->skip && advi_scene_refuses(scene, scene->claims->at[i].request))
			return true;
	return false;
}

uint32_t advi_scene_first(const struct advi_scene *scene, uint32_t name)
{
	return first_in(scene->kept, name);
}

/* --- how a name comes to be there --- */

/* Names reached from a record that is in, by what all of its name need; breadth first. */
static void reach(const struct advi_kept *kept, uint32_t name, uint32_t *parents,
		  advi_numbers *queue)
{
	const struct advi_pool *pool = kept->pool;
	uint32_t first = first_in(kept, name);
	struct advi_span span = pool->items.at[first].requires;

	for (uint32_t i = 0; first && i < span.count; i++) {
		uint32_t next = pool->dependencies.at[pool->uses.at[span.first + i]].name;

		if (parents[next] || !all_need(kept, name, next))
			continue;
		parents[next] = name + 1;
		advi_vec_push(queue, next);
	}
}

/* What the best record of 'name' says it needs of 'of'. */
static const char *need_of(const struct advi_pool *pool, uint32_t item, uint32_t of)
{
	struct advi_span span = pool->items.at[item].requires;

	for (uint32_t i = 0; i < span.count; i++)
		if (pool->dependencies.at[pool->uses.at[span.first + i]].name == of)
			return advi_pool_dependency_text(pool, pool->uses.at[span.first + i]).ptr;
	return NULL;
}

size_t advi_scene_path(const struct advi_scene *scene, uint32_t from, uint32_t to,
		       struct advi_link *links, size_t room)
{
	const struct advi_pool *pool = &scene->world->pool;
	uint32_t *parents = advi_calloc(pool->named.count + 1, sizeof(*parents));
	advi_numbers queue = {0};
	size_t length = 0, at;

	parents[from] = from + 1;
	advi_vec_push(&queue, from);
	for (size_t i = 0; i < queue.count && !(parents[to] && to != from); i++)
		reach(scene->kept, queue.at[i], parents, &queue);
	for (uint32_t n = to; parents[to] && n != from; n = parents[n] - 1)
		length++;
	if (length > room)
		length = 0;
	at = length;
	for (uint32_t n = to; length && n != from; n = parents[n] - 1) {
		uint32_t item = first_in(scene->kept, parents[n] - 1);

		links[--at] = (struct advi_link){pool->items.at[item].record, ADVI_NEEDS,
						 need_of(pool, item, n)};
	}
	free(parents);
	advi_vec_clear(&queue);
	return length;
}
