/* SPDX-License-Identifier: BSD-3-Clause */
/* Worlds as small text files; tests/solve/cases/README says what stands in them. */
#ifndef TESTS_SOLVE_CASE_H
#define TESTS_SOLVE_CASE_H

#include "base/vec.h"
#include "solve/world_in.h"

typedef ADVI_VEC(const char *) case_lines;

typedef ADVI_VEC(struct advi_record) case_records;

struct case_channel {
	const char *name;
	case_records records;
};

enum case_kind {
	CASE_WANT, /* specs that are to join base, together */
	CASE_JOIN, /* wishes, one a line, their specs separated by ';' */
	CASE_NEWER /* names */
};

/* What is asked, and what the answer must be. */
struct case_question {
	enum case_kind kind;
	enum advi_freedom most;
	case_lines want, expect;
};

struct solve_case {
	struct advi_arena arena;
	ADVI_VEC(struct case_channel) channels;
	ADVI_VEC(struct advi_virtual) virtuals;
	case_lines base, pins, expect_base;
	case_records installed; /* base as records; then 'base' names them */
	ADVI_VEC(struct case_question) questions;
	enum advi_priority priority;
};

/* Reads a case; on an error in it the test fails. */
void case_read(struct solve_case *out, const char *path);
void case_clear(struct solve_case *solve_case);
/* Builds its world; records and base lines in another order for every 'seed' but 0. */
int case_world(struct solve_case *solve_case, uint64_t seed, struct adv_world *world,
	       struct adv_err *err);

/* A recipe with these specs as base and this channel, of machines with GPUs. The caller frees it.
 */
struct adv_site *case_site(const case_lines *base, const char *channel);

/* Adds the lines of a file but empty ones and those that begin with '#'; 'text' owns them. */
void case_read_lines(struct advi_buf *text, case_lines *lines, const char *path);

/* A generator that is the same everywhere. */
uint64_t case_random(uint64_t *seed);

#endif
