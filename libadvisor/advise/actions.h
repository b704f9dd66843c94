/* SPDX-License-Identifier: BSD-3-Clause */
/* What is to be done, of every kind: add, upgrade, drop, bundle, module, leave. */
#ifndef ADVI_ADVISE_ACTIONS_H
#define ADVI_ADVISE_ACTIONS_H

#include "advise/choose.h"
#include "usage/history.h"

enum { ADVI_UNUSED_MONTHS = 12, ADVI_UPGRADES_ASKED = 20 };

/* What all kinds are found from; nothing of it is kept. */
struct advi_ground {
	const struct advi_demand *demand;
	const struct advi_choice *choice;
	const struct adv_site *site;
	const struct advi_oracle *oracle;
	const struct advi_history *history; /* NULL: none, so no upgrades and no drops */
	uint64_t unused_months;             /* 0: ADVI_UNUSED_MONTHS */
	const struct adv_watch *watch;
	struct adv_err *err;
};

/* Who brings newer versions than the result has, and how far it can follow them. */
int advi_upgrades_find(struct adv_plan *plan, const struct advi_ground *ground);
/* What of base nobody uses and nothing needs that stays. */
void advi_drops_find(struct adv_plan *plan, const struct advi_ground *ground);
/*
 * Fills the plan's actions from its sections, which are there already: of every kind in its order,
 * each with its confidence and the sentence for a ticket.
 */
void advi_actions_fill(struct adv_plan *plan, const struct advi_ground *ground);

/*
 * How sure an action is, by its evidence: people who ask for it, whether one of them used it in the
 * last ADVI_STALE_MONTHS, and whether what base has stays as it is. doc/FIGURES.md has the rule.
 */
enum { ADVI_MANY_USERS = 5, ADVI_STALE_MONTHS = 3 };
const char *advi_confidence(uint64_t users, bool stale, bool moves);

#endif
