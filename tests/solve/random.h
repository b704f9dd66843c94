/* SPDX-License-Identifier: BSD-3-Clause */
/* Small worlds at random, and trying every combination of their records. */
#ifndef TESTS_SOLVE_RANDOM_H
#define TESTS_SOLVE_RANDOM_H

#include "case.h"

enum { RANDOM_NAMES = 5 };

/* A spec on one of the names, or on one that there is not. */
const char *random_spec(struct advi_arena *arena, uint64_t *seed);
/* One channel, and up to three base specs that perhaps nothing satisfies. */
void random_world(struct solve_case *c, uint64_t *seed);
/* Whether any choice of at most one record a name is an environment with these specs. */
bool random_possible(const struct solve_case *c, const case_lines *specs);

#endif
