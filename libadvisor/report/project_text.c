/* SPDX-License-Identifier: BSD-3-Clause */
/* One project: who uses what, from where, and what the plan changes for them. */
#include "report/page.h"

#include "base/text.h"

static bool has(const struct adv_plan *plan, const char *name)
{
	size_t low = 0, high = plan->environment.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(plan->environment.at[middle].name, name);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* A package that keeps workloads of the project from being covered, and how many. */
struct obstacle {
	const char *name;
	uint64_t workloads, alone; /* alone: it is the only one */
};

static int most_first(const void *a, const void *b)
{
	const struct obstacle *left = a, *right = b;

	if (left->workloads != right->workloads)
		return left->workloads < right->workloads ? 1 : -1;
	return strcmp(left->name, right->name);
}

/* Whether the base to come, or base as it is without a plan, lacks a package. */
static bool lacks(const struct advi_page *page, const char *name)
{
	if (advi_site_by_pip(page->site, advi_str(name)))
		return false;
	return page->plan ? !has(page->plan, name) : !advi_site_in_base(page->site, advi_str(name));
}

static void count_obstacles(const struct advi_page *page, const struct advi_workload *workload,
			    struct obstacle *rows)
{
	size_t lacking = 0, only = 0;

	for (size_t i = 0; i < workload->needs.count; i++) {
		uint32_t package = workload->needs.at[i].package;

		rows[package].name = page->workloads->packages.entries.at[package].key.ptr;
		if (!lacks(page, rows[package].name))
			continue;
		rows[package].workloads++;
		lacking++;
		only = package;
	}
	if (lacking == 1 && !workload->nowhere)
		rows[only].alone++;
}

static void print_obstacles(const struct advi_page *page)
{
	static const struct advi_column columns[] = {{"package", false, true},
						     {"workloads", true, false},
						     {"the only one of", true, false}};
	size_t count = page->workloads->packages.entries.count;
	struct obstacle *rows = advi_calloc(count + 1, sizeof(*rows));
	struct advi_table table;

	for (size_t i = 0; i < page->workloads->all.count; i++) {
		const struct advi_workload *workload = &page->workloads->all.at[i];

		if (workload->project && strcmp(workload->project, page->project) == 0)
			count_obstacles(page, workload, rows);
	}
	for (size_t i = 0; i < count; i++)
		rows[i].name = rows[i].name ? rows[i].name : "";
	qsort(rows, count, sizeof(*rows), most_first);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < count && rows[i].workloads; i++) {
		advi_table_text(&table, rows[i].name);
		advi_table_count(&table, rows[i].workloads);
		advi_table_count(&table, rows[i].alone);
	}
	free(rows);
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD,
			page->plan ? "What still keeps environments of their own, with the plan"
				   : "What keeps environments of their own");
	if (table.cells.count)
		advi_table_print(&table, page->file, page->style, 2);
	else
		fputs("  no package\n", page->file);
	advi_table_clear(&table);
	if (page->tally->nowhere)
		advi_print_line(page->file, page->style, ADVI_PLAIN,
				"  %llu workloads import what no package is known for",
				(unsigned long long)page->tally->nowhere);
}

void advi_page_project(const struct advi_page *page)
{
	advi_print_line(page->file, page->style, ADVI_BOLD, "Project %s at %s", page->project,
			page->site->name);
	fputc('\n', page->file);
	advi_page_cover(page);
	advi_page_places(page);
	advi_page_packages(page);
	print_obstacles(page);
}
