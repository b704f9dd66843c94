/* SPDX-License-Identifier: BSD-3-Clause */
/* Choosing what joins base: prices, the search, and what came of each wanted package. */
#include "advise/choose.h"

#include <string.h>

#include "advise/steps.h"
#include "base/text.h"
#include "io/child.h"

void advi_choice_clear(struct advi_choice *choice)
{
	for (size_t i = 0; i < choice->taken.count; i++) {
		advi_vec_clear(&choice->taken.at[i].closure);
		advi_vec_clear(&choice->taken.at[i].moved);
	}
	advi_vec_clear(&choice->taken);
	advi_env_clear(&choice->env);
	for (size_t i = 0; i < choice->package_count; i++)
		free(choice->reasons[i]);
	for (size_t i = 0; i < choice->quotas.count; i++)
		free(choice->quotas.at[i].why);
	advi_vec_clear(&choice->quotas);
	free(choice->reasons);
	free(choice->excess);
	free(choice->fates);
	*choice = (struct advi_choice){0};
}

/* --- why not --- */

static void say_left(struct advi_buf *text, uint64_t most, uint64_t used, bool bytes,
		     const char *unit)
{
	uint64_t left = most > used ? most - used : 0;

	if (!most)
		return;
	advi_buf_text(text, "; ");
	if (bytes) {
		advi_text_bytes(text, left);
		advi_buf_text(text, " of ");
		advi_text_bytes(text, most);
	} else {
		advi_buf_printf(text, "%llu of %llu %s", (unsigned long long)left,
				(unsigned long long)most, unit);
	}
	advi_buf_text(text, " are left");
}

/* What an item would cost beside those that were chosen. */
static char *say_cost(const struct advi_search *s, const struct advi_tally *tally)
{
	struct advi_buf text = ADVI_BUF_INIT(512);
	uint64_t packages = tally->cost[ADVI_PACKAGES] - s->tally.cost[ADVI_PACKAGES];

	advi_buf_printf(&text, "it would add %llu package%s, ", (unsigned long long)packages,
			packages == 1 ? "" : "s");
	advi_text_bytes(&text, tally->cost[ADVI_BYTES] - s->tally.cost[ADVI_BYTES]);
	say_left(&text, s->limits->max_packages, s->best.cost[ADVI_PACKAGES], false, "packages");
	say_left(&text, s->limits->max_bytes, s->best.cost[ADVI_BYTES], true, "bytes");
	say_left(&text, s->limits->max_files, s->best.cost[ADVI_FILES], false, "files");
	return advi_buf_take(&text);
}

/* What clashes with what was chosen is asked why, over the result. */
static int ask_why(const struct advi_search *s, const char *name, char **why)
{
	struct advi_answer answer = {0};
	struct advi_env env = {0};
	int r = s->oracle->extend(s->oracle->context, &s->best.env, &name, 1,
				  s->limits->keep_base ? ADVI_FROZEN : ADVI_FAVOURED, &env, &answer,
				  s->watch, s->err);

	if (r == 0 && !answer.possible && answer.why)
		*why = advi_format("not beside what was chosen: %s", answer.why);
	else
		*why = advi_strdup("it can't be had beside what was chosen, which serves more");
	advi_answer_clear(&answer);
	advi_env_clear(&env);
	return r;
}

static bool affordable(const struct advi_search *s, const struct advi_tally *tally)
{
	for (size_t r = 0; r < ADVI_RESOURCES; r++)
		if (tally->cost[r] > s->shape->model.budget[r])
			return false;
	return true;
}

/* Says of a candidate that was left out whether that is for the budget, or for what was taken. */
static int explain(const struct advi_search *s, struct advi_choice *choice, uint32_t package)
{
	uint32_t item = s->shape->item_of[package];
	struct advi_tally tally;
	bool *asked = s->asked;
	int r = 0;

	asked[item] = true;
	advi_model_tally(&tally, &s->shape->model, asked, NULL);
	asked[item] = false;
	if (!tally.allowed && affordable(s, &tally)) {
		choice->fates[package] = ADVI_FATE_CONFLICT;
		r = ask_why(s, s->shape->model.items.at[item].name, &choice->reasons[package]);
	} else {
		choice->reasons[package] = say_cost(s, &tally);
		choice->excess[package] = (struct advi_excess){
			tally.cost[ADVI_PACKAGES] - s->tally.cost[ADVI_PACKAGES],
			tally.cost[ADVI_BYTES] - s->tally.cost[ADVI_BYTES]};
	}
	return r;
}

/* --- the result --- */

