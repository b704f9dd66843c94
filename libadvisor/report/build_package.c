/* SPDX-License-Identifier: BSD-3-Clause */
/* A package: who uses it, since when, from where, with what, and what becomes of it. */
#include "advise/interest.h"
#include "base/err.h"
#include "base/nearest.h"
#include "report/build.h"
#include "usage/history.h"

enum { ROWS = 6, MONTHS = 6 };

struct page {
	struct advi_build build;
	const char *package;
	const struct advi_tally_package *row; /* of the site; NULL: nobody uses it */
};

/* Of the whole site; NULL: nobody uses it. */
static const struct advi_tally_package *find_row(const struct advi_facts *facts, const char *name)
{
	const struct advi_map *packages = &facts->workloads.packages;
	const struct advi_map_entry *entry = advi_map_get(packages, advi_str(name));

	return entry ? advi_tally_row(&facts->scopes.at[0].tally,
				      (uint32_t)(entry - packages->entries.at))
		     : NULL;
}

/* --- in base, in the plan --- */

static const struct advi_record *base_record(const struct adv_site *site, const char *name)
{
	for (size_t i = 0; i < site->base_records.count; i++)
		if (strcmp(site->base_records.at[i].name, name) == 0)
			return &site->base_records.at[i];
	return NULL;
}

static const struct advi_addition *addition_of(const struct adv_plan *plan, const char *name)
{
	for (size_t i = 0; plan && i < plan->additions.count; i++)
		if (strcmp(plan->additions.at[i].name, name) == 0)
			return &plan->additions.at[i];
	return NULL;
}

static void say_plan(const struct page *page, struct advi_section *section, bool in_base)
{
	const struct advi_facts *facts = page->build.facts;
	const struct advi_map_entry *entry = advi_map_get(&facts->records, advi_str(page->package));
	const struct advi_record *record = entry ? entry->pointer : NULL;
	const struct advi_refusal *refusal = advi_facts_refusal(facts, page->package);
	const struct advi_addition *addition = addition_of(facts->plan, page->package);
	struct advi_sheet *sheet = page->build.sheet;

	if (record && addition && addition->closure_packages && !facts->public)
		advi_sheet_say(
			sheet, section, "The plan adds %s %s: %s for base, and %s by it.",
			page->package, record->version,
			advi_build_count(sheet, addition->closure_packages, "package", "packages"),
			advi_build_count(sheet, addition->users_freed, "user is covered",
					 "users are covered"));
	else if (record)
		advi_sheet_say(sheet, section, "With the plan base has %s %s.", page->package,
			       record->version);
	else if (refusal)
		advi_sheet_say(sheet, section, "The plan does not add it: %s.", refusal->reason);
	else if (in_base)
		advi_sheet_say(sheet, section, "%s", "The plan's base has it no more.");
	else
		advi_sheet_say(sheet, section, "%s", "It is not in the plan.");
}

static void add_state(const struct page *page)
{
	static const struct advi_sheet_column columns[] = {
		{"package", NULL, ADVI_SHEET_TEXT, false},
		{"in_base", NULL, ADVI_SHEET_FLAG, false},
		{"base_version", NULL, ADVI_SHEET_TEXT, false},
		{"plan", NULL, ADVI_SHEET_TEXT, false},
		{"plan_version", NULL, ADVI_SHEET_TEXT, false}};
	const struct advi_facts *facts = page->build.facts;
	struct advi_sheet *sheet = page->build.sheet;
	bool in_base = advi_site_in_base(facts->site, advi_str(page->package));
	const struct advi_record *base = base_record(facts->site, page->package);
	const struct advi_map_entry *entry = advi_map_get(&facts->records, advi_str(page->package));
	struct advi_section *section =
		advi_sheet_table(sheet, "state", "", columns, ADVI_COUNT(columns));

	section->data_only = true;
	advi_sheet_text(sheet, section, page->package);
	advi_sheet_count(section, in_base);
	advi_sheet_text(sheet, section, base ? base->version : NULL);
	advi_sheet_text(sheet, section, advi_facts_verdict(facts, page->package));
	advi_sheet_text(sheet, section,
			entry ? ((const struct advi_record *)entry->pointer)->version : NULL);
	section = advi_sheet_sentences(sheet, NULL, "");
	if (in_base)
		advi_sheet_say(sheet, section, "Base has it%s%s%s.", base ? " in version " : "",
			       base ? base->version : "",
			       advi_site_by_pip(facts->site, advi_str(page->package)) ? ", by pip"
										      : "");
	else
		advi_sheet_say(sheet, section, "%s", "Base lacks it.");
	if (facts->plan)
		say_plan(page, section, in_base);
}

/* --- who, where from --- */

