/* SPDX-License-Identifier: BSD-3-Clause */
/* What packages would have done for the usage of some months. */
#ifndef ADVI_ADVISE_REACH_H
#define ADVI_ADVISE_REACH_H

#include "usage/workload.h"

/*
 * Uses are counted runs and modules from places of the users' own. One is served when base has its
 * package, and gone when the whole workload is covered: then nothing keeps its environment.
 */
struct advi_reach {
	uint64_t users, users_covered;
	uint64_t workloads, workloads_covered;
	uint64_t uses, uses_served, uses_gone;
};

/* Measures a base of the packages that 'has' knows, and of what the site's pip put there. */
void advi_reach_measure(struct advi_reach *out, const struct advi_workloads *workloads,
			const struct adv_site *site, const struct advi_map *has);

#endif