static void begin(struct advi_choice *out, const struct advi_prices *prices)
{
	size_t count = prices->demand->packages.count;

	*out = (struct advi_choice){.package_count = count};
	out->fates = advi_calloc(count + 1, sizeof(*out->fates));
	out->reasons = advi_calloc(count + 1, sizeof(*out->reasons));
	out->excess = advi_calloc(count + 1, sizeof(*out->excess));
	for (size_t i = 0; i < count; i++) {
		out->fates[i] = prices->fates[i];
		out->reasons[i] = prices->reasons[i] ? advi_strdup(prices->reasons[i]) : NULL;
	}
}

static void note_proof(struct advi_choice *out, const struct advi_search *s)
{
	out->proof = (struct advi_proof){.proved = s->proved,
					 .by_program = s->by_program,
					 .time_up = s->time_up,
					 .bound = s->bound,
					 .value = s->tally.value,
					 .refused = s->refused};
}

/* Of every package of the demand, whether base has it or it can be added by itself. */
static bool *what_is_possible(const struct advi_search *s, const bool *had)
{
	const struct advi_prices *prices = s->prices;
	size_t count = prices->demand->packages.count;
	bool *possible = advi_calloc(count + 1, sizeof(*possible));

	memcpy(possible, had, count * sizeof(*possible));
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < prices->closures[i].ids.count; j++)
			if (prices->closures[i].ids.at[j] < count)
				possible[prices->closures[i].ids.at[j]] = true;
	return possible;
}

static bool is_limited(const struct advi_model *model)
{
	for (size_t r = 0; r < ADVI_RESOURCES; r++)
		if (model->budget[r] != ADVI_UNLIMITED)
			return true;
	return false;
}

static void note_quotas(struct advi_choice *out, const struct advi_search *s,
			const struct advi_quotas *quotas, const bool *there)
{
	const struct advi_env *base = s->oracle->base(s->oracle->context);
	ADVI_AUTO_PTR bool *had = advi_presence_of(s->prices->demand, base);
	ADVI_AUTO_PTR bool *possible = what_is_possible(s, had);

	for (size_t i = 0; i < quotas->all.count; i++) {
		const struct advi_group_quota *quota = &quotas->all.at[i];
		struct advi_quota_result *result = advi_vec_new(&out->quotas);

		result->quota = *quota;
		result->now = advi_quota_reached(quotas, quota, had);
		result->reached = advi_quota_reached(quotas, quota, there);
		result->why = advi_quota_why_not(quotas, result, possible,
						 is_limited(&s->shape->model), s->proved);
	}
}

static int finish(struct advi_choice *out, struct advi_search *s, const struct advi_quotas *quotas)
{
	bool *there;
	int r = 0;

	advi_env_copy(&out->env, &s->best.env);
	out->packages = s->best.cost[ADVI_PACKAGES];
	out->bytes = s->best.cost[ADVI_BYTES];
	out->files = s->best.cost[ADVI_FILES];
	note_proof(out, s);
	advi_steps_tell(out, s);
	for (uint32_t i = 0; i < out->package_count && r == 0; i++)
		if (out->fates[i] == ADVI_FATE_BUDGET)
			r = explain(s, out, i);
	there = advi_presence_of(s->prices->demand, &out->env);
	out->benefit = advi_benefit_of(s->prices->demand, there);
	note_quotas(out, s, quotas, there);
	free(there);
	return r;
}

static void find_quotas(struct advi_quotas *out, const struct advi_demand *demand,
			const struct adv_site *site, const struct advi_oracle *oracle)
{
	ADVI_AUTO_PTR bool *had = advi_presence_of(demand, oracle->base(oracle->context));

	advi_quotas_make(out, demand, site, had);
}

int advi_choose(struct advi_choice *out, const struct advi_demand *demand,
		const struct adv_site *site, const struct advi_oracle *oracle,
		const struct advi_limits *limits, const struct adv_watch *watch,
		struct adv_err *err)
{
	double started = advi_clock();
	struct advi_prices prices = {0};
	struct advi_quotas quotas = {0};
	struct advi_shape shape = {0};
	struct advi_search search = {.shape = &shape,
				     .prices = &prices,
				     .site = site,
				     .oracle = oracle,
				     .limits = limits,
				     .watch = watch,
				     .err = err};
	int r;

	*out = (struct advi_choice){0};
	if (limits->max_seconds)
		search.deadline = started + (double)limits->max_seconds;
	r = advi_prices_ask(&prices, demand, site, oracle,
			    limits->keep_base ? ADVI_FROZEN : ADVI_FAVOURED, watch, err);
	if (r == 0) {
		begin(out, &prices);
		find_quotas(&quotas, demand, site, oracle);
		advi_shape_make(&shape, &prices, &quotas, limits);
		r = advi_search_run(&search);
	}
	if (r == 0)
		r = finish(out, &search, &quotas);
	out->proof.seconds = advi_clock() - started;
	advi_search_clear(&search);
	advi_shape_clear(&shape);
	advi_quotas_clear(&quotas);
	advi_prices_clear(&prices);
	return r;
}
