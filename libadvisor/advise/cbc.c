/* SPDX-License-Identifier: BSD-3-Clause */
/* CBC solves integer programs. It prints and keeps globals, so it does in a process of its own. */
#include "config.h"

#include "advise/cbc.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "io/child.h"

void advi_solution_clear(struct advi_solution *solution)
{
	free(solution->value);
	*solution = (struct advi_solution){0};
}

#ifdef HAVE_CBC

/* Its header asks for this without asking whether it is there: indices are ints. */
#ifndef COIN_BIG_INDEX
#define COIN_BIG_INDEX 0
#endif
#include <Cbc_C_Interface.h>

enum { GRACE_SECONDS = 5 };

/* CBC takes what is beyond this for no limit. */
#define NO_LIMIT 1e30

struct work {
	const struct advi_program *program;
	const double *start;
	double seconds;
};

/* What comes back before the columns' values. */
struct head {
	int32_t found, proved;
	double bound;
};

/* The program's rows by column, as CBC wants them. */
static void load(Cbc_Model *cbc, const struct advi_program *program)
{
	size_t columns = program->columns.count, rows = program->rows.count;
	CoinBigIndex *starts = advi_calloc(columns + 2, sizeof(*starts));
	int *index = advi_malloc((program->cells.count + 1) * sizeof(*index));
	double *cells = advi_malloc((program->cells.count + 1) * sizeof(*cells));
	double *bounds = advi_malloc((3 * columns + 2 * rows + 1) * sizeof(*bounds));
	double *lower = bounds, *upper = lower + columns, *cost = upper + columns;
	double *row_lower = cost + columns, *row_upper = row_lower + rows;

	for (size_t i = 0; i < program->cells.count; i++)
		starts[program->cells.at[i].column + 2]++;
	for (size_t i = 2; i < columns + 2; i++)
		starts[i] += starts[i - 1];
	for (size_t r = 0; r < rows; r++) {
		const struct advi_row *row = &program->rows.at[r];

		row_lower[r] = row->lower < -NO_LIMIT ? -NO_LIMIT : row->lower;
		row_upper[r] = row->upper > NO_LIMIT ? NO_LIMIT : row->upper;
		for (uint32_t i = row->first; i < row->first + row->count; i++) {
			CoinBigIndex at = starts[program->cells.at[i].column + 1]++;

			index[at] = (int)r;
			cells[at] = program->cells.at[i].factor;
		}
	}
	for (size_t i = 0; i < columns; i++) {
		lower[i] = program->columns.at[i].lower;
		upper[i] = program->columns.at[i].upper;
		cost[i] = -program->columns.at[i].objective;
	}
	Cbc_loadProblem(cbc, (int)columns, (int)rows, starts, index, cells, lower, upper, cost,
			row_lower, row_upper);
	for (size_t i = 0; i < columns; i++)
		if (program->columns.at[i].integer)
			Cbc_setInteger(cbc, (int)i);
	free(starts);
	free(index);
	free(cells);
	free(bounds);
}

static void begin_with(Cbc_Model *cbc, const struct advi_program *program, const double *start)
{
	size_t columns = program->columns.count, count = 0;
	int *index = advi_malloc((columns + 1) * sizeof(*index));
	double *value = advi_malloc((columns + 1) * sizeof(*value));

	for (size_t i = 0; i < columns; i++)
		if (program->columns.at[i].integer) {
			index[count] = (int)i;
			value[count++] = start[i];
		}
	Cbc_setMIPStartI(cbc, (int)count, index, value);
	free(index);
	free(value);
}

static void set_number(Cbc_Model *cbc, const char *name, double number)
{
	char text[32];

	snprintf(text, sizeof(text), "%.10g", number);
	Cbc_setParameter(cbc, name, text);
}

static void say(struct advi_buf *said, const void *at, size_t size)
{
	advi_buf_add(said, (struct advi_str){at, size});
}

