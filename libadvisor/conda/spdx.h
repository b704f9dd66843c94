/* SPDX-License-Identifier: BSD-3-Clause */
/* Licence expressions of SPDX. */
#ifndef ADVI_CONDA_SPDX_H
#define ADVI_CONDA_SPDX_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Whether a single licence is acceptable: an identifier, or one with its exception ("GPL-2.0-only
 * WITH Classpath-exception-2.0").
 */
typedef bool advi_spdx_fn(void *context, struct advi_str license);

/*
 * Whether somebody who asks 'accepts' of each licence can take the whole expression: of "A OR B"
 * one is enough, of "A AND B" both are needed. What is no expression ("BSD 3-Clause") is asked
 * about as it stands.
 * Grammar: SPDX specification 2.3, annex D; operators of either case, as 3.0 has them.
 */
bool advi_spdx_accepts(struct advi_str expression, advi_spdx_fn *accepts, void *context);

#endif
