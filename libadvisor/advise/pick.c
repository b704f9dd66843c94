/* SPDX-License-Identifier: BSD-3-Clause */
/* The best choice of a model's items. */
#include "advise/pick.h"

#include <math.h>
#include <string.h>

#include "advise/cbc.h"
#include "advise/greedy.h"
#include "base/err.h"
#include "io/child.h"

/* Steps of exchanging: a second or so where nothing else decides, little where CBC does. */
enum { WORK_ALONE = 400000000, WORK_FIRST = 4000000 };

/* Shorter than this nothing is worth beginning. */
#define LEAST_SECONDS 0.05

struct picking {
	const struct advi_model *model;
	const struct advi_pick_options *options;
	struct advi_program program;
	struct advi_pick *out;
	const struct adv_watch *watch;
	struct adv_err *err;
};

void advi_pick_clear(struct advi_pick *pick)
{
	free(pick->asked);
	*pick = (struct advi_pick){0};
}

/* --- the greedy --- */

static void begin(const struct picking *p, bool greedy_alone)
{
	const struct advi_model *model = p->model;
	const bool *start = p->options->start;
	struct advi_greedy greedy;
	struct advi_tally tally;

	p->out->asked = advi_calloc(model->items.count + 1, sizeof(bool));
	advi_greedy_init(&greedy, model);
	advi_greedy_choose(&greedy, p->out->asked);
	advi_swap(&greedy, p->out->asked, greedy_alone ? WORK_ALONE : WORK_FIRST);
	advi_greedy_clear(&greedy);
	advi_model_tally(&p->out->tally, model, p->out->asked, NULL);
	if (start) {
		advi_model_tally(&tally, model, start, NULL);
		if (advi_model_better(model, &tally, start, &p->out->tally, p->out->asked)) {
			memcpy(p->out->asked, start, model->items.count * sizeof(bool));
			p->out->tally = tally;
		}
	}
	p->out->bound = advi_greedy_bound(model);
}

/* --- the program --- */

/* A choice as values of the program's integer columns. */
static double *columns_of(const struct picking *p, const bool *asked)
{
	double *value = advi_calloc(p->program.columns.count + 1, sizeof(*value));

	for (size_t i = 0; i < p->model->items.count; i++)
		if (asked[i] && p->program.asked[i] != ADVI_NO_COLUMN)
			value[p->program.asked[i]] = 1;
	return value;
}

static bool *asked_of(const struct picking *p, const struct advi_solution *solution)
{
	bool *asked = advi_calloc(p->model->items.count + 1, sizeof(*asked));

	for (size_t i = 0; i < p->model->items.count; i++)
		asked[i] = p->program.asked[i] != ADVI_NO_COLUMN &&
			   solution->value[p->program.asked[i]] > 0.5;
	return asked;
}

/* Seconds that are left; 0: as many as it takes; less than 0: none. */
static double seconds_left(const struct picking *p)
{
	double left;

	if (!p->options->deadline)
		return 0;
	left = p->options->deadline - advi_clock();
	return left < LEAST_SECONDS ? -1 : left;
}

/* Runs CBC from the best choice so far. A failure of CBC is no failure: that choice stands. */
static int run(const struct picking *p, struct advi_solution *solution)
{
	double seconds = seconds_left(p), *start;
	struct adv_err failure = ADV_ERR_INIT;
	int r;

	*solution = (struct advi_solution){.bound = INFINITY};
	if (seconds < 0)
		return 0;
	start = p->out->tally.allowed ? columns_of(p, p->out->asked) : NULL;
	r = advi_cbc_solve(solution, &p->program, start, seconds, p->watch, &failure);
	free(start);
	if (r == ADV_ECANCEL)
		return advi_fail(p->err, r, "%s", failure.text);
	if (r < 0)
		advi_note(p->watch, "choosing without a proof: %s", failure.text);
	return 0;
}

/* What the program says that no choice exceeds, in the model's values. */
static uint64_t bound_of(const struct picking *p, double bound)
{
	double most = bound + p->program.constant + ADVI_CBC_TOLERANCE;
	double total = (double)p->out->bound / p->program.unit;

	if (!(most < total))
		return p->out->bound;
	if (most <= 0)
		return 0;
	most = p->program.whole ? floor(most) : most;
	return (uint64_t)(most * p->program.unit);
}

static bool take_if_better(const struct picking *p, bool *asked)
{
	struct advi_tally tally;

	advi_model_tally(&tally, p->model, asked, NULL);
	if (!advi_model_better(p->model, &tally, asked, &p->out->tally, p->out->asked)) {
		free(asked);
		return false;
	}
	free(p->out->asked);
	p->out->asked = asked;
	p->out->tally = tally;
	return true;
}

/* Comes as near to the quotas as can be, and from there no farther. */
static int meet_quotas(struct picking *p, bool *proved)
{
	double *objective = NULL;
	bool whole = p->program.whole;
	int r = 0;

	*proved = p->out->tally.allowed && !p->out->tally.shortfall;
	if (!p->program.missing.count)
		return 0;
	if (!*proved) {
		struct advi_solution solution;

		advi_program_ask_missing(&p->program, &objective);
		p->program.whole = true;
		r = run(p, &solution);
		if (solution.found)
			take_if_better(p, asked_of(p, &solution));
		*proved = solution.proved;
		advi_solution_clear(&solution);
		p->program.whole = whole;
	}
	advi_program_limit_missing(&p->program, p->out->tally.shortfall, &objective);
	return r;
}

