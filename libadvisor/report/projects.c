/* SPDX-License-Identifier: BSD-3-Clause */
/* A folder of reports: one of every project, and an index of them. */
#include "base/err.h"
#include "io/file.h"
#include "report/build.h"

enum { NAME_BYTES = 100 };

static const struct {
	enum adv_format format;
	const char *end;
	enum adv_format index; /* text can't link */
	const char *index_end;
} forms[] = {
	{ADV_FORMAT_TEXT, ".txt", ADV_FORMAT_MARKDOWN, ".md"},
	{ADV_FORMAT_JSON, ".json", ADV_FORMAT_JSON, ".json"},
	{ADV_FORMAT_CSV, ".csv", ADV_FORMAT_CSV, ".csv"},
	{ADV_FORMAT_MARKDOWN, ".md", ADV_FORMAT_MARKDOWN, ".md"},
};

struct writing {
	const struct advi_facts *facts;
	const char *folder;
	enum adv_format format, index;
	const char *end, *index_end;
	struct advi_arena arena;
	struct advi_map taken; /* file names, in lower case: some file systems know no other */
	struct adv_err *err;
};

static char lower(char byte)
{
	return (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
}

static bool take(struct writing *w, const char *name)
{
	ADVI_AUTO_PTR char *key = advi_strdup(name);
	bool is_new;

	for (char *at = key; *at; at++)
		*at = lower(*at);
	advi_map_add(&w->taken, advi_str(key), &is_new);
	return is_new;
}

/*
 * A file name that is safe anywhere: letters, digits and "._-", not beginning with a dot or a dash.
 * Names that come to the same get a number.
 */
static const char *file_name(struct writing *w, const char *project)
{
	char name[NAME_BYTES + 1];
	size_t used = 0;
	const char *file;

	for (const char *at = project; *at && used < NAME_BYTES; at++) {
		bool plain = (lower(*at) >= 'a' && lower(*at) <= 'z') ||
			     (*at >= '0' && *at <= '9') || *at == '_' ||
			     (used && (*at == '.' || *at == '-'));

		name[used++] = (char)(plain ? *at : '_');
	}
	name[used] = '\0';
	file = advi_arena_printf(&w->arena, "%s%s", used ? name : "_", w->end);
	for (unsigned number = 2; !take(w, file); number++)
		file = advi_arena_printf(&w->arena, "%s-%u%s", used ? name : "_", number, w->end);
	return file;
}

static int write_sheet(const struct writing *w, struct advi_sheet *sheet, enum adv_format format,
		       const char *name)
{
	const struct adv_style style = {.rows = ADV_ROWS_AS_FITS};
	ADVI_AUTO_PTR char *path = advi_path_join(w->folder, name);
	struct advi_out out;
	int r = advi_out_open(&out, path, w->err);

	if (r < 0)
		return r;
	r = advi_report_emit(sheet, format, out.file, &style, w->err);
	if (r == 0)
		return advi_out_commit(&out, w->err);
	advi_out_clear(&out);
	return r;
}

static int write_project(const struct writing *w, const struct advi_scope *scope, const char *name)
{
	struct advi_sheet sheet;
	int r;

	advi_build_scope(&sheet, w->facts, scope, w->format == ADV_FORMAT_TEXT);
	r = write_sheet(w, &sheet, w->format, name);
	advi_sheet_clear(&sheet);
	return r;
}

static int write_index(const struct writing *w, const struct advi_scope *const *scopes,
		       const char *const *files, size_t count)
{
	static const struct advi_sheet_column columns[] = {
		{"project", "project", ADVI_SHEET_TEXT, true},
		{"users", "users", ADVI_SHEET_COUNT, false},
		{"workloads", "workloads", ADVI_SHEET_COUNT, false},
		{"now", "covered now", ADVI_SHEET_COUNT, false},
		{"then", "with the plan", ADVI_SHEET_COUNT, false},
		{"report", "report", ADVI_SHEET_LINK, false}};
	struct advi_sheet sheet;
	struct advi_section *section;
	ADVI_AUTO_PTR char *name = advi_format("index%s", w->index_end);
	int r;

	advi_build_begin(&sheet, w->facts);
	sheet.kind = "index";
	sheet.title = advi_arena_printf(&sheet.arena, "Projects at %s%s", sheet.site,
					advi_build_span(&sheet, w->facts));
	section = advi_sheet_table(&sheet, "projects", "", columns, ADVI_COUNT(columns));
	section->empty = "none";
	for (size_t i = 0; i < count; i++) {
		const struct advi_cover *cover = &scopes[i]->tally.cover;
		struct advi_build one = {w->facts, scopes[i], &sheet, false};

		advi_sheet_text(&sheet, section, scopes[i]->name);
		advi_build_figure(&one, section, cover->users, "users");
		advi_build_figure(&one, section, cover->workloads, "workloads");
		advi_build_figure(&one, section, cover->workloads_now, "workloads/now");
		if (w->facts->plan)
			advi_build_figure(&one, section, cover->workloads_then, "workloads/then");
		else
			advi_sheet_unknown(section);
		advi_sheet_text(&sheet, section, files[i]);
	}
	advi_sheet_fold(&sheet, section, 1);
	r = write_sheet(w, &sheet, w->index, name);
	advi_sheet_clear(&sheet);
	return r;
}

/* In the order of their names, so that each file's name is the same whoever uses more. */
static int write_all(struct writing *w, const struct adv_watch *watch)
{
	ADVI_VEC(const struct advi_scope *) scopes = {0};
	ADVI_VEC(const char *) files = {0};
	int r = 0;

	take(w, advi_arena_printf(&w->arena, "index%s", w->end));
	for (size_t i = 0; i < w->facts->scopes.count; i++)
		if (w->facts->scopes.at[i].kind == ADVI_SCOPE_PROJECT &&
		    w->facts->scopes.at[i].name)
			advi_vec_push(&scopes, &w->facts->scopes.at[i]);
	for (size_t i = 0; i < scopes.count && r == 0; i++) {
		advi_vec_push(&files, file_name(w, scopes.at[i]->name));
		r = advi_progress(watch, "writing reports", "projects", i, scopes.count, w->err);
		if (r == 0)
			r = write_project(w, scopes.at[i], files.at[i]);
	}
	if (r == 0)
		r = write_index(w, scopes.at, files.at, scopes.count);
	advi_vec_clear(&scopes);
	advi_vec_clear(&files);
	return r;
}

static int write_folder(const struct advi_facts *facts, size_t form, const char *folder,
			const struct adv_watch *watch, struct adv_err *err)
{
	struct writing w = {.facts = facts,
			    .folder = folder,
			    .format = forms[form].format,
			    .index = forms[form].index,
			    .end = forms[form].end,
			    .index_end = forms[form].index_end,
			    .err = err};
	int r = advi_mkdirs(folder, err);

	if (r == 0)
		r = write_all(&w, watch);
	advi_map_clear(&w.taken);
	advi_arena_clear(&w.arena);
	return r;
}

int adv_report_write_projects(const struct adv_store *store, const struct adv_plan *plan,
			      const struct adv_report_query *query, enum adv_format format,
			      const char *folder, const struct adv_watch *watch,
			      struct adv_err *err)
{
	struct advi_facts facts;
	size_t form = 0;
	int r;

	while (form < ADVI_COUNT(forms) && forms[form].format != format)
		form++;
	if (form == ADVI_COUNT(forms))
		return advi_fail(err, ADV_EUSAGE, "a report is text, JSON, CSV or Markdown");
	if (query->project || query->domain || query->package)
		return advi_fail(err, ADV_EUSAGE,
				 "reports of all projects are not of a project, domain or package");
	r = advi_facts_load(&facts, store, plan, query, err);
	if (r == 0 && advi_facts_nameless(&facts))
		r = advi_fail(
			err, ADV_EUSAGE,
			"the recipe hides the names of projects (privacy: hide_projects), and "
			"public reports of each would tell them");
	if (r == 0 && facts.public)
		r = advi_facts_fold(&facts, err);
	if (r == 0)
		r = write_folder(&facts, form, folder, watch, err);
	advi_facts_clear(&facts);
	return r;
}
