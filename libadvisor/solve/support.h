/* SPDX-License-Identifier: BSD-3-Clause */
/* What all that is left of a name that must be there says about other names. */
#ifndef ADVI_SOLVE_SUPPORT_H
#define ADVI_SOLVE_SUPPORT_H

#include "solve/prune.h"

/*
 * Draws what follows from one of what is left of 'name' being there: a name that all of them need
 * must be there too, and a record that none of them goes with leaves. No solution is lost.
 */
void advi_support(struct advi_kept *kept, uint32_t name);
/* NULL is fine. */
void advi_scratch_free(struct advi_scratch *scratch);

#endif
