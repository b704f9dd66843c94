/* SPDX-License-Identifier: BSD-3-Clause */
/* What a change of base would do, for people: the effect, what breaks, what moves, for whom. */
#include "report/whatif.h"

#include "base/text.h"
#include "conda/envfile.h"
#include "conda/matchspec.h"
#include "conda/version.h"
#include "report/table.h"

enum { TEXT_CAP = 1 << 16 };

struct page {
	const struct adv_whatif *whatif;
	FILE *file;
	const struct adv_style *style;
};

static void paragraph(const struct page *page, struct advi_buf *text)
{
	advi_print_paragraph(page->file, page->style, 2, 4, text->ptr ? text->ptr : "");
	advi_buf_reset(text);
}

static void count(struct advi_buf *out, uint64_t number, const char *one, const char *many)
{
	advi_text_count(out, number);
	advi_buf_printf(out, " %s", number == 1 ? one : many);
}

/* --- the question and the answer --- */

/* "with a, b, without c, Python 3.12" */
static void say_change(const struct adv_whatif *whatif, struct advi_buf *out)
{
	const char *between = "";

	if (whatif->base != whatif->site) {
		advi_buf_printf(out, "were %s", whatif->base->base_path);
		between = ", ";
	}
	if (whatif->python) {
		advi_buf_printf(out, "%shad Python %s", between, whatif->python);
		between = ", ";
	}
	for (size_t i = 0; i < whatif->with.count; i++)
		advi_buf_printf(out, "%s%s",
				i          ? ", "
				: *between ? ", with "
					   : "had ",
				whatif->with.at[i].spec);
	if (whatif->with.count)
		between = ", ";
	for (size_t i = 0; i < whatif->without.count; i++)
		advi_buf_printf(out, "%s%s",
				i          ? ", "
				: *between ? ", without "
					   : "lost ",
				whatif->without.at[i]);
}

static void print_verdict(const struct page *page)
{
	const struct adv_whatif *whatif = page->whatif;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);
	size_t refused = 0;

	advi_buf_printf(&text, "If the base of %s ", whatif->site->name);
	say_change(whatif, &text);
	advi_print_paragraph(page->file, page->style, 0, 2, advi_buf_str(&text).ptr);
	advi_buf_reset(&text);
	for (size_t i = 0; i < whatif->with.count; i++)
		refused += !whatif->with.at[i].in;
	if (adv_whatif_possible(whatif)) {
		advi_print_line(page->file, page->style, ADVI_GOOD, "  All of it can be.");
		return;
	}
	advi_buf_text(&text, "Not all of it can be: ");
	if (refused)
		count(&text, refused, "package can't join", "packages can't join");
	if (refused && whatif->broken.count)
		advi_buf_text(&text, ", ");
	if (whatif->broken.count)
		count(&text, whatif->broken.count, "package of base breaks",
		      "packages of base break");
	advi_buf_text(&text, ". What follows is for the rest.");
	advi_print_line(page->file, page->style, ADVI_BAD, "  %s", advi_buf_str(&text).ptr);
}

/* --- the effect --- */

static void covered_row(struct advi_table *table, const char *what,
			const struct advi_covered *covered, uint64_t all)
{
	advi_table_text(table, what);
	advi_table_count(table, covered->before);
	advi_table_count(table, covered->after);
	advi_table_count(table, all);
	advi_table_dash(table, covered->gained);
	advi_table_dash(table, covered->lost);
}

