/* SPDX-License-Identifier: BSD-3-Clause */
/* Which few of many claims can't be had together. */
#ifndef ADVI_SOLVE_CORE_H
#define ADVI_SOLVE_CORE_H

#include "solve/scene.h"

/*
 * A minimal set of claims that can't be had together: without any one of them the others can.
 * Of several such sets a small one is looked for, of claims that stand early; the first 'fixed'
 * are what it is to be about. Appended to 'core', in the order of 'claims'; nothing when all of
 * them can be had. Returns 0; ADV_ECANCEL, or ADV_EENV when the solver may take no more time or
 * memory, and then nothing is appended.
 */
int advi_core_find(advi_claims *core, const struct adv_world *world, const struct advi_kept *ground,
		   const advi_claims *claims, size_t fixed, const struct adv_watch *watch,
		   struct adv_err *err);
/*
 * As advi_core_find, of 'wanted' alone: all of 'held' hold in any case. A pair that clashes is not
 * looked into: that each of it can be had is for the caller to know.
 */
int advi_core_wanted(advi_claims *core, const struct adv_world *world,
		     const struct advi_kept *ground, const advi_claims *held,
		     const advi_claims *wanted, const struct adv_watch *watch, struct adv_err *err);
/* Why a minimal set can't be had together; what is wanted is what the answer is about. */
void advi_core_explain(struct advi_why *out, const struct adv_world *world,
		       const struct advi_kept *ground, const advi_claims *core);

#endif
