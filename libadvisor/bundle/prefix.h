/* SPDX-License-Identifier: BSD-3-Clause */
/* Putting the mount path where a package has its placeholder. */
#ifndef ADVI_BUNDLE_PREFIX_H
#define ADVI_BUNDLE_PREFIX_H

#include "base/buf.h"
#include "base/err.h"

/* Longest first line with "#!", newline not counted, that every Linux kernel takes. */
enum { ADVI_SHEBANG_BYTES = 127 };

/*
 * Text: every placeholder in 'data' becomes 'prefix', appended to 'out'. When that makes the
 * first line a "#!" that kernels don't take (longer than ADVI_SHEBANG_BYTES, or a blank in the
 * prefix), it is replaced by one that works: sh that executes a Python, env for anything else.
 */
void advi_prefix_text(struct advi_buf *out, struct advi_str data, struct advi_str placeholder,
		      struct advi_str prefix);

/*
 * Binary, in place: within each NUL-terminated string every placeholder becomes 'prefix', and
 * NULs after the string keep its length. 'prefix' must not be longer than 'placeholder'.
 * Returns the number of placeholders.
 */
size_t advi_prefix_binary(char *data, size_t len, struct advi_str placeholder,
			  struct advi_str prefix);

#endif
