/* SPDX-License-Identifier: BSD-3-Clause */
/* What every cmocka test includes first. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

#if defined(__SANITIZE_ADDRESS__)
#define UNIT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNIT_SANITIZED 1
#endif
#endif

/* The call must return 0; otherwise the error's text is shown. */
#define assert_ok(call)                                                                            \
	do {                                                                                       \
		int unit_r_ = (call);                                                              \
		if (unit_r_ < 0)                                                                   \
			fail_msg("%s: %d: %s", #call, unit_r_, err.text);                          \
	} while (0)

#define assert_str(slice, text)                                                                    \
	do {                                                                                       \
		struct advi_str unit_s_ = (slice);                                                 \
		if (!advi_str_is(unit_s_, (text)))                                                 \
			fail_msg("'%.*s' is not '%s'", ADVI_ARGS(unit_s_), (text));                \
	} while (0)

/* A new folder of the test's own, its path put in 'path'. */
static inline const char *unit_folder(char path[4096])
{
	const char *temporary = getenv("TMPDIR");

	snprintf(path, 4096, "%s/advisor-test.XXXXXX", temporary ? temporary : P_tmpdir);
	if (!mkdtemp(path))
		fail_msg("can't make a folder at %s", path);
	return path;
}

/*
 * Skips a test of a real channel in a sanitized build. libsolv grows its rules by realloc, a few
 * at a time, and AddressSanitizer copies all of them at each step: many minutes instead of seconds.
 */
static inline void unit_needs_speed(void)
{
#ifdef UNIT_SANITIZED
	print_message("skipped: too slow under AddressSanitizer\n");
	skip();
#endif
}

/*
 * The path of a file or folder of $SHARED, put in 'path'. Where it is not there the test is
 * skipped: skip() jumps past every cleanup, so call this before anything is allocated.
 */
static inline const char *unit_shared(char path[4096], const char *name)
{
	const char *shared = getenv("SHARED");

	snprintf(path, 4096, "%s/%s", shared ? shared : "../shared", name);
	if (access(path, F_OK) < 0) {
		print_message("skipped: no %s\n", path);
		skip();
	}
	return path;
}

#endif
