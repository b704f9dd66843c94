/* SPDX-License-Identifier: BSD-3-Clause */
/* A frontier for people: a row for each budget, and where a package more brings most. */
#include <math.h>

#include "base/text.h"
#include "report/frontier.h"
#include "report/table.h"

static void add_figures(struct advi_table *table, const struct advi_frontier_point *point)
{
	advi_table_count(table, point->added_packages);
	advi_table_bytes(table, point->added_bytes);
	advi_table_count(table, point->users_covered);
	advi_table_count(table, point->workloads_covered);
	advi_table_printf(table, "%.1f %%", 100 * point->benefit_share);
}

static void add_point(struct advi_table *table, const struct adv_frontier *frontier, size_t i)
{
	const struct advi_frontier_point *point = &frontier->points.at[i];
	double slope = advi_frontier_slope(frontier, i);

	advi_table_count(table, point->max_packages);
	add_figures(table, point);
	if (isnan(slope))
		advi_table_text(table, "-");
	else
		advi_table_printf(table, "%.2f", slope);
	if (point->choice.proved)
		advi_table_text(table, "proved");
	else
		advi_table_printf(table, "gap %.1f %%", 100 * advi_plan_gap(&point->choice));
}

static void print_points(const struct adv_frontier *frontier, FILE *file,
			 const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"budget", true, false},      {"packages", true, false},  {"download", true, false},
		{"users", true, false},       {"workloads", true, false}, {"benefit", true, false},
		{"per package", true, false}, {"proof", false, false},
	};
	struct advi_table table;

	advi_table_init(&table, columns, ADVI_COUNT(columns));
	advi_table_text(&table, "base");
	add_figures(&table, &frontier->base);
	advi_table_text(&table, "-");
	advi_table_text(&table, "");
	for (size_t i = 0; i < frontier->points.count; i++)
		add_point(&table, frontier, i);
	advi_table_print_whole(&table, file, style, 2);
	advi_table_clear(&table);
}

static void print_demand(const struct adv_frontier *frontier, FILE *file,
			 const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(512);

	advi_text_count(&text, frontier->users);
	advi_buf_printf(&text, " user%s, ", frontier->users == 1 ? "" : "s");
	advi_text_count(&text, frontier->workloads);
	advi_buf_printf(&text, " workload%s", frontier->workloads == 1 ? "" : "s");
	if (frontier->max_bytes) {
		advi_buf_text(&text, "; at most ");
		advi_text_bytes(&text, frontier->max_bytes);
		advi_buf_text(&text, " to download");
	}
	if (frontier->max_files) {
		advi_buf_text(&text, "; at most ");
		advi_text_count(&text, frontier->max_files);
		advi_buf_text(&text, " files");
	}
	advi_buf_text(&text, ".");
	advi_print_paragraph(file, style, 2, 2, text.ptr);
}

/* The steepest step, and the budget from which on no more comes of more. */
static void print_knee(const struct adv_frontier *frontier, FILE *file,
		       const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(512);
	size_t count = frontier->points.count, best = count, end = count - 1;
	const struct advi_frontier_point *at = frontier->points.at;

	for (size_t i = 0; i < count; i++) {
		double slope = advi_frontier_slope(frontier, i);

		if (slope > 0 && (best == count || slope > advi_frontier_slope(frontier, best)))
			best = i;
	}
	while (end && at[end - 1].added_packages == at[end].added_packages &&
	       at[end - 1].benefit_share == at[end].benefit_share)
		end--;
	if (best < count) {
		advi_buf_text(&text, "The step to a budget of ");
		advi_text_count(&text, at[best].max_packages);
		advi_buf_text(&text, " brings most users a package. ");
	} else {
		advi_buf_text(&text, "No budget covers more users than base does. ");
	}
	if (end < count - 1) {
		advi_buf_text(&text, "From ");
		advi_text_count(&text, at[end].max_packages);
		advi_buf_text(&text, " on more budget brings no more.");
	}
	advi_print_paragraph(file, style, 2, 2, text.ptr);
}

void advi_frontier_text(const struct adv_frontier *frontier, FILE *file,
			const struct adv_style *style)
{
	advi_print_line(file, style, ADVI_BOLD, "Benefit against budget for the base of %s",
			frontier->site);
	fputc('\n', file);
	print_demand(frontier, file, style);
	fputc('\n', file);
	print_points(frontier, file, style);
	fputc('\n', file);
	print_knee(frontier, file, style);
	advi_print_paragraph(
		file, style, 2, 2,
		"packages, download: what base gains, dependencies included; users, workloads: "
		"wholly covered; benefit: the share of all demand that is served; per package: users "
		"covered more than in the row before, for each package more.");
}