static void add_users(const struct page *page)
{
	static const struct advi_sheet_column columns[] = {
		{"who", "", ADVI_SHEET_TEXT, true}, {"users", "users", ADVI_SHEET_COUNT, false}};
	const struct advi_build *build = &page->build;
	struct advi_section *section =
		advi_sheet_table(build->sheet, "use", "Who uses it", columns, ADVI_COUNT(columns));

	section->whole = true;
	section->empty = "nobody, as far as the store knows";
	if (!page->row)
		return;
	advi_sheet_text(build->sheet, section, "all");
	advi_build_figure(build, section, page->row->users, "package/%s/users", page->package);
	advi_sheet_text(build->sheet, section, "from elsewhere than base");
	advi_build_figure(build, section, page->row->users_outside, "package/%s/outside",
			  page->package);
	for (int place = 0; place < ADV_PLACE_COUNT; place++) {
		const char *name = adv_place_name((enum adv_place)place);

		if (!page->row->place_users[place])
			continue;
		advi_sheet_text(build->sheet, section,
				advi_arena_printf(&build->sheet->arena, "there, in %s", name));
		advi_build_figure(build, section, page->row->place_users[place], "package/%s/%s",
				  page->package, name);
	}
}

struct part {
	const struct advi_scope *scope;
	const struct advi_tally_package *row;
};

static int most_users_first(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->row->users != y->row->users)
		return x->row->users < y->row->users ? 1 : -1;
	return strcmp(x->scope->name, y->scope->name);
}

static int most_outside_first(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->row->users_outside != y->row->users_outside)
		return x->row->users_outside < y->row->users_outside ? 1 : -1;
	return strcmp(x->scope->name, y->scope->name);
}

/* Of projects public reports have those users alone who import it from elsewhere than base. */
static void add_parts(const struct page *page, enum advi_scope_kind kind, const char *key,
		      const char *title)
{
	static const struct advi_sheet_column columns[][3] = {
		{{"name", "", ADVI_SHEET_TEXT, true},
		 {"outside", "from elsewhere than base", ADVI_SHEET_COUNT, false}},
		{{"name", "", ADVI_SHEET_TEXT, true},
		 {"users", "users", ADVI_SHEET_COUNT, false},
		 {"outside", "from elsewhere than base", ADVI_SHEET_COUNT, false}}};
	const struct advi_facts *facts = page->build.facts;
	bool all = !facts->public || kind != ADVI_SCOPE_PROJECT;
	struct advi_section *section =
		advi_sheet_table(page->build.sheet, key, title, columns[all], all ? 3 : 2);
	ADVI_VEC(struct part) parts = {0};

	for (size_t i = 0; i < facts->scopes.count; i++) {
		const struct advi_scope *scope = &facts->scopes.at[i];
		const struct advi_tally_package *row =
			scope->kind == kind && scope->name
				? advi_tally_row(&scope->tally, page->row->package)
				: NULL;

		if (row && (all || row->users_outside))
			advi_vec_push(&parts, ((struct part){scope, row}));
	}
	advi_vec_sort(&parts, all ? most_users_first : most_outside_first);
	for (size_t i = 0; i < parts.count; i++) {
		struct advi_build one = {facts, parts.at[i].scope, page->build.sheet, false};

		advi_sheet_text(page->build.sheet, section, parts.at[i].scope->name);
		if (all)
			advi_build_figure(&one, section, parts.at[i].row->users, "package/%s/users",
					  page->package);
		advi_build_figure(&one, section, parts.at[i].row->users_outside,
				  "package/%s/outside", page->package);
	}
	advi_vec_clear(&parts);
	section->rows_most = ROWS;
	advi_sheet_fold(page->build.sheet, section, 1);
	if (kind == ADVI_SCOPE_PROJECT && advi_facts_nameless(facts))
		advi_sheet_forget(page->build.sheet, section, "project");
}

/* --- since when, which versions, with what --- */

static void add_months(const struct page *page, const struct advi_interest *interest)
{
	static const struct advi_sheet_column columns[] = {
		{"month", "month", ADVI_SHEET_TEXT, false},
		{"users", "users", ADVI_SHEET_COUNT, false},
		{"own_users", "from their own places", ADVI_SHEET_COUNT, false},
		{"uses", "imports", ADVI_SHEET_COUNT, false},
		{"own_uses", "from their own places", ADVI_SHEET_COUNT, false}};
	struct advi_section *section = advi_sheet_table(page->build.sheet, "months", "Since when",
							columns, ADVI_COUNT(columns));
	size_t first = page->build.in_brief && interest->months.count > MONTHS
			       ? interest->months.count - MONTHS
			       : 0;

	section->rows_most = MONTHS;
	/* Data has all; in brief the last ones are printed. */
	section->data_only = page->build.in_brief && first;
	for (size_t i = 0; i < interest->months.count; i++) {
		const struct advi_interest_month *month = &interest->months.at[i];

		advi_sheet_text(page->build.sheet, section, month->month);
		advi_sheet_count(section, month->users);
		advi_sheet_count(section, month->own_users);
		advi_sheet_count(section, month->uses);
		advi_sheet_count(section, month->own_uses);
	}
	if (!section->data_only)
		return;
	section = advi_sheet_sentences(page->build.sheet, NULL, "Since when");
	advi_sheet_say(page->build.sheet, section, "%s: %llu users; %s: %llu; %s: %llu.",
		       interest->months.at[0].month,
		       (unsigned long long)interest->months.at[0].users,
		       interest->months.at[first].month,
		       (unsigned long long)interest->months.at[first].users,
		       interest->months.at[interest->months.count - 1].month,
		       (unsigned long long)interest->months.at[interest->months.count - 1].users);
}

