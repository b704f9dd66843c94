/* SPDX-License-Identifier: BSD-3-Clause */
/* A model as an integer program. */
#include "advise/program.h"

#include <math.h>
#include <string.h>

#include "base/map.h"

enum { WORD = 64 };

/*
 * An item that can be asked for is *plain* when whatever brings it brings all that it brings: then
 * being there and being asked for are the same.
 */
struct making {
	const struct advi_model *model;
	struct advi_program *out;
	size_t items, words;
	uint64_t *sets;         /* of each item: what it brings, a bit an item */
	bool *plain;            /* of each item */
	uint32_t *twin;         /* of each item: the first one that is there exactly when it is */
	uint32_t *there;        /* of each item: the column that says whether it is there */
	uint32_t *surcharges;   /* of each surcharge: its column */
	struct advi_map goals;  /* columns -> the column of all of them */
	struct advi_map groups; /* bringers -> the column of what they bring */
	ADVI_VEC(uint32_t) scratch;
};

/* --- the program --- */

uint32_t advi_program_column(struct advi_program *program, double objective, double upper,
			     bool integer)
{
	advi_vec_push(
		&program->columns,
		((struct advi_column){.objective = objective, .upper = upper, .integer = integer}));
	return (uint32_t)program->columns.count - 1;
}

void advi_program_row(struct advi_program *program, double lower, double upper)
{
	advi_vec_push(&program->rows, ((struct advi_row){.first = (uint32_t)program->cells.count,
							 .lower = lower,
							 .upper = upper}));
}

void advi_program_cell(struct advi_program *program, uint32_t column, double factor)
{
	advi_vec_push(&program->cells, ((struct advi_cell){column, factor}));
	program->rows.at[program->rows.count - 1].count++;
}

/* a <= b */
static void at_most(struct advi_program *program, uint32_t a, uint32_t b)
{
	advi_program_row(program, -INFINITY, 0);
	advi_program_cell(program, a, 1);
	advi_program_cell(program, b, -1);
}

void advi_program_clear(struct advi_program *program)
{
	advi_vec_clear(&program->columns);
	advi_vec_clear(&program->rows);
	advi_vec_clear(&program->cells);
	advi_vec_clear(&program->missing);
	free(program->asked);
	*program = (struct advi_program){0};
}

/* --- who brings what --- */

static uint64_t *set_of(const struct making *m, size_t bringer)
{
	return m->sets + bringer * m->words;
}

static bool brings(const struct making *m, size_t bringer, size_t item)
{
	return set_of(m, bringer)[item / WORD] >> item % WORD & 1;
}

static bool within(const struct making *m, size_t less, size_t more)
{
	for (size_t i = 0; i < m->words; i++)
		if (set_of(m, less)[i] & ~set_of(m, more)[i])
			return false;
	return true;
}

static void find_plain(struct making *m)
{
	const struct advi_model *model = m->model;

	m->items = model->items.count;
	m->words = m->items / WORD + 1;
	m->sets = advi_calloc((m->items + 1) * m->words, sizeof(*m->sets));
	m->plain = advi_calloc(m->items + 1, sizeof(*m->plain));
	m->there = advi_malloc((m->items + 1) * sizeof(*m->there));
	for (size_t i = 0; i < m->items; i++)
		for (uint32_t j = 0; j < model->items.at[i].brings.count; j++) {
			uint32_t item = advi_span_at(model, model->items.at[i].brings)[j];

			set_of(m, i)[item / WORD] |= UINT64_C(1) << item % WORD;
		}
	for (size_t i = 0; i < m->items; i++) {
		m->plain[i] = advi_item_askable(&model->items.at[i]);
		for (size_t b = 0; b < m->items && m->plain[i]; b++)
			m->plain[i] = !brings(m, b, i) || within(m, i, b);
	}
}

/* Plain items that bring each other are one: the first of them is it. */
static void find_twins(struct making *m)
{
	m->twin = advi_malloc((m->items + 1) * sizeof(*m->twin));
	for (size_t i = 0; i < m->items; i++) {
		m->twin[i] = (uint32_t)i;
		for (size_t j = 0; m->plain[i] && j < i; j++) {
			if (!m->plain[j] || !brings(m, i, j) || !brings(m, j, i))
				continue;
			m->twin[i] = (uint32_t)j;
			break;
		}
	}
}

/* Whether 'bringer' is there only when 'item' is, which tells all that 'item' brings. */
static bool stands_for(const struct making *m, size_t item, size_t bringer)
{
	return item != bringer && m->plain[item] && brings(m, bringer, item);
}