static void print_effect(const struct page *page)
{
	static const struct advi_column columns[] = {
		{"covered", false, true}, {"now", true, false},    {"then", true, false},
		{"of", true, false},      {"gained", true, false}, {"lost", true, false},
	};
	const struct adv_whatif *whatif = page->whatif;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);
	struct advi_table table;

	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD, "Effect");
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	covered_row(&table, "users", &whatif->users_covered, whatif->users);
	covered_row(&table, "workloads", &whatif->workloads_covered, whatif->workloads);
	advi_table_print_whole(&table, page->file, page->style, 2);
	advi_table_clear(&table);
	advi_buf_text(&text, "Base has ");
	count(&text, whatif->after.records.count, "package", "packages");
	advi_buf_text(&text, " then, and ");
	advi_text_count(&text, advi_world_base(whatif->world)->records.count);
	advi_buf_text(&text, " now: ");
	count(&text, whatif->comes.count, "comes", "come");
	advi_buf_text(&text, " (");
	advi_text_bytes(&text, whatif->comes_bytes);
	advi_buf_text(&text, "), ");
	count(&text, whatif->goes.count, "goes", "go");
	advi_buf_text(&text, " (");
	advi_text_bytes(&text, whatif->goes_bytes);
	advi_buf_text(&text, "), ");
	count(&text, whatif->moves.count, "changes.", "change.");
	paragraph(page, &text);
	count(&text, whatif->lose_users, "user with ", "users with ");
	count(&text, whatif->lose_workloads, "workload", "workloads");
	advi_buf_text(&text, whatif->lose_users == 1 ? " imports" : " import");
	advi_buf_text(&text, " from base what goes, or can't do without an environment then.");
	if (whatif->lose_users)
		paragraph(page, &text);
}

/* --- what can't be --- */

/*
 * Why one can't be: what is in its own way; or, when that is in the way of others, those that it
 * can't be had together with.
 */
static void say_why(const char *name, const struct advi_why *why, struct advi_buf *out)
{
	bool own = why->found && why->chain.count &&
		   strcmp(why->chain.links[0].record->name, name) == 0;
	size_t others = 0;

	for (size_t i = 0; !own && i < why->together.count; i++) {
		const char *spec = why->together.at[i].spec;

		if (advi_str_is(advi_spec_name(advi_str(spec)), name))
			continue;
		advi_buf_text(out, others++ ? ", " : ": not together with ");
		advi_spec_say(advi_str(spec), out);
	}
	if (!why->found)
		return;
	advi_buf_text(out, others ? "; " : ": ");
	advi_why_line(why, out);
}

static void print_refused(const struct page *page)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);
	bool any = false;

	for (size_t i = 0; i < page->whatif->with.count; i++) {
		const struct advi_joiner *joiner = &page->whatif->with.at[i];

		if (joiner->in)
			continue;
		if (!any) {
			fputc('\n', page->file);
			advi_print_line(page->file, page->style, ADVI_BOLD, "Can't join");
		}
		any = true;
		advi_buf_printf(&text, "%s", joiner->spec);
		say_why(joiner->name, &joiner->why, &text);
		paragraph(page, &text);
	}
}

static void print_broken(const struct page *page)
{
	const struct adv_whatif *whatif = page->whatif;
	size_t most = page->style && page->style->rows ? page->style->rows : SIZE_MAX;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	if (!whatif->broken.count)
		return;
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD,
			"Breaks: asked for by base, and not there any more (%zu)",
			whatif->broken.count);
	for (size_t i = 0; i < whatif->broken.count && i < most; i++) {
		const struct advi_broken *broken = &whatif->broken.at[i];

		advi_buf_printf(&text, "%s (", broken->spec);
		count(&text, broken->users, "user", "users");
		advi_buf_byte(&text, ')');
		if (broken->explained)
			say_why(broken->name, &broken->why, &text);
		paragraph(page, &text);
	}
	if (most < whatif->broken.count)
		fprintf(page->file, "  ... and %zu more\n", whatif->broken.count - most);
}

/* --- what comes, goes and changes --- */

static void print_comes(const struct page *page)
{
	static const struct advi_column columns[] = {
		{"package", false, true},
		{"version", false, true},
		{"users", true, false},
		{"download", true, false},
	};
	struct advi_table table;

	if (!page->whatif->comes.count)
		return;
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD,
			"Comes (%zu; users: import it from elsewhere)", page->whatif->comes.count);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < page->whatif->comes.count; i++) {
		const struct advi_move_of_base *move = &page->whatif->comes.at[i];

		advi_table_text(&table, move->to->name);
		advi_table_text(&table, move->to->version);
		advi_table_dash(&table, move->users);
		advi_table_bytes(&table, move->to->size);
	}
	advi_table_print(&table, page->file, page->style, 2);
	advi_table_clear(&table);
}

