/* SPDX-License-Identifier: BSD-3-Clause */
/* How many different numbers there are among those added. */
#ifndef ADVI_USAGE_DISTINCT_H
#define ADVI_USAGE_DISTINCT_H

#include <stddef.h>
#include <stdint.h>

/* Zero is empty. Repetitions are dropped whenever it would grow, so it stays small. */
struct advi_distinct {
	uint32_t *at;
	size_t count, room;
};

void advi_distinct_add(struct advi_distinct *set, uint32_t value);
/* Adds all of 'from'. */
void advi_distinct_join(struct advi_distinct *set, const struct advi_distinct *from);
/* Sorts and drops repetitions: at[0 .. count) are the values. Returns count. */
size_t advi_distinct_settle(struct advi_distinct *set);
/* How many values two settled sets share. */
size_t advi_distinct_shared(const struct advi_distinct *a, const struct advi_distinct *b);
void advi_distinct_clear(struct advi_distinct *set);

#endif
