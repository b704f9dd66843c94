/* SPDX-License-Identifier: BSD-3-Clause */
/* What choosing is about, in numbers alone. */
#include "advise/model.h"

#include <string.h>

void advi_model_init(struct advi_model *model, uint64_t unit)
{
	*model = (struct advi_model){.unit = unit};
	for (size_t i = 0; i < ADVI_RESOURCES; i++)
		model->budget[i] = ADVI_UNLIMITED;
}

void advi_model_clear(struct advi_model *model)
{
	advi_vec_clear(&model->pool);
	advi_vec_clear(&model->items);
	advi_vec_clear(&model->goals);
	advi_vec_clear(&model->quota_goals);
	advi_vec_clear(&model->quotas);
	advi_vec_clear(&model->cores);
	advi_vec_clear(&model->surcharges);
}

static int by_number(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

struct advi_span advi_model_span(struct advi_model *model, const uint32_t *at, size_t count)
{
	struct advi_span span = {.first = (uint32_t)model->pool.count};
	uint32_t *list;

	if (!count)
		return span;
	for (size_t i = 0; i < count; i++)
		advi_vec_push(&model->pool, at[i]);
	list = model->pool.at + span.first;
	qsort(list, count, sizeof(*list), by_number);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || list[i] != list[i - 1])
			list[span.count++] = list[i];
	model->pool.count = span.first + span.count;
	return span;
}

static bool all_there(const struct advi_model *model, struct advi_span span, const bool *there)
{
	for (uint32_t i = 0; i < span.count; i++)
		if (!there[advi_span_at(model, span)[i]])
			return false;
	return true;
}

static void bring(const struct advi_model *model, struct advi_span span, bool *there)
{
	for (uint32_t i = 0; i < span.count; i++)
		there[advi_span_at(model, span)[i]] = true;
}

static uint64_t worth(const struct advi_model *model, const struct advi_goal *goals, size_t count,
		      const bool *there)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		if (all_there(model, goals[i].needs, there))
			value += goals[i].value;
	return value;
}

static bool is_allowed(const struct advi_model *model, const struct advi_tally *tally,
		       const bool *asked, const bool *there)
{
	for (size_t i = 0; i < ADVI_RESOURCES; i++)
		if (tally->cost[i] > model->budget[i])
			return false;
	for (size_t i = 0; i < model->cores.count; i++)
		if (all_there(model, model->cores.at[i], there))
			return false;
	for (size_t i = 0; i < model->items.count; i++)
		if (model->items.at[i].pinned && !asked[i])
			return false;
	return true;
}

void advi_model_tally(struct advi_tally *out, const struct advi_model *model, const bool *asked,
		      bool *there)
{
	bool *own = there ? NULL : advi_malloc(model->items.count + 1);

	there = there ? there : own;
	memset(there, 0, model->items.count);
	*out = (struct advi_tally){0};
	for (size_t i = 0; i < model->items.count; i++)
		if (asked[i])
			bring(model, model->items.at[i].brings, there);
	for (size_t i = 0; i < model->items.count; i++)
		for (size_t r = 0; there[i] && r < ADVI_RESOURCES; r++)
			out->cost[r] += model->items.at[i].cost[r];
	for (size_t i = 0; i < model->surcharges.count; i++)
		for (size_t r = 0; r < ADVI_RESOURCES; r++)
			if (all_there(model, model->surcharges.at[i].when, there))
				out->cost[r] += model->surcharges.at[i].cost[r];
	out->value = worth(model, model->goals.at, model->goals.count, there);
	for (size_t i = 0; i < model->quotas.count; i++) {
		const struct advi_quota *quota = &model->quotas.at[i];
		uint64_t reached =
			worth(model, model->quota_goals.at + quota->first, quota->count, there);

		out->shortfall += reached < quota->least ? quota->least - reached : 0;
	}
	out->allowed = is_allowed(model, out, asked, there);
	free(own);
}

uint64_t advi_model_total(const struct advi_model *model)
{
	uint64_t total = 0;

	for (size_t i = 0; i < model->goals.count; i++)
		total += model->goals.at[i].value;
	return total;
}

/* The first name that only one of them has decides. */
static bool names_first(const struct advi_model *model, const bool *asked_a, const bool *asked_b)
{
	const char *first = NULL;
	bool a = false;

	for (size_t i = 0; i < model->items.count; i++) {
		const char *name = model->items.at[i].name;

		if (asked_a[i] == asked_b[i] || (first && strcmp(name, first) >= 0))
			continue;
		first = name;
		a = asked_a[i];
	}
	return a;
}

bool advi_model_better(const struct advi_model *model, const struct advi_tally *a,
		       const bool *asked_a, const struct advi_tally *b, const bool *asked_b)
{
	if (a->allowed != b->allowed)
		return a->allowed;
	if (a->shortfall != b->shortfall)
		return a->shortfall < b->shortfall;
	if (a->value != b->value)
		return a->value > b->value;
	if (advi_tally_tie(a) != advi_tally_tie(b))
		return advi_tally_tie(a) < advi_tally_tie(b);
	return names_first(model, asked_a, asked_b);
}
