/* SPDX-License-Identifier: BSD-3-Clause */
/* What the modes of recommend have in common: inputs that are open, and what is wished. */
#ifndef CLI_RECOMMEND_H
#define CLI_RECOMMEND_H

#include "site_opts.h"

struct recommend {
	struct adv_site *site;
	struct adv_store *store;
	struct adv_world *world;
	const struct adv_plan_options *wish;
	const char *output; /* a file, "-", or NULL */
};

/* No number on the command line is this one, and 0 is a number. */
#define RECOMMEND_NOT_GIVEN UINT64_MAX

/* --budget packages=N,bytes=SIZE,files=N: puts it into the wish; false when it was refused. */
extern struct opt_list recommend_budget;
bool recommend_read_budget(struct adv_plan_options *wish);

/* --budgets LIST: the numbers, rising and each once; false when they were refused. */
extern struct opt_list recommend_budgets;
bool recommend_read_budgets(uint64_t out[ADV_MOST_BUDGETS], size_t *count);

/* --backtest MONTHS --budgets LIST */
extern uint64_t recommend_months;
/* Prints a backtest; to the output it goes as JSON. Returns the exit status. */
int recommend_backtest(const struct recommend *asked);

/* --frontier --budgets LIST */
extern bool recommend_frontier_asked;
/* False, and said, when the wish is of one budget or of more than a choice. */
bool recommend_frontier_ready(const struct adv_plan_options *wish);
/* Prints a frontier; to the output it goes as JSON. Returns the exit status. */
int recommend_frontier(const struct recommend *asked);

/* --whatif --with LIST --without LIST; --base and --python are among the site's options. */
extern struct whatif_opts {
	bool asked;
	struct opt_list with, without;
	const char *base;
} recommend_whatif_opts;
/*
 * Checks its options, and takes --base for itself; to be called before the site is opened. False,
 * and said, when they make no sense.
 */
bool recommend_whatif_ready(void);
/* Prints what would be; to the output it goes as JSON. Returns the exit status. */
int recommend_whatif(const struct recommend *asked);

#endif
