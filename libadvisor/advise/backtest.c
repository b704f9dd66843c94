/* SPDX-License-Identifier: BSD-3-Clause */
/* Backtest: each budget decided three ways, each decision measured on months that came after. */
#include "advise/backtest.h"

#include "advise/make.h"
#include "advise/popular.h"
#include "advise/remember.h"
#include "base/err.h"

static void clear_decision(struct advi_decision *decision)
{
	advi_vec_clear(&decision->packages);
	advi_vec_clear(&decision->added);
	advi_vec_clear(&decision->removed);
}

void adv_backtest_free(struct adv_backtest *backtest)
{
	if (!backtest)
		return;
	for (size_t i = 0; i < backtest->budgets.count; i++)
		for (int by = 0; by < ADVI_DECIDERS; by++)
			clear_decision(&backtest->budgets.at[i].by[by]);
	advi_vec_clear(&backtest->budgets);
	advi_vec_clear(&backtest->months);
	advi_vec_clear(&backtest->environment);
	advi_arena_clear(&backtest->arena);
	free(backtest);
}

struct trial {
	struct adv_backtest *out;
	const struct advi_backtest_input *input;
	struct advi_oracle oracle; /* remembers */
	struct advi_demand past, future;
	const struct adv_watch *watch;
	struct adv_err *err;
};

static void measure(struct trial *trial, struct advi_measured *out, const struct advi_map *has)
{
	size_t months = trial->out->months.count;

	out->months = advi_arena_alloc(&trial->out->arena, (months + 1) * sizeof(*out->months));
	for (size_t i = 0; i < months; i++)
		advi_reach_measure(&out->months[i], &trial->input->months[i], trial->input->site,
				   has);
	advi_reach_measure(&out->total, trial->input->future, trial->input->site, has);
}

/* What an environment does, and what it has that base has not. */
static void note(struct trial *trial, struct advi_decision *out, const struct advi_env *env)
{
	const struct advi_env *base = trial->oracle.base(trial->oracle.context);
	ADVI_AUTO(map) struct advi_map has = {0};

	for (size_t i = 0; i < env->records.count; i++) {
		const struct advi_record *record = env->records.at[i];

		advi_map_add(&has, advi_str(record->name), NULL);
		if (advi_env_find(base, record->name))
			continue;
		advi_vec_push(&out->added, advi_arena_dup(&trial->out->arena, record->name));
		out->added_bytes += record->size;
	}
	for (size_t i = 0; i < base->records.count; i++)
		if (!advi_env_find(env, base->records.at[i]->name))
			advi_vec_push(&out->removed, advi_arena_dup(&trial->out->arena,
								    base->records.at[i]->name));
	measure(trial, &out->measured, &has);
}

static int by_popularity(struct trial *trial, struct advi_decision *out,
			 const struct advi_limits *limits)
{
	struct advi_env env = {0};
	advi_names taken;
	int r = advi_choose_popular(&env, &taken, &trial->past, trial->input->site, &trial->oracle,
				    limits, trial->watch, trial->err);

	for (size_t i = 0; i < taken.count; i++)
		advi_vec_push(&out->packages, advi_arena_dup(&trial->out->arena, taken.at[i]));
	if (r == 0)
		note(trial, out, &env);
	advi_vec_clear(&taken);
	advi_env_clear(&env);
	return r;
}

static int by_choice(struct trial *trial, const struct advi_demand *demand,
		     struct advi_decision *out, const struct advi_limits *limits)
{
	struct advi_choice choice;
	int r = advi_choose(&choice, demand, trial->input->site, &trial->oracle, limits,
			    trial->watch, trial->err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < choice.taken.count; i++)
		advi_vec_push(&out->packages,
			      advi_arena_dup(&trial->out->arena,
					     demand->packages.at[choice.taken.at[i].package].name));
	note(trial, out, &choice.env);
	advi_choice_clear(&choice);
	return 0;
}

static int decide(struct trial *trial, struct advi_backtest_budget *budget)
{
	struct advi_limits limits = trial->input->limits;
	int r;

	limits.max_packages = budget->max_packages;
	r = by_popularity(trial, &budget->by[ADVI_BY_POPULARITY], &limits);
	if (r == 0)
		r = by_choice(trial, &trial->past, &budget->by[ADVI_BY_PLAN], &limits);
	if (r == 0)
		r = by_choice(trial, &trial->future, &budget->by[ADVI_BY_CLAIRVOYANCE], &limits);
	return r;
}

/* Tells the oracle of all that any decision may ask for, so that it loads its channels once. */
static int want_all(struct trial *trial)
{
	const struct advi_demand *demands[] = {&trial->past, &trial->future};
	advi_names names = {0};
	int r;

	for (size_t i = 0; i < ADVI_COUNT(demands); i++)
		for (size_t j = 0; j < demands[i]->packages.count; j++) {
			const char *name = demands[i]->packages.at[j].name;

			if (trial->oracle.knows(trial->oracle.context, name))
				advi_vec_push(&names, name);
		}
	r = trial->oracle.want(trial->oracle.context, names.at, names.count, trial->watch,
			       trial->err);
	advi_vec_clear(&names);
	return r;
}

static int make_demand(struct trial *trial, struct advi_demand *out,
		       const struct advi_workloads *workloads)
{
	advi_demand_make(out, workloads, trial->input->site);
	return advi_demand_weigh(out, workloads, trial->input->limits.weight, trial->err);
}

int advi_backtest_decide(struct adv_backtest *backtest, const struct advi_backtest_input *input,
			 const uint64_t *budgets, size_t budget_count,
			 const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_memory memory;
	struct trial trial = {.out = backtest, .input = input, .watch = watch, .err = err};
	ADVI_AUTO(map) struct advi_map has = {0};
	const struct advi_env *base = input->oracle->base(input->oracle->context);
	int r;

	trial.oracle = advi_oracle_remembering(&memory, input->oracle);
	for (size_t i = 0; i < base->records.count; i++)
		advi_vec_push(&backtest->environment,
			      advi_arena_dup(&backtest->arena, base->records.at[i]->name));
	advi_base_names(&has, input->site, base);
	measure(&trial, &backtest->base, &has);
	if ((r = make_demand(&trial, &trial.past, input->past)) == 0 &&
	    (r = make_demand(&trial, &trial.future, input->future)) == 0)
		r = want_all(&trial);
	for (size_t i = 0; i < budget_count && r == 0; i++) {
		struct advi_backtest_budget *budget = advi_vec_new(&backtest->budgets);

		budget->max_packages = budgets[i];
		r = decide(&trial, budget);
	}
	advi_demand_clear(&trial.past);
	advi_demand_clear(&trial.future);
	advi_memory_clear(&memory);
	return r;
}
