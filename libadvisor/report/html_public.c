/* SPDX-License-Identifier: BSD-3-Clause */
/* The dashboard for others than staff: all public reports, as they are, and nothing else. */
#include <advisor.h>

#include "report/build.h"
#include "report/html.h"

/* Reports stand in an order that tells nothing of sizes: by kind and name. */
struct writing {
	FILE *file;
	const struct advi_facts *facts;
	bool begun;
};

static void write_sheet(struct writing *w, struct advi_sheet *sheet)
{
	ADVI_AUTO_PTR char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		abort();
	advi_sheet_json(sheet, memory, NULL);
	fclose(memory);
	if (w->begun)
		putc(',', w->file);
	w->begun = true;
	advi_html_write_harmless(w->file, (struct advi_str){text, size});
}

/* Whom few are in is in no report, and has none. */
static bool is_few(const struct writing *w, uint32_t cell)
{
	return w->facts->fold.cells.at[cell].folded;
}

static void write_scope(struct writing *w, const struct advi_scope *scope)
{
	bool hidden = scope->kind == ADVI_SCOPE_PROJECT &&
		      (!scope->name || advi_facts_nameless(w->facts));
	struct advi_sheet sheet;

	if (hidden ||
	    (scope->kind != ADVI_SCOPE_SITE && is_few(w, advi_scope_cell(scope, "users"))))
		return;
	advi_build_scope(&sheet, w->facts, scope, false);
	write_sheet(w, &sheet);
	advi_sheet_clear(&sheet);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int write_packages(struct writing *w, struct adv_err *err)
{
	const struct advi_scope *site = &w->facts->scopes.at[0];
	advi_names names = {0};
	int r = 0;

	for (size_t i = 0; i < site->tally.packages.count; i++) {
		const char *name = site->tally.packages.at[i].name;

		if (!is_few(w, advi_scope_cell(site, "package/%s/users", name)))
			advi_vec_push(&names, name);
	}
	advi_vec_sort(&names, by_name);
	for (size_t i = 0; i < names.count && r == 0; i++) {
		struct advi_sheet sheet = {0};

		r = advi_build_package(&sheet, w->facts, names.at[i], false, err);
		if (r == 0)
			write_sheet(w, &sheet);
		advi_sheet_clear(&sheet);
	}
	advi_vec_clear(&names);
	return r;
}

int advi_html_write_reports(FILE *file, const struct advi_facts *facts, struct adv_err *err)
{
	struct writing w = {file, facts, false};
	int r;

	putc('[', file);
	for (size_t i = 0; i < facts->scopes.count; i++)
		write_scope(&w, &facts->scopes.at[i]);
	r = write_packages(&w, err);
	putc(']', file);
	return r;
}

/* --- the plan: what it does to base, and nothing of who gains by it --- */

static int by_addition(const void *a, const void *b)
{
	return strcmp((*(const struct advi_addition *const *)a)->name,
		      (*(const struct advi_addition *const *)b)->name);
}

/* A plan lists what most users want first; here the order tells nothing. */
static void write_additions(struct advi_jout *out, const struct adv_plan *plan)
{
	ADVI_VEC(const struct advi_addition *) rows = {0};

	for (size_t i = 0; i < plan->additions.count; i++)
		advi_vec_push(&rows, &plan->additions.at[i]);
	advi_vec_sort(&rows, by_addition);
	advi_jout_key(out, "additions");
	advi_jout_array(out);
	for (size_t i = 0; i < rows.count; i++) {
		advi_jout_object(out);
		advi_jout_key_u64(out, "brings", rows.at[i]->closure_packages);
		advi_jout_key_u64(out, "bytes", rows.at[i]->closure_bytes);
		advi_jout_key_text(out, "name", rows.at[i]->name);
		advi_jout_key_text(out, "version", rows.at[i]->record.version);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
	advi_vec_clear(&rows);
}

static int by_refusal(const void *a, const void *b)
{
	return strcmp((*(const struct advi_refusal *const *)a)->name,
		      (*(const struct advi_refusal *const *)b)->name);
}

/* What few people want is left out, as in reports. */
static void write_refusals(struct advi_jout *out, const struct advi_facts *facts)
{
	ADVI_VEC(const struct advi_refusal *) rows = {0};

	for (size_t i = 0; i < facts->plan->refused.count; i++) {
		const struct advi_refusal *at = &facts->plan->refused.at[i];
		ADVI_AUTO_PTR char *key = advi_format("package/%s/outside", at->name);
		const struct advi_map_entry *cell =
			advi_map_get(&facts->scopes.at[0].cells, advi_str(key));

		if (cell && !facts->fold.cells.at[cell->number].folded)
			advi_vec_push(&rows, at);
	}
	advi_vec_sort(&rows, by_refusal);
	advi_jout_key(out, "refused");
	advi_jout_array(out);
	for (size_t i = 0; i < rows.count; i++) {
		advi_jout_object(out);
		advi_jout_key_text(out, "kind", rows.at[i]->kind);
		advi_jout_key_text(out, "name", rows.at[i]->name);
		advi_jout_key_text(out, "reason", rows.at[i]->reason);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
	advi_vec_clear(&rows);
}

static void write_plan(struct advi_jout *out, const struct advi_facts *facts)
{
	const struct adv_plan *plan = facts->plan;

	advi_jout_object(out);
	advi_jout_key_u64(out, "added_bytes", plan->added_bytes);
	advi_jout_key_u64(out, "added_packages", plan->added_packages);
	write_additions(out, plan);
	ADVI_WRITE_EACH(out, "changed", &plan->changed, advi_html_write_change);
	advi_jout_key_u64(out, "packages", plan->environment.count);
	write_refusals(out, facts);
	ADVI_WRITE_EACH(out, "removed", &plan->removed, advi_html_write_change);
	advi_jout_object_end(out);
}

void advi_html_write_public(struct advi_jout *out, const struct advi_facts *facts)
{
	advi_jout_object(out);
	advi_jout_key_u64(out, "min_users", (uint64_t)facts->fold.min_users);
	advi_html_write_months(out, facts->first, facts->last);
	advi_jout_key(out, "nameless");
	advi_jout_bool(out, advi_facts_nameless(facts));
	advi_html_write_places(out);
	advi_jout_key(out, "plan");
	if (facts->plan)
		write_plan(out, facts);
	else
		advi_jout_null(out);
	advi_jout_key(out, "public");
	advi_jout_bool(out, true);
	advi_jout_key_text(out, "site", facts->site->name);
	advi_jout_key_text(out, "version", adv_version());
	advi_jout_object_end(out);
}
