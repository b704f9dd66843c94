/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts that the site's and a project's report share. */
#include "report/page.h"

#include <string.h>

#include "base/text.h"

void advi_page_users(const struct advi_page *page, struct advi_table *table, uint64_t users)
{
	if (users && users < page->site->min_users)
		advi_table_printf(table, "<%llu", (unsigned long long)page->site->min_users);
	else
		advi_table_count(table, users);
}

static void cover_row(const struct advi_page *page, struct advi_table *table, const char *what,
		      uint64_t all, uint64_t now, uint64_t then)
{
	advi_table_text(table, what);
	advi_page_users(page, table, all);
	advi_page_users(page, table, now);
	if (page->plan)
		advi_page_users(page, table, then);
}

void advi_page_cover(const struct advi_page *page)
{
	static const struct advi_column columns[] = {{"", false, true},
						     {"all", true, false},
						     {"covered now", true, false},
						     {"with the plan", true, false}};
	const struct advi_cover *cover = &page->tally->cover;
	struct advi_table table;

	advi_table_init(&table, columns, page->plan ? 4 : 3);
	cover_row(page, &table, "users", cover->users, cover->users_now, cover->users_then);
	cover_row(page, &table, "workloads", cover->workloads, cover->workloads_now,
		  cover->workloads_then);
	advi_table_print_whole(&table, page->file, page->style, 2);
	advi_table_clear(&table);
	advi_print_paragraph(
		page->file, page->style, 2, 2,
		"A workload is what one user imports from one environment; it is covered "
		"when base has every package of it, a user when all workloads are.");
}

void advi_page_places(const struct advi_page *page)
{
	static const struct advi_column columns[] = {{"environments in", false, true},
						     {"users", true, false},
						     {"workloads", true, false},
						     {"node-hours", true, false}};
	struct advi_table table;

	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD, "Where Python is used from");
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (int place = 0; place < ADV_PLACE_COUNT; place++) {
		const struct advi_tally_place *row = &page->tally->places[place];

		if (!row->workloads)
			continue;
		advi_table_text(&table, adv_place_name((enum adv_place)place));
		advi_page_users(page, &table, row->users);
		advi_table_count(&table, row->workloads);
		advi_table_printf(&table, "%.1f", row->node_hours);
	}
	advi_table_print_whole(&table, page->file, page->style, 2);
	advi_table_clear(&table);
}

/* What the plan says of a package, in a word or two. */
static const char *verdict(const struct advi_page *page, const char *name)
{
	static const char *const kinds[][2] = {
		{"conflict", "can't join base"}, {"budget", "beyond the budget"},
		{"field", "left to bundles"},    {"absent", "in no channel"},
		{"module", "centre's module"},   {"never", "excluded"}};

	if (!page->plan)
		return "";
	for (size_t i = 0; i < page->plan->environment.count; i++)
		if (strcmp(page->plan->environment.at[i].name, name) == 0)
			return "joins base";
	for (size_t i = 0; i < page->plan->refused.count; i++)
		for (size_t j = 0; j < ADVI_COUNT(kinds); j++)
			if (strcmp(page->plan->refused.at[i].name, name) == 0 &&
			    strcmp(page->plan->refused.at[i].kind, kinds[j][0]) == 0)
				return kinds[j][1];
	return "not in the plan";
}

/* The places of the users' own, each a column. */
static const enum adv_place own_places[] = {ADV_PLACE_USER_SITE, ADV_PLACE_HOME, ADV_PLACE_PROJECT,
					    ADV_PLACE_TMP};

static void package_row(const struct advi_page *page, struct advi_table *table,
			const struct advi_tally_package *row, bool in_base)
{
	advi_table_text(table, row->name);
	advi_page_users(page, table, row->users_outside);
	for (size_t i = 0; i < ADVI_COUNT(own_places); i++)
		advi_page_users(page, table, row->place_users[own_places[i]]);
	if (in_base)
		advi_table_text(table,
				advi_site_by_pip(page->site, advi_str(row->name)) ? "by pip" : "");
	else
		advi_table_text(table, verdict(page, row->name));
}

static void print_packages(const struct advi_page *page, const char *title, bool in_base)
{
	static const struct advi_column columns[] = {
		{"package", false, true}, {"users", true, false},   {"user-site", true, false},
		{"home", true, false},    {"project", true, false}, {"tmp", true, false},
		{"", false, false}};
	struct advi_table table;

	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD, "%s", title);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < page->tally->packages.count; i++) {
		const struct advi_tally_package *row = &page->tally->packages.at[i];

		if (row->users_outside &&
		    advi_site_in_base(page->site, advi_str(row->name)) == in_base)
			package_row(page, &table, row, in_base);
	}
	if (table.cells.count)
		advi_table_print(&table, page->file, page->style, 2);
	else
		fputs("  none\n", page->file);
	advi_table_clear(&table);
}

void advi_page_packages(const struct advi_page *page)
{
	print_packages(page, "Imported from elsewhere, and not in base: users by place", false);
	print_packages(page, "Imported from elsewhere, though base has it: users by place", true);
}
