/* SPDX-License-Identifier: BSD-3-Clause */
/* A plan's budget, and how sure it is that there is no better choice, for people. */
#ifndef ADVI_REPORT_PLAN_CHOICE_H
#define ADVI_REPORT_PLAN_CHOICE_H

#include "advise/plan.h"
#include "report/table.h"

/* Prints the budget, and the proof or what is left of it. */
void advi_print_choice(const struct adv_plan *plan, FILE *file, const struct adv_style *style);

#endif
