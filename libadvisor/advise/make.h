/* SPDX-License-Identifier: BSD-3-Clause */
/* Deciding, apart from where workloads and answers come from. */
#ifndef ADVI_ADVISE_MAKE_H
#define ADVI_ADVISE_MAKE_H

#include "advise/choose.h"
#include "usage/history.h"

/* Writes down how sure the choice is. */
void advi_plan_set_choice(struct advi_plan_choice *out, const struct advi_proof *proof,
			  enum adv_objective objective);

/* Writes down what came of the quotas. */
void advi_plan_set_quotas(struct adv_plan *plan, const struct advi_choice *choice);

/* Counts who is covered by base, and who by what it becomes. */
void advi_effect_measure(struct advi_effect *effect, const struct advi_demand *demand,
			 const struct adv_site *site, const struct advi_env *base,
			 const struct advi_env *env);

/* Fills an empty plan but for its inputs; without a history (NULL) it has no trends. */
int advi_plan_decide(struct adv_plan *plan, const struct advi_workloads *workloads,
		     const struct advi_history *history, const struct adv_site *site,
		     const struct advi_oracle *oracle, const struct advi_limits *limits,
		     const struct adv_watch *watch, struct adv_err *err);

/* What is asked for, and what the recipe says where nothing is. */
struct advi_limits advi_limits_of(const struct adv_plan_options *options,
				  const struct adv_site *site);

/* Adds the packages that base holds: what is listed, and of what is asked for what it solves to. */
void advi_base_names(struct advi_map *out, const struct adv_site *site,
		     const struct advi_env *base);

/*
 * Writes down what pip put into base, and what of it the result has by conda too. 'pip' itself is
 * asked for where the result has it, since the pip section needs it.
 */
void advi_plan_add_pip(struct adv_plan *plan, const struct adv_site *site);

#endif
