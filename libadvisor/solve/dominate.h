/* SPDX-License-Identifier: BSD-3-Clause */
/* Leaving out builds that another build of the same version can always stand for. */
#ifndef ADVI_SOLVE_DOMINATE_H
#define ADVI_SOLVE_DOMINATE_H

#include "solve/run.h"

/*
 * A record leaves when a better one of its name and version, which is in, needs and excludes
 * nothing more, and satisfies whatever it satisfies: every dependency and constraint that some
 * record has, and every request. Whatever can be had can still be had then. What is 'favored'
 * (may be NULL) stays. Reasons are ADVI_OUT_DOMINATED. Returns how many left.
 */
size_t advi_dominate(struct advi_kept *kept, const advi_requests *requests,
		     const advi_numbers *favored);

#endif
