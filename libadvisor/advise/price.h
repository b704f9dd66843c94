/* SPDX-License-Identifier: BSD-3-Clause */
/* What candidates bring along and make move, each asked once by itself. */
#ifndef ADVI_ADVISE_PRICE_H
#define ADVI_ADVISE_PRICE_H

#include "advise/choose.h"

/* A candidate's closure over base, as ids: those of the demand's packages first, then others. */
struct advi_closure {
	ADVI_VEC(uint32_t) ids;
	advi_names moved; /* names of base that change or go for it */
};

struct advi_prices {
	const struct advi_demand *demand;
	struct advi_map names;         /* name -> id; the demand's packages keep their index */
	ADVI_VEC(uint64_t) bytes;      /* of each id */
	ADVI_VEC(uint64_t) files;      /* of each id, known or estimated */
	struct advi_closure *closures; /* of each of the demand's packages; empty: no candidate */
	enum advi_fate *fates;         /* before anything is chosen: HAD, NONE, ABSENT, ... */
	char **reasons;
	advi_names kept; /* names that users import and base has: none of them may go */
};

/* Finds the candidates and asks for each what it brings along, with 'most' freedom at most. */
int advi_prices_ask(struct advi_prices *out, const struct advi_demand *demand,
		    const struct adv_site *site, const struct advi_oracle *oracle,
		    enum advi_freedom most, const struct adv_watch *watch, struct adv_err *err);
void advi_prices_clear(struct advi_prices *prices);

#endif
