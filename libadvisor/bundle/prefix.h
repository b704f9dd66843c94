/* SPDX-License-Identifier: BSD-3-Clause */
/* Putting the mount path where a package has its placeholder. */
#ifndef ADVI_BUNDLE_PREFIX_H
#define ADVI_BUNDLE_PREFIX_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

/* Longest first line with "#!", newline not counted, that every Linux kernel takes. */
enum { ADVI_SHEBANG_BYTES = 127 };

/* Offsets in a file at which the prefix stands, rising. Zero is empty. */
struct advi_places {
	uint64_t *at;
	size_t count, room;
};

/*
 * Text: every placeholder in 'data' becomes 'prefix', appended to 'out'. When that makes the
 * first line a "#!" that kernels don't take (longer than ADVI_SHEBANG_BYTES, or a blank in the
 * prefix), it is replaced by one that works: sh that executes a Python, env for anything else.
 *   places  gets where in 'out' the prefix stands; NULL: nobody asks
 */
void advi_prefix_text(struct advi_buf *out, struct advi_str data, struct advi_str placeholder,
		      struct advi_str prefix, struct advi_places *places);

/*
 * Binary, in place: within each NUL-terminated string every placeholder becomes 'prefix', and
 * NULs after the string keep its length. 'prefix' must not be longer than 'placeholder'.
 * Returns the number of placeholders.
 */
size_t advi_prefix_binary(char *data, size_t len, struct advi_str placeholder,
			  struct advi_str prefix, struct advi_places *places);

/*
 * Splits "#! /path/to/exe options" into the path, in which a blank may follow a backslash, and
 * the options with the blanks before them; false when the line is none.
 */
bool advi_shebang_split(struct advi_str line, struct advi_str *path, struct advi_str *options);
/* Whether a program's name is that of a Python: "python", "python3", "python3.11". */
bool advi_shebang_is_python(struct advi_str name);

#endif
