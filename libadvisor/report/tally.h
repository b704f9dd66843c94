/* SPDX-License-Identifier: BSD-3-Clause */
/* What a report counts of some workloads: users and workloads, by place and by package. */
#ifndef ADVI_REPORT_TALLY_H
#define ADVI_REPORT_TALLY_H

#include "usage/workload.h"

/* Users and workloads, and how many of them are covered: now, and then. */
struct advi_cover {
	uint64_t users, users_now, users_then;
	uint64_t workloads, workloads_now, workloads_then;
	uint64_t some_now, some_then; /* users who have a covered workload */
};

struct advi_tally_place {
	uint64_t users, workloads;
	double node_hours;
};

struct advi_tally_package {
	const char *name;
	uint32_t package;                      /* index into the workloads' packages */
	uint64_t users;                        /* unique */
	uint64_t users_outside;                /* that import it from elsewhere than base */
	uint64_t place_users[ADV_PLACE_COUNT]; /* of these, by the place of the environment */
	/* Where base lacks it then: users, workloads, and those that lack nothing else. */
	uint64_t kept_users, kept, kept_alone;
	uint32_t last, last_outside, last_kept, last_place[ADV_PLACE_COUNT];
};

/* Names are borrowed from the workloads. */
struct advi_tally {
	struct advi_cover cover;
	struct advi_tally_place places[ADV_PLACE_COUNT]; /* of environments */
	ADVI_VEC(struct advi_tally_package) packages; /* most users outside base first, by name */
	ADVI_VEC(uint32_t) by_package; /* these rows in the order of the workloads' */
	uint64_t nowhere;              /* workloads that import what no package is known for */
	uint64_t own_users, own;       /* who have environments of their own; those workloads */
};

/*
 * Counts workloads. A user is covered when all of the workloads that are counted are.
 *   members    indexes of workloads, rising, 'count' of them.
 *   now, then  by package of the workloads: whether base has it. 'then' may be NULL: as now.
 */
void advi_tally_make(struct advi_tally *out, const struct advi_workloads *workloads,
		     const uint32_t *members, size_t count, const bool *now, const bool *then);
void advi_tally_clear(struct advi_tally *tally);
/* The row of a package, by its index in the workloads; NULL when nobody imports it. */
const struct advi_tally_package *advi_tally_row(const struct advi_tally *tally, uint32_t package);

#endif
