/* SPDX-License-Identifier: BSD-3-Clause */
/* Environments of the users' own, and what their users are to do with them now. */
#include "base/text.h"
#include "report/build.h"
#include "usage/history.h"

enum { ROWS = 5, FOR = 4, NAMED = 3, MANY = 6 };

static const char *fate_text(enum advi_owned_fate fate)
{
	static const char *const texts[] = {[ADVI_OWNED_COVERED] = "no",
					    [ADVI_OWNED_FREED] = "till then",
					    [ADVI_OWNED_KEPT] = "yes"};

	return texts[fate];
}

static void put_size(const struct advi_build *build, struct advi_section *section,
		     const struct advi_owned *held)
{
	const struct adv_plan *plan = build->facts->plan;

	if (plan && held->bytes)
		advi_sheet_count(section, advi_installed_bytes(&plan->redundancy, held->bytes));
	else
		advi_sheet_unknown(section);
	if (plan)
		advi_sheet_count(section, held->unsized);
	else
		advi_sheet_unknown(section);
}

void advi_build_owned(const struct advi_build *build, const advi_owns *owned)
{
	static const struct advi_sheet_column columns[] = {
		{"path", NULL, ADVI_SHEET_TEXT, false},
		{"name", "environment", ADVI_SHEET_TEXT, true},
		{"place", NULL, ADVI_SHEET_TEXT, false},
		{"users", "users", ADVI_SHEET_COUNT, false},
		{"packages", "packages", ADVI_SHEET_COUNT, false},
		{"lacking", NULL, ADVI_SHEET_COUNT, false},
		{"installed_bytes", "size", ADVI_SHEET_BYTES, false},
		{"unsized", NULL, ADVI_SHEET_COUNT, false},
		{"node_hours", NULL, ADVI_SHEET_TENTHS, false},
		{"last", "last", ADVI_SHEET_TEXT, false},
		{"state", "needed", ADVI_SHEET_TEXT, false},
		{"for", "for", ADVI_SHEET_LIST, true}};
	struct advi_section *section =
		advi_sheet_table(build->sheet, "environments", "Environments of the users' own",
				 columns, ADVI_COUNT(columns));

	section->rows_most = ROWS;
	section->empty = "none";
	for (size_t i = 0; i < owned->count; i++) {
		const struct advi_owned *held = &owned->at[i];

		advi_sheet_text(build->sheet, section, held->path);
		advi_sheet_text(build->sheet, section, held->short_path);
		advi_sheet_text(build->sheet, section, adv_place_name(held->place));
		advi_sheet_count(section, held->users);
		advi_sheet_count(section, held->packages);
		advi_sheet_count(section, held->lacking);
		put_size(build, section, held);
		advi_sheet_count(section, (uint64_t)(held->node_hours * 10 + 0.5));
		advi_sheet_text(build->sheet, section,
				held->last ? advi_month_text(&build->sheet->arena, held->last)
					   : NULL);
		advi_sheet_text(build->sheet, section, fate_text(held->fate));
		advi_sheet_list(build->sheet, section, held->names.at,
				held->names.count < FOR ? held->names.count : FOR);
	}
}

/* --- what to do now --- */

static uint64_t count_fate(const advi_owns *owned, enum advi_owned_fate fate)
{
	uint64_t count = 0;

	for (size_t i = 0; i < owned->count; i++)
		count += owned->at[i].fate == fate;
	return count;
}

/* The first environments of a fate, "a, b and 3 more". */
static const char *name_some(const struct advi_build *build, const advi_owns *owned,
			     enum advi_owned_fate fate)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(65536);
	uint64_t all = count_fate(owned, fate), named = 0;

	for (size_t i = 0; i < owned->count && named < NAMED; i++)
		if (owned->at[i].fate == fate)
			advi_buf_printf(&text, "%s%s", named++ ? ", " : "",
					owned->at[i].short_path);
	if (all > named)
		advi_buf_printf(&text, " and %llu more", (unsigned long long)(all - named));
	return advi_arena_str(&build->sheet->arena, advi_buf_str(&text));
}

/* How an environment is taken away, by where it lies. */
static const char *removal(const struct advi_build *build, const struct advi_owned *held)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(65536);

	if (held->place == ADV_PLACE_USER_SITE) {
		advi_buf_text(&text, "python -m pip uninstall");
		for (size_t i = 0; i < held->names.count && i < MANY; i++)
			advi_buf_printf(&text, " %s", held->names.at[i]);
		if (held->names.count > MANY)
			advi_buf_text(&text, " ...");
	} else if (*held->path == '/') {
		advi_buf_printf(&text, "conda env remove --prefix %s", held->path);
	}
	return advi_arena_str(&build->sheet->arena, advi_buf_str(&text));
}

