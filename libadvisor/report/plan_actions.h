/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts of a plan for people: what to upgrade and to drop, what grows and falls; tickets. */
#ifndef ADVI_REPORT_PLAN_ACTIONS_H
#define ADVI_REPORT_PLAN_ACTIONS_H

#include <advisor/report.h>

#include "advise/plan.h"
#include "base/buf.h"

/* How many actions of which kind there are, in one paragraph. */
void advi_print_kinds(const struct adv_plan *plan, FILE *file, const struct adv_style *style);
/* How sure an action is, or "-". */
const char *advi_plan_confidence(const struct adv_plan *plan, const char *kind, const char *name);
/* What can be upgraded; and of what newer versions wait for what. */
void advi_print_upgrades(const struct adv_plan *plan, FILE *file, const struct adv_style *style);
void advi_print_waiting(const struct adv_plan *plan, FILE *file, const struct adv_style *style);
/* What lies in users' environments, and what of it the plan makes needless. */
void advi_print_redundancy(const struct adv_plan *plan, FILE *file, const struct adv_style *style);
/* The same as sentences; nothing where there is nothing to say. */
void advi_say_copies(struct advi_buf *out, const struct advi_redundancy *redundancy);
void advi_say_files(struct advi_buf *out, const struct advi_redundancy *redundancy);
void advi_print_drops(const struct adv_plan *plan, FILE *file, const struct adv_style *style);
void advi_print_trends(const struct adv_plan *plan, FILE *file, const struct adv_style *style);

#endif
