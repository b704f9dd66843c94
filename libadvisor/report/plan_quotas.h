/* SPDX-License-Identifier: BSD-3-Clause */
/* What domains and projects were to get at least, and what they get, for people. */
#ifndef ADVI_REPORT_PLAN_QUOTAS_H
#define ADVI_REPORT_PLAN_QUOTAS_H

#include "advise/plan.h"
#include "report/table.h"

/* Prints nothing where the recipe has no quotas. */
void advi_print_quotas(const struct adv_plan *plan, FILE *file, const struct adv_style *style);

#endif
