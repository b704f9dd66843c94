/* SPDX-License-Identifier: BSD-3-Clause */
/* A backtest for people: who decided better, at every budget, in total and by month. */
#include "base/text.h"
#include "report/backtest.h"
#include "report/table.h"

struct page {
	const struct adv_backtest *backtest;
	FILE *file;
	const struct adv_style *style;
};

static void paragraph(const struct page *page, const struct advi_buf *text)
{
	advi_print_paragraph(page->file, page->style, 2, 2, text->ptr ? text->ptr : "");
}

static void count(struct advi_buf *out, uint64_t number, const char *one, const char *many)
{
	advi_text_count(out, number);
	advi_buf_printf(out, " %s", number == 1 ? one : many);
}

/* --- first what it comes to --- */

static void print_months(const struct page *page)
{
	const struct adv_backtest *backtest = page->backtest;
	const struct advi_reach *future = &backtest->base.total;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1024);

	advi_buf_printf(&text, "Decided on %s until %s (", backtest->past_since,
			backtest->past_until);
	count(&text, backtest->past_users, "user", "users");
	advi_buf_text(&text, ", ");
	count(&text, backtest->past_workloads, "workload", "workloads");
	advi_buf_printf(&text, "), measured on %s until %s (", backtest->months.at[0],
			backtest->months.at[backtest->months.count - 1]);
	count(&text, future->users, "user", "users");
	advi_buf_text(&text, ", ");
	count(&text, future->workloads, "workload", "workloads");
	advi_buf_text(&text, ", ");
	count(&text, future->uses, "import", "imports");
	advi_buf_text(&text, " from environments of their own).");
	paragraph(page, &text);
}

/* How the plan compares with what is most popular, budget by budget. */
static void print_verdict(const struct page *page)
{
	const struct adv_backtest *backtest = page->backtest;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1024);
	size_t more = 0, fewer = 0, budgets = backtest->budgets.count;
	const struct advi_backtest_budget *middle = &backtest->budgets.at[budgets / 2];

	for (size_t i = 0; i < budgets; i++) {
		const struct advi_decision *by = backtest->budgets.at[i].by;
		uint64_t plan = by[ADVI_BY_PLAN].measured.total.users_covered;
		uint64_t popular = by[ADVI_BY_POPULARITY].measured.total.users_covered;

		more += plan > popular;
		fewer += plan < popular;
	}
	advi_buf_printf(&text,
			"The plan covers more users than most popular first at %zu of %zu budgets",
			more, budgets);
	if (more + fewer < budgets)
		advi_buf_printf(&text, ", as many at %zu", budgets - more - fewer);
	if (fewer)
		advi_buf_printf(&text, ", fewer at %zu", fewer);
	advi_buf_text(&text, ". Within ");
	count(&text, middle->max_packages, "package", "packages");
	advi_buf_text(&text, " it covers ");
	count(&text, middle->by[ADVI_BY_PLAN].measured.total.users_covered, "user", "users");
	advi_buf_text(&text, ", most popular first ");
	advi_text_count(&text, middle->by[ADVI_BY_POPULARITY].measured.total.users_covered);
	advi_buf_text(&text, ", and a plan that knew the future ");
	advi_text_count(&text, middle->by[ADVI_BY_CLAIRVOYANCE].measured.total.users_covered);
	advi_buf_text(&text, ".");
	paragraph(page, &text);
}

/* --- then by budget --- */

typedef uint64_t part_fn(const struct advi_reach *reach);

static uint64_t users(const struct advi_reach *reach)
{
	return reach->users;
}
static uint64_t users_covered(const struct advi_reach *reach)
{
	return reach->users_covered;
}
static uint64_t workloads(const struct advi_reach *reach)
{
	return reach->workloads;
}
static uint64_t workloads_covered(const struct advi_reach *reach)
{
	return reach->workloads_covered;
}
static uint64_t uses(const struct advi_reach *reach)
{
	return reach->uses;
}
static uint64_t uses_gone(const struct advi_reach *reach)
{
	return reach->uses_gone;
}
static uint64_t uses_served(const struct advi_reach *reach)
{
	return reach->uses_served;
}

