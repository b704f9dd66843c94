/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Solving in child processes. libsolv can't be interrupted, and what it takes in time and memory
 * is known afterwards: in a process of its own it can be stopped, and it leaves nothing behind.
 */
#ifndef ADVI_SOLVE_CREW_H
#define ADVI_SOLVE_CREW_H

#include <advisor/watch.h>
#include <advisor/world.h>

#include "io/child.h"
#include "solve/run.h"

enum { ADVI_WORKERS_MAX = 64 };

/* A process that solves. */
struct advi_worker {
	struct advi_child child;
	void *token;
};

/* Solves on their way. */
struct advi_crew {
	struct adv_solving solving;
	struct adv_progress progress; /* what the watch hears while they are waited for */
	void (*run)(const struct advi_job *job,
		    struct advi_outcome *out); /* advi_run, but in tests */
	struct advi_worker at[ADVI_WORKERS_MAX];
	size_t count;
};

void advi_crew_init(struct advi_crew *crew, const struct adv_solving *solving, const char *phase);
/* Stops those that still run. */
void advi_crew_clear(struct advi_crew *crew);

static inline bool advi_crew_full(const struct advi_crew *crew)
{
	return crew->count >= (crew->solving.workers ? crew->solving.workers : 1);
}

/*
 * Starts a solve in a crew that is not full. 'job' is needed no longer when it returns; 'token' is
 * the caller's, to know the outcome by. Returns 0, or ADV_EENV when there can be no more processes.
 */
int advi_crew_start(struct advi_crew *crew, const struct advi_job *job, void *token,
		    struct adv_err *err);
/*
 * Waits for one of those that were started, of which there is one at least.
 *   out    how it came out; the caller clears it
 *   token  the one it was started with; NULL when the wait itself failed
 * Returns 0; ADV_EENV when that one took too long, took too much memory, or crashed; ADV_ECANCEL.
 */
int advi_crew_wait(struct advi_crew *crew, struct advi_outcome *out, void **token,
		   const struct adv_watch *watch, struct adv_err *err);

/* One job by itself. Returns as advi_crew_wait. */
int advi_crew_run(const struct adv_solving *solving, const struct advi_job *job, const char *phase,
		  struct advi_outcome *out, const struct adv_watch *watch, struct adv_err *err);

#endif
