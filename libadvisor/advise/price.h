/* SPDX-License-Identifier: BSD-3-Clause */
/* What candidates bring along, asked once; and what a move gains and costs at any time. */
#ifndef ADVI_ADVISE_PRICE_H
#define ADVI_ADVISE_PRICE_H

#include "advise/choose.h"

/* A candidate's closure over base, as ids: those of the demand's packages first, then others. */
struct advi_closure {
	ADVI_VEC(uint32_t) ids;
};

/* What was asked once and holds for every try. */
struct advi_prices {
	const struct advi_demand *demand;
	struct advi_map names;         /* name -> id; the demand's packages keep their index */
	ADVI_VEC(uint64_t) bytes;      /* of each id */
	struct advi_closure *closures; /* of each of the demand's packages; empty: no candidate */
	enum advi_fate *fates;         /* before anything is chosen: HAD, NONE, ABSENT, ... */
	char **reasons;
};

/* Finds the candidates and asks for each what it brings along. */
int advi_prices_ask(struct advi_prices *out, const struct advi_demand *demand,
		    const struct adv_site *site, const struct advi_oracle *oracle,
		    const struct adv_watch *watch, struct adv_err *err);
void advi_prices_clear(struct advi_prices *prices);

/* What is there at one time of a try. */
struct advi_state {
	const struct advi_prices *prices;
	bool *present;     /* of each id */
	uint32_t *missing; /* of each workload: packages that are not there */
	/* Scratch of advi_state_weigh: marks of the current move. */
	uint32_t *id_mark, *workload_mark, *workload_gain;
	uint32_t mark;
	ADVI_VEC(uint32_t) touched;
};

void advi_state_init(struct advi_state *state, const struct advi_prices *prices,
		     const struct advi_env *env);
void advi_state_clear(struct advi_state *state);
/* Brings it up to date with an environment. */
void advi_state_set(struct advi_state *state, const struct advi_env *env);

/* What a move would gain and cost, by the closures as they were asked over base. */
struct advi_weight {
	uint64_t gain;
	uint64_t packages, bytes;
};
struct advi_weight advi_state_weigh(struct advi_state *state, const uint32_t *members,
				    size_t count);
/* The benefit of what is there, against nothing at all. */
uint64_t advi_state_benefit(const struct advi_state *state);
/* Users whose workloads are all covered. */
uint64_t advi_state_covered(const struct advi_state *state);

#endif
