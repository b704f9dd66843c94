/* SPDX-License-Identifier: BSD-3-Clause */
/* "Did you mean": the word that a mistyped one is nearest to. */
#ifndef ADVI_BASE_NEAREST_H
#define ADVI_BASE_NEAREST_H

#include "base/str.h"

/*
 * The word nearest to 'text', when it is near enough to be a slip of the keyboard; or NULL. Slips
 * are a letter too many, too few, another one, or two that changed places; case is none. Of words
 * that are equally near the first.
 */
const char *advi_nearest(struct advi_str text, const char *const *words, size_t count);

#endif
