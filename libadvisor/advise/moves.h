/* SPDX-License-Identifier: BSD-3-Clause */
/* Moves: packages that are considered together. */
#ifndef ADVI_ADVISE_MOVES_H
#define ADVI_ADVISE_MOVES_H

#include "advise/price.h"

/* Members are members.at[first .. first + count), the most wanted first. */
struct advi_move {
	uint32_t first, count;
	bool dead; /* asked and refused, or beyond the budget */
};

/*
 * Every candidate by itself, by name; then for every workload all that it lacks at once, since the
 * last packages of a workload may be worth nothing one by one.
 */
struct advi_moves {
	ADVI_VEC(uint32_t) members;
	ADVI_VEC(struct advi_move) all;
};

void advi_moves_make(struct advi_moves *out, const struct advi_prices *prices);
void advi_moves_clear(struct advi_moves *moves);

#endif
