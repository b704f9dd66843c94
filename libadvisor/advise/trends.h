/* SPDX-License-Identifier: BSD-3-Clause */
/* Which packages more users, or fewer, import than before. */
#ifndef ADVI_ADVISE_TRENDS_H
#define ADVI_ADVISE_TRENDS_H

#include "advise/plan.h"
#include "usage/history.h"

/* Packages that are tested have so many user-months in both windows: fewer prove nothing. */
enum { ADVI_TREND_EVENTS = 5, ADVI_TREND_USERS = 3 };
/* The share of those named that may be there by chance. */
#define ADVI_TREND_LEVEL 0.05

/*
 * Fills the plan's trends: packages whose rate of user-months changed from the former window to
 * the recent one, by an exact test held to ADVI_TREND_LEVEL over all that were tested (rates.h).
 * Those that ADVI_TREND_USERS people at least use, or used, are named.
 */
void advi_trends_find(struct adv_plan *plan, const struct advi_history *history,
		      const struct adv_site *site);

#endif