/* The bringers of an item that no other one of them stands for, but itself, into scratch. */
static void find_essential(struct making *m, size_t item)
{
	ADVI_AUTO_PTR bool *needless = NULL;
	size_t kept = 0;

	m->scratch.count = 0;
	for (size_t b = 0; b < m->items; b++)
		if (brings(m, b, item) && m->twin[b] == b && !(m->plain[item] && b == item))
			advi_vec_push(&m->scratch, (uint32_t)b);
	needless = advi_calloc(m->scratch.count + 1, sizeof(*needless));
	for (size_t i = 0; i < m->scratch.count; i++)
		for (size_t j = 0; j < m->scratch.count && !needless[i]; j++)
			needless[i] = stands_for(m, m->scratch.at[j], m->scratch.at[i]);
	for (size_t i = 0; i < m->scratch.count; i++)
		if (!needless[i])
			m->scratch.at[kept++] = m->scratch.at[i];
	m->scratch.count = kept;
}

/* --- columns of items --- */

static void add_askable(struct making *m)
{
	struct advi_program *out = m->out;

	out->asked = advi_malloc((m->items + 1) * sizeof(*out->asked));
	for (size_t i = 0; i < m->items; i++) {
		const struct advi_item *item = &m->model->items.at[i];

		out->asked[i] = ADVI_NO_COLUMN;
		if (advi_item_askable(item))
			out->asked[i] = m->twin[i] == i ? advi_program_column(out, 0, 1, true)
							: out->asked[m->twin[i]];
		if (item->pinned && out->asked[i] != ADVI_NO_COLUMN)
			out->columns.at[out->asked[i]].lower = 1;
	}
}

/* What comes with several bringers, and with no other item alone, has a column of its own. */
static uint32_t group_of(struct making *m)
{
	struct advi_str key = {(const char *)m->scratch.at,
			       m->scratch.count * sizeof(*m->scratch.at)};
	struct advi_map_entry *entry;
	uint32_t column;
	bool is_new;

	entry = advi_map_add(&m->groups, key, &is_new);
	if (!is_new)
		return (uint32_t)entry->number;
	column = advi_program_column(m->out, 0, 1, false);
	entry->number = column;
	advi_program_row(m->out, -INFINITY, 0);
	advi_program_cell(m->out, column, 1);
	for (size_t i = 0; i < m->scratch.count; i++)
		advi_program_cell(m->out, m->out->asked[m->scratch.at[i]], -1);
	for (size_t i = 0; i < m->scratch.count; i++)
		at_most(m->out, m->out->asked[m->scratch.at[i]], column);
	return column;
}

static void add_presence(struct making *m)
{
	for (size_t i = 0; i < m->items; i++) {
		find_essential(m, i);
		if (m->plain[i]) {
			m->there[i] = m->out->asked[i];
			for (size_t b = 0; m->twin[i] == i && b < m->scratch.count; b++)
				at_most(m->out, m->out->asked[m->scratch.at[b]], m->there[i]);
		} else if (m->scratch.count == 1) {
			m->there[i] = m->out->asked[m->scratch.at[0]];
		} else {
			m->there[i] = m->scratch.count ? group_of(m) : ADVI_NO_COLUMN;
		}
	}
}

/* --- lists --- */

