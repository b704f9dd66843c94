/* SPDX-License-Identifier: BSD-3-Clause */
/* The loop of proposals and answers. */
#include "advise/benders.h"

#include <string.h>

#include "advise/objection.h"
#include "base/err.h"
#include "io/child.h"

void advi_trial_clear(struct advi_trial *trial)
{
	advi_env_clear(&trial->env);
	advi_answer_clear(&trial->answer);
	free(trial->no);
	*trial = (struct advi_trial){0};
}

void advi_search_clear(struct advi_search *search)
{
	advi_trial_clear(&search->best);
	free(search->asked);
	search->asked = NULL;
}

/* --- asking --- */

static void count_cost(const struct advi_search *s, struct advi_trial *trial)
{
	const struct advi_env *base = s->oracle->base(s->oracle->context);

	memset(trial->cost, 0, sizeof(trial->cost));
	for (size_t i = 0; i < trial->env.records.count; i++) {
		const struct advi_record *record = trial->env.records.at[i];

		if (advi_env_find(base, record->name))
			continue;
		trial->cost[ADVI_PACKAGES]++;
		trial->cost[ADVI_BYTES] += record->size;
		if (s->oracle->files)
			trial->cost[ADVI_FILES] += s->oracle->files(s->oracle->context, record);
	}
}

static enum advi_freedom freedom(const struct advi_search *s)
{
	return s->limits->keep_base ? ADVI_FROZEN : ADVI_FAVOURED;
}

int advi_search_try(const struct advi_search *s, const bool *asked, struct advi_trial *out)
{
	const struct advi_model *model = &s->shape->model;
	const struct advi_env *base = s->oracle->base(s->oracle->context);
	advi_names names = {0};
	int r = 0;

	*out = (struct advi_trial){0};
	for (size_t i = 0; i < model->items.count; i++)
		if (asked[i])
			advi_vec_push(&names, model->items.at[i].name);
	if (names.count) {
		r = advi_ask_by_rules(s->oracle, s->oracle->probe, s->site, &s->prices->kept, base,
				      &names, freedom(s), &out->env, &out->answer, s->watch,
				      s->err);
	} else {
		advi_env_copy(&out->env, base);
		out->answer.possible = true;
	}
	if (r == 0 && !out->answer.possible)
		out->no = advi_strdup(out->answer.why ? out->answer.why : "it can't be solved");
	else if (r == 0)
		out->no = advi_objection(s->site, &out->answer, &s->prices->kept);
	count_cost(s, out);
	advi_vec_clear(&names);
	return r;
}

static bool within_budget(const struct advi_search *s, const struct advi_trial *trial)
{
	for (size_t r = 0; r < ADVI_RESOURCES; r++)
		if (trial->cost[r] > s->shape->model.budget[r])
			return false;
	return true;
}

/* --- the best so far --- */

/* 'settled': it is as good as the best up to what CBC takes for equal, and ties are settled. */
static void keep(struct advi_search *s, const bool *asked, bool settled, struct advi_trial *trial)
{
	struct advi_tally tally;

	advi_model_tally(&tally, &s->shape->model, asked, NULL);
	if (s->asked && !settled &&
	    !advi_model_better(&s->shape->model, &tally, asked, &s->tally, s->asked))
		return;
	if (!s->asked)
		s->asked = advi_malloc(s->shape->model.items.count + 1);
	memcpy(s->asked, asked, s->shape->model.items.count);
	advi_trial_clear(&s->best);
	s->best = *trial;
	*trial = (struct advi_trial){0};
	s->tally = tally;
}

/* --- what a refusal teaches --- */

/* Of those that clash, the one without which the most is left goes. */
static void drop_least(const struct advi_model *model, bool *asked, const bool *clash)
{
	size_t least = model->items.count;
	struct advi_tally best = {0}, tally;

	for (size_t i = 0; i < model->items.count; i++) {
		if (!clash[i] || model->items.at[i].pinned)
			continue;
		asked[i] = false;
		advi_model_tally(&tally, model, asked, NULL);
		asked[i] = true;
		if (least == model->items.count || tally.shortfall < best.shortfall ||
		    (tally.shortfall == best.shortfall && tally.value > best.value)) {
			best = tally;
			least = i;
		}
	}
	if (least < model->items.count)
		asked[least] = false;
	else
		memset(asked, 0, model->items.count * sizeof(*asked));
}

/*
 * A proposal that is refused is cut down until it stands: each cut is a constraint more, and what
 * is left may be the best so far. '*stands' says whether it did as it was proposed.
 */
