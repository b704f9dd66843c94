/* SPDX-License-Identifier: BSD-3-Clause */
/* Leaving out, to a fixpoint, what cannot take part. */
#include "solve/support.h"

/*
 * A record leaves when a dependency has no provider that is in, or when it and a name that must
 * be there exclude each other, or when it goes with nothing that is left of such a name. Every
 * such step is forced, so no solution is lost. Each record leaves once and each of its links is
 * followed once.
 */

static void look_at(struct advi_kept *kept, uint32_t name)
{
	if (!kept->hard[name] || kept->waits[name])
		return;
	kept->waits[name] = 1;
	advi_vec_push(&kept->names, name);
}

void advi_kept_leave(struct advi_kept *kept, uint32_t item, enum advi_absence out, uint32_t by)
{
	uint32_t name = kept->pool->items.at[item].name;

	if (!advi_kept_in(kept, item))
		return;
	kept->reasons[item] = (struct advi_reason){(uint8_t)out, by, kept->order++};
	if (--kept->left[name] == 0 && kept->hard[name] && kept->empty_name == UINT32_MAX)
		kept->empty_name = name;
	look_at(kept, name);
	advi_vec_push(&kept->work, item);
}

/*
 * A dependency that nothing satisfies any more takes its users along. A constraint of a record on
 * its own name says nothing about itself.
 */
static void starve(struct advi_kept *kept, uint32_t dependency)
{
	const struct advi_pool *pool = kept->pool;
	const struct advi_dependency *d = &pool->dependencies.at[dependency];

	for (uint32_t i = 0; i < d->requirers.count; i++)
		advi_kept_leave(kept, pool->users.at[d->requirers.first + i], ADVI_OUT_MISSING,
				dependency);
	for (uint32_t i = 0; kept->hard[d->name] && i < d->constrainers.count; i++) {
		uint32_t item = pool->users.at[d->constrainers.first + i];

		if (pool->items.at[item].name != d->name)
			advi_kept_leave(kept, item, ADVI_OUT_EXCLUDES, dependency);
	}
}

static size_t at_least_one(size_t count)
{
	return count ? count : 1;
}

static void allocate(struct advi_kept *kept, const struct advi_pool *pool)
{
	*kept = (struct advi_kept){
		.pool = pool,
		.reasons = advi_calloc(at_least_one(pool->items.count), sizeof(*kept->reasons)),
		.satisfiers = advi_calloc(at_least_one(pool->dependencies.count),
					  sizeof(*kept->satisfiers)),
		.left = advi_calloc(at_least_one(pool->named.count), sizeof(*kept->left)),
		.hard = advi_calloc(at_least_one(pool->named.count), sizeof(*kept->hard)),
		.waits = advi_calloc(at_least_one(pool->named.count), sizeof(*kept->waits)),
		.order = 1,
		.empty_name = UINT32_MAX,
	};
}

void advi_kept_init(struct advi_kept *kept, const struct advi_pool *pool)
{
	allocate(kept, pool);
	for (size_t n = 0; n < pool->named.count; n++)
		kept->left[n] = pool->named.at[n].count;
	for (size_t d = 0; d < pool->dependencies.count; d++)
		kept->satisfiers[d] = pool->dependencies.at[d].providers.count;
	for (size_t d = 0; d < pool->dependencies.count; d++)
		if (!kept->satisfiers[d])
			starve(kept, (uint32_t)d);
	for (size_t i = 0; i < pool->items.count; i++)
		if (pool->items.at[i].is_virtual)
			advi_kept_freeze(kept, (uint32_t)i);
	advi_kept_settle(kept);
}

void advi_kept_copy(struct advi_kept *kept, const struct advi_kept *from)
{
	const struct advi_pool *pool = from->pool;

	allocate(kept, pool);
	memcpy(kept->reasons, from->reasons, pool->items.count * sizeof(*kept->reasons));
	memcpy(kept->satisfiers, from->satisfiers,
	       pool->dependencies.count * sizeof(*kept->satisfiers));
	memcpy(kept->left, from->left, pool->named.count * sizeof(*kept->left));
	memcpy(kept->hard, from->hard, pool->named.count * sizeof(*kept->hard));
	kept->order = from->order;
	kept->empty_name = from->empty_name;
}

void advi_kept_clear(struct advi_kept *kept)
{
	free(kept->reasons);
	free(kept->satisfiers);
	free(kept->left);
	free(kept->hard);
	free(kept->waits);
	advi_vec_clear(&kept->names);
	advi_scratch_free(kept->scratch);
	advi_vec_clear(&kept->work);
	*kept = (struct advi_kept){0};
}

void advi_kept_keep_only(struct advi_kept *kept, uint32_t name, const advi_numbers *items,
			 enum advi_absence out, uint32_t by)
{
	struct advi_span span = kept->pool->named.at[name];
	size_t at = 0;

	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t item = kept->pool->by_name.at[span.first + i];

		if (at < items->count && items->at[at] == item)
			at++;
		else
			advi_kept_leave(kept, item, out, by);
	}
}

void advi_kept_require(struct advi_kept *kept, uint32_t name)
{
	struct advi_span span;

	if (kept->hard[name])
		return;
	kept->hard[name] = 1;
	look_at(kept, name);
	if (!kept->left[name] && kept->empty_name == UINT32_MAX)
		kept->empty_name = name;
	span = kept->pool->about.at[name];
	for (uint32_t d = 0; d < span.count; d++)
		if (!kept->satisfiers[kept->pool->users.at[span.first + d]])
			starve(kept, kept->pool->users.at[span.first + d]);
}

void advi_kept_freeze(struct advi_kept *kept, uint32_t item)
{
	const struct advi_pool *pool = kept->pool;
	const struct advi_item *frozen = &pool->items.at[item];
	struct advi_span same = pool->named.at[frozen->name];

	for (uint32_t i = 0; i < same.count; i++)
		if (pool->by_name.at[same.first + i] != item)
			advi_kept_leave(kept, pool->by_name.at[same.first + i], ADVI_OUT_FROZEN,
					item);
	advi_kept_require(kept, frozen->name);
	for (uint32_t c = 0; c < frozen->constrains.count; c++) {
		uint32_t constraint = pool->uses.at[frozen->constrains.first + c];
		struct advi_span other = pool->named.at[pool->dependencies.at[constraint].name];

		for (uint32_t i = 0; i < other.count; i++) {
			uint32_t number = pool->by_name.at[other.first + i];

			if (number != item && !advi_pool_provides(pool, number, constraint))
				advi_kept_leave(kept, number, ADVI_OUT_EXCLUDED, item);
		}
	}
}

static void draw_leaving(struct advi_kept *kept)
{
	const struct advi_pool *pool = kept->pool;

	while (kept->work.count) {
		uint32_t item = kept->work.at[--kept->work.count];
		struct advi_span provides = pool->items.at[item].provides;

		for (uint32_t d = 0; d < provides.count; d++) {
			uint32_t dependency = pool->provided.at[provides.first + d];

			if (--kept->satisfiers[dependency] == 0)
				starve(kept, dependency);
		}
	}
}

/*
 * What leaves by itself goes first, since its reasons are the plainer ones. What is left of a name
 * is looked at when there is no more of that.
 */
bool advi_kept_settle(struct advi_kept *kept)
{
	draw_leaving(kept);
	while (kept->empty_name == UINT32_MAX && kept->names.count) {
		uint32_t name = kept->names.at[--kept->names.count];

		kept->waits[name] = 0;
		advi_support(kept, name);
		draw_leaving(kept);
	}
	return kept->empty_name == UINT32_MAX;
}
