/* SPDX-License-Identifier: BSD-3-Clause */
/* What proposals that don't stand teach: which items clash, and which cost more together. */
#include <string.h>

#include "advise/benders.h"
#include "base/err.h"

/* A list of items, of which some are asked for. */
struct items {
	ADVI_VEC(uint32_t) all;
};

static void list_asked(const struct advi_search *s, const bool *asked, struct items *out)
{
	for (uint32_t i = 0; i < s->shape->model.items.count; i++)
		if (asked[i])
			advi_vec_push(&out->all, i);
}

/* --- clashes --- */

/* Whether the core found so far and the first 'count' of a list are refused together. */
static int is_refused(const struct advi_search *s, const bool *core, const struct items *items,
		      size_t count, bool *refused)
{
	size_t all = s->shape->model.items.count;
	ADVI_AUTO_PTR bool *asked = advi_malloc(all + 1);
	struct advi_trial trial;
	int r;

	memcpy(asked, core, all);
	for (size_t i = 0; i < count; i++)
		asked[items->all.at[i]] = true;
	r = advi_search_try(s, asked, &trial);
	*refused = r == 0 && trial.no;
	advi_trial_clear(&trial);
	return r;
}

/* Where the oracle can't tell: QuickXplain in its plainest form, as in solve/core.c. */
static int find_by_asking(const struct advi_search *s, struct items *items, bool *in)
{
	bool whole = false;
	int r = 0;

	while (r == 0 && items->all.count && !whole) {
		size_t low = 0, high = items->all.count;

		while (r == 0 && low + 1 < high) {
			size_t middle = (low + high) / 2;
			bool refused;

			r = is_refused(s, in, items, middle, &refused);
			if (refused)
				high = middle;
			else
				low = middle;
		}
		in[items->all.at[high - 1]] = true;
		items->all.count = high - 1;
		if (r == 0)
			r = is_refused(s, in, items, 0, &whole);
	}
	return r;
}

/* Marks in 'in' (of each item) a minimal set that clashes; none if the oracle finds none. */
static int find_by_oracle(const struct advi_search *s, const struct items *items, bool *in,
			  bool *found)
{
	const struct advi_env *base = s->oracle->base(s->oracle->context);
	ADVI_AUTO_PTR bool *clash = advi_calloc(items->all.count + 1, sizeof(*clash));
	advi_names names = {0};
	int r;

	for (size_t i = 0; i < items->all.count; i++)
		advi_vec_push(&names, s->shape->model.items.at[items->all.at[i]].name);
	r = s->oracle->clash(s->oracle->context, base, names.at, names.count,
			     s->limits->keep_base ? ADVI_FROZEN : ADVI_FAVOURED, clash, s->watch,
			     s->err);
	*found = false;
	for (size_t i = 0; i < items->all.count && r == 0; i++) {
		in[items->all.at[i]] = clash[i];
		*found = *found || clash[i];
	}
	advi_vec_clear(&names);
	return r;
}

int advi_search_learn_core(struct advi_search *s, const bool *asked, const struct advi_trial *trial,
			   bool *in)
{
	struct advi_model *model = &s->shape->model;
	struct items items = {0}, core = {0};
	bool found = false;
	int r = 0;

	memset(in, 0, model->items.count * sizeof(*in));
	list_asked(s, asked, &items);
	if (!trial->answer.possible && s->oracle->clash)
		r = find_by_oracle(s, &items, in, &found);
	if (r == 0 && !found)
		r = find_by_asking(s, &items, in);
	list_asked(s, in, &core);
	if (r == 0)
		advi_vec_push(&model->cores, advi_model_span(model, core.all.at, core.all.count));
	advi_vec_clear(&items.all);
	advi_vec_clear(&core.all);
	return r;
}

/* --- costs --- */

/* What a set really costs beyond what the model says; nothing when it is refused. */
static int extra_cost(const struct advi_search *s, const bool *asked,
		      uint64_t extra[ADVI_RESOURCES], bool *any)
{
	struct advi_trial trial;
	struct advi_tally tally;
	int r = advi_search_try(s, asked, &trial);

	advi_model_tally(&tally, &s->shape->model, asked, NULL);
	*any = false;
	for (size_t i = 0; i < ADVI_RESOURCES; i++) {
		extra[i] = !trial.no && trial.cost[i] > tally.cost[i]
				   ? trial.cost[i] - tally.cost[i]
				   : 0;
		*any = *any || (extra[i] && s->shape->model.budget[i] != ADVI_UNLIMITED);
	}
	advi_trial_clear(&trial);
	return r;
}

static void mark_first(const struct items *items, size_t count, bool *asked, size_t all)
{
	memset(asked, 0, all * sizeof(*asked));
	for (size_t i = 0; i < count; i++)
		asked[items->all.at[i]] = true;
}

/* Whether the last of a list costs more with one other of it: mostly two are to blame. */
static int blame_pair(const struct advi_search *s, const struct items *items, bool *asked,
		      uint64_t extra[ADVI_RESOURCES], bool *any)
{
	size_t all = s->shape->model.items.count;
	int r = 0;

	*any = false;
	for (size_t i = 0; i + 1 < items->all.count && r == 0 && !*any; i++) {
		mark_first(items, 0, asked, all);
		asked[items->all.at[i]] = asked[items->all.at[items->all.count - 1]] = true;
		r = extra_cost(s, asked, extra, any);
	}
	return r;
}

/* The shortest beginning of what is asked for that costs more is found by halving. */
int advi_search_learn_cost(struct advi_search *s, const bool *wanted)
{
	struct advi_model *model = &s->shape->model;
	ADVI_AUTO_PTR bool *asked = advi_calloc(model->items.count + 1, sizeof(*asked));
	struct items items = {0}, when = {0};
	uint64_t extra[ADVI_RESOURCES], pair[ADVI_RESOURCES];
	size_t low = 0;
	bool any = false;
	int r = 0;

	list_asked(s, wanted, &items);
	while (r == 0 && low + 1 < items.all.count) {
		size_t middle = (low + items.all.count) / 2;

		mark_first(&items, middle, asked, model->items.count);
		r = extra_cost(s, asked, extra, &any);
		if (any)
			items.all.count = middle;
		else
			low = middle;
	}
	if (r == 0)
		r = blame_pair(s, &items, asked, pair, &any);
	if (r == 0 && !any) {
		mark_first(&items, items.all.count, asked, model->items.count);
		r = extra_cost(s, asked, pair, &any);
	}
	list_asked(s, asked, &when);
	if (r == 0) {
		struct advi_surcharge surcharge = {
			.when = advi_model_span(model, when.all.at, when.all.count)};

		memcpy(surcharge.cost, pair, sizeof(pair));
		advi_vec_push(&model->surcharges, surcharge);
		if (!any)
			advi_vec_push(&model->cores, surcharge.when);
	}
	advi_vec_clear(&items.all);
	advi_vec_clear(&when.all);
	return r;
}
