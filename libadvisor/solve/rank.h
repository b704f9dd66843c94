/* SPDX-License-Identifier: BSD-3-Clause */
/* Which of the records of a name are preferred. */
#ifndef ADVI_SOLVE_RANK_H
#define ADVI_SOLVE_RANK_H

#include "base/vec.h"
#include "conda/record.h"
#include "conda/version.h"

/* A record on its way into the pool. */
struct advi_entry {
	const struct advi_record *record;
	const struct advi_version *version; /* equal ones may be one */
	uint32_t name;                      /* index of its name; of names, the same order */
	uint32_t channel;
	uint32_t features; /* tokens of track_features; each makes it less wanted */
	uint32_t rank;     /* among those of its name; higher is preferred */
	bool is_virtual;
};
typedef ADVI_VEC(struct advi_entry) advi_entries;

/* Tokens of track_features. */
uint32_t advi_rank_features(const char *features);
/*
 * Brings entries together by name, the best last, and numbers those of each name. The order that
 * they are given in changes nothing. 'names': how many names there are.
 */
void advi_rank_all(advi_entries *all, size_t names);

#endif
