/* SPDX-License-Identifier: BSD-3-Clause */
/* Backtest: decided on the past, measured on the future, beside simpler and wiser deciders. */
#ifndef ADVISOR_BACKTEST_H
#define ADVISOR_BACKTEST_H

#include <stddef.h>
#include <stdint.h>

#include <advisor/plan.h>

#ifdef __cplusplus
extern "C" {
#endif

struct adv_backtest;

enum { ADV_BACKTEST_MOST_MONTHS = 120 };

struct adv_backtest_options {
	uint64_t months;         /* 1 to ADV_BACKTEST_MOST_MONTHS: the last ones are measured on */
	const uint64_t *budgets; /* packages that base gains; each once, rising */
	size_t budget_count;     /* 1 to ADV_MOST_BUDGETS; 0: 5, 10, 25, 50, 100 */
};

/*
 * Decides on the usage of all months but the last, and measures on these, for every budget: the
 * plan, most popular first, and a plan that knew the future.
 *   wish  what of it is not about the budget of packages holds for each decision; its months
 *         bound what is known at all. NULL: the defaults.
 * Returns 0; ADV_EUSAGE for options that make no sense; ADV_EINPUT when the history is too short;
 * ADV_EENV; ADV_ECANCEL.
 */
int adv_backtest_make(struct adv_backtest **out, const struct adv_store *store,
		      struct adv_world *world, const struct adv_site *site,
		      const struct adv_plan_options *wish,
		      const struct adv_backtest_options *options, const struct adv_watch *watch,
		      struct adv_err *err);
/* NULL is fine. */
void adv_backtest_free(struct adv_backtest *backtest);
ADV_AUTO_DEFINE(backtest)

#ifdef __cplusplus
}
#endif
#endif
