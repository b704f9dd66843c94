/* SPDX-License-Identifier: BSD-3-Clause */
/* What a report counts: users and workloads, by place, package and project. */
#ifndef ADVI_REPORT_TALLY_H
#define ADVI_REPORT_TALLY_H

#include "usage/workload.h"

/* Users and workloads, and how many of them are covered: now, and then. */
struct advi_cover {
	uint64_t users, users_now, users_then;
	uint64_t workloads, workloads_now, workloads_then;
};

struct advi_tally_place {
	uint64_t users, workloads;
	double node_hours;
};

struct advi_tally_package {
	const char *name;
	uint64_t users;                        /* unique */
	uint64_t users_outside;                /* that import it from elsewhere than base */
	uint64_t place_users[ADV_PLACE_COUNT]; /* of these, by the place of the environment */
	uint32_t last, last_outside, last_place[ADV_PLACE_COUNT];
};

struct advi_tally_project {
	const char *name;
	struct advi_cover cover;
	uint32_t last; /* the user whose workloads are being looked at, + 1 */
	bool now, then;
};

/* Names are borrowed from the workloads. */
struct advi_tally {
	struct advi_cover cover;
	struct advi_tally_place places[ADV_PLACE_COUNT]; /* of environments */
	ADVI_VEC(struct advi_tally_package) packages; /* most users outside base first, by name */
	ADVI_VEC(struct advi_tally_project) projects; /* most users first, by name */
	uint64_t nowhere; /* workloads that import what no package is known for */
};

/*
 * Counts workloads, all or those of one project. A user of a project is covered when all of the
 * workloads in it are.
 *   now, then   the packages that base has; 'then' may be NULL: as now.
 */
void advi_tally_make(struct advi_tally *out, const struct advi_workloads *workloads,
		     const char *project, const struct advi_map *now, const struct advi_map *then);
void advi_tally_clear(struct advi_tally *tally);

#endif
