/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts of a plan for people: what is not added, and why; what could not be counted. */
#ifndef ADVI_REPORT_PLAN_REFUSED_H
#define ADVI_REPORT_PLAN_REFUSED_H

#include <advisor/report.h>

#include "advise/plan.h"

/* What the centre's own modules provide. */
void advi_print_modules(const struct adv_plan *plan, FILE *file, const struct adv_style *style);
/* All else that was refused. */
void advi_print_refused(const struct adv_plan *plan, FILE *file, const struct adv_style *style);
void advi_print_unmapped(const struct adv_plan *plan, FILE *file, const struct adv_style *style);
void advi_print_probes(const struct adv_plan *plan, FILE *file, const struct adv_style *style);
void advi_print_pip(const struct adv_plan *plan, FILE *file, const struct adv_style *style);

#endif
