/* SPDX-License-Identifier: BSD-3-Clause */
/* Sections that the reports of a site, a domain and a project share. */
#include "report/build.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "usage/history.h"

enum { ROWS_LACKING = 9, ROWS_THERE = 5, REASONS = 4 };

const char *advi_build_count(struct advi_sheet *sheet, uint64_t number, const char *one,
			     const char *many)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(256);

	advi_text_count(&text, number);
	advi_buf_printf(&text, " %s", number == 1 ? one : many);
	return advi_arena_str(&sheet->arena, advi_buf_str(&text));
}

void advi_build_figure(const struct advi_build *build, struct advi_section *section,
		       uint64_t number, const char *format, ...)
{
	char key[512];
	va_list args;

	if (!build->facts->public || !number) {
		advi_sheet_count(section, number);
		return;
	}
	va_start(args, format);
	vsnprintf(key, sizeof(key), format, args);
	va_end(args);
	advi_sheet_folded(section, number, advi_scope_cell(build->scope, "%s", key));
}

/* --- who is covered --- */

void advi_build_cover(const struct advi_build *build)
{
	static const struct advi_sheet_column columns[] = {
		{"of", "", ADVI_SHEET_TEXT, true},
		{"all", "all", ADVI_SHEET_COUNT, false},
		{"now", "covered now", ADVI_SHEET_COUNT, false},
		{"then", "with the plan", ADVI_SHEET_COUNT, false}};
	const struct advi_cover *cover = &build->scope->tally.cover;
	const uint64_t rows[2][3] = {
		{cover->users, cover->users_now, cover->users_then},
		{cover->workloads, cover->workloads_now, cover->workloads_then}};
	static const char *const names[] = {"users", "workloads"};
	struct advi_section *section =
		advi_sheet_table(build->sheet, "cover", "", columns, build->facts->plan ? 4 : 3);

	section->whole = true;
	for (int i = 0; i < 2; i++) {
		advi_sheet_text(build->sheet, section, names[i]);
		advi_build_figure(build, section, rows[i][0], "%s", names[i]);
		advi_build_figure(build, section, rows[i][1], "%s/now", names[i]);
		if (build->facts->plan)
			advi_build_figure(build, section, rows[i][2], "%s/then", names[i]);
	}
	advi_sheet_say(build->sheet, section,
		       "A workload is what one user imports from one environment; it is covered "
		       "when base has every package of it, a user when all workloads are.");
}

void advi_build_places(const struct advi_build *build)
{
	static const struct advi_sheet_column columns[] = {
		{"place", "environments in", ADVI_SHEET_TEXT, true},
		{"users", "users", ADVI_SHEET_COUNT, false},
		{"workloads", "workloads", ADVI_SHEET_COUNT, false},
		{"node_hours", "node-hours", ADVI_SHEET_TENTHS, false}};
	/* Rounded hours of parts and of the whole don't add up, so no fold covers them. */
	size_t count = build->facts->public ? 3 : 4;
	struct advi_section *section = advi_sheet_table(
		build->sheet, "places", "Where Python is used from", columns, count);

	section->whole = true;
	for (int place = 0; place < ADV_PLACE_COUNT; place++) {
		const struct advi_tally_place *row = &build->scope->tally.places[place];
		const char *name = adv_place_name((enum adv_place)place);

		if (!row->workloads)
			continue;
		advi_sheet_text(build->sheet, section, name);
		advi_build_figure(build, section, row->users, "place/%s/users", name);
		advi_build_figure(build, section, row->workloads, "place/%s/workloads", name);
		if (count == 4)
			advi_sheet_count(section, (uint64_t)llround(row->node_hours * 10));
	}
	advi_sheet_fold(build->sheet, section, 1);
}

/* --- packages --- */

/* The places of the users' own, each a column. */
static const enum adv_place own_places[] = {ADV_PLACE_USER_SITE, ADV_PLACE_HOME, ADV_PLACE_PROJECT,
					    ADV_PLACE_TMP};

/* clang-format off */
#define PACKAGE_COLUMNS \
	{"package", "package", ADVI_SHEET_TEXT, true}, \
	{"users", "users", ADVI_SHEET_COUNT, false}, \
	{"user_site", "user-site", ADVI_SHEET_COUNT, false}, \
	{"home", "home", ADVI_SHEET_COUNT, false}, \
	{"project", "project", ADVI_SHEET_COUNT, false}, \
	{"tmp", "tmp", ADVI_SHEET_COUNT, false}
