/* SPDX-License-Identifier: BSD-3-Clause */
/* The bundles of a plan for people. */
#ifndef ADVI_REPORT_PLAN_BUNDLES_H
#define ADVI_REPORT_PLAN_BUNDLES_H

#include <advisor/report.h>

#include "advise/plan.h"

/* A section of its own, after an empty line; nothing when no bundles were asked for. */
void advi_print_bundles(const struct adv_plan *plan, FILE *file, const struct adv_style *style);

#endif
