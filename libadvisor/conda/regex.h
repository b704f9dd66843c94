/* SPDX-License-Identifier: BSD-3-Clause */
/* The regular expressions of MatchSpecs: Python's syntax, as far as it is regular, and lookahead.
 */
#ifndef ADVI_CONDA_REGEX_H
#define ADVI_CONDA_REGEX_H

#include "base/arena.h"
#include "base/err.h"

struct advi_regex;

/*
 * Understands literals, '.', classes, \d \w \s and their negations, groups, (?:...), (?=...),
 * (?!...), '|', '*', '+', '?', {m,n} (lazy forms too), '^', '$'. Returns NULL with 'err' set when
 * the text is anything else. It lives in 'arena'.
 */
const struct advi_regex *advi_regex_parse(struct advi_arena *arena, struct advi_str text,
					  struct adv_err *err);
/* Whether it matches at the beginning of 'text'. Gives up, with false, after a million steps. */
bool advi_regex_match(const struct advi_regex *regex, struct advi_str text, bool fold);

#endif