static int dispose(struct advi_search *s, const bool *proposed, bool settled, bool *stands)
{
	size_t count = s->shape->model.items.count;
	ADVI_AUTO_PTR bool *asked = advi_malloc(count + 1);
	ADVI_AUTO_PTR bool *clash = advi_calloc(count + 1, sizeof(*clash));
	bool refused = true;
	int r = 0;

	*stands = true;
	memcpy(asked, proposed, count);
	while (r == 0 && refused) {
		struct advi_trial trial;

		r = advi_search_try(s, asked, &trial);
		refused = r == 0 && trial.no;
		if (refused) {
			r = advi_search_learn_core(s, asked, &trial, clash);
			drop_least(&s->shape->model, asked, clash);
		} else if (r == 0 && within_budget(s, &trial)) {
			keep(s, asked, settled && *stands, &trial);
		} else if (r == 0) {
			*stands = false;
			r = advi_search_learn_cost(s, asked);
		}
		*stands = *stands && !refused;
		advi_trial_clear(&trial);
	}
	s->refused += r == 0 && !*stands;
	return r;
}

/* --- pins --- */

/* What the recipe always wants, in its order, as far as the world and the budgets go. */
static int take_pins(struct advi_search *s)
{
	struct advi_model *model = &s->shape->model;
	ADVI_AUTO_PTR bool *asked = advi_calloc(model->items.count + 1, sizeof(*asked));
	int r = 0;

	for (size_t i = 0; i < s->site->always.count && r == 0; i++) {
		const struct advi_map_entry *entry =
			advi_map_get(&s->prices->names, advi_str(s->site->always.at[i]));
		struct advi_trial trial;
		uint32_t item;

		if (!entry)
			continue;
		item = s->shape->item_of[entry - s->prices->names.entries.at];
		if (!advi_item_askable(&model->items.at[item]))
			continue;
		asked[item] = true;
		r = advi_search_try(s, asked, &trial);
		asked[item] = r == 0 && !trial.no && within_budget(s, &trial);
		model->items.at[item].pinned = asked[item];
		advi_trial_clear(&trial);
	}
	return r;
}

/* Nothing but what is pinned: it stands whatever comes. */
static int begin(struct advi_search *s)
{
	const struct advi_model *model = &s->shape->model;
	ADVI_AUTO_PTR bool *asked = advi_calloc(model->items.count + 1, sizeof(*asked));
	struct advi_trial trial;
	int r = take_pins(s);

	for (size_t i = 0; i < model->items.count; i++)
		asked[i] = model->items.at[i].pinned;
	if (r == 0) {
		r = advi_search_try(s, asked, &trial);
		if (r == 0)
			keep(s, asked, true, &trial);
		advi_trial_clear(&trial);
	}
	s->bound = advi_model_total(model);
	return r;
}

/* --- the loop --- */

static bool time_is_up(const struct advi_search *s)
{
	return s->deadline > 0 && advi_clock() >= s->deadline;
}

/* What stands is proposed again only to settle ties, and then it is the answer. */
static int propose(struct advi_search *s, bool *ties, bool *done)
{
	const struct advi_model *model = &s->shape->model;
	struct advi_pick_options options = {.deadline = s->deadline,
					    .settle_ties = *ties,
					    .greedy = s->limits->greedy,
					    .start = s->asked};
	struct advi_pick pick;
	bool stands = true, known;
	int r = advi_pick_best(&pick, model, &options, s->watch, s->err);

	if (r < 0)
		return r;
	/* What the world refused may be what met the quotas: then the rest has more room. */
	if (pick.bound < s->bound || pick.tally.shortfall > s->near)
		s->bound = pick.bound;
	s->near = pick.tally.shortfall;
	s->time_up = pick.time_up;
	known = memcmp(pick.asked, s->asked, model->items.count) == 0;
	if (!known)
		r = dispose(s, pick.asked, *ties, &stands);
	if (r == 0 && stands) {
		s->proved = pick.proved;
		s->by_program = pick.by_program;
		*done = *ties || !pick.proved;
		*ties = true;
	}
	advi_pick_clear(&pick);
	return r;
}

/* Where asking about each candidate took all the time, what a greedy proposes is tried still. */
int advi_search_run(struct advi_search *s)
{
	bool ties = false, done = false, tried = false;
	int r = begin(s);

	while (r == 0 && !done && (!tried || !time_is_up(s))) {
		tried = true;
		r = advi_progress(s->watch, "choosing", "refused proposals", s->refused, 0, s->err);
		if (r == 0)
			r = propose(s, &ties, &done);
	}
	if (s->bound < s->tally.value)
		s->bound = s->tally.value;
	s->time_up = !s->proved && (s->time_up || time_is_up(s));
	return r;
}
