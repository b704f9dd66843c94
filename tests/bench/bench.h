/* SPDX-License-Identifier: BSD-3-Clause */
/* What every bench shares: figures taken in processes of their own, and the rows of the table. */
#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <advisor/site.h>

#include "base/buf.h"
#include "base/vec.h"

enum { BENCH_FIGURES = 16 };

/* What one piece of work measured. */
struct bench_result {
	double seconds;    /* CPU, of it and of the processes that it waited for */
	double elapsed;    /* by the clock: of use on a machine that has nothing else to do */
	double peak_bytes; /* memory of it, or of the largest process it waited for, beyond what was
			      there */
	double figures[BENCH_FIGURES]; /* its own */
};

/*
 * Does 'work' 'times' times, each in a process of its own, and gives the median of every figure.
 * A piece of work that fails ends the bench. What it prints is lost, but for stderr.
 */
struct bench_result bench_measure(unsigned times, void (*work)(void *context, double *figures),
				  void *context);

/* CPU seconds of this process and of those that it waited for. */
double bench_cpu(void);

/* Runs a program, whose output is lost but for stderr. Returns its exit status. */
int bench_run(const char *const *argv);

/*
 * One row of the table.
 *   ours, peer  figures in 'unit': "s", "ms", "MB", or "" for a count; a peer below 0: none
 *   asked       what the ratio of the two is to be, such as "<= 1/2"
 */
void bench_row(const char *what, double ours, double peer, const char *unit, const char *asked);
/* A line below the table. */
void bench_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Where what benches make stays for the next run: $BENCH_FOLDER, or a folder of $TMPDIR. The caller
 * frees it.
 */
char *bench_folder(void);
/* A recipe with these specs as base and this channel. The caller frees it. */
struct adv_site *bench_site(const char *channel, const advi_names *base);
/* The path of a file of $SHARED; where it is not there the bench ends, saying so. */
char *bench_shared(const char *name);
/* The lines of a file but for comments and empty ones; they live as long as 'text'. */
void bench_lines(advi_names *out, struct advi_buf *text, const char *path);
/* Another order of them, a new one for every 'seed'. */
void bench_shuffle(advi_names *lines, uint64_t seed);
/* Ends the bench for an error. */
void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
