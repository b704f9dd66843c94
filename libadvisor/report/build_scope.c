/* SPDX-License-Identifier: BSD-3-Clause */
/* The reports of a site, a domain and a project. */
#include "report/build.h"
#include "usage/history.h"

enum { ROWS_SCOPES = 5, ROWS_NOWHERE = 4 };

static const char *const kind_names[] = {"site", "domain", "project"};

const char *advi_build_span(struct advi_sheet *sheet, const struct advi_facts *facts)
{
	if (!facts->first)
		return "";
	return advi_arena_printf(&sheet->arena, " (%04u-%02u to %04u-%02u)", facts->first / 100,
				 facts->first % 100, facts->last / 100, facts->last % 100);
}

void advi_build_begin(struct advi_sheet *out, const struct advi_facts *facts)
{
	*out = (struct advi_sheet){
		.site = facts->site->name, .planned = facts->plan != NULL, .public = facts->public};
	out->min_users = (uint64_t)facts->fold.min_users;
	out->fold = facts->public ? (struct advi_fold *)(uintptr_t)&facts->fold : NULL;
	if (!facts->first)
		return;
	out->since = advi_month_text(&out->arena, facts->first);
	out->until = advi_month_text(&out->arena, facts->last);
}

/* Projects or domains that are shown by name. */
static void parts(const struct advi_build *build, enum advi_scope_kind kind, const char *key,
		  const char *title)
{
	static const struct advi_sheet_column columns[][5] = {
		{{"domain", "domain", ADVI_SHEET_TEXT, true},
		 {"users", "users", ADVI_SHEET_COUNT, false},
		 {"workloads", "workloads", ADVI_SHEET_COUNT, false},
		 {"now", "covered now", ADVI_SHEET_COUNT, false},
		 {"then", "with the plan", ADVI_SHEET_COUNT, false}},
		{{"project", "project", ADVI_SHEET_TEXT, true},
		 {"users", "users", ADVI_SHEET_COUNT, false},
		 {"workloads", "workloads", ADVI_SHEET_COUNT, false},
		 {"now", "covered now", ADVI_SHEET_COUNT, false},
		 {"then", "with the plan", ADVI_SHEET_COUNT, false}},
	};
	struct advi_section *section =
		advi_sheet_table(build->sheet, key, title, columns[kind == ADVI_SCOPE_PROJECT],
				 build->facts->plan ? 5 : 4);
	ADVI_VEC(const struct advi_scope *) rows = {0};

	section->rows_most = ROWS_SCOPES;
	for (size_t i = 0; i < build->facts->scopes.count; i++) {
		const struct advi_scope *row = &build->facts->scopes.at[i];
		bool within = build->scope->kind == ADVI_SCOPE_SITE ||
			      &build->facts->scopes.at[row->parent] == build->scope;

		if (row->kind == kind && row->name && within)
			advi_vec_push(&rows, row);
	}
	/* Where no project has a domain there is nothing to tell apart. */
	if (kind == ADVI_SCOPE_DOMAIN && rows.count == 1)
		rows.count = 0;
	advi_scopes_sort(rows.at, rows.count);
	for (size_t i = 0; i < rows.count; i++) {
		const struct advi_cover *cover = &rows.at[i]->tally.cover;
		struct advi_build one = {build->facts, rows.at[i], build->sheet, false};

		advi_sheet_text(build->sheet, section, rows.at[i]->name);
		advi_build_figure(&one, section, cover->users, "users");
		advi_build_figure(&one, section, cover->workloads, "workloads");
		advi_build_figure(&one, section, cover->workloads_now, "workloads/now");
		if (build->facts->plan)
			advi_build_figure(&one, section, cover->workloads_then, "workloads/then");
	}
	advi_vec_clear(&rows);
	advi_sheet_fold(build->sheet, section, 1);
	if (kind == ADVI_SCOPE_PROJECT && advi_facts_nameless(build->facts))
		advi_sheet_forget(build->sheet, section, "project");
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
static void nowhere(const struct advi_build *build)
{
	static const struct advi_sheet_column columns[] = {
		{"module", "import name", ADVI_SHEET_TEXT, true},
		{"users", "users", ADVI_SHEET_COUNT, false}};
	const struct advi_map *names = &build->facts->workloads.nowhere;
	struct advi_section *section =
		advi_sheet_table(build->sheet, "nowhere", "Imports that no package is known for",
				 columns, ADVI_COUNT(columns));
	ADVI_VEC(const struct advi_map_entry *) rows = {0};

	for (size_t i = 0; i < names->entries.count; i++)
		advi_vec_push(&rows, &names->entries.at[i]);
	advi_vec_sort(&rows, by_users);
	for (size_t i = 0; i < rows.count; i++) {
		advi_sheet_text(build->sheet, section, rows.at[i]->key.ptr);
		advi_build_figure(build, section, rows.at[i]->number, "nowhere/%s",
				  rows.at[i]->key.ptr);
	}
	if (rows.count)
		advi_sheet_say(
			build->sheet, section,
			"Where you know the package, name it under 'imports' in the site recipe.");
	advi_vec_clear(&rows);
	section->rows_most = ROWS_NOWHERE;
	section->data_only = build->in_brief;
	advi_sheet_fold(build->sheet, section, 1);
}

/* In brief, what there is besides. */
static void say_more(const struct advi_build *build)
{
	struct advi_section *section = advi_sheet_sentences(build->sheet, NULL, "");

	if (build->in_brief)
		advi_sheet_say(build->sheet, section, "%s",
			       "All tables, with all rows: --rows 0, --json or --csv.");
}

static void build_site(const struct advi_build *build)
{
	advi_build_cover(build);
	advi_build_plan(build);
	advi_build_months(build);
	advi_build_places(build);
	advi_build_packages(build);
	parts(build, ADVI_SCOPE_DOMAIN, "domains", "Domains, by users; covered workloads");
	parts(build, ADVI_SCOPE_PROJECT, "projects", "Projects, by users; covered workloads");
	nowhere(build);
	say_more(build);
}

static void build_part(const struct advi_build *build)
{
	bool public = build->facts->public;
	advi_owns owned = {0};

	if (!public)
		advi_owned_find(build->facts, build->scope, &build->sheet->arena, &owned);
	advi_build_cover(build);
	advi_build_places(build);
	if (build->in_brief && !public)
		build->sheet->sections.at[build->sheet->sections.count - 1].data_only = true;
	if (!public)
		advi_build_owned(build, &owned);
	advi_build_packages(build);
	if (!public)
		advi_build_keeps(build);
	if (build->scope->kind == ADVI_SCOPE_DOMAIN)
		parts(build, ADVI_SCOPE_PROJECT, "projects",
		      "Projects, by users; covered workloads");
	if (!public)
		advi_build_advice(build, &owned);
	advi_owned_clear(&owned);
}

void advi_build_scope(struct advi_sheet *out, const struct advi_facts *facts,
		      const struct advi_scope *scope, bool in_brief)
{
	struct advi_build build = {facts, scope, out, in_brief};
	bool hidden =
		scope->kind == ADVI_SCOPE_PROJECT && facts->public && advi_facts_nameless(facts);
	const char *months;

	advi_build_begin(out, facts);
	months = advi_build_span(out, facts);
	out->kind = kind_names[scope->kind];
	out->name = hidden ? NULL : scope->name;
	out->title =
		scope->kind == ADVI_SCOPE_SITE
			? advi_arena_printf(&out->arena, "Python at %s%s", out->site, months)
			: advi_arena_printf(&out->arena, "%s %s at %s%s",
					    scope->kind == ADVI_SCOPE_DOMAIN ? "Domain"
					    : hidden                         ? "A"
									     : "Project",
					    hidden ? "project" : scope->name, out->site, months);
	if (scope->kind == ADVI_SCOPE_SITE)
		build_site(&build);
	else
		build_part(&build);
}