/* Of whole numbers, nothing that is less than one better is better. */
static double gap_of(const struct advi_program *program)
{
	return program->whole ? 1 - 1e-3 : ADVI_CBC_TOLERANCE / 10;
}

static void solve(void *context, struct advi_buf *said)
{
	const struct work *work = context;
	Cbc_Model *cbc = Cbc_newModel();
	struct head head = {.bound = INFINITY};
	const double *best;

	Cbc_setLogLevel(cbc, 0);
	load(cbc, work->program);
	if (work->start)
		begin_with(cbc, work->program, work->start);
	set_number(cbc, "ratioGap", 0);
	set_number(cbc, "allowableGap", gap_of(work->program));
	Cbc_setParameter(cbc, "timeMode", "elapsed");
	if (work->seconds > 0)
		set_number(cbc, "seconds", work->seconds);
	Cbc_solve(cbc);
	best = Cbc_bestSolution(cbc);
	head.found = best != NULL;
	head.proved = best ? Cbc_isProvenOptimal(cbc) : Cbc_isProvenInfeasible(cbc);
	if (isfinite(Cbc_getBestPossibleObjValue(cbc)))
		head.bound = -Cbc_getBestPossibleObjValue(cbc);
	say(said, &head, sizeof(head));
	if (best)
		say(said, best, work->program->columns.count * sizeof(*best));
	Cbc_deleteModel(cbc);
}

/* Whether all of a solution was said. */
static bool hear(struct advi_solution *out, struct advi_str said, size_t columns)
{
	struct head head;

	if (said.len < sizeof(head))
		return false;
	memcpy(&head, said.ptr, sizeof(head));
	if (said.len != sizeof(head) + (head.found ? columns * sizeof(*out->value) : 0))
		return false;
	*out = (struct advi_solution){
		.found = head.found, .proved = head.proved, .bound = head.bound};
	if (head.found) {
		out->value = advi_malloc((columns + 1) * sizeof(*out->value));
		memcpy(out->value, said.ptr + sizeof(head), columns * sizeof(*out->value));
	}
	return true;
}

bool advi_cbc_there(void)
{
	return true;
}

const char *advi_cbc_version(void)
{
	return Cbc_getVersion();
}

int advi_cbc_solve(struct advi_solution *out, const struct advi_program *program,
		   const double *start, double seconds, const struct adv_watch *watch,
		   struct adv_err *err)
{
	struct work work = {program, start, seconds};
	struct advi_child_task task = {.work = solve, .context = &work, .silent = true};
	struct advi_child child;
	size_t ended = 1;
	int r;

	*out = (struct advi_solution){.bound = INFINITY};
	if (seconds > 0)
		task.max_seconds = (uint64_t)seconds + GRACE_SECONDS;
	r = advi_child_start(&child, &task, err);
	if (r < 0)
		return r;
	while (r == 0 && ended) {
		r = advi_child_listen(&child, 1, sizeof(child), &ended, err);
		if (r == 0)
			r = advi_progress(watch, "choosing", "packages", 0, 0, err);
	}
	if (r < 0) {
		advi_child_kill(&child);
		return r;
	}
	advi_child_reap(&child);
	if (!hear(out, advi_buf_str(&child.said), program->columns.count))
		r = advi_fail(err, ADV_EENV,
			      child.late ? "CBC did not end in its time"
					 : "CBC ended without an answer");
	advi_buf_clear(&child.said);
	return r;
}

#else

bool advi_cbc_there(void)
{
	return false;
}

const char *advi_cbc_version(void)
{
	return NULL;
}

int advi_cbc_solve(struct advi_solution *out, const struct advi_program *program,
		   const double *start, double seconds, const struct adv_watch *watch,
		   struct adv_err *err)
{
	(void)program;
	(void)start;
	(void)seconds;
	(void)watch;
	*out = (struct advi_solution){.bound = INFINITY};
	return advi_fail(err, ADV_EENV, "this build has no CBC");
}

#endif
