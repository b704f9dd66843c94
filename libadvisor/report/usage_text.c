/* SPDX-License-Identifier: BSD-3-Clause */
/* Usage answers as a table for people. */
#include <math.h>

#include "report/table.h"
#include "report/usage_emit.h"

enum { COLUMNS_MOST = 16 };

/* A figure; 'of' says for which questions it is a column, 0: for all. */
struct figure {
	struct advi_column column;
	unsigned of;
	int64_t (*count)(const struct adv_usage_row *row);
};

static int64_t users(const struct adv_usage_row *row)
{
	return row->users;
}

static int64_t base_only(const struct adv_usage_row *row)
{
	return row->users_base_only;
}

static int64_t both(const struct adv_usage_row *row)
{
	return row->users_both;
}

static int64_t custom_only(const struct adv_usage_row *row)
{
	return row->users_custom_only;
}

static int64_t projects(const struct adv_usage_row *row)
{
	return row->projects;
}

static int64_t jobs(const struct adv_usage_row *row)
{
	return row->jobs;
}

static int64_t runs(const struct adv_usage_row *row)
{
	return row->runs;
}

static const struct figure figures[] = {
	{{"users", true, false}, 0, users},
	{{"base", true, false}, ADV_BY_MODULE | ADV_BY_PACKAGE, base_only},
	{{"both", true, false}, ADV_BY_MODULE | ADV_BY_PACKAGE, both},
	{{"own", true, false}, ADV_BY_MODULE | ADV_BY_PACKAGE, custom_only},
	{{"projects", true, false}, 0, projects},
	{{"jobs", true, false}, 0, jobs},
	{{"runs", true, false}, 0, runs},
};

static bool is_shown(const struct figure *figure, unsigned by)
{
	return !figure->of || (by & figure->of);
}

static size_t make_columns(struct advi_column *columns, unsigned by, bool overlap)
{
	size_t count = 0;

	for (int i = 0; i < ADVI_USAGE_KEYS; i++)
		if (by & advi_usage_keys[i].by)
			columns[count++] =
				(struct advi_column){advi_usage_keys[i].name, false,
						     advi_usage_keys[i].by != ADV_BY_MONTH};
	if (overlap)
		columns[count++] = (struct advi_column){"exactly", false, true};
	for (size_t i = 0; i < ADVI_COUNT(figures); i++)
		if (is_shown(&figures[i], by))
			columns[count++] = figures[i].column;
	columns[count++] = (struct advi_column){"node-h", true, false};
	if (by & ADV_BY_PACKAGE)
		columns[count++] = (struct advi_column){"in base", false, false};
	return count;
}

static void add_hours(struct advi_table *table, double hours)
{
	if (!isfinite(hours))
		advi_table_text(table, "-");
	else if (hours > 0 && hours < 0.05)
		advi_table_text(table, "<0.1");
	else
		advi_table_printf(table, "%.1f", hours);
}

static void add_row(struct advi_table *table, unsigned by, const struct adv_usage_row *row)
{
	for (int i = 0; i < ADVI_USAGE_KEYS; i++)
		if (by & advi_usage_keys[i].by)
			advi_table_text(table, advi_usage_keys[i].text(row));
	if (row->overlap)
		advi_table_text(table, row->overlap);
	for (size_t i = 0; i < ADVI_COUNT(figures); i++) {
		if (!is_shown(&figures[i], by))
			continue;
		if (figures[i].count(row) < 0)
			advi_table_text(table, "-");
		else
			advi_table_count(table, (uint64_t)figures[i].count(row));
	}
	add_hours(table, row->node_hours);
	if (by & ADV_BY_PACKAGE)
		advi_table_text(table, adv_in_base_name(row->in_base));
}

static int by_users(const void *left, const void *right)
{
	const struct adv_usage_row *const *a = left, *const *b = right;

	if ((*a)->users != (*b)->users)
		return (*a)->users > (*b)->users ? -1 : 1;
	/* Rows of an answer lie in the order of their keys. */
	return (*a > *b) - (*a < *b);
}

/* Months in their order; everything else with the most users first. */
void advi_usage_text(const struct adv_usage *usage, FILE *file, const struct adv_style *style)
{
	size_t count = adv_usage_count(usage);
	unsigned by = adv_usage_by(usage);
	ADVI_AUTO_PTR const struct adv_usage_row **rows = advi_calloc(count, sizeof(*rows));
	struct advi_column columns[COLUMNS_MOST];
	struct advi_table table;

	for (size_t i = 0; i < count; i++)
		rows[i] = adv_usage_row(usage, i);
	if (count && !(by & ADV_BY_MONTH))
		qsort(rows, count, sizeof(*rows), by_users);
	advi_table_init(&table, columns, make_columns(columns, by, advi_usage_is_overlap(usage)));
	for (size_t i = 0; i < count; i++)
		add_row(&table, by, rows[i]);
	advi_table_print(&table, file, style, 0);
	if (!count)
		fputs("(nothing was counted)\n", file);
	advi_table_clear(&table);
}
