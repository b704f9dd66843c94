/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Work in child processes: what can't be interrupted, prints, or takes memory that is known only
 * afterwards is stopped there at any time, heard by nobody, and leaves nothing behind.
 */
#ifndef ADVI_IO_CHILD_H
#define ADVI_IO_CHILD_H

#include <sys/types.h>

#include <advisor/err.h>

#include "base/buf.h"

/* Work, done in a child: what it appends to 'said' comes back. */
struct advi_child_task {
	void (*work)(void *context, struct advi_buf *said);
	void *context;
	uint64_t max_seconds; /* by the clock; 0: none */
	uint64_t max_bytes;   /* of memory beyond what is in use already; 0: no limit */
	bool silent;          /* what it prints goes nowhere */
};

struct advi_child {
	pid_t pid;
	int fd;          /* what it has to say comes from there */
	double deadline; /* on the monotonic clock, in seconds; 0: none */
	bool late;       /* it was stopped for its time */
	struct advi_buf said;
};

/* Seconds on the monotonic clock. */
double advi_clock(void);

/*
 * Starts one; the task is needed no longer when it returns. Returns 0, or ADV_EENV when there can
 * be no more processes.
 */
int advi_child_start(struct advi_child *out, const struct advi_child_task *task,
		     struct adv_err *err);
/*
 * Listens to 'count' of them, 64 at most, for a tenth of a second at most, and stops those that
 * are late. '*ended' becomes the index of one that has nothing more to say, or 'count'. The first
 * is 'at', the next one 'stride' bytes on. Returns 0 or ADV_EENV.
 */
int advi_child_listen(struct advi_child *at, size_t count, size_t stride, size_t *ended,
		      struct adv_err *err);
/* Waits for one that has nothing more to say; gives its status as waitpid does. 'said' stays. */
int advi_child_reap(struct advi_child *child);
/* Stops one that may still run, and forgets what it said. */
void advi_child_kill(struct advi_child *child);

#endif
