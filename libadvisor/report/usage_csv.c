/* SPDX-License-Identifier: BSD-3-Clause */
/* Usage answers as CSV: the keys, then the figures; what is not known is left empty. */
#include <inttypes.h>
#include <math.h>

#include "io/csv.h"
#include "report/usage_emit.h"

/* A row of cells: 'first' is told by whether something was written. */
struct cells {
	FILE *file;
	bool begun;
};

static void text(struct cells *cells, const char *value)
{
	advi_csv_write(cells->file, advi_str(value ? value : ""), !cells->begun);
	cells->begun = true;
}

static void count(struct cells *cells, int64_t number)
{
	char value[32] = "";

	if (number >= 0)
		snprintf(value, sizeof(value), "%" PRId64, number);
	text(cells, value);
}

static void end(struct cells *cells)
{
	fputs("\r\n", cells->file);
	cells->begun = false;
}

static void header(struct cells *cells, unsigned by, bool overlap)
{
	static const char *const figures[] = {"users", "projects", "jobs", "runs", "node_hours"};
	char name[64];

	for (int i = 0; i < ADVI_USAGE_KEYS; i++)
		if (by & advi_usage_keys[i].by)
			text(cells, advi_usage_keys[i].name);
	if (overlap)
		text(cells, "overlap");
	if ((by & ADV_BY_MODULE) && !(by & ADV_BY_PACKAGE))
		text(cells, "of_package");
	if (by & ADV_BY_MODULE)
		text(cells, "kinds");
	if (by & ADV_BY_PACKAGE)
		text(cells, "in_base");
	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++)
		text(cells, figures[i]);
	if (by & (ADV_BY_MODULE | ADV_BY_PACKAGE)) {
		text(cells, "users_base_only");
		text(cells, "users_both");
		text(cells, "users_custom_only");
	}
	for (int i = 0; i < ADV_PLACE_COUNT; i++) {
		snprintf(name, sizeof(name), "users_%s", adv_place_name((enum adv_place)i));
		text(cells, name);
	}
	end(cells);
}

static void row_of(struct cells *cells, unsigned by, const struct adv_usage_row *row)
{
	char hours[32] = "";

	for (int i = 0; i < ADVI_USAGE_KEYS; i++)
		if (by & advi_usage_keys[i].by)
			text(cells, advi_usage_keys[i].text(row));
	if (row->overlap)
		text(cells, row->overlap);
	if ((by & ADV_BY_MODULE) && !(by & ADV_BY_PACKAGE))
		text(cells, row->of_package);
	if (by & ADV_BY_MODULE)
		text(cells, row->kinds);
	if (by & ADV_BY_PACKAGE)
		text(cells, adv_in_base_name(row->in_base));
	count(cells, row->users);
	count(cells, row->projects);
	count(cells, row->jobs);
	count(cells, row->runs);
	if (isfinite(row->node_hours))
		snprintf(hours, sizeof(hours), "%.6f", row->node_hours);
	text(cells, hours);
	if (by & (ADV_BY_MODULE | ADV_BY_PACKAGE)) {
		count(cells, row->users_base_only);
		count(cells, row->users_both);
		count(cells, row->users_custom_only);
	}
	for (int i = 0; i < ADV_PLACE_COUNT; i++)
		count(cells, row->place_users[i]);
	end(cells);
}

void advi_usage_csv(const struct adv_usage *usage, FILE *file, const struct adv_style *style)
{
	struct cells cells = {file, false};

	(void)style;
	header(&cells, adv_usage_by(usage), advi_usage_is_overlap(usage));
	for (size_t i = 0; i < adv_usage_count(usage); i++)
		row_of(&cells, adv_usage_by(usage), adv_usage_row(usage, i));
}
