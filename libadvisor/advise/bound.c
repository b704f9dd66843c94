/* SPDX-License-Identifier: BSD-3-Clause */
/* What no choice can exceed, without an integer program. */
#include <string.h>

#include "advise/greedy.h"

/* An item's part of the goals that need it, and what it costs of one budget. */
struct part {
	double value, cost;
};

static int dearest_last(const void *a, const void *b)
{
	const struct part *left = a, *right = b;
	double l = left->value * right->cost, r = right->value * left->cost;

	return l > r ? -1 : l < r;
}

static void share_out(const struct advi_model *model, struct part *parts, double *constant)
{
	for (size_t i = 0; i < model->goals.count; i++) {
		const struct advi_goal *goal = &model->goals.at[i];

		if (!goal->needs.count)
			*constant += (double)goal->value;
		for (uint32_t j = 0; j < goal->needs.count; j++)
			parts[advi_span_at(model, goal->needs)[j]].value +=
				(double)goal->value / goal->needs.count;
	}
}

/* The best parts that one budget buys, the last of them cut. */
static double best_parts(const struct advi_model *model, struct part *parts, size_t resource)
{
	double left = (double)model->budget[resource], value = 0;

	for (size_t i = 0; i < model->items.count; i++)
		parts[i].cost = (double)model->items.at[i].cost[resource];
	qsort(parts, model->items.count, sizeof(*parts), dearest_last);
	for (size_t i = 0; i < model->items.count; i++) {
		double part = parts[i].cost <= left ? 1 : left / parts[i].cost;

		value += part * parts[i].value;
		left -= part * parts[i].cost;
	}
	return value;
}

uint64_t advi_greedy_bound(const struct advi_model *model)
{
	struct part *parts = advi_calloc(model->items.count + 1, sizeof(*parts));
	struct part *sorted = advi_calloc(model->items.count + 1, sizeof(*sorted));
	uint64_t bound = advi_model_total(model);
	double constant = 0;

	share_out(model, parts, &constant);
	for (size_t r = 0; r < ADVI_RESOURCES; r++) {
		double best;

		if (model->budget[r] == ADVI_UNLIMITED)
			continue;
		memcpy(sorted, parts, model->items.count * sizeof(*parts));
		best = constant + best_parts(model, sorted, r);
		/* Sums of doubles err in their last places. */
		best += 1 + best * 1e-12;
		if (best < (double)bound)
			bound = (uint64_t)best;
	}
	free(parts);
	free(sorted);
	return bound;
}
