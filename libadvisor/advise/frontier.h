/* SPDX-License-Identifier: BSD-3-Clause */
/* A frontier in memory. */
#ifndef ADVI_ADVISE_FRONTIER_H
#define ADVI_ADVISE_FRONTIER_H

#include <advisor/frontier.h>

#include "advise/plan.h"

/* What a base does, and what it gains for that. */
struct advi_frontier_point {
	uint64_t max_packages; /* 0: base as it is */
	advi_names packages;   /* that were chosen, in the order of choice */
	uint64_t added_packages, added_bytes, added_files; /* dependencies too */
	uint64_t users_covered, workloads_covered;
	double benefit_share; /* of all the demand that there is */
	struct advi_plan_choice choice;
};

struct adv_frontier {
	struct advi_arena arena; /* owns every string */
	const char *site, *weight;
	const char *since, *until;     /* "YYYY-MM", or NULL */
	uint64_t max_bytes, max_files; /* budgets beside that of packages; 0: none */
	uint64_t users, workloads;
	struct advi_frontier_point base;
	ADVI_VEC(struct advi_frontier_point) points; /* by rising budget */
};

/*
 * Users that a point covers more than the one before it (base before the first), for each package
 * that it adds more; NaN when it adds none more.
 */
double advi_frontier_slope(const struct adv_frontier *frontier, size_t point);

#endif
