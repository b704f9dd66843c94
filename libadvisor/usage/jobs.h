/* SPDX-License-Identifier: BSD-3-Clause */
/* Jobs as rows of a store: nearly as many as runs, so new ones are inserted together. */
#ifndef ADVI_USAGE_JOBS_H
#define ADVI_USAGE_JOBS_H

#include "base/map.h"
#include "usage/feed.h"
#include "usage/store.h"

/* A job that is not in the store yet. */
struct advi_new_job {
	struct advi_str name; /* of 'known' */
	sqlite3_int64 id;
};

struct advi_jobs {
	struct adv_store *store;
	sqlite3_stmt *find, *ends;
	struct advi_feed feed;
	struct advi_map known;             /* ids by name: runs of a job come near each other */
	ADVI_VEC(struct advi_new_job) new; /* to be inserted together */
	bool begun;                        /* the next two are known */
	sqlite3_int64 last;                /* id that was given */
	struct advi_buf greatest;          /* name in the store; beyond it all are new */
};

/* 'jobs' stays where it is until it is cleared. */
int advi_jobs_open(struct advi_jobs *jobs, struct adv_store *store, struct adv_err *err);
void advi_jobs_clear(struct advi_jobs *jobs);
/* The id of a job, negative on an error. It may be a while until a new one is in the store. */
int advi_jobs_id(struct advi_jobs *jobs, struct advi_str name, struct adv_err *err);
/* Brings all that are new to the store. */
int advi_jobs_settle(struct advi_jobs *jobs, struct adv_err *err);
/* Forgets them, since their transaction is taken back. */
void advi_jobs_forget(struct advi_jobs *jobs);

#endif
