/* SPDX-License-Identifier: BSD-3-Clause */
/* Globs and regular expressions as they stand in MatchSpecs. */
#ifndef ADVI_CONDA_PATTERN_H
#define ADVI_CONDA_PATTERN_H

#include "base/arena.h"
#include "base/err.h"

enum advi_pattern_kind {
	ADVI_PATTERN_EXACT,
	ADVI_PATTERN_GLOB, /* '*' stands for any run of characters */
	ADVI_PATTERN_REGEX /* "^...$" */
};

struct advi_regex;

/* A pattern, ready to match; lives in the arena that it was made in. */
struct advi_pattern {
	enum advi_pattern_kind kind;
	bool fold; /* letters of both cases are equal (ASCII) */
	struct advi_str text;
	const struct advi_regex *regex;
};

/* Returns 0, or ADV_EINPUT with what is wrong with a regular expression. */
int advi_pattern_parse(struct advi_pattern *out, struct advi_arena *arena, struct advi_str text,
		       bool fold, struct adv_err *err);
bool advi_pattern_match(const struct advi_pattern *pattern, struct advi_str text);

#endif