static const struct advi_owned *first_of(const advi_owns *owned, enum advi_owned_fate fate)
{
	for (size_t i = 0; i < owned->count; i++)
		if (owned->at[i].fate == fate)
			return &owned->at[i];
	return NULL;
}

static void say_covered(const struct advi_build *build, struct advi_section *section,
			const advi_owns *owned)
{
	const struct advi_owned *first = first_of(owned, ADVI_OWNED_COVERED);
	uint64_t count = count_fate(owned, ADVI_OWNED_COVERED);
	const char *command = first ? removal(build, first) : "";

	if (!first)
		return;
	advi_sheet_say(build->sheet, section,
		       "Use base instead of %s: it has all that is imported from %s (%s).%s%s%s",
		       advi_build_count(build->sheet, count, "environment", "environments"),
		       count == 1 ? "it" : "them", name_some(build, owned, ADVI_OWNED_COVERED),
		       *command ? " When jobs run with base: " : "", command,
		       *command ? " (or delete the folder, if it is a venv)." : "");
}

static void say_freed(const struct advi_build *build, struct advi_section *section,
		      const advi_owns *owned)
{
	uint64_t count = count_fate(owned, ADVI_OWNED_FREED);

	if (count)
		advi_sheet_say(build->sheet, section,
			       "Keep %s (%s) until the new base is there; then base has all that "
			       "is imported from %s.",
			       advi_build_count(build->sheet, count, "environment", "environments"),
			       name_some(build, owned, ADVI_OWNED_FREED),
			       count == 1 ? "it" : "them");
}

static bool is_by_module(const struct advi_build *build, const char *package)
{
	return advi_names_have(&build->facts->site->by_module, package);
}

/* What lies alone between environments and base is better laid over base. */
static void say_alone(const struct advi_build *build, struct advi_section *section)
{
	const struct advi_tally_package *best = NULL;

	for (size_t i = 0; i < build->scope->tally.packages.count; i++) {
		const struct advi_tally_package *row = &build->scope->tally.packages.at[i];

		if (row->kept_alone && !is_by_module(build, row->name) &&
		    (!best || row->kept_alone > best->kept_alone ||
		     (row->kept_alone == best->kept_alone && strcmp(row->name, best->name) < 0)))
			best = row;
	}
	if (best)
		advi_sheet_say(
			build->sheet, section,
			"Put %s alone over base instead of a whole environment; it is all that %s "
			"in base then: python -m venv --system-site-packages ~/venvs/%s && "
			"~/venvs/%s/bin/pip install %s",
			best->name,
			advi_build_count(build->sheet, best->kept_alone, "workload lacks",
					 "workloads lack"),
			best->name, best->name, best->name);
}

/* What the centre builds itself is loaded, not installed. */
static void say_modules(const struct advi_build *build, struct advi_section *section)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(65536);
	size_t named = 0;

	for (size_t i = 0; i < build->scope->tally.packages.count && named < MANY; i++) {
		const struct advi_tally_package *row = &build->scope->tally.packages.at[i];

		if (row->kept && is_by_module(build, row->name))
			advi_buf_printf(&text, "%s%s", named++ ? ", " : "", row->name);
	}
	if (named)
		advi_sheet_say(build->sheet, section,
			       "Load the centre's own %s with 'module load' instead of installing "
			       "%s: %s built for this machine.",
			       text.ptr, named == 1 ? "it" : "them",
			       named == 1 ? "it is" : "they are");
}

static void say_others(const struct advi_build *build, struct advi_section *section)
{
	if (build->scope->tally.nowhere)
		advi_sheet_say(build->sheet, section,
			       "Tell the centre where its packages come from: %s what no channel's "
			       "package is known for.",
			       advi_build_count(build->sheet, build->scope->tally.nowhere,
						"workload imports", "workloads import"));
	if (!section->sentences.count)
		advi_sheet_say(
			build->sheet, section, "%s",
			build->scope->tally.own
				? "Nothing: what is imported can't join base as it is."
				: "Nothing: all of it is imported from base and the centre's "
				  "other trees.");
}

void advi_build_advice(const struct advi_build *build, const advi_owns *owned)
{
	struct advi_section *section =
		advi_sheet_sentences(build->sheet, "advice", "What to do now");

	say_covered(build, section, owned);
	if (build->facts->plan)
		say_freed(build, section, owned);
	say_modules(build, section);
	say_alone(build, section);
	say_others(build, section);
}
