/* SPDX-License-Identifier: BSD-3-Clause */
/* A scheduler's word on a job, and the small parts that its files are made of. */
#ifndef ADVI_USAGE_JOB_H
#define ADVI_USAGE_JOB_H

#include "usage/record.h"

enum { ADVI_NO_MONTH = 999912 }; /* of a job that has not ended: later than all */

/* Slices are valid as long as what they were read from is. */
struct advi_job_seen {
	struct advi_str number;        /* "1234", "1234[7]" */
	struct advi_str host;          /* empty: not said */
	struct advi_str user, project; /* empty: not known */
	uint32_t nodes;
	int64_t ticks;        /* negative: not known */
	uint32_t first, last; /* months that it may have runs in */
};

/* The number that a job's name begins with, with the brackets of an array job: "1234[7].host". */
struct advi_str advi_job_number(struct advi_str name);
/* Reads "[days-][hours:]minutes:seconds[.fraction]"; negative when it is anything else. */
int64_t advi_job_ticks(struct advi_str text);
/* Reads "2025-03-01T10:00:00", as seconds since 1970 in UTC; 0 when it is anything else. */
int64_t advi_job_time(struct advi_str text);
/*
 * The months from a day before 'start' to a day behind 'end', since schedulers write local times.
 * No end: not yet. False when 'start' is none.
 */
bool advi_job_months(struct advi_job_seen *job, int64_t start, int64_t end);

#endif
