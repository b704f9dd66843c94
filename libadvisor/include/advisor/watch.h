/* SPDX-License-Identifier: BSD-3-Clause */
/* Watching and stopping what takes long. */
#ifndef ADVISOR_WATCH_H
#define ADVISOR_WATCH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where a long task is. Strings are borrowed for the call. */
struct adv_progress {
	const char *phase; /* "reading logs", "downloading" */
	const char *unit;  /* "bytes", "packages" */
	uint64_t done;     /* in units */
	uint64_t total;    /* in units; 0 when unknown */
};

/*
 * A listener. Both callbacks may be NULL; 'context' is theirs. They are called from the thread
 * that called the library.
 *   progress  hears where the task is and returns 0 to go on; any other value makes the task
 *             clean up and return ADV_ECANCEL.
 *   note      hears one line worth a person's attention that does not end the task.
 */
struct adv_watch {
	void *context;
	int (*progress)(void *context, const struct adv_progress *progress);
	void (*note)(void *context, const char *text);
};

#ifdef __cplusplus
}
#endif
#endif