/* The same in public: users alone, and those from their own places are not told by month. */
static void add_public_months(const struct page *page)
{
	static const struct advi_sheet_column columns[] = {
		{"month", "month", ADVI_SHEET_TEXT, false},
		{"users", "users", ADVI_SHEET_COUNT, false}};
	const struct advi_build *build = &page->build;
	const struct advi_facts *facts = build->facts;
	struct advi_section *section = advi_sheet_table(build->sheet, "months", "Since when",
							columns, ADVI_COUNT(columns));
	uint32_t count = facts->months_of.months;

	section->rows_most = MONTHS;
	section->data_only = build->in_brief && count > MONTHS;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t month = advi_month_before(facts->last, count - 1 - i);

		advi_sheet_text(build->sheet, section,
				advi_month_text(&build->sheet->arena, month));
		advi_build_figure(build, section,
				  facts->months_of.users[(size_t)page->row->package * count + i],
				  "package/%s/month/%u", page->package, month);
	}
}

static void add_groups(const struct page *page, const char *key, const char *title,
		       const advi_groups *groups)
{
	static const struct advi_sheet_column columns[] = {
		{"name", "", ADVI_SHEET_TEXT, true}, {"users", "users", ADVI_SHEET_COUNT, false}};
	struct advi_section *section =
		advi_sheet_table(page->build.sheet, key, title, columns, ADVI_COUNT(columns));

	section->rows_most = ROWS;
	for (size_t i = 0; i < groups->count; i++) {
		advi_sheet_text(page->build.sheet, section, groups->at[i].name);
		advi_sheet_count(section, groups->at[i].users);
	}
}

static void add_interest(const struct page *page)
{
	const struct advi_facts *facts = page->build.facts;
	struct advi_interest interest = {0};

	advi_interests_of(&interest, &page->package, 1, &facts->data, &facts->workloads,
			  facts->site, &page->build.sheet->arena);
	if (interest.months.count)
		add_months(page, &interest);
	add_groups(page, "versions", "Versions, elsewhere than in base", &interest.versions);
	add_groups(page, "with", "Imported together with", &interest.with);
	advi_interest_clear(&interest);
}

/* --- the whole --- */

static int nobody(const struct advi_facts *facts, const char *package, struct adv_err *err)
{
	const struct advi_map *packages = &facts->workloads.packages;
	advi_names names = {0};
	const char *near;
	int r;

	for (size_t i = 0; i < packages->entries.count; i++)
		advi_vec_push(&names, packages->entries.at[i].key.ptr);
	advi_vec_sort(&names, advi_cmp_cstr);
	near = advi_nearest(advi_str(package), names.at, names.count);
	r = advi_fail(err, ADV_EUSAGE,
		      "nobody uses a package '%s', and neither base nor the plan knows it%s%s%s; "
		      "'conda-advisor usage STORE --by package' lists those in use",
		      package, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	advi_vec_clear(&names);
	return r;
}

int advi_build_package(struct advi_sheet *out, const struct advi_facts *facts, const char *package,
		       bool in_brief, struct adv_err *err)
{
	const struct advi_scope *site = &facts->scopes.at[0];
	struct page page = {{facts, site, out, in_brief}, package, find_row(facts, package)};
	const char *mapped = advi_site_package(facts->site, advi_str(package));

	/* An import name stands for the package that has it. */
	if (!page.row && mapped) {
		page.package = mapped;
		page.row = find_row(facts, mapped);
	}
	package = page.package;
	if (!page.row && !advi_site_in_base(facts->site, advi_str(package)) &&
	    !advi_map_get(&facts->records, advi_str(package)) &&
	    !advi_facts_refusal(facts, package))
		return nobody(facts, package, err);
	advi_build_begin(out, facts);
	out->kind = "package";
	out->name = package;
	out->title = advi_arena_printf(&out->arena, "Package %s at %s%s", package, out->site,
				       advi_build_span(out, facts));
	add_state(&page);
	add_users(&page);
	if (page.row) {
		add_parts(&page, ADVI_SCOPE_DOMAIN, "domains", "Domains");
		add_parts(&page, ADVI_SCOPE_PROJECT, "projects", "Projects");
		if (facts->public)
			add_public_months(&page);
		else
			add_interest(&page);
	}
	return 0;
}