static void print_goes(const struct page *page)
{
	static const struct advi_column columns[] = {
		{"package", false, true},
		{"version", false, true},
		{"users", true, false},
		{"why", false, true},
	};
	struct advi_table table;

	if (!page->whatif->goes.count)
		return;
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD,
			"Goes (%zu; users: import it from base)", page->whatif->goes.count);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < page->whatif->goes.count; i++) {
		const struct advi_move_of_base *move = &page->whatif->goes.at[i];

		advi_table_text(&table, move->from->name);
		advi_table_text(&table, move->from->version);
		advi_table_dash(&table, move->users);
		advi_table_text(&table, move->reason);
	}
	advi_table_print(&table, page->file, page->style, 2);
	advi_table_clear(&table);
}

/* Builds are told where the version is the same. */
static void move_row(struct advi_table *table, const struct advi_move_of_base *move)
{
	int order =
		advi_version_cmp_text(advi_str(move->from->version), advi_str(move->to->version));
	bool same = order == 0;

	advi_table_text(table, move->from->name);
	advi_table_printf(table, "%s%s%s", move->from->version, same ? " " : "",
			  same ? move->from->build : "");
	advi_table_printf(table, "%s%s%s", move->to->version, same ? " " : "",
			  same ? move->to->build : "");
	advi_table_text(table, order > 0 ? "goes back" : "");
	advi_table_dash(table, move->users);
}

static void print_moves(const struct page *page)
{
	static const struct advi_column columns[] = {{"package", false, true},
						     {"now", false, true},
						     {"then", false, true},
						     {"", false, false},
						     {"users", true, false}};
	struct advi_table table;

	if (!page->whatif->moves.count)
		return;
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD,
			"Changes (%zu; users: import it from base)", page->whatif->moves.count);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < page->whatif->moves.count; i++)
		move_row(&table, &page->whatif->moves.at[i]);
	advi_table_print(&table, page->file, page->style, 2);
	advi_table_clear(&table);
}

/* --- for whom --- */

static void affected_row(struct advi_table *table, const struct advi_affected *one)
{
	if (one->folded)
		advi_table_printf(table, "%zu with few users", one->folded);
	else
		advi_table_text(table, one->name);
	if (one->hidden) {
		for (int i = 0; i < 4; i++)
			advi_table_text(table, "few");
		return;
	}
	advi_table_dash(table, one->gain_users);
	advi_table_dash(table, one->gain_workloads);
	advi_table_dash(table, one->lose_users);
	advi_table_dash(table, one->lose_workloads);
}

static void print_affected(const struct page *page, const char *what,
			   const advi_affected_list *groups)
{
	const struct advi_column columns[] = {
		{what, false, true},        {"users gain", true, false},
		{"workloads", true, false}, {"users lose", true, false},
		{"workloads", true, false},
	};
	struct advi_table table;

	if (!groups->count)
		return;
	fputc('\n', page->file);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < groups->count; i++)
		affected_row(&table, &groups->at[i]);
	advi_table_print(&table, page->file, page->style, 2);
	advi_table_clear(&table);
}

static void print_for_whom(const struct page *page)
{
	if (!page->whatif->projects.count)
		return;
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD, "For whom");
	advi_print_paragraph(
		page->file, page->style, 2, 2,
		"gain: have a workload that becomes covered; lose: have one that is covered no "
		"more, or that imports from base what goes.");
	print_affected(page, "domain", &page->whatif->domains);
	print_affected(page, "project", &page->whatif->projects);
}

void advi_whatif_text(const struct adv_whatif *whatif, FILE *file, const struct adv_style *style)
{
	struct page page = {whatif, file, style};

	print_verdict(&page);
	print_effect(&page);
	print_refused(&page);
	print_broken(&page);
	print_goes(&page);
	print_moves(&page);
	print_comes(&page);
	print_for_whom(&page);
}
