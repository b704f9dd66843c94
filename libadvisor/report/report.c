/* SPDX-License-Identifier: BSD-3-Clause */
/* Reports on a store: of the whole site, a domain, a project or a package, in any form. */
#include "base/err.h"
#include "base/nearest.h"
#include "io/file.h"
#include "report/build.h"

enum { SCREEN_LINES = 40, FEWER_MOST = 12 };

static const struct {
	enum adv_format format;
	void (*emit)(const struct advi_sheet *sheet, FILE *file, const struct adv_style *style);
} emitters[] = {
	{ADV_FORMAT_TEXT, advi_sheet_print},
	{ADV_FORMAT_JSON, advi_sheet_json},
	{ADV_FORMAT_CSV, advi_sheet_csv},
	{ADV_FORMAT_MARKDOWN, advi_sheet_markdown},
};

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/* As long tables as let it fit one screen. */
static void print_fitting(struct advi_sheet *sheet, FILE *file, const struct adv_style *style)
{
	struct adv_style screen = *style;

	screen.width = advi_style_width(style);
	for (;;) {
		ADVI_AUTO_PTR char *text = NULL;
		size_t size = 0;
		FILE *memory = open_memstream(&text, &size);

		if (!memory)
			abort();
		advi_sheet_print(sheet, memory, &screen);
		fclose(memory);
		if (count_lines(text) <= SCREEN_LINES || sheet->fewer == FEWER_MOST) {
			fwrite(text, 1, size, file);
			return;
		}
		sheet->fewer++;
	}
}

int advi_report_emit(struct advi_sheet *sheet, enum adv_format format, FILE *file,
		     const struct adv_style *style, struct adv_err *err)
{
	if (format == ADV_FORMAT_TEXT && style && style->rows == ADV_ROWS_AS_FITS) {
		print_fitting(sheet, file, style);
		return advi_print_end(file, err);
	}
	return ADVI_EMIT(emitters, sheet, format, file, style,
			 "a report is text, JSON, CSV or Markdown", err);
}

static int no_scope(const struct advi_facts *facts, enum advi_scope_kind kind, const char *name,
		    struct adv_err *err)
{
	const char *what = kind == ADVI_SCOPE_PROJECT ? "project" : "domain";
	advi_names names = {0};
	const char *near;

	for (size_t i = 0; i < facts->scopes.count; i++)
		if (facts->scopes.at[i].kind == kind && facts->scopes.at[i].name)
			advi_vec_push(&names, facts->scopes.at[i].name);
	/* of a project that is none, nothing else was loaded */
	for (size_t i = 0; kind == ADVI_SCOPE_PROJECT && i < facts->data.projects.count; i++)
		advi_vec_push(&names, facts->data.projects.at[i]);
	near = advi_nearest(advi_str(name), names.at, names.count);
	advi_fail(err, ADV_EUSAGE,
		  "no usage of a %s '%s' is known%s%s%s; 'conda-advisor usage STORE --by %s' lists "
		  "those that are",
		  what, name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "",
		  what);
	advi_vec_clear(&names);
	return ADV_EUSAGE;
}

static int build(struct advi_sheet *out, const struct advi_facts *facts,
		 const struct adv_report_query *query, bool in_brief, struct adv_err *err)
{
	enum advi_scope_kind kind = query->project  ? ADVI_SCOPE_PROJECT
				    : query->domain ? ADVI_SCOPE_DOMAIN
						    : ADVI_SCOPE_SITE;
	const char *name = query->project ? query->project : query->domain;
	const struct advi_scope *scope = advi_facts_scope(facts, kind, name);

	if (query->package)
		return advi_build_package(out, facts, query->package, in_brief, err);
	if (!scope)
		return no_scope(facts, kind, name, err);
	advi_build_scope(out, facts, scope, in_brief);
	return 0;
}

static bool is_brief(enum adv_format format, const struct adv_style *style)
{
	return format == ADV_FORMAT_TEXT && style && style->rows == ADV_ROWS_AS_FITS;
}

int adv_report_write(const struct adv_store *store, const struct adv_plan *plan,
		     const struct adv_report_query *query, enum adv_format format, FILE *file,
		     const struct adv_style *style, struct adv_err *err)
{
	struct advi_facts facts;
	struct advi_sheet sheet = {0};
	int r;

	if ((query->project != NULL) + (query->domain != NULL) + (query->package != NULL) > 1)
		return advi_fail(err, ADV_EUSAGE,
				 "a report is of a project, a domain or a package, not of several");
	if ((r = advi_facts_load(&facts, store, plan, query, err)) == 0 &&
	    (!facts.public || (r = advi_facts_fold(&facts, err)) == 0) &&
	    (r = build(&sheet, &facts, query, is_brief(format, style), err)) == 0)
		r = advi_report_emit(&sheet, format, file, style, err);
	advi_sheet_clear(&sheet);
	advi_facts_clear(&facts);
	return r;
}

int adv_report_write_file(const struct adv_store *store, const struct adv_plan *plan,
			  const struct adv_report_query *query, enum adv_format format,
			  const char *path, const struct adv_style *style, struct adv_err *err)
{
	struct adv_style plain = style ? *style : (struct adv_style){0};
	struct advi_out out;
	int r = advi_out_open(&out, path, err);

	if (r < 0)
		return r;
	plain.color = false;
	r = adv_report_write(store, plan, query, format, out.file, &plain, err);
	if (r == 0)
		return advi_out_commit(&out, err);
	advi_out_clear(&out);
	return r;
}