/* clang-format on */

static void package_row(const struct advi_build *build, struct advi_section *section,
			const struct advi_tally_package *row, bool in_base)
{
	struct advi_str name = advi_str(row->name);

	advi_sheet_text(build->sheet, section, row->name);
	advi_build_figure(build, section, row->users_outside, "package/%s/outside", row->name);
	for (size_t i = 0; i < ADVI_COUNT(own_places); i++)
		advi_build_figure(build, section, row->place_users[own_places[i]], "package/%s/%s",
				  row->name, adv_place_name(own_places[i]));
	if (in_base)
		advi_sheet_text(build->sheet, section,
				advi_site_by_pip(build->facts->site, name) ? "by pip" : "");
	else if (build->facts->plan)
		advi_sheet_text(build->sheet, section, advi_facts_verdict(build->facts, row->name));
}

static void packages(const struct advi_build *build, const char *key, const char *title,
		     bool in_base, size_t most)
{
	static const struct advi_sheet_column columns[][7] = {
		{PACKAGE_COLUMNS, {"plan", "the plan", ADVI_SHEET_TEXT, false}},
		{PACKAGE_COLUMNS, {"how", "", ADVI_SHEET_TEXT, false}}};
	struct advi_section *section = advi_sheet_table(build->sheet, key, title, columns[in_base],
							in_base || build->facts->plan ? 7 : 6);

	section->rows_most = most;
	section->empty = "none";
	for (size_t i = 0; i < build->scope->tally.packages.count; i++) {
		const struct advi_tally_package *row = &build->scope->tally.packages.at[i];

		if (row->users_outside && build->facts->now[row->package] == in_base)
			package_row(build, section, row, in_base);
	}
	advi_sheet_fold(build->sheet, section, 1);
	section->data_only = in_base && build->in_brief;
}

void advi_build_packages(const struct advi_build *build)
{
	packages(build, "lacking", "Imported from elsewhere, and not in base: users by place",
		 false, ROWS_LACKING);
	packages(build, "there", "Imported from elsewhere, though base has it: users by place",
		 true, ROWS_THERE);
}

/* --- what keeps environments --- */

static int most_kept_first(const void *a, const void *b)
{
	const struct advi_tally_package *x = *(const struct advi_tally_package *const *)a;
	const struct advi_tally_package *y = *(const struct advi_tally_package *const *)b;

	if (x->kept != y->kept)
		return x->kept < y->kept ? 1 : -1;
	return strcmp(x->name, y->name);
}

static const char *reason_of(const struct advi_build *build, const char *package)
{
	const struct advi_refusal *refusal = advi_facts_refusal(build->facts, package);

	return refusal && refusal->reason ? refusal->reason : NULL;
}

/* Why each can't join base, in text: the first few as sentences. */
static void say_reasons(const struct advi_build *build,
			const struct advi_tally_package *const *rows, size_t count)
{
	struct advi_section *section = advi_sheet_sentences(
		build->sheet, NULL, "What keeps environments even with the plan, and why");
	size_t most = build->in_brief ? REASONS : count;

	if (!build->facts->plan)
		return;
	for (size_t i = 0; i < count && i < most; i++) {
		const char *reason = reason_of(build, rows[i]->name);

		advi_sheet_say(build->sheet, section, "%s (%s): %s", rows[i]->name,
			       advi_build_count(build->sheet, rows[i]->kept_users, "user", "users"),
			       reason ? reason : advi_facts_verdict(build->facts, rows[i]->name));
	}
	if (count > most)
		advi_sheet_say(build->sheet, section, "... and %zu more", count - most);
	if (!count)
		advi_sheet_say(build->sheet, section, "%s", "no package");
}

