/* SPDX-License-Identifier: BSD-3-Clause */
/* The whole site: who uses what, from where, and what the plan changes. */
#include "report/page.h"
#include "report/plan_actions.h"

static void print_projects(const struct advi_page *page)
{
	static const struct advi_column columns[] = {{"project", false, true},
						     {"users", true, false},
						     {"workloads", true, false},
						     {"covered now", true, false},
						     {"with the plan", true, false}};
	struct advi_table table;

	if (!page->tally->projects.count)
		return;
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD,
			"Projects, by users; covered workloads");
	advi_table_init(&table, columns, page->plan ? 5 : 4);
	for (size_t i = 0; i < page->tally->projects.count; i++) {
		const struct advi_tally_project *row = &page->tally->projects.at[i];

		advi_table_text(&table, row->name);
		advi_page_users(page, &table, row->cover.users);
		advi_table_count(&table, row->cover.workloads);
		advi_table_count(&table, row->cover.workloads_now);
		if (page->plan)
			advi_table_count(&table, row->cover.workloads_then);
	}
	advi_table_print(&table, page->file, page->style, 2);
	advi_table_clear(&table);
}

static int by_users(const void *a, const void *b)
{
	const struct advi_map_entry *left = *(const struct advi_map_entry *const *)a;
	const struct advi_map_entry *right = *(const struct advi_map_entry *const *)b;

	if (left->number != right->number)
		return left->number < right->number ? 1 : -1;
	return advi_str_cmp(left->key, right->key);
}

/* Names that no package is known for; each keeps its users' workloads from being covered. */
static void print_nowhere(const struct advi_page *page)
{
	static const struct advi_column columns[] = {{"import name", false, true},
						     {"users", true, false}};
	ADVI_VEC(const struct advi_map_entry *) rows = {0};
	struct advi_table table;

	if (!page->workloads->nowhere.entries.count)
		return;
	for (size_t i = 0; i < page->workloads->nowhere.entries.count; i++)
		advi_vec_push(&rows, &page->workloads->nowhere.entries.at[i]);
	advi_vec_sort(&rows, by_users);
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD, "Imports that no package is known for");
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < rows.count; i++) {
		advi_table_str(&table, rows.at[i]->key);
		advi_page_users(page, &table, rows.at[i]->number);
	}
	advi_table_print(&table, page->file, page->style, 2);
	advi_table_clear(&table);
	advi_vec_clear(&rows);
	advi_print_paragraph(
		page->file, page->style, 2, 2,
		"Where you know the package, name it under 'imports' in the site recipe.");
}

void advi_page_site(const struct advi_page *page)
{
	advi_print_line(page->file, page->style, ADVI_BOLD, "Python at %s", page->site->name);
	fputc('\n', page->file);
	advi_page_cover(page);
	if (page->plan)
		advi_print_redundancy(page->plan, page->file, page->style);
	advi_page_places(page);
	advi_page_packages(page);
	print_projects(page);
	print_nowhere(page);
}
