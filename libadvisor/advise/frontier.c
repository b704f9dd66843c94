/* SPDX-License-Identifier: BSD-3-Clause */
/* Frontier: the same demand chosen for within each of a row of budgets. */
#include "advise/frontier.h"

#include <math.h>

#include "advise/budgets.h"
#include "advise/make.h"
#include "advise/remember.h"
#include "advise/steps.h"
#include "base/err.h"

void adv_frontier_free(struct adv_frontier *frontier)
{
	if (!frontier)
		return;
	for (size_t i = 0; i < frontier->points.count; i++)
		advi_vec_clear(&frontier->points.at[i].packages);
	advi_vec_clear(&frontier->points);
	advi_arena_clear(&frontier->arena);
	free(frontier);
}

double advi_frontier_slope(const struct adv_frontier *frontier, size_t point)
{
	const struct advi_frontier_point *to = &frontier->points.at[point],
					 *from = point ? to - 1 : &frontier->base;

	if (to->added_packages <= from->added_packages)
		return NAN;
	return ((double)to->users_covered - (double)from->users_covered) /
	       (double)(to->added_packages - from->added_packages);
}

/* Many times the same demand, and nearly the same questions about it. */
struct tracing {
	struct adv_frontier *out;
	struct advi_demand demand;
	const struct adv_site *site;
	struct advi_oracle oracle; /* remembers */
	struct advi_limits limits;
	const struct adv_watch *watch;
	struct adv_err *err;
};

static double share_of(const struct advi_demand *demand, uint64_t benefit)
{
	double all = (double)demand->user_count * (double)ADVI_USER_SCALE;

	return all > 0 ? (double)benefit / all : 0;
}

static void note(struct tracing *t, struct advi_frontier_point *out,
		 const struct advi_choice *choice)
{
	struct advi_effect effect;

	for (size_t i = 0; i < choice->taken.count; i++) {
		uint32_t package = choice->taken.at[i].package;

		advi_vec_push(&out->packages,
			      advi_arena_dup(&t->out->arena, t->demand.packages.at[package].name));
	}
	out->added_packages = choice->packages;
	out->added_bytes = choice->bytes;
	out->added_files = choice->files;
	advi_effect_measure(&effect, &t->demand, t->site, t->oracle.base(t->oracle.context),
			    &choice->env);
	out->users_covered = effect.users_covered_after;
	out->workloads_covered = effect.workloads_covered_after;
	out->benefit_share = share_of(&t->demand, choice->benefit);
	advi_plan_set_choice(&out->choice, &choice->proof, t->limits.objective);
}

static int choose(struct tracing *t, uint64_t budget)
{
	struct advi_choice choice;
	int r;

	t->limits.max_packages = budget;
	r = advi_choose(&choice, &t->demand, t->site, &t->oracle, &t->limits, t->watch, t->err);
	if (r == 0) {
		struct advi_frontier_point *point = advi_vec_new(&t->out->points);

		point->max_packages = budget;
		note(t, point, &choice);
	}
	advi_choice_clear(&choice);
	return r;
}

static void note_base(struct tracing *t)
{
	const struct advi_env *base = t->oracle.base(t->oracle.context);
	struct adv_frontier *out = t->out;
	struct advi_effect effect;
	bool *there = advi_presence_of(&t->demand, base);

	out->base.benefit_share = share_of(&t->demand, advi_benefit_of(&t->demand, there));
	free(there);
	advi_effect_measure(&effect, &t->demand, t->site, base, base);
	out->base.users_covered = effect.users_covered_before;
	out->base.workloads_covered = effect.workloads_covered_before;
	out->users = effect.users;
	out->workloads = effect.workloads;
}

static int trace(struct tracing *t, const struct advi_oracle *inner,
		 const struct advi_workloads *workloads, const uint64_t *budgets, size_t count)
{
	struct advi_memory memory;
	int r;

	t->oracle = advi_oracle_remembering(&memory, inner);
	advi_demand_make(&t->demand, workloads, t->site);
	r = advi_demand_weigh(&t->demand, workloads, t->limits.weight, t->err);
	if (r == 0)
		note_base(t);
	for (size_t i = 0; i < count && r == 0; i++)
		r = choose(t, budgets[i]);
	advi_demand_clear(&t->demand);
	advi_memory_clear(&memory);
	return r;
}

static void head(struct adv_frontier *out, const struct adv_site *site,
		 const struct adv_plan_options *wish, const struct advi_limits *limits)
{
	out->site = advi_arena_dup(&out->arena, site->name);
	out->weight = adv_weight_name(limits->weight);
	out->since = advi_arena_dup(&out->arena, wish->since);
	out->until = advi_arena_dup(&out->arena, wish->until);
	out->max_bytes = limits->max_bytes;
	out->max_files = limits->max_files;
}

int adv_frontier_make(struct adv_frontier **out, const struct adv_store *store,
		      struct adv_world *world, const struct adv_site *site,
		      const struct adv_plan_options *wish, const uint64_t *budgets,
		      size_t budget_count, const struct adv_watch *watch, struct adv_err *err)
{
	static const struct adv_plan_options none = ADV_PLAN_OPTIONS_INIT;
	static const uint64_t usual[] = {5, 10, 25, 50, 100, 200};
	ADV_AUTO(frontier) struct adv_frontier *frontier = advi_calloc(1, sizeof(*frontier));
	struct advi_oracle oracle = advi_oracle_of_world(world);
	struct advi_workloads workloads = {0};
	struct tracing tracing = {.out = frontier, .site = site, .watch = watch, .err = err};
	int r;

	wish = wish ? wish : &none;
	tracing.limits = advi_limits_of(wish, site);
	head(frontier, site, wish, &tracing.limits);
	if ((r = advi_budgets_check(budgets, budget_count, err)) < 0)
		return r;
	r = advi_workloads_load(&workloads, store, site, wish->since, wish->until, err);
	if (r == 0)
		r = trace(&tracing, &oracle, &workloads, budget_count ? budgets : usual,
			  budget_count ? budget_count : ADVI_COUNT(usual));
	advi_workloads_clear(&workloads);
	if (r == 0)
		*out = advi_take(frontier);
	return r;
}