static const struct measure {
	const char *title;
	part_fn *part, *all;
	bool share; /* told in per cent */
} measures[] = {
	{"Users covered", users_covered, users, false},
	{"Workloads covered", workloads_covered, workloads, false},
	{"Imports from own environments that would have gone", uses_gone, uses, true},
	{"Imports from own environments whose package base would have had", uses_served, uses,
	 true},
};

static void cell(struct advi_table *table, const struct measure *measure,
		 const struct advi_reach *reach)
{
	uint64_t all = measure->all(reach), part = measure->part(reach);

	if (measure->share)
		advi_table_printf(table, "%.1f %%", all ? 100.0 * (double)part / (double)all : 0.0);
	else
		advi_table_count(table, part);
}

static void print_measure(const struct page *page, const struct measure *measure)
{
	static const struct advi_column columns[] = {
		{"packages", true, false}, {"base as it is", true, false}, {"popular", true, false},
		{"plan", true, false},     {"clairvoyant", true, false},
	};
	const struct adv_backtest *backtest = page->backtest;
	ADVI_AUTO(buf) struct advi_buf of = ADVI_BUF_INIT(64);
	struct advi_table table;

	advi_text_count(&of, measure->all(&backtest->base.total));
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD, "%s (of %s)", measure->title, of.ptr);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < backtest->budgets.count; i++) {
		const struct advi_backtest_budget *budget = &backtest->budgets.at[i];

		advi_table_count(&table, budget->max_packages);
		cell(&table, measure, &backtest->base.total);
		for (int by = 0; by < ADVI_DECIDERS; by++)
			cell(&table, measure, &budget->by[by].measured.total);
	}
	advi_table_print_whole(&table, page->file, page->style, 2);
	advi_table_clear(&table);
}

/* --- and by month --- */

static void month_row(const struct page *page, struct advi_table *table,
		      const struct advi_backtest_budget *budget, size_t month)
{
	static const struct measure *const told[] = {&measures[0], &measures[2]};
	const struct advi_reach *base = &page->backtest->base.months[month];

	advi_table_count(table, budget->max_packages);
	advi_table_text(table, page->backtest->months.at[month]);
	advi_table_count(table, base->users);
	for (size_t i = 0; i < ADVI_COUNT(told); i++)
		for (int by = 0; by < ADVI_DECIDERS; by++)
			cell(table, told[i], &budget->by[by].measured.months[month]);
}

static void print_by_month(const struct page *page)
{
	static const struct advi_column columns[] = {
		{"packages", true, false}, {"month", false, false}, {"users", true, false},
		{"popular", true, false},  {"plan", true, false},   {"clairv.", true, false},
		{"popular", true, false},  {"plan", true, false},   {"clairv.", true, false},
	};
	const struct adv_backtest *backtest = page->backtest;
	struct advi_table table;

	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD,
			"By month: users, users covered, imports from own environments gone");
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < backtest->budgets.count; i++)
		for (size_t month = 0; month < backtest->months.count; month++)
			month_row(page, &table, &backtest->budgets.at[i], month);
	advi_table_print_whole(&table, page->file, page->style, 2);
	advi_table_clear(&table);
}

void advi_backtest_text(const struct adv_backtest *backtest, FILE *file,
			const struct adv_style *style)
{
	struct page page = {backtest, file, style};

	advi_print_line(file, style, ADVI_BOLD, "Backtest for the base of %s", backtest->site);
	fputc('\n', file);
	print_months(&page);
	print_verdict(&page);
	for (size_t i = 0; i < ADVI_COUNT(measures); i++)
		print_measure(&page, &measures[i]);
	print_by_month(&page);
	advi_print_paragraph(
		file, style, 2, 2,
		"All deciders have the same budget, dependencies included, and ask the same "
		"channels. popular: most users first; clairvoyant: the plan that is made on the "
		"months it is measured on. A user is covered when all workloads are; an import is a "
		"run and a module, and gone when its whole workload is covered.");
}
