/* SPDX-License-Identifier: BSD-3-Clause */
/* Most popular first: what anybody would choose who only counts users. */
#ifndef ADVI_ADVISE_POPULAR_H
#define ADVI_ADVISE_POPULAR_H

#include "advise/choose.h"

/*
 * Takes what the recipe wants in any case, then goes through the packages that users bring
 * themselves, those with most users first, by name on a tie, and takes each that joins base by the
 * rules that hold for advi_choose: with what it brings along, within the budget, nothing of base
 * lost. Packages that do not fit are passed over. env    the result taken  names in the order of
 * choice, borrowed from 'demand' The caller clears both. Returns 0, ADV_ECANCEL, or what the oracle
 * returned.
 */
int advi_choose_popular(struct advi_env *env, advi_names *taken, const struct advi_demand *demand,
			const struct adv_site *site, const struct advi_oracle *oracle,
			const struct advi_limits *limits, const struct adv_watch *watch,
			struct adv_err *err);

#endif
