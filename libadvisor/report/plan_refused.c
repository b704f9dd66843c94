/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts of a plan for people: what is not added, and why; what could not be counted. */
#include "report/plan_refused.h"

#include "base/text.h"
#include "report/table.h"

enum { LINE_CAP = 8192, LIST_CAP = 1 << 20 };

static void paragraph(FILE *file, const struct adv_style *style, const struct advi_buf *text)
{
	advi_print_paragraph(file, style, 2, 4, text->ptr ? text->ptr : "");
}

static size_t rows_of(const struct adv_style *style)
{
	return style && style->rows ? style->rows : SIZE_MAX;
}

/* "pandas (13)", after what stands before it */
static void add_name(struct advi_buf *text, const char *name, uint64_t users)
{
	advi_buf_printf(text, "%s%s (", text->len ? ", " : "", name);
	advi_text_count(text, users);
	advi_buf_text(text, ")");
}

static void print_more(FILE *file, size_t all, size_t shown)
{
	if (shown < all)
		fprintf(file, "  ... and %zu more\n", all - shown);
}

/* --- ways to print the refusals of a kind: 'rows' of them at most; how many they printed --- */

typedef size_t print_fn(const struct adv_plan *plan, const char *kind, size_t rows, FILE *file,
			const struct adv_style *style);

static size_t print_with_reasons(const struct adv_plan *plan, const char *kind, size_t rows,
				 FILE *file, const struct adv_style *style)
{
	size_t shown = 0;

	for (size_t i = 0; i < plan->refused.count && shown < rows; i++) {
		const struct advi_refusal *refusal = &plan->refused.at[i];
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(LINE_CAP);

		if (strcmp(refusal->kind, kind) != 0)
			continue;
		advi_buf_printf(&text, "%s (", refusal->name);
		advi_text_count(&text, refusal->users);
		advi_buf_printf(&text, " user%s): %s", refusal->users == 1 ? "" : "s",
				refusal->reason ? refusal->reason : "");
		paragraph(file, style, &text);
		shown++;
	}
	return shown;
}

static size_t print_names(const struct adv_plan *plan, const char *kind, size_t rows, FILE *file,
			  const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(LIST_CAP);
	size_t shown = 0;

	for (size_t i = 0; i < plan->refused.count && shown < rows; i++) {
		if (strcmp(plan->refused.at[i].kind, kind) != 0)
			continue;
		add_name(&text, plan->refused.at[i].name, plan->refused.at[i].users);
		shown++;
	}
	paragraph(file, style, &text);
	return shown;
}

/* What each would add; all that the table prints, since it says itself how many are left. */
static size_t print_costs(const struct adv_plan *plan, const char *kind, size_t rows, FILE *file,
			  const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"package", false, true},   {"users", true, false},    {"workloads", true, false},
		{"would add", true, false}, {"download", true, false},
	};
	struct advi_table table;
	size_t all = 0;

	(void)rows;
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < plan->refused.count; i++) {
		const struct advi_refusal *refusal = &plan->refused.at[i];

		if (strcmp(refusal->kind, kind) != 0)
			continue;
		advi_table_text(&table, refusal->name);
		advi_table_count(&table, refusal->users);
		advi_table_count(&table, refusal->workloads);
		advi_table_dash(&table, refusal->packages);
		advi_table_bytes(&table, refusal->bytes);
		all++;
	}
	advi_table_print(&table, file, style, 2);
	advi_table_clear(&table);
	return all;
}

/* The kinds of refusals, those that somebody can do something about first. */
static const struct kind {
	const char *kind, *title, *figures;
	print_fn *print;
} kinds[] = {
	{"conflict", "Not added: it can't be solved together with base", "", print_with_reasons},
	{"budget", "Not added: beyond the budget", "", print_costs},
	{"field", "Left to bundles: users of one domain alone import it", "; users in brackets",
	 print_names},
	{"absent", "Not added: no channel has it", "; users in brackets", print_names},
	{"never", "Not added: excluded by the site recipe", "; users in brackets", print_names},
};
static const struct kind module = {"module", "Not added: the centre's own module provides it",
				   "; users in brackets", print_names};

static void print_kind(const struct kind *kind, const struct adv_plan *plan, FILE *file,
		       const struct adv_style *style)
{
	size_t all = 0;

	for (size_t i = 0; i < plan->refused.count; i++)
		all += strcmp(plan->refused.at[i].kind, kind->kind) == 0;
	if (!all)
		return;
	fputc('\n', file);
	advi_print_line(file, style, ADVI_BOLD, "%s (%zu%s)", kind->title, all, kind->figures);
	print_more(file, all, kind->print(plan, kind->kind, rows_of(style), file, style));
}

void advi_print_modules(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	print_kind(&module, plan, file, style);
}

void advi_print_refused(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	for (size_t i = 0; i < ADVI_COUNT(kinds); i++)
		print_kind(&kinds[i], plan, file, style);
}

/* --- what could not be counted --- */

/* A paragraph of names with their users, below a title, and what is to be done about them. */
static void print_counted(const struct advi_buf *names, size_t all, size_t shown, const char *title,
			  const char *advice, FILE *file, const struct adv_style *style)
{
	if (!all)
		return;
	fputc('\n', file);
	advi_print_line(file, style, ADVI_BOLD, "%s (%zu; users in brackets)", title, all);
	paragraph(file, style, names);
	print_more(file, all, shown);
	advi_print_paragraph(file, style, 2, 2, advice);
}

void advi_print_unmapped(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(LIST_CAP);
	size_t all = plan->unmapped.count, shown = 0;

	for (; shown < all && shown < rows_of(style); shown++)
		add_name(&text, plan->unmapped.at[shown].module, plan->unmapped.at[shown].users);
	print_counted(&text, all, shown, "Imported, and no package is known for it",
		      "Name their packages under 'imports' of the site recipe; what imports "
		      "them can't be covered until then.",
		      file, style);
}

void advi_print_probes(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(LIST_CAP);
	size_t all = plan->probes.count, shown = 0;

	for (; shown < all && shown < rows_of(style); shown++)
		add_name(&text, plan->probes.at[shown].name, plan->probes.at[shown].users);
	print_counted(&text, all, shown, "Looked for, and never loaded",
		      "Other packages ask whether these are there; no shared object of them "
		      "was loaded, so they do not count as needed here.",
		      file, style);
}

void advi_print_pip(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	size_t most = rows_of(style), twice = 0, all = plan->pip.count;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(LIST_CAP);
	ADVI_AUTO(buf) struct advi_buf clashes = ADVI_BUF_INIT(LIST_CAP);

	if (!all)
		return;
	fputc('\n', file);
	advi_print_line(file, style, ADVI_BOLD,
			"In base by pip, which serves but is not solved (%zu)", all);
	for (size_t i = 0; i < all; i++) {
		const struct advi_left_to_pip *pip = &plan->pip.at[i];

		if (i < most)
			advi_buf_printf(&text, "%s%s", i ? ", " : "",
					*pip->name ? pip->name : pip->requirement);
		if (pip->conda)
			advi_buf_printf(&clashes, "%s%s (conda %s, pip %s)", twice++ ? ", " : "",
					pip->name, pip->conda, pip->version ? pip->version : "any");
	}
	paragraph(file, style, &text);
	print_more(file, all, most);
	if (!twice)
		return;
	advi_print_line(
		file, style, ADVI_PLAIN,
		"  By conda and by pip, so that the one installed last is used (%zu):", twice);
	paragraph(file, style, &clashes);
}
