/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs as rows of a store. */
#ifndef ADVI_USAGE_RUNS_H
#define ADVI_USAGE_RUNS_H

#include "base/map.h"
#include "usage/jobs.h"
#include "usage/record.h"
#include "usage/store.h"

/* Ids are those of the store's names; 0: not known. */
struct advi_run_row {
	unsigned char uuid[ADVI_UUID_BYTES];
	uint32_t month;
	int user, project, job, environment;
	int64_t ticks; /* 1e-4 s, or ADVI_TICKS_UNKNOWN */
	uint32_t nodes;
	double probability;
};

/* A run that is not in the store yet, and its set (0: none known yet). */
struct advi_new_run {
	struct advi_run_row row;
	sqlite3_int64 set;
};

struct advi_runs {
	struct adv_store *store;
	sqlite3_stmt *add, *better, *last;
	struct advi_jobs jobs; /* that runs are of: in the store whenever those are */
	struct advi_feed feed;
	ADVI_VEC(struct advi_new_run) new; /* to be inserted together, in the order of the store */
	struct advi_map new_uuids;         /* theirs */
	unsigned char greatest[ADVI_UUID_BYTES]; /* uuid in the store; beyond it all are new */
	bool has_greatest;
};

/* 'runs' stays where it is until it is cleared. */
int advi_runs_open(struct advi_runs *runs, struct adv_store *store, struct adv_err *err);
void advi_runs_clear(struct advi_runs *runs);
/*
 * Adds a run that imports the set 'set' (0: none known yet). Of two runs with one uuid the greater
 * by its values counts, in whatever order they come; then '*is_new' is false and the run keeps the
 * set that it has. It may be a while until a new one is in the store.
 */
int advi_runs_add(struct advi_runs *runs, const struct advi_run_row *row, sqlite3_int64 set,
		  bool *is_new, struct adv_err *err);
/* Brings all that were added to the store. */
int advi_runs_settle(struct advi_runs *runs, struct adv_err *err);
/* Forgets them, since their transaction is taken back. */
void advi_runs_forget(struct advi_runs *runs);

#endif
