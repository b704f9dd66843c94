/* SPDX-License-Identifier: BSD-3-Clause */
/* Compiling Python sources with the Python of an image, in processes of its own. */
#ifndef ADVI_BUNDLE_PYC_COMPILE_H
#define ADVI_BUNDLE_PYC_COMPILE_H

#include "bundle/python.h"

enum { ADVI_COMPILE_WHY = 160 };

/* One source. What is borrowed must stay until it was compiled. */
struct advi_compile_job {
	char *name; /* the path that tracebacks will show: in the mounted image; the caller's */
	struct advi_str source;

	struct advi_buf pyc;        /* an unchecked-hash .pyc; empty when there is none */
	char why[ADVI_COMPILE_WHY]; /* there is none */
};

struct advi_compiler;

/* How to compile; 0 is the default. */
struct advi_compiler_options {
	unsigned threads;      /* processes; default: one a core */
	unsigned file_seconds; /* for one source; default 60: 100,000 lines take 5 */
};

/*
 * Starts processes of the Python whose tree is at 'root'. ADV_EENV with the reason when it does
 * not run on this machine or can't do it.
 */
int advi_compiler_start(struct advi_compiler **out, const char *root,
			const struct advi_python *python,
			const struct advi_compiler_options *options, struct adv_err *err);
/*
 * Compiles all of them. Each is compiled in a fresh copy of the same process, so that the bytes
 * depend on the source and its name alone. Returns 0 or ADV_ECANCEL; what could not be compiled
 * says why.
 */
int advi_compiler_run(struct advi_compiler *compiler, struct advi_compile_job *jobs, size_t count,
		      const struct adv_watch *watch, struct adv_err *err);
void advi_compiler_free(struct advi_compiler *compiler);

#endif
