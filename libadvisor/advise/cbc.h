/* SPDX-License-Identifier: BSD-3-Clause */
/* CBC (COIN-OR branch and cut) solves integer programs, in a process of its own. */
#ifndef ADVI_ADVISE_CBC_H
#define ADVI_ADVISE_CBC_H

#include <advisor/err.h>
#include <advisor/watch.h>

#include "advise/cbc_there.h"
#include "advise/program.h"

/* What CBC takes for equal, in units of the objective; its proofs hold up to this. */
#define ADVI_CBC_TOLERANCE 1e-6

struct advi_solution {
	bool found;    /* 'value' of every column is filled */
	bool proved;   /* nothing better than it exists, or there is none at all */
	double bound;  /* nothing is better than this; INFINITY when that is not known */
	double *value; /* owned */
};
void advi_solution_clear(struct advi_solution *solution);

/*
 * Maximises the program's objective (without its constant).
 *   start    a solution's columns to begin with, or NULL
 *   seconds  at most, by the clock; 0: no limit. What was found until then is the solution.
 * CBC runs in one thread, so the same program has the same solution.
 * Returns 0, ADV_ECANCEL, or ADV_EENV when there is no CBC or it failed.
 */
int advi_cbc_solve(struct advi_solution *out, const struct advi_program *program,
		   const double *start, double seconds, const struct adv_watch *watch,
		   struct adv_err *err);

#endif
