/* SPDX-License-Identifier: BSD-3-Clause */
/* The bundles of a plan: made, written as a section of plan.json, read back. */
#ifndef ADVI_ADVISE_PLAN_BUNDLES_H
#define ADVI_ADVISE_PLAN_BUNDLES_H

#include "advise/bundles.h"
#include "advise/plan.h"
#include "io/json_scan.h"
#include "io/json_write.h"

/* Groups what 'choice' leaves into plan->max_bundles bundles; 0: nothing is done. */
int advi_plan_add_bundles(struct adv_plan *plan, const struct advi_demand *demand,
			  const struct advi_choice *choice, const struct adv_site *site,
			  const struct advi_oracle *oracle, const struct adv_watch *watch,
			  struct adv_err *err);
void advi_plan_bundles_clear(struct adv_plan *plan);

/* The value of "bundles": an object, or null when none were asked for. */
void advi_plan_bundles_write(struct advi_jout *out, const struct adv_plan *plan);
void advi_plan_bundles_read(struct advi_json *json, struct adv_plan *plan);
/* What was read is fit to make files of, or ADV_EINPUT. */
int advi_plan_bundles_check(const struct adv_plan *plan, struct adv_err *err);

#endif
