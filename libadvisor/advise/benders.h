/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A model proposes, a world disposes: what it refuses comes back as a constraint, until a proposal
 * stands. Logic-based Benders decomposition (Hooker and Ottosson, 2003).
 */
#ifndef ADVI_ADVISE_BENDERS_H
#define ADVI_ADVISE_BENDERS_H

#include "advise/pick.h"
#include "advise/shape.h"

/* A set of items that was asked for together, and what came of it. */
struct advi_trial {
	struct advi_env env;
	struct advi_answer answer;
	char *no;                      /* why it is not wanted; NULL: it is */
	uint64_t cost[ADVI_RESOURCES]; /* of what the result has and base has not */
};
void advi_trial_clear(struct advi_trial *trial);

/* Everything that the loop knows. */
struct advi_search {
	struct advi_shape *shape; /* constraints and surcharges are added to its model */
	const struct advi_prices *prices;
	const struct adv_site *site;
	const struct advi_oracle *oracle;
	const struct advi_limits *limits;
	double deadline; /* on advi_clock(); 0: none */
	const struct adv_watch *watch;
	struct adv_err *err;
	/* the best that stands so far */
	bool *asked; /* of each item */
	struct advi_trial best;
	struct advi_tally tally;
	uint64_t bound;   /* nothing is worth more that comes as near to the quotas */
	uint64_t near;    /* what is missing to them at least, as far as that is known */
	bool proved;      /* it is the best, at the prices that were asked one by one */
	bool by_program;  /* CBC had a part in it */
	bool time_up;     /* before it was proved */
	uint64_t refused; /* proposals */
};

/*
 * Searches until a proposal stands that is proved the best, or time is up. Pinned items are taken
 * as far as they can be; of those that can't, the pin is taken back.
 * Returns 0, ADV_ECANCEL, or what the oracle returned.
 */
int advi_search_run(struct advi_search *search);
void advi_search_clear(struct advi_search *search);

/* Asks for a set of items together. 'out' is the caller's to clear, whatever is returned. */
int advi_search_try(const struct advi_search *search, const bool *asked, struct advi_trial *out);
/*
 * Learns from a refused set: a minimal set of items that can't be had together becomes a core of
 * the model. '*in' (of each item) tells which.
 */
int advi_search_learn_core(struct advi_search *search, const bool *asked,
			   const struct advi_trial *trial, bool *in);
/* Learns from a set that costs more than its closures do: which of it, and by how much. */
int advi_search_learn_cost(struct advi_search *search, const bool *asked);

#endif