static int by_number(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* Whether another one of the list brings this one, so that it need not be named. */
static bool is_implied(const struct making *m, const uint32_t *at, uint32_t count, uint32_t index)
{
	for (uint32_t i = 0; i < count; i++)
		if (m->there[at[i]] != m->there[at[index]] && m->plain[at[i]] &&
		    brings(m, at[i], at[index]))
			return true;
	return false;
}

/* The columns of a list's items, each once and none that follows from others, into scratch. */
static bool find_columns(struct making *m, struct advi_span span)
{
	const uint32_t *at = advi_span_at(m->model, span);
	size_t kept = 0;

	m->scratch.count = 0;
	for (uint32_t i = 0; i < span.count; i++) {
		if (m->there[at[i]] == ADVI_NO_COLUMN)
			return false;
		if (!is_implied(m, at, span.count, i))
			advi_vec_push(&m->scratch, m->there[at[i]]);
	}
	advi_vec_sort(&m->scratch, by_number);
	for (size_t i = 0; i < m->scratch.count; i++)
		if (i == 0 || m->scratch.at[i] != m->scratch.at[kept - 1])
			m->scratch.at[kept++] = m->scratch.at[i];
	m->scratch.count = kept;
	return true;
}

/* --- budgets, and what they rule out --- */

static void add_costs(struct making *m, uint64_t cost[ADVI_RESOURCES], const uint64_t *set)
{
	for (size_t i = 0; i < m->items; i++)
		for (size_t r = 0; (set[i / WORD] >> i % WORD & 1) && r < ADVI_RESOURCES; r++)
			cost[r] += m->model->items.at[i].cost[r];
}

static bool affordable(struct making *m, const uint64_t *set)
{
	uint64_t cost[ADVI_RESOURCES] = {0};

	add_costs(m, cost, set);
	for (size_t r = 0; r < ADVI_RESOURCES; r++)
		if (cost[r] > m->model->budget[r])
			return false;
	return true;
}

/* A column is 1 as soon as all of them are there; without, the cost would keep it at 0. */
static void add_surcharges(struct making *m)
{
	m->surcharges = advi_malloc((m->model->surcharges.count + 1) * sizeof(*m->surcharges));
	for (size_t i = 0; i < m->model->surcharges.count; i++) {
		uint32_t column = ADVI_NO_COLUMN;

		if (find_columns(m, m->model->surcharges.at[i].when)) {
			column = advi_program_column(m->out, 0, 1, false);
			advi_program_row(m->out, -INFINITY, (double)m->scratch.count - 1);
			for (size_t j = 0; j < m->scratch.count; j++)
				advi_program_cell(m->out, m->scratch.at[j], 1);
			advi_program_cell(m->out, column, -1);
		}
		m->surcharges[i] = column;
	}
}

/* What each column costs. The caller frees it. */
static double *price(const struct making *m, size_t resource)
{
	double *cost = advi_calloc(m->out->columns.count + 1, sizeof(*cost));

	for (size_t i = 0; i < m->items; i++)
		if (m->there[i] != ADVI_NO_COLUMN)
			cost[m->there[i]] += (double)m->model->items.at[i].cost[resource];
	for (size_t i = 0; i < m->model->surcharges.count; i++)
		if (m->surcharges[i] != ADVI_NO_COLUMN)
			cost[m->surcharges[i]] += (double)m->model->surcharges.at[i].cost[resource];
	return cost;
}

/* Of the budget, a thousand parts: what CBC takes for equal is then far below one byte. */
static void add_budget(struct making *m, size_t resource)
{
	double budget = (double)m->model->budget[resource], scale = budget > 1e4 ? 1e3 / budget : 1;
	ADVI_AUTO_PTR double *cost = price(m, resource);

	advi_program_row(m->out, -INFINITY, budget * scale);
	for (size_t i = 0; i < m->out->columns.count; i++)
		if (cost[i] > 0)
			advi_program_cell(m->out, (uint32_t)i, cost[i] * scale);
}

static void add_ties(struct making *m)
{
	ADVI_AUTO_PTR double *packages = price(m, ADVI_PACKAGES), *bytes = price(m, ADVI_BYTES);

	for (size_t i = 0; i < m->out->columns.count; i++)
		m->out->columns.at[i].tie = (bytes[i] + packages[i] * ADVI_TIE_PACKAGE) / (1 << 20);
}

static void add_budgets(struct making *m)
{
	for (size_t r = 0; r < ADVI_RESOURCES; r++)
		if (m->model->budget[r] != ADVI_UNLIMITED)
			add_budget(m, r);
	for (size_t i = 0; i < m->items; i++)
		if (m->out->asked[i] != ADVI_NO_COLUMN && !m->model->items.at[i].pinned &&
		    !affordable(m, set_of(m, i)))
			m->out->columns.at[m->out->asked[i]].upper = 0;
}

/* --- goals, quotas, cores --- */

/* Whether all of a list can be paid for, by what its members bring at least. */
static bool within_budget(struct making *m, struct advi_span span)
{
	ADVI_AUTO_PTR uint64_t *set = advi_calloc(m->words, sizeof(*set));

	for (uint32_t i = 0; i < span.count; i++) {
		uint32_t item = advi_span_at(m->model, span)[i];

		set[item / WORD] |= UINT64_C(1) << item % WORD;
		for (size_t w = 0; m->plain[item] && w < m->words; w++)
			set[w] |= set_of(m, item)[w];
	}
	return affordable(m, set);
}

/* The column that is 1 when all of a list are there; none when they can't be. */
static uint32_t column_of_goal(struct making *m, struct advi_span span)
{
	struct advi_map_entry *entry;
	uint32_t column;
	bool is_new;

	if (!find_columns(m, span) || !within_budget(m, span))
		return ADVI_NO_COLUMN;
	if (m->scratch.count == 1)
		return m->scratch.at[0];
	entry = advi_map_add(&m->goals,
			     (struct advi_str){(const char *)m->scratch.at,
					       m->scratch.count * sizeof(*m->scratch.at)},
			     &is_new);
	if (!is_new)
		return (uint32_t)entry->number;
	column = advi_program_column(m->out, 0, 1, false);
	entry->number = column;
	for (size_t i = 0; i < m->scratch.count; i++)
		at_most(m->out, column, m->scratch.at[i]);
	return column;
}

static void add_goals(struct making *m)
{
	for (size_t i = 0; i < m->model->goals.count; i++) {
		const struct advi_goal *goal = &m->model->goals.at[i];
		double value = (double)goal->value / m->out->unit;
		uint32_t column;

		if (!goal->value)
			continue;
		if (!goal->needs.count) {
			m->out->constant += value;
			continue;
		}
		column = column_of_goal(m, goal->needs);
		if (column != ADVI_NO_COLUMN)
			m->out->columns.at[column].objective += value;
	}
}

/* What is reached and what is missing come to the quota. */
static void add_quota(struct making *m, const struct advi_quota *quota)
{
	size_t most = m->out->columns.count + quota->count;
	double *cells = advi_calloc(most + 1, sizeof(*cells));
	double least = (double)quota->least;

	for (uint32_t i = 0; i < quota->count; i++) {
		const struct advi_goal *goal = &m->model->quota_goals.at[quota->first + i];
		uint32_t column =
			goal->needs.count ? column_of_goal(m, goal->needs) : ADVI_NO_COLUMN;

		if (!goal->needs.count)
			least -= (double)goal->value;
		else if (column != ADVI_NO_COLUMN)
			cells[column] += (double)goal->value;
	}
	if (least > 0) {
		uint32_t missing = advi_program_column(m->out, 0, least, false);

		advi_vec_push(&m->out->missing, missing);
		advi_program_row(m->out, least, INFINITY);
		advi_program_cell(m->out, missing, 1);
		for (uint32_t i = 0; i < missing; i++)
			if (cells[i] > 0)
				advi_program_cell(m->out, i, cells[i]);
	}
	free(cells);
}

void advi_program_ask_missing(struct advi_program *program, double **saved)
{
	*saved = advi_malloc((program->columns.count + 1) * sizeof(**saved));
	for (size_t i = 0; i < program->columns.count; i++) {
		(*saved)[i] = program->columns.at[i].objective;
		program->columns.at[i].objective = 0;
	}
	for (size_t i = 0; i < program->missing.count; i++)
		program->columns.at[program->missing.at[i]].objective = -1;
}

/* What is missing is a whole number, so half of one more does no harm and is clear of rounding. */
void advi_program_limit_missing(struct advi_program *program, uint64_t most, double **saved)
{
	for (size_t i = 0; *saved && i < program->columns.count; i++)
		program->columns.at[i].objective = (*saved)[i];
	free(*saved);
	*saved = NULL;
	advi_program_row(program, -INFINITY, (double)most + 0.5);
	for (size_t i = 0; i < program->missing.count; i++)
		advi_program_cell(program, program->missing.at[i], 1);
}

static void add_core(struct making *m, struct advi_span core)
{
	if (!find_columns(m, core))
		return;
	advi_program_row(m->out, -INFINITY, (double)m->scratch.count - 1);
	for (size_t i = 0; i < m->scratch.count; i++)
		advi_program_cell(m->out, m->scratch.at[i], 1);
}

void advi_program_make(struct advi_program *out, const struct advi_model *model)
{
	struct making m = {.model = model, .out = out};

	*out = (struct advi_program){.unit = (double)model->unit, .whole = true};
	for (size_t i = 0; i < model->goals.count; i++)
		out->whole = out->whole && model->goals.at[i].value % model->unit == 0;
	find_plain(&m);
	find_twins(&m);
	add_askable(&m);
	add_presence(&m);
	add_surcharges(&m);
	add_budgets(&m);
	add_ties(&m);
	add_goals(&m);
	for (size_t i = 0; i < model->quotas.count; i++)
		add_quota(&m, &model->quotas.at[i]);
	for (size_t i = 0; i < model->cores.count; i++)
		add_core(&m, model->cores.at[i]);
	free(m.sets);
	free(m.plain);
	free(m.twin);
	free(m.surcharges);
	free(m.there);
	advi_map_clear(&m.goals);
	advi_map_clear(&m.groups);
	advi_vec_clear(&m.scratch);
}
