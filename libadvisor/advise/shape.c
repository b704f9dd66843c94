/* SPDX-License-Identifier: BSD-3-Clause */
/* A demand and its prices as a model. */
#include "advise/shape.h"

#include <string.h>

/* Goals that need the same are one. */
struct shaping {
	const struct advi_prices *prices;
	struct advi_shape *out;
	bool *present;         /* of each of the demand's packages */
	struct advi_map goals; /* items -> value */
	ADVI_VEC(uint32_t) needs;
};

/* --- items --- */

struct named {
	const char *name;
	uint32_t id;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static void add_items(struct shaping *s)
{
	const struct advi_prices *prices = s->prices;
	size_t ids = prices->names.entries.count, packages = prices->demand->packages.count;
	struct advi_model *model = &s->out->model;
	ADVI_VEC(struct named) names = {0};

	s->out->item_of = advi_malloc((ids + 1) * sizeof(uint32_t));
	s->out->package_of = advi_malloc((ids + 1) * sizeof(uint32_t));
	for (uint32_t i = 0; i < ids; i++) {
		advi_vec_push(&names, ((struct named){prices->names.entries.at[i].key.ptr, i}));
	}
	advi_vec_sort(&names, by_name);
	for (uint32_t i = 0; i < names.count; i++) {
		struct advi_item *item = advi_vec_new(&model->items);
		uint32_t id = names.at[i].id;

		s->out->item_of[id] = i;
		s->out->package_of[i] = id < packages ? id : UINT32_MAX;
		item->name = names.at[i].name;
		item->cost[ADVI_PACKAGES] = 1;
		item->cost[ADVI_BYTES] = prices->bytes.at[id];
		item->cost[ADVI_FILES] = prices->files.at[id];
	}
	advi_vec_clear(&names);
}

static void add_closures(struct shaping *s)
{
	const struct advi_prices *prices = s->prices;

	for (size_t i = 0; i < prices->demand->packages.count; i++) {
		const struct advi_closure *closure = &prices->closures[i];

		if (prices->fates[i] != ADVI_FATE_BUDGET)
			continue;
		s->needs.count = 0;
		for (size_t j = 0; j < closure->ids.count; j++)
			advi_vec_push(&s->needs, s->out->item_of[closure->ids.at[j]]);
		s->out->model.items.at[s->out->item_of[i]].brings =
			advi_model_span(&s->out->model, s->needs.at, s->needs.count);
	}
}

/* --- goals --- */

static int by_number(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* Adds to the needs what a workload lacks. */
static void lack(struct shaping *s, const struct advi_worth *worth)
{
	for (uint32_t j = 0; j < worth->count; j++) {
		uint32_t package = s->prices->demand->needs[worth->first + j];

		if (!s->present[package])
			advi_vec_push(&s->needs, s->out->item_of[package]);
	}
}

static void sort_needs(struct shaping *s)
{
	size_t kept = 0;

	advi_vec_sort(&s->needs, by_number);
	for (size_t i = 0; i < s->needs.count; i++)
		if (i == 0 || s->needs.at[i] != s->needs.at[i - 1])
			s->needs.at[kept++] = s->needs.at[i];
	s->needs.count = kept;
}

static void add_value(struct shaping *s, uint64_t value)
{
	struct advi_str key = {(const char *)s->needs.at, s->needs.count * sizeof(*s->needs.at)};

	if (value)
		advi_map_add(&s->goals, key, NULL)->number += value;
}

static void add_benefit(struct shaping *s)
{
	const struct advi_demand *demand = s->prices->demand;

	for (size_t i = 0; i < demand->workloads.count; i++) {
		const struct advi_worth *worth = &demand->workloads.at[i];

		for (uint32_t j = 0; j < worth->count; j++) {
			uint32_t package = demand->needs[worth->first + j];

			s->needs.count = 0;
			if (!s->present[package])
				advi_vec_push(&s->needs, s->out->item_of[package]);
			add_value(s, worth->share);
		}
		s->needs.count = 0;
		lack(s, worth);
		sort_needs(s);
		add_value(s, worth->whole);
	}
}

/* A user is one goal: all that any of the workloads lacks; none who needs what is nowhere. */
static void add_users(struct shaping *s)
{
	const struct advi_demand *demand = s->prices->demand;
	ADVI_VEC(uint32_t) *of_user = advi_calloc(demand->user_count + 1, sizeof(*of_user));
	bool *lost = advi_calloc(demand->user_count + 1, sizeof(*lost));

	for (uint32_t i = 0; i < demand->workloads.count; i++) {
		const struct advi_worth *worth = &demand->workloads.at[i];

		lost[worth->user] = lost[worth->user] || worth->nowhere;
		advi_vec_push(&of_user[worth->user], i);
	}
	for (size_t user = 0; user < demand->user_count; user++) {
		s->needs.count = 0;
		for (size_t i = 0; i < of_user[user].count; i++)
			lack(s, &demand->workloads.at[of_user[user].at[i]]);
		sort_needs(s);
		if (of_user[user].count && !lost[user])
			add_value(s, ADVI_USER_SCALE);
		advi_vec_clear(&of_user[user]);
	}
	free(of_user);
	free(lost);
}

/* The needs of a goal are the bytes of its key, which lie wherever there is room. */
static uint32_t need_at(struct advi_str key, size_t at)
{
	uint32_t need;

	memcpy(&need, key.ptr + at * sizeof(need), sizeof(need));
	return need;
}

static int by_needs(const void *a, const void *b)
{
	const struct advi_map_entry *left = *(const struct advi_map_entry *const *)a;
	const struct advi_map_entry *right = *(const struct advi_map_entry *const *)b;
	size_t count = left->key.len / sizeof(uint32_t);

	if (left->key.len != right->key.len)
		return left->key.len < right->key.len ? -1 : 1;
	for (size_t i = 0; i < count; i++) {
		uint32_t l = need_at(left->key, i), r = need_at(right->key, i);

		if (l != r)
			return l < r ? -1 : 1;
	}
	return 0;
}

/* What a goal needs, as the model's list. */
static struct advi_span take_needs(struct shaping *s, struct advi_str key)
{
	s->needs.count = 0;
	for (size_t j = 0; j < key.len / sizeof(uint32_t); j++)
		advi_vec_push(&s->needs, need_at(key, j));
	return advi_model_span(&s->out->model, s->needs.at, s->needs.count);
}

/* In the order of what they need: how much, then what. */
static void put_goals(struct shaping *s, bool of_quota)
{
	ADVI_VEC(const struct advi_map_entry *) sorted = {0};
	struct advi_model *model = &s->out->model;

	for (size_t i = 0; i < s->goals.entries.count; i++)
		advi_vec_push(&sorted, &s->goals.entries.at[i]);
	advi_vec_sort(&sorted, by_needs);
	for (size_t i = 0; i < sorted.count; i++) {
		struct advi_goal goal = {take_needs(s, sorted.at[i]->key), sorted.at[i]->number};

		if (of_quota)
			advi_vec_push(&model->quota_goals, goal);
		else
			advi_vec_push(&model->goals, goal);
	}
	advi_vec_clear(&sorted);
	advi_map_clear(&s->goals);
}

/* A quota's goals: parts that need the same are one, and count as many. */
static void add_quota(struct shaping *s, const struct advi_quotas *quotas,
		      const struct advi_group_quota *from)
{
	struct advi_model *model = &s->out->model;
	struct advi_quota quota = {.least = from->asked < from->count ? from->asked : from->count,
				   .first = (uint32_t)model->quota_goals.count};

	for (uint32_t i = 0; i < from->count; i++) {
		const struct advi_quota_part *part = &quotas->parts.at[from->first + i];

		s->needs.count = 0;
		for (uint32_t j = 0; j < part->count; j++) {
			uint32_t package = quotas->packages.at[part->first + j];

			if (!s->present[package])
				advi_vec_push(&s->needs, s->out->item_of[package]);
		}
		sort_needs(s);
		add_value(s, 1);
	}
	put_goals(s, true);
	quota.count = (uint32_t)model->quota_goals.count - quota.first;
	if (quota.least)
		advi_vec_push(&model->quotas, quota);
	else
		model->quota_goals.count = quota.first;
}

static void set_budgets(struct advi_model *model, const struct advi_limits *limits)
{
	const uint64_t most[ADVI_RESOURCES] = {[ADVI_PACKAGES] = limits->max_packages,
					       [ADVI_BYTES] = limits->max_bytes,
					       [ADVI_FILES] = limits->max_files};

	for (size_t r = 0; r < ADVI_RESOURCES; r++)
		model->budget[r] = most[r] ? most[r] : ADVI_UNLIMITED;
}

void advi_shape_make(struct advi_shape *out, const struct advi_prices *prices,
		     const struct advi_quotas *quotas, const struct advi_limits *limits)
{
	const struct advi_demand *demand = prices->demand;
	struct shaping s = {.prices = prices, .out = out};

	*out = (struct advi_shape){0};
	advi_model_init(&out->model, ADVI_USER_SCALE);
	set_budgets(&out->model, limits);
	s.present = advi_calloc(demand->packages.count + 1, sizeof(*s.present));
	for (size_t i = 0; i < demand->packages.count; i++)
		s.present[i] = prices->fates[i] == ADVI_FATE_HAD || demand->packages.at[i].by_pip;
	add_items(&s);
	add_closures(&s);
	if (limits->objective == ADV_OBJECTIVE_USERS)
		add_users(&s);
	else
		add_benefit(&s);
	put_goals(&s, false);
	for (size_t i = 0; quotas && i < quotas->all.count; i++)
		add_quota(&s, quotas, &quotas->all.at[i]);
	advi_vec_clear(&s.needs);
	free(s.present);
}

void advi_shape_clear(struct advi_shape *shape)
{
	advi_model_clear(&shape->model);
	free(shape->item_of);
	free(shape->package_of);
	*shape = (struct advi_shape){0};
}