static int solve(struct picking *p)
{
	struct advi_solution solution = {.bound = INFINITY};
	bool near;
	int r = meet_quotas(p, &near);

	if (r == 0)
		r = run(p, &solution);
	if (solution.found)
		take_if_better(p, asked_of(p, &solution));
	if (isfinite(solution.bound))
		p->out->bound = bound_of(p, solution.bound);
	p->out->by_program = solution.found || solution.proved;
	p->out->proved = near && solution.proved && p->out->tally.allowed;
	if (p->out->bound < p->out->tally.value || (p->out->proved && p->program.whole))
		p->out->bound = p->out->tally.value;
	advi_solution_clear(&solution);
	return r;
}

/* --- ties --- */

/* From now on what is as good as the best so far is to be as little as possible. */
static void ask_for_least(struct picking *p)
{
	struct advi_program *program = &p->program;
	double best = (double)p->out->tally.value / program->unit - program->constant;

	advi_program_row(program, best - ADVI_CBC_TOLERANCE, INFINITY);
	for (uint32_t i = 0; i < program->columns.count; i++)
		if (program->columns.at[i].objective != 0)
			advi_program_cell(program, i, program->columns.at[i].objective);
	for (size_t i = 0; i < program->columns.count; i++)
		program->columns.at[i].objective = -program->columns.at[i].tie;
	program->whole = false;
}

/* Whether one item in another's place changes nothing but the name. */
static bool same_weight(const struct advi_item *a, const struct advi_item *b)
{
	return a->brings.count == b->brings.count && a->cost[ADVI_BYTES] == b->cost[ADVI_BYTES] &&
	       a->cost[ADVI_FILES] == b->cost[ADVI_FILES];
}

/* The first name that can stand for that of item 'i' takes its place. */
static bool rename_one(const struct picking *p, uint32_t i)
{
	const struct advi_model *model = p->model;
	uint32_t best = UINT32_MAX;
	struct advi_tally tally;
	bool *asked = p->out->asked;

	for (uint32_t j = 0; j < model->items.count; j++) {
		const char *name =
			best == UINT32_MAX ? model->items.at[i].name : model->items.at[best].name;

		if (asked[j] || !advi_item_askable(&model->items.at[j]) ||
		    strcmp(model->items.at[j].name, name) >= 0 ||
		    !same_weight(&model->items.at[i], &model->items.at[j]))
			continue;
		asked[i] = false;
		asked[j] = true;
		advi_model_tally(&tally, model, asked, NULL);
		asked[i] = true;
		asked[j] = false;
		if (tally.allowed && tally.value == p->out->tally.value &&
		    tally.shortfall == p->out->tally.shortfall &&
		    advi_tally_tie(&tally) == advi_tally_tie(&p->out->tally))
			best = j;
	}
	if (best == UINT32_MAX)
		return false;
	asked[i] = false;
	asked[best] = true;
	return true;
}

static void settle_names(const struct picking *p)
{
	for (bool more = true; more;) {
		more = false;
		for (uint32_t i = 0; i < p->model->items.count; i++)
			if (p->out->asked[i] && !p->model->items.at[i].pinned)
				more = rename_one(p, i) || more;
	}
}

/* As good, up to what CBC takes for equal, and less. */
static void take_if_less(const struct picking *p, bool *asked)
{
	uint64_t equal = (uint64_t)(2 * ADVI_CBC_TOLERANCE * p->program.unit);
	struct advi_tally tally;

	advi_model_tally(&tally, p->model, asked, NULL);
	if (!tally.allowed || tally.shortfall > p->out->tally.shortfall ||
	    tally.value + equal < p->out->tally.value ||
	    advi_tally_tie(&tally) >= advi_tally_tie(&p->out->tally)) {
		free(asked);
		return;
	}
	free(p->out->asked);
	p->out->asked = asked;
	p->out->tally = tally;
}

static int settle_ties(struct picking *p)
{
	struct advi_solution solution;
	int r;

	ask_for_least(p);
	r = run(p, &solution);
	if (solution.found)
		take_if_less(p, asked_of(p, &solution));
	advi_solution_clear(&solution);
	if (r == 0)
		settle_names(p);
	return r;
}

static bool has_choice(const struct advi_model *model)
{
	for (size_t i = 0; i < model->items.count; i++)
		if (advi_item_askable(&model->items.at[i]))
			return true;
	return false;
}

int advi_pick_best(struct advi_pick *out, const struct advi_model *model,
		   const struct advi_pick_options *options, const struct adv_watch *watch,
		   struct adv_err *err)
{
	struct picking p = {
		.model = model, .options = options, .out = out, .watch = watch, .err = err};
	bool greedy = options->greedy || !advi_cbc_there();
	int r = 0;

	*out = (struct advi_pick){0};
	begin(&p, greedy);
	if (!has_choice(model)) {
		out->proved = out->tally.allowed;
		out->bound = out->tally.value;
	}
	if (greedy || !has_choice(model))
		return 0;
	advi_program_make(&p.program, model);
	r = solve(&p);
	out->time_up = !out->proved && seconds_left(&p) < 0;
	if (r == 0 && out->proved && options->settle_ties)
		r = settle_ties(&p);
	advi_program_clear(&p.program);
	if (r < 0)
		advi_pick_clear(out);
	return r;
}
