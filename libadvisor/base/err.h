/* SPDX-License-Identifier: BSD-3-Clause */
/* Making and wrapping errors. */
#ifndef ADVI_BASE_ERR_H
#define ADVI_BASE_ERR_H

#include <advisor/err.h>
#include <advisor/watch.h>

#define ADVI_PRINTF(at, first) __attribute__((format(printf, at, first)))

/* Sets 'err' (may be NULL) to 'code' with a formatted line of text. Returns 'code'. */
int advi_fail(struct adv_err *err, int code, const char *format, ...) ADVI_PRINTF(3, 4);

/* Says where in the file that its text names an error is. Returns 'code'. */
int advi_fail_at(struct adv_err *err, int code, unsigned line, unsigned column);

/* As advi_fail with ADV_EENV, with errno kept and its text appended. */
int advi_fail_errno(struct adv_err *err, const char *format, ...) ADVI_PRINTF(2, 3);

/* Puts context in front of the text of 'err': "context: text". Returns 'code' unchanged. */
int advi_while(struct adv_err *err, int code, const char *format, ...) ADVI_PRINTF(3, 4);

/* Tells the watch (may be NULL) where a task is. Returns 0, or ADV_ECANCEL with 'err' set. */
int advi_progress(const struct adv_watch *watch, const char *phase, const char *unit, uint64_t done,
		  uint64_t total, struct adv_err *err);

/* Tells the watch (may be NULL) one line. */
void advi_note(const struct adv_watch *watch, const char *format, ...) ADVI_PRINTF(2, 3);

#endif
