/* SPDX-License-Identifier: BSD-3-Clause */
/* Which few of many claims can't be had together. */
#ifndef ADVI_SOLVE_CORE_H
#define ADVI_SOLVE_CORE_H

#include "solve/scene.h"

/* Whether claims can be had together: proved by leaving out, or by the solver. */
bool advi_claims_possible(const struct adv_world *world, const struct advi_kept *ground,
			  const advi_claims *claims);
/*
 * A minimal set of claims that can't be had together: without any one of them the others can.
 * Of several such sets a small one is looked for, of claims that stand early; the first 'fixed'
 * are what it is to be about. Appended to 'core', in the order of 'claims'; nothing when all of
 * them can be had.
 */
void advi_core_find(advi_claims *core, const struct adv_world *world,
		    const struct advi_kept *ground, const advi_claims *claims, size_t fixed);
/* Why a minimal set can't be had together; what is wanted is what the answer is about. */
void advi_core_explain(struct advi_why *out, const struct adv_world *world,
		       const struct advi_kept *ground, const advi_claims *core);

#endif
