/* SPDX-License-Identifier: BSD-3-Clause */
/* What the plan does to base, and what lies in environments of the users' own. */
#include "base/text.h"
#include "report/build.h"
#include "report/plan_actions.h"

static const char *bytes_text(struct advi_sheet *sheet, uint64_t bytes)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(64);

	advi_text_bytes(&text, bytes);
	return advi_arena_str(&sheet->arena, advi_buf_str(&text));
}

static void say_plan(const struct advi_build *build, struct advi_section *section)
{
	const struct adv_plan *plan = build->facts->plan;
	struct advi_sheet *sheet = build->sheet;
	size_t added = 0;

	for (size_t i = 0; i < plan->additions.count; i++)
		added += plan->additions.at[i].closure_packages > 0;
	advi_sheet_say(sheet, section,
		       "The plan adds %s that users want; base gains %s, %s to download.",
		       advi_build_count(sheet, added, "package", "packages"),
		       advi_build_count(sheet, plan->added_packages, "package", "packages"),
		       bytes_text(sheet, plan->added_bytes));
	if (plan->changed.count + plan->removed.count)
		advi_sheet_say(sheet, section, "Of base %s and %s.",
			       advi_build_count(sheet, plan->changed.count, "package changes",
						"packages change"),
			       advi_build_count(sheet, plan->removed.count, "goes", "go"));
}

static void say_redundancy(const struct advi_build *build, struct advi_section *section)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(4096);

	advi_say_copies(&text, &build->facts->plan->redundancy);
	if (text.len)
		advi_sheet_say(build->sheet, section, "%s", text.ptr);
	advi_buf_reset(&text);
	advi_say_files(&text, &build->facts->plan->redundancy);
	if (text.len)
		advi_sheet_say(build->sheet, section, "%s", text.ptr);
}

static void say_trends(const struct advi_build *build, struct advi_section *section)
{
	static const char *const kinds[][2] = {{"emerging", "More and more used"},
					       {"declining", "Less and less used"}};
	const struct adv_plan *plan = build->facts->plan;

	for (size_t k = 0; k < ADVI_COUNT(kinds); k++) {
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(4096);
		size_t shown = 0;

		for (size_t i = 0; i < plan->trends.count && shown < 6; i++)
			if (strcmp(plan->trends.at[i].kind, kinds[k][0]) == 0)
				advi_buf_printf(&text, "%s%s", shown++ ? ", " : "",
						plan->trends.at[i].name);
		if (shown)
			advi_sheet_say(build->sheet, section, "%s: %s.", kinds[k][1],
				       advi_buf_str(&text).ptr);
	}
}

/* Copies of packages in environments of the users' own: of what base lacks, and of what it has. */
static void redundancy(const struct advi_build *build)
{
	static const struct advi_sheet_column columns[] = {
		{"of", "", ADVI_SHEET_TEXT, true},
		{"environments", "environments", ADVI_SHEET_COUNT, false},
		{"copies", "copies", ADVI_SHEET_COUNT, false},
		{"bytes", "download", ADVI_SHEET_BYTES, false},
		{"installed_bytes", "installed (about)", ADVI_SHEET_BYTES, false}};
	const struct advi_redundancy *of = &build->facts->plan->redundancy;
	const struct {
		const char *name;
		const struct advi_copies *copies;
	} rows[] = {{"lacking in base", &of->lacking},
		    {"served by the plan", &of->served},
		    {"in base already", &of->there},
		    {"in environments that the plan frees", &of->freed}};
	struct advi_section *section = advi_sheet_table(
		build->sheet, "redundancy", "Copies of packages in environments of the users' own",
		columns, ADVI_COUNT(columns));

	section->data_only = true;
	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		advi_sheet_text(build->sheet, section, rows[i].name);
		advi_sheet_count(section, rows[i].copies->environments);
		advi_sheet_count(section, rows[i].copies->copies);
		advi_sheet_count(section, rows[i].copies->bytes);
		advi_sheet_count(section, advi_installed_bytes(of, rows[i].copies->bytes));
	}
}

void advi_build_plan(const struct advi_build *build)
{
	struct advi_section *section;

	if (!build->facts->plan)
		return;
	section = advi_sheet_sentences(build->sheet, NULL, "What the plan does");
	say_plan(build, section);
	/* These rest on single users' environments, and on counts that no fold covers. */
	if (build->facts->public)
		return;
	say_redundancy(build, section);
	say_trends(build, section);
	redundancy(build);
}
