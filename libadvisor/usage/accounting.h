/* SPDX-License-Identifier: BSD-3-Clause */
/* Jobs as the scheduler accounts for them, which repair what logs don't know of their runs. */
#ifndef ADVI_USAGE_ACCOUNTING_H
#define ADVI_USAGE_ACCOUNTING_H

#include "usage/store.h"

/*
 * A job by the ids of the store's names. It is a run's when the number is the same and the host too
 * (as far as the accounting says one), the user is, and the run began in its months. Then
 *   - a run without a project gets the job's;
 *   - a run of one node, which is what loggers write when they don't know, gets the job's nodes;
 *   - runs without a length share the job's, so that they never come to more than it.
 * What a log does know stays. This is done when the store is asked (the view 'counted'), so that
 * it is the same whichever of the two was read first.
 */
struct advi_account {
	struct advi_str job;  /* "host:number"; ":number": of any host */
	int user, project;    /* 0: not known */
	uint32_t nodes;       /* 1: as if not known */
	int64_t ticks;        /* its length in 1e-4 s; negative: not known */
	uint32_t first, last; /* months, 202503 */
};

struct advi_accounts {
	struct adv_store *store;
	sqlite3_stmt *add;
};

int advi_accounts_open(struct advi_accounts *accounts, struct adv_store *store,
		       struct adv_err *err);
void advi_accounts_clear(struct advi_accounts *accounts);
/* Of two of one job the greater by its values counts, in whatever order they come. */
int advi_accounts_add(struct advi_accounts *accounts, const struct advi_account *account,
		      struct adv_err *err);

#endif
