/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether an explanation is true, by the records alone: without the pool, libsolv, or a state. */
#ifndef TESTS_SOLVE_TRUTH_H
#define TESTS_SOLVE_TRUTH_H

#include "case.h"
#include "solve/why.h"

/* What there is and what was asked, for the check. */
struct truth {
	const struct advi_record *const *records; /* of all channels */
	size_t count;
	const struct advi_virtual *virtuals;
	size_t virtual_count;
	const advi_records *base; /* as solved */
	const case_lines *asked, *wanted, *pins;
	/* Whether a record can be had at all; what can't opposes nothing. NULL: each can. */
	bool (*possible)(const void *context, const struct advi_record *record);
	const void *context;
};

/*
 * Every link is a record of a channel and one of its own dependencies, each link is about what the
 * one before needs, and nothing satisfies both the last need and what stands at the end.
 * Returns NULL, or what is wrong, to be freed.
 */
char *truth(const struct truth *t, const struct advi_why *why);

#endif
