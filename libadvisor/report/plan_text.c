/* SPDX-License-Identifier: BSD-3-Clause */
/* A plan for people: its effect first, then what is added, then what is not and why. */
#include "advise/plan.h"
#include "base/text.h"
#include "conda/version.h"
#include "report/plan_actions.h"
#include "report/plan_quotas.h"
#include "report/plan_refused.h"
#include "report/plan_choice.h"
#include "report/plan_bundles.h"
#include "report/table.h"

struct page {
	const struct adv_plan *plan;
	FILE *file;
	const struct adv_style *style;
};

static void paragraph(const struct page *page, const struct advi_buf *text)
{
	advi_print_paragraph(page->file, page->style, 2, 4, text->ptr ? text->ptr : "");
}

/* "3 packages", "1 package" */
static void count(struct advi_buf *out, uint64_t number, const char *one, const char *many)
{
	advi_text_count(out, number);
	advi_buf_printf(out, " %s", number == 1 ? one : many);
}

/* --- the effect --- */

static void print_cover(struct advi_table *table, const char *what, uint64_t all, uint64_t before,
			uint64_t after)
{
	advi_table_text(table, what);
	advi_table_count(table, before);
	advi_table_count(table, after);
	advi_table_count(table, all);
	advi_table_printf(table, "%.1f %%", all ? 100.0 * (double)after / (double)all : 0.0);
}

/* What dependencies of base do that its list leaves out is none of the plan's doing. */
static void say_listed(const struct advi_effect *effect, struct advi_buf *text)
{
	if (effect->users_covered_solved <= effect->users_covered_before)
		return;
	advi_buf_text(text, " Of these ");
	advi_text_count(text, effect->users_covered_solved - effect->users_covered_before);
	advi_buf_text(text, " can now, if base has the dependencies that its list leaves out.");
}

static void print_effect(const struct page *page)
{
	static const struct advi_column columns[] = {
		{"covered", false, true}, {"now", true, false},   {"with the plan", true, false},
		{"of", true, false},      {"share", true, false},
	};
	const struct advi_effect *effect = &page->plan->effect;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1024);
	struct advi_table table;

	advi_print_line(page->file, page->style, ADVI_BOLD, "Effect");
	if (effect->users_covered_after > effect->users_covered_before) {
		advi_text_count(&text, effect->users_covered_after - effect->users_covered_before);
		advi_buf_text(&text, " more of ");
		count(&text, effect->users, "user", "users");
		advi_buf_text(&text, " can do without an environment of their own.");
		say_listed(effect, &text);
		paragraph(page, &text);
	}
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	print_cover(&table, "users", effect->users, effect->users_covered_before,
		    effect->users_covered_after);
	print_cover(&table, "workloads", effect->workloads, effect->workloads_covered_before,
		    effect->workloads_covered_after);
	advi_table_print_whole(&table, page->file, page->style, 2);
	advi_table_clear(&table);
	advi_print_paragraph(
		page->file, page->style, 2, 2,
		"A workload is what one user imports from one environment. It is covered "
		"when base has every package of it; a user is when all workloads are.");
	fputc('\n', page->file);
}

static void print_cost(const struct page *page)
{
	const struct adv_plan *plan = page->plan;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1024);

	advi_buf_text(&text, "Base gains ");
	count(&text, plan->added_packages, "package", "packages");
	advi_buf_text(&text, ", ");
	advi_text_bytes(&text, plan->added_bytes);
	advi_buf_text(&text, " to download");
	if (plan->added_unsized) {
		advi_buf_text(&text, " (the channel tells no size of ");
		advi_text_count(&text, plan->added_unsized);
		advi_buf_text(&text, " of them)");
	}
	advi_buf_text(&text, ", and has ");
	advi_text_count(&text, plan->environment.count);
	advi_buf_text(&text, " then; ");
	if (plan->changed.count + plan->removed.count == 0) {
		advi_buf_text(&text, "everything that it has stays as it is.");
	} else {
		count(&text, plan->changed.count, "package changes", "packages change");
		advi_buf_text(&text, " and ");
		count(&text, plan->removed.count, "goes.", "go.");
	}
	paragraph(page, &text);
	advi_print_kinds(plan, page->file, page->style);
	advi_print_choice(plan, page->file, page->style);
}

/* --- what joins --- */

static void addition_row(struct advi_table *table, const struct adv_plan *plan,
			 const struct advi_addition *addition)
{
	advi_table_text(table, addition->name);
	advi_table_text(table, addition->record.version);
	advi_table_count(table, addition->users);
	advi_table_dash(table, addition->users_freed);
	advi_table_dash(table, addition->closure_packages - 1);
	advi_table_dash(table, addition->moves.count);
	advi_table_bytes(table, addition->closure_bytes);
	advi_table_text(table, advi_plan_confidence(plan, "add", addition->name));
}

static void print_steps(const struct page *page, size_t steps)
{
	static const struct advi_column columns[] = {
		{"package", false, true},  {"version", false, true}, {"users", true, false},
		{"frees", true, false},    {"brings", true, false},  {"moves", true, false},
		{"download", true, false}, {"sure", false, false},
	};
	struct advi_table table;

	advi_print_line(page->file, page->style, ADVI_BOLD, "Added, in the order of choice (%zu)",
			steps);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < page->plan->additions.count; i++)
		if (page->plan->additions.at[i].closure_packages)
			addition_row(&table, page->plan, &page->plan->additions.at[i]);
	advi_table_print(&table, page->file, page->style, 2);
	advi_table_clear(&table);
	advi_print_paragraph(
		page->file, page->style, 2, 2,
		"users: import it from elsewhere than base; frees: users who are covered "
		"with this line and were not before; brings: packages that come with it, "
		"in the download too; moves: packages that change or go for it; "
		"sure: by users, recent use, and whether base stays as it is.");
}