static void keeps_table(const struct advi_build *build,
			const struct advi_tally_package *const *rows, size_t count)
{
	static const struct advi_sheet_column columns[] = {
		{"package", "package", ADVI_SHEET_TEXT, true},
		{"users", "users", ADVI_SHEET_COUNT, false},
		{"workloads", "workloads", ADVI_SHEET_COUNT, false},
		{"alone", "the only one of", ADVI_SHEET_COUNT, false},
		{"plan", NULL, ADVI_SHEET_TEXT, false},
		{"reason", NULL, ADVI_SHEET_TEXT, false}};
	struct advi_section *section =
		advi_sheet_table(build->sheet, "keeps", "What keeps environments of their own",
				 columns, ADVI_COUNT(columns));

	section->rows_most = ROWS_THERE;
	section->empty = "no package";
	section->data_only = build->facts->plan != NULL;
	for (size_t i = 0; i < count; i++) {
		advi_sheet_text(build->sheet, section, rows[i]->name);
		advi_sheet_count(section, rows[i]->kept_users);
		advi_sheet_count(section, rows[i]->kept);
		advi_sheet_count(section, rows[i]->kept_alone);
		advi_sheet_text(build->sheet, section,
				advi_facts_verdict(build->facts, rows[i]->name));
		advi_sheet_text(build->sheet, section, reason_of(build, rows[i]->name));
	}
	if (build->scope->tally.nowhere)
		advi_sheet_say(build->sheet, section, "%s what no package is known for.",
			       advi_build_count(build->sheet, build->scope->tally.nowhere,
						"workload imports", "workloads import"));
}

void advi_build_keeps(const struct advi_build *build)
{
	ADVI_VEC(const struct advi_tally_package *) rows = {0};

	for (size_t i = 0; i < build->scope->tally.packages.count; i++)
		if (build->scope->tally.packages.at[i].kept)
			advi_vec_push(&rows, &build->scope->tally.packages.at[i]);
	advi_vec_sort(&rows, most_kept_first);
	keeps_table(build, rows.at, rows.count);
	say_reasons(build, rows.at, rows.count);
	advi_vec_clear(&rows);
}

/* --- months --- */

/* In a public report every figure of a sentence must be shown. */
static bool all_shown(const struct advi_build *build, const struct advi_section *table)
{
	for (size_t i = 0; i < table->cells.count; i++)
		if (!advi_sheet_shown(build->sheet, &table->cells.at[i]))
			return false;
	return true;
}

static void say_months(const struct advi_build *build, const advi_months_of_users *months)
{
	struct advi_section *section = advi_sheet_sentences(build->sheet, NULL, "Over the months");
	const struct advi_month_users *first = &months->at[0],
				      *last = &months->at[months->count - 1], *most = first;

	if (months->count < 2)
		return;
	for (size_t i = 0; i < months->count; i++)
		if (months->at[i].users > most->users)
			most = &months->at[i];
	advi_sheet_say(build->sheet, section,
		       "%04u-%02u: %s of Python, %llu with imports from places of their own. "
		       "%04u-%02u: %llu, %llu of them. Most: %llu in %04u-%02u.",
		       first->month / 100, first->month % 100,
		       advi_build_count(build->sheet, first->users, "user", "users"),
		       (unsigned long long)first->own, last->month / 100, last->month % 100,
		       (unsigned long long)last->users, (unsigned long long)last->own,
		       (unsigned long long)most->users, most->month / 100, most->month % 100);
}

void advi_build_months(const struct advi_build *build)
{
	static const struct advi_sheet_column columns[] = {
		{"month", "month", ADVI_SHEET_TEXT, false},
		{"users", "users", ADVI_SHEET_COUNT, false},
		{"own", "from their own places", ADVI_SHEET_COUNT, false}};
	struct advi_section *section = advi_sheet_table(build->sheet, "months", "Users by month",
							columns, ADVI_COUNT(columns));
	advi_months_of_users months = {0};

	section->whole = true;
	advi_facts_months(build->facts, &months);
	for (size_t i = 0; i < months.count; i++) {
		advi_sheet_text(build->sheet, section,
				advi_month_text(&build->sheet->arena, months.at[i].month));
		advi_build_figure(build, section, months.at[i].users, "month/%u/users",
				  months.at[i].month);
		advi_build_figure(build, section, months.at[i].own, "month/%u/own",
				  months.at[i].month);
	}
	section->data_only = build->in_brief && all_shown(build, section);
	if (section->data_only)
		say_months(build, &months);
	advi_vec_clear(&months);
}
