/* SPDX-License-Identifier: BSD-3-Clause */
/* Frontier: what a row of budgets brings, so that the knee is seen. */
#ifndef ADVISOR_FRONTIER_H
#define ADVISOR_FRONTIER_H

#include <stddef.h>
#include <stdint.h>

#include <advisor/plan.h>

#ifdef __cplusplus
extern "C" {
#endif

struct adv_frontier;

/*
 * Chooses for every budget what a plan within it would choose.
 *   wish     what of it is not about the budget of packages or about bundles holds for each; its
 *            time limit is that of each choice. NULL: the defaults.
 *   budgets  packages that base gains; each once, rising; at most ADV_MOST_BUDGETS. None: 5, 10,
 *            25, 50, 100, 200.
 * Returns 0; ADV_EUSAGE for budgets that make no sense; ADV_EINPUT; ADV_EENV; ADV_ECANCEL.
 */
int adv_frontier_make(struct adv_frontier **out, const struct adv_store *store,
		      struct adv_world *world, const struct adv_site *site,
		      const struct adv_plan_options *wish, const uint64_t *budgets,
		      size_t budget_count, const struct adv_watch *watch, struct adv_err *err);
/* NULL is fine. */
void adv_frontier_free(struct adv_frontier *frontier);
ADV_AUTO_DEFINE(frontier)

#ifdef __cplusplus
}
#endif
#endif