static int most_users_first(const void *a, const void *b)
{
	const struct advi_addition *left = *(const struct advi_addition *const *)a;
	const struct advi_addition *right = *(const struct advi_addition *const *)b;

	if (left->users != right->users)
		return left->users < right->users ? 1 : -1;
	return strcmp(left->name, right->name);
}

/* What users bring themselves and base gets, or has, as a dependency of something else. */
static void print_along(const struct page *page, size_t along)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 20);
	size_t most = page->style && page->style->rows ? page->style->rows : SIZE_MAX, shown = 0;

	ADVI_VEC(const struct advi_addition *) rows = {0};

	for (size_t i = 0; i < page->plan->additions.count; i++)
		if (!page->plan->additions.at[i].closure_packages)
			advi_vec_push(&rows, &page->plan->additions.at[i]);
	for (size_t i = 0; i < page->plan->present.count; i++)
		advi_vec_push(&rows, &page->plan->present.at[i]);
	advi_vec_sort(&rows, most_users_first);
	for (size_t i = 0; i < rows.count && shown < most; i++) {
		advi_buf_printf(&text, "%s%s (", shown++ ? ", " : "", rows.at[i]->name);
		advi_text_count(&text, rows.at[i]->users);
		advi_buf_text(&text, ")");
	}
	advi_vec_clear(&rows);
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD,
			"Wanted too, and there as dependencies (%zu; users in brackets)", along);
	paragraph(page, &text);
	if (shown < along)
		fprintf(page->file, "  ... and %zu more\n", along - shown);
}

static void print_additions(const struct page *page)
{
	size_t steps = 0, all = page->plan->additions.count;

	for (size_t i = 0; i < all; i++)
		steps += page->plan->additions.at[i].closure_packages > 0;
	fputc('\n', page->file);
	if (steps)
		print_steps(page, steps);
	else
		advi_print_line(page->file, page->style, ADVI_BOLD, "Nothing is added");
	all += page->plan->present.count;
	if (steps < all)
		print_along(page, all - steps);
}

/* The last addition that a package moved for, or "". */
static const char *moved_for(const struct adv_plan *plan, const char *name)
{
	for (size_t i = plan->additions.count; i-- > 0;)
		for (size_t j = 0; j < plan->additions.at[i].moves.count; j++)
			if (strcmp(plan->additions.at[i].moves.at[j], name) == 0)
				return plan->additions.at[i].name;
	return "";
}

/* Builds are told where the version is the same. */
static void change_row(const struct adv_plan *plan, struct advi_table *table,
		       const struct advi_change *change)
{
	int order = change->to_version ? advi_version_cmp_text(advi_str(change->version),
							       advi_str(change->to_version))
				       : 1;
	bool same = change->to_version && strcmp(change->version, change->to_version) == 0;

	advi_table_text(table, change->name);
	advi_table_printf(table, "%s%s%s", change->version, same ? " " : "",
			  same ? change->build : "");
	if (change->to_version)
		advi_table_printf(table, "%s%s%s", change->to_version, same ? " " : "",
				  same ? change->to_build : "");
	else
		advi_table_text(table, "-");
	advi_table_text(table, !change->to_version ? "goes" : order > 0 ? "goes back" : "");
	advi_table_text(table, moved_for(plan, change->name));
}

static void print_changes(const struct page *page)
{
	static const struct advi_column columns[] = {{"package", false, true},
						     {"now", false, true},
						     {"then", false, true},
						     {"", false, false},
						     {"for", false, true}};
	const struct adv_plan *plan = page->plan;
	struct advi_table table;

	if (plan->changed.count + plan->removed.count == 0)
		return;
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD, "Changed in base (%zu)",
			plan->changed.count + plan->removed.count);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < plan->removed.count; i++)
		change_row(plan, &table, &plan->removed.at[i]);
	for (size_t i = 0; i < plan->changed.count; i++)
		change_row(plan, &table, &plan->changed.at[i]);
	advi_table_print(&table, page->file, page->style, 2);
	advi_table_clear(&table);
}

int adv_plan_print(const struct adv_plan *plan, FILE *file, const struct adv_style *style,
		   struct adv_err *err)
{
	struct page page = {plan, file, style};
	bool weighed = plan->weight && strcmp(plan->weight, "users") != 0;

	advi_print_line(file, style, ADVI_BOLD, "Plan for the base of %s%s%s%s%s%s%s%s", plan->site,
			plan->since || plan->until ? ", from usage" : "",
			plan->since ? " since " : "", plan->since ? plan->since : "",
			plan->until ? " until " : "", plan->until ? plan->until : "",
			weighed ? ", weighed by " : "", weighed ? plan->weight : "");
	fputc('\n', file);
	print_effect(&page);
	print_cost(&page);
	advi_print_redundancy(plan, file, style);
	advi_print_quotas(plan, file, style);
	print_additions(&page);
	print_changes(&page);
	advi_print_upgrades(plan, file, style);
	advi_print_drops(plan, file, style);
	advi_print_bundles(plan, file, style);
	advi_print_modules(plan, file, style);
	advi_print_trends(plan, file, style);
	advi_print_refused(plan, file, style);
	advi_print_waiting(plan, file, style);
	advi_print_unmapped(plan, file, style);
	advi_print_probes(plan, file, style);
	advi_print_pip(plan, file, style);
	return advi_print_end(file, err);
}
