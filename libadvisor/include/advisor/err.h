/* SPDX-License-Identifier: BSD-3-Clause */
/* Errors: values on the caller's stack, one line of text each. */
#ifndef ADVISOR_ERR_H
#define ADVISOR_ERR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a function that can fail returns: 0, or one of these. */
enum adv_code {
	ADV_NO = -1,     /* it ran, and the answer is no */
	ADV_EUSAGE = -2, /* the caller asked for something that makes no sense */
	ADV_EINPUT = -3, /* data from outside is bad; a retry will not help */
	ADV_EENV = -4,   /* environment or network; a retry may help */
	ADV_ECANCEL = -5 /* the watch asked to stop */
};

/*
 * The last error of a call chain. Left as it is on success. 'text' is one line in lower case
 * without a full stop, outermost context first: "reading 'a.yml': line 7: ...".
 */
struct adv_err {
	int code;        /* enum adv_code */
	int sys;         /* errno, or 0 */
	unsigned line;   /* of the file that the text names, from 1; 0: not known */
	unsigned column; /* likewise */
	char text[1024]; /* NUL-terminated */
};

#define ADV_ERR_INIT                                                                               \
	{                                                                                          \
		0                                                                                  \
	}

/* The program's exit status for a code: 0, 1 no, 2 usage, 3 input, 4 environment, 130 cancelled. */
int adv_exit_status(int code);

/*
 * The word nearest to a mistyped one ("did you mean"), when it is near enough to be a slip of the
 * keyboard; NULL when none is. Words are borrowed.
 */
const char *adv_nearest(const char *text, const char *const *words, size_t count);

/*
 * Declares a handle that is freed when it goes out of scope:
 *     ADV_AUTO(site) struct adv_site *site = NULL;
 */
#define ADV_AUTO(noun) __attribute__((cleanup(adv_##noun##_autofree)))

#define ADV_AUTO_DEFINE(noun)                                                                      \
	static inline void adv_##noun##_autofree(struct adv_##noun **handle)                       \
	{                                                                                          \
		adv_##noun##_free(*handle);                                                        \
	}

#ifdef __cplusplus
}
#endif
#endif
