/* SPDX-License-Identifier: BSD-3-Clause */
/* How many different numbers there are among those added. */
#include "usage/distinct.h"

#include "base/mem.h"

enum { FIRST_ROOM = 8 };

static int by_value(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

size_t advi_distinct_settle(struct advi_distinct *set)
{
	size_t kept = 0;

	if (set->count > 1)
		qsort(set->at, set->count, sizeof(*set->at), by_value);
	for (size_t i = 0; i < set->count; i++)
		if (!kept || set->at[kept - 1] != set->at[i])
			set->at[kept++] = set->at[i];
	return set->count = kept;
}

void advi_distinct_add(struct advi_distinct *set, uint32_t value)
{
	if (set->count && set->at[set->count - 1] == value)
		return;
	if (set->count == set->room) {
		advi_distinct_settle(set);
		if (!set->room || set->count > set->room / 2) {
			set->room = set->room ? set->room * 2 : FIRST_ROOM;
			set->at = advi_realloc(set->at, set->room, sizeof(*set->at));
		}
	}
	set->at[set->count++] = value;
}

void advi_distinct_join(struct advi_distinct *set, const struct advi_distinct *from)
{
	for (size_t i = 0; i < from->count; i++)
		advi_distinct_add(set, from->at[i]);
}

size_t advi_distinct_shared(const struct advi_distinct *a, const struct advi_distinct *b)
{
	size_t shared = 0;

	for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
		uint32_t left = a->at[i], right = b->at[j];

		shared += left == right;
		i += left <= right;
		j += right <= left;
	}
	return shared;
}

void advi_distinct_clear(struct advi_distinct *set)
{
	free(set->at);
	*set = (struct advi_distinct){0};
}
