/* SPDX-License-Identifier: BSD-3-Clause */
/* Why something can't be: one line in package terms. */
#ifndef ADVI_SOLVE_EXPLAIN_H
#define ADVI_SOLVE_EXPLAIN_H

#include "solve/world_in.h"

/*
 * Why nothing that a request means is in: the shortest chain from its newest version to a record
 * or rule that stands against it. The caller frees it.
 */
char *advi_explain_request(const struct adv_world *world, const struct advi_kept *kept,
			   const struct advi_request *request);
/* Why a name that must be there has no record left; NULL when it has. The caller frees it. */
char *advi_explain_name(const struct adv_world *world, const struct advi_kept *kept, uint32_t name);
/* A clash in words. The caller frees it. */
char *advi_explain_clash(const struct adv_world *world, const advi_requests *requests,
			 const struct advi_clash *clash);

#endif
