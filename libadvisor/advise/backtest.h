/* SPDX-License-Identifier: BSD-3-Clause */
/* A backtest in memory. */
#ifndef ADVI_ADVISE_BACKTEST_H
#define ADVI_ADVISE_BACKTEST_H

#include <advisor/backtest.h>

#include "advise/choose.h"
#include "advise/reach.h"

enum advi_decider {
	ADVI_BY_POPULARITY,   /* most users first, on the past */
	ADVI_BY_PLAN,         /* advi_choose, on the past */
	ADVI_BY_CLAIRVOYANCE, /* advi_choose, on the future */
	ADVI_DECIDERS
};

/* What a base does for the future: in total, and month by month. */
struct advi_measured {
	struct advi_reach total;
	struct advi_reach *months; /* one for each of the backtest's */
};

struct advi_decision {
	advi_names packages;       /* that were chosen, in the order of choice */
	advi_names added, removed; /* names that base gains, dependencies too, and loses */
	uint64_t added_bytes;
	struct advi_measured measured;
};

struct advi_backtest_budget {
	uint64_t max_packages;
	struct advi_decision by[ADVI_DECIDERS];
};

/* Months are "YYYY-MM", both ends included. */
struct adv_backtest {
	struct advi_arena arena; /* owns every string and list */
	const char *site, *weight;
	uint64_t max_bytes; /* a budget beside that of packages; 0: none */
	const char *past_since, *past_until;
	uint64_t past_users, past_workloads;
	advi_names months;         /* of the future */
	advi_names environment;    /* names of all that base has when it is solved */
	struct advi_measured base; /* as it is */
	ADVI_VEC(struct advi_backtest_budget) budgets;
};

/* Deciding and measuring, apart from where workloads and answers come from. */
struct advi_backtest_input {
	const struct advi_workloads *past, *future, *months; /* as many as the backtest's months */
	const struct adv_site *site;
	const struct advi_oracle *oracle;
	struct advi_limits limits; /* but for max_packages */
};
int advi_backtest_decide(struct adv_backtest *backtest, const struct advi_backtest_input *input,
			 const uint64_t *budgets, size_t budget_count,
			 const struct adv_watch *watch, struct adv_err *err);

#endif
