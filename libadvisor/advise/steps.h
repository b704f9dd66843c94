/* SPDX-License-Identifier: BSD-3-Clause */
/* A choice told as steps: which package brings what, and whom it frees. */
#ifndef ADVI_ADVISE_STEPS_H
#define ADVI_ADVISE_STEPS_H

#include "advise/benders.h"

/*
 * Fills in what was taken, in the order in which a greedy would have taken it. Every name that the
 * result has and base has not is in one closure, every name of base that changed or went in one
 * step at least.
 */
void advi_steps_tell(struct advi_choice *choice, const struct advi_search *search);

/* What is there, for counting: of every package of the demand. The caller frees it. */
bool *advi_presence_of(const struct advi_demand *demand, const struct advi_env *env);
/* The benefit of what is there, against nothing at all. */
uint64_t advi_benefit_of(const struct advi_demand *demand, const bool *there);
/* Users whose workloads are all covered. */
uint64_t advi_covered_by(const struct advi_demand *demand, const bool *there);

#endif
