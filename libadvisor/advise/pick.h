/* SPDX-License-Identifier: BSD-3-Clause */
/* The best choice of a model's items, with a proof or with what is left to prove. */
#ifndef ADVI_ADVISE_PICK_H
#define ADVI_ADVISE_PICK_H

#include <advisor/err.h>
#include <advisor/watch.h>

#include "advise/model.h"

struct advi_pick {
	bool *asked; /* of each item; owned */
	struct advi_tally tally;
	uint64_t bound;  /* no choice is worth more, of those that come as near to the quotas */
	bool proved;     /* none is better, up to ADVI_CBC_TOLERANCE of a user */
	bool by_program; /* CBC decided; otherwise the greedy did */
	bool time_up;    /* before it was proved */
};
void advi_pick_clear(struct advi_pick *pick);

struct advi_pick_options {
	double deadline;   /* on advi_clock(); 0: none */
	bool settle_ties;  /* among the best: what is least to download, then the first names */
	bool greedy;       /* without CBC, as where there is none */
	const bool *start; /* a choice to begin with, or NULL */
};

/*
 * Finds the best choice. Pinned items are in it. A model whose pins alone exceed the budgets gives
 * a choice that is not allowed.
 * Returns 0 or ADV_ECANCEL; when CBC fails, the greedy's choice stands, unproved.
 */
int advi_pick_best(struct advi_pick *out, const struct advi_model *model,
		   const struct advi_pick_options *options, const struct adv_watch *watch,
		   struct adv_err *err);

#endif
