/* SPDX-License-Identifier: BSD-3-Clause */
/* Version constraints: ">=1.2,<2|1.0.*". */
#ifndef ADVI_CONDA_VSPEC_H
#define ADVI_CONDA_VSPEC_H

#include "base/buf.h"
#include "conda/version.h"

struct advi_vspec;

/*
 * Understands conda's VersionSpec: =, ==, !=, <, <=, >, >=, ~=, "1.2.*", globs, "^regex$", ','
 * (and) before '|' (or), parentheses.
 * Returns 0 with the constraint in 'arena', or ADV_EINPUT with what is wrong.
 */
int advi_vspec_parse(const struct advi_vspec **out, struct advi_arena *arena, struct advi_str text,
		     struct adv_err *err);
/* 'text' is the version as written, 'version' the same cut up. */
bool advi_vspec_match(const struct advi_vspec *spec, struct advi_str text,
		      const struct advi_version *version);
/* Appends the constraint without blanks; parentheses only where they are needed. */
void advi_vspec_print(const struct advi_vspec *spec, struct advi_buf *out);
/* Whether it is matched as text: with a star inside, or several at the end. */
bool advi_vspec_is_glob(const struct advi_vspec *spec);
/* Whether every version matches. */
bool advi_vspec_is_any(const struct advi_vspec *spec);

#endif
