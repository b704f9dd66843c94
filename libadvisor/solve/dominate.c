/* SPDX-License-Identifier: BSD-3-Clause */
/* Leaving out builds that another build of the same version can always stand for. */
#include "solve/dominate.h"

/* What is the same for all of one pass. */
struct pass {
	struct advi_kept *kept;
	const struct advi_pool *pool;
	const advi_requests *requests;
	uint8_t *spared; /* by item: it is favored */
	uint8_t *asked;  /* by name: some request means records of it */
};

/* Whether what one record lists stands in the list of another. Lists are short. */
static bool within(const struct advi_pool *pool, struct advi_span less, struct advi_span more)
{
	for (uint32_t i = 0; i < less.count; i++) {
		uint32_t n = 0;

		while (n < more.count &&
		       pool->uses.at[more.first + n] != pool->uses.at[less.first + i])
			n++;
		if (n == more.count)
			return false;
	}
	return true;
}

static bool any_in(const struct advi_kept *kept, struct advi_span users)
{
	for (uint32_t i = 0; i < users.count; i++)
		if (advi_kept_in(kept, kept->pool->users.at[users.first + i]))
			return true;
	return false;
}

/* Whether a record that is in has the dependency or constraint. */
static bool matters(const struct pass *p, uint32_t dependency)
{
	const struct advi_dependency *d = &p->pool->dependencies.at[dependency];

	return any_in(p->kept, d->requirers) || any_in(p->kept, d->constrainers);
}

/* Both lists of what they provide are rising. */
static bool serves(const struct pass *p, const struct advi_item *better,
		   const struct advi_item *worse)
{
	const uint32_t *all = p->pool->provided.at;
	uint32_t b = 0;

	for (uint32_t w = 0; w < worse->provides.count; w++) {
		uint32_t dependency = all[worse->provides.first + w];

		while (b < better->provides.count && all[better->provides.first + b] < dependency)
			b++;
		if ((b == better->provides.count ||
		     all[better->provides.first + b] != dependency) &&
		    matters(p, dependency))
			return false;
	}
	return true;
}

static bool means(const struct advi_request *request, uint32_t item)
{
	for (size_t i = 0; i < request->items.count; i++)
		if (request->items.at[i] == item)
			return true;
	return false;
}

static bool answers(const struct pass *p, uint32_t better, uint32_t worse)
{
	for (size_t i = 0; p->asked[p->pool->items.at[worse].name] && i < p->requests->count; i++)
		if (means(&p->requests->at[i], worse) && !means(&p->requests->at[i], better))
			return false;
	return true;
}

static bool stands_for(const struct pass *p, uint32_t better, uint32_t worse)
{
	const struct advi_item *a = &p->pool->items.at[better], *b = &p->pool->items.at[worse];

	return advi_version_cmp(&a->version, &b->version) == 0 &&
	       within(p->pool, a->requires, b->requires) &&
	       within(p->pool, a->constrains, b->constrains) && answers(p, better, worse) &&
	       serves(p, a, b);
}

/* Records of a name stand best first. */
static size_t pass_name(const struct pass *p, struct advi_span span)
{
	const uint32_t *items = p->pool->by_name.at + span.first;
	size_t left = 0;

	for (uint32_t worse = 1; worse < span.count; worse++) {
		if (!advi_kept_in(p->kept, items[worse]) || p->spared[items[worse]])
			continue;
		for (uint32_t better = worse; better-- > 0;) {
			if (!advi_kept_in(p->kept, items[better]) ||
			    !stands_for(p, items[better], items[worse]))
				continue;
			advi_kept_leave(p->kept, items[worse], ADVI_OUT_DOMINATED, items[better]);
			left++;
			break;
		}
	}
	return left;
}

size_t advi_dominate(struct advi_kept *kept, const advi_requests *requests,
		     const advi_numbers *favored)
{
	const struct advi_pool *pool = kept->pool;
	struct pass p = {kept, pool, requests, advi_calloc(pool->items.count + 1, 1),
			 advi_calloc(pool->named.count + 1, 1)};
	size_t left = 0;

	for (size_t i = 0; favored && i < favored->count; i++)
		p.spared[favored->at[i]] = 1;
	for (size_t i = 0; i < requests->count; i++)
		for (size_t n = 0; n < requests->at[i].items.count; n++)
			p.asked[pool->items.at[requests->at[i].items.at[n]].name] = 1;
	for (size_t n = 0; n < pool->named.count; n++)
		if (kept->left[n] > 1)
			left += pass_name(&p, pool->named.at[n]);
	free(p.spared);
	free(p.asked);
	return left;
}
