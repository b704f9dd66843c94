/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether a set of records is an environment, without libsolv and without the pool. */
#ifndef TESTS_SOLVE_VERIFY_H
#define TESTS_SOLVE_VERIFY_H

#include "conda/record.h"

struct advi_virtual;

/*
 * Every name once, every "depends" satisfied, no "constrains" violated, every spec satisfied.
 * Returns NULL, or what is wrong, to be freed.
 */
char *verify(const struct advi_record *const *records, size_t count,
	     const struct advi_virtual *virtuals, size_t virtual_count, const char *const *specs,
	     size_t spec_count);

#endif
