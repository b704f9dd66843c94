/* SPDX-License-Identifier: BSD-3-Clause */
/* Moves: packages that are considered together. */
#include "advise/moves.h"

static int by_name(const void *a, const void *b, void *context)
{
	const struct advi_demand *demand = context;

	return strcmp(demand->packages.at[*(const uint32_t *)a].name,
		      demand->packages.at[*(const uint32_t *)b].name);
}

static int by_users(const void *a, const void *b, void *context)
{
	const struct advi_demand *demand = context;
	uint64_t left = demand->packages.at[*(const uint32_t *)a].users;
	uint64_t right = demand->packages.at[*(const uint32_t *)b].users;

	return left != right ? (left < right ? 1 : -1) : by_name(a, b, context);
}

static void add_singles(struct advi_moves *moves, const struct advi_prices *prices)
{
	const struct advi_demand *demand = prices->demand;

	for (uint32_t i = 0; i < demand->packages.count; i++)
		if (prices->fates[i] == ADVI_FATE_BUDGET)
			advi_vec_push(&moves->members, i);
	if (moves->members.count)
		qsort_r(moves->members.at, moves->members.count, sizeof(uint32_t), by_name,
			(void *)(uintptr_t)demand);
	for (uint32_t i = 0; i < moves->members.count; i++)
		advi_vec_push(&moves->all, ((struct advi_move){.first = i, .count = 1}));
}

/* Appends what a workload lacks; false when some of it can't be had. */
static bool gather(struct advi_moves *moves, const struct advi_prices *prices,
		   const struct advi_worth *worth)
{
	for (uint32_t j = 0; j < worth->count; j++) {
		uint32_t package = prices->demand->needs[worth->first + j];

		if (prices->fates[package] == ADVI_FATE_HAD)
			continue;
		if (prices->fates[package] != ADVI_FATE_BUDGET)
			return false;
		advi_vec_push(&moves->members, package);
	}
	return true;
}

struct bundle {
	struct advi_move move;
	const struct advi_moves *moves;
	const struct advi_demand *demand;
};

/* Fewer members first, then by their names. */
static int by_members(const void *a, const void *b)
{
	const struct bundle *left = a, *right = b;

	if (left->move.count != right->move.count)
		return left->move.count < right->move.count ? -1 : 1;
	for (uint32_t i = 0; i < left->move.count; i++) {
		int order = by_name(&left->moves->members.at[left->move.first + i],
				    &right->moves->members.at[right->move.first + i],
				    (void *)(uintptr_t)left->demand);

		if (order)
			return order;
	}
	return 0;
}

static void add_bundles(struct advi_moves *moves, const struct advi_prices *prices)
{
	const struct advi_demand *demand = prices->demand;
	ADVI_VEC(struct bundle) bundles = {0};

	for (size_t i = 0; i < demand->workloads.count; i++) {
		const struct advi_worth *worth = &demand->workloads.at[i];
		uint32_t first = (uint32_t)moves->members.count, count;

		if (worth->nowhere || !gather(moves, prices, worth) ||
		    moves->members.count - first < 2) {
			moves->members.count = first;
			continue;
		}
		count = (uint32_t)moves->members.count - first;
		qsort_r(moves->members.at + first, count, sizeof(uint32_t), by_users,
			(void *)(uintptr_t)demand);
		advi_vec_push(&bundles, ((struct bundle){{first, count, false}, moves, demand}));
	}
	advi_vec_sort(&bundles, by_members);
	for (size_t i = 0; i < bundles.count; i++)
		if (i == 0 || by_members(&bundles.at[i - 1], &bundles.at[i]) != 0)
			advi_vec_push(&moves->all, bundles.at[i].move);
	advi_vec_clear(&bundles);
}

void advi_moves_make(struct advi_moves *out, const struct advi_prices *prices)
{
	*out = (struct advi_moves){0};
	add_singles(out, prices);
	add_bundles(out, prices);
}

void advi_moves_clear(struct advi_moves *moves)
{
	advi_vec_clear(&moves->members);
	advi_vec_clear(&moves->all);
}
