/* SPDX-License-Identifier: BSD-3-Clause */
/* An explanation for people: the answer first, then why, then what would help. */
#include "report/explain.h"

#include "base/text.h"
#include "conda/matchspec.h"
#include "report/table.h"

enum { NAMES_SHOWN = 12, MOVES_SHOWN = 6, TEXT_CAP = 1 << 16 };

struct page {
	const struct adv_explanation *ex;
	FILE *file;
	const struct adv_style *style;
};

static void paragraph(const struct page *page, size_t first, size_t indent, struct advi_buf *text)
{
	advi_print_paragraph(page->file, page->style, first, indent, advi_buf_str(text).ptr);
	advi_buf_clear(text);
}

static void heading(const struct page *page, const char *text)
{
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD, "%s", text);
}

static void add_count(struct advi_buf *out, uint64_t number, const char *one, const char *many)
{
	advi_text_count(out, number);
	advi_buf_printf(out, " %s", number == 1 ? one : many);
}

static void add_spec(struct advi_buf *out, const char *spec)
{
	advi_spec_say(advi_str(spec), out);
}

/* "a, b and c" goes on with 'and' before the last. */
static const char *comma(size_t at, size_t count)
{
	return at == 0 ? "" : at + 1 == count ? " and " : ", ";
}

/* --- the answer --- */

static void add_wishes(struct advi_buf *out, const struct adv_explanation *ex)
{
	for (size_t i = 0; i < ex->wishes.count && i < NAMES_SHOWN; i++)
		advi_buf_printf(out, "%s%s", comma(i, ex->wishes.count), ex->wishes.at[i].spec);
	if (ex->wishes.count > NAMES_SHOWN)
		advi_buf_printf(out, " and %zu more", ex->wishes.count - NAMES_SHOWN);
}

static void print_answer(const struct page *page)
{
	static const struct {
		enum advi_look look;
		const char *one, *many;
	} rows[] = {
		[ADVI_VERDICT_THERE] = {ADVI_GOOD, " is in base already", " are in base already"},
		[ADVI_VERDICT_JOINS] = {ADVI_GOOD, " can be added: what base has stays as it is",
					" can be added together: what base has stays as it is"},
		[ADVI_VERDICT_MOVES] = {ADVI_GOOD, " can be added, with changes to base",
					" can be added together, with changes to base"},
		[ADVI_VERDICT_REFUSED] = {ADVI_BAD, " can't be added to base",
					  " can't be added to base together"},
	};
	const struct adv_explanation *ex = page->ex;
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	add_wishes(&text, ex);
	advi_buf_text(&text,
		      ex->wishes.count == 1 ? rows[ex->verdict].one : rows[ex->verdict].many);
	advi_print_line(page->file, page->style, rows[ex->verdict].look, "%s",
			advi_buf_str(&text).ptr);
	advi_buf_clear(&text);
}

/* --- what it takes --- */

static void add_move(struct advi_buf *out, const struct advi_move *move)
{
	advi_buf_printf(out, "%s %s", move->from->name, move->from->version);
	if (strcmp(move->to->version, move->from->version) == 0)
		advi_buf_text(out, " in another build");
	else
		advi_buf_printf(out, " to %s", move->to->version);
}

/*
 * "2 packages of base change (numpy 1.26.4 to 2.3.0, scipy 1.11 to 1.13), 3 go": other versions
 * before other builds.
 */
static void add_moves(struct advi_buf *out, const struct advi_move *moves, size_t count)
{
	size_t shown = 0, gone = 0;

	for (size_t i = 0; i < count; i++)
		gone += !moves[i].to;
	if (gone < count)
		add_count(out, count - gone, "package of base changes (",
			  "packages of base change (");
	for (int builds = 0; builds < 2; builds++) {
		for (size_t i = 0; i < count && shown < MOVES_SHOWN; i++) {
			if (!moves[i].to || (builds == 1) != (strcmp(moves[i].to->version,
								     moves[i].from->version) == 0))
				continue;
			advi_buf_text(out, shown++ ? ", " : "");
			add_move(out, &moves[i]);
		}
	}
	if (count - gone > shown)
		advi_buf_printf(out, " and %zu more", count - gone - shown);
	if (gone < count)
		advi_buf_text(out, gone ? "), " : ")");
	if (gone)
		add_count(out, gone, gone < count ? "goes" : "package of base goes",
			  gone < count ? "go" : "packages of base go");
}

static void print_changes(const struct page *page)
{
	const struct advi_change_set *changes = &page->ex->changes;
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	for (size_t i = 0; i < page->ex->wishes.count; i++) {
		const struct advi_wish *wish = &page->ex->wishes.at[i];

		if (!wish->record)
			continue;
		advi_buf_printf(&text, "%s%s %s", text.len ? ", " : "", wish->record->name,
				wish->record->version);
		if (wish->record->channel)
			advi_buf_printf(&text, " (%s)", wish->record->build);
	}
	paragraph(page, 2, 4, &text);
	if (changes->added.count) {
		advi_buf_text(&text, "base gains ");
		add_count(&text, changes->added.count, "package, ", "packages, ");
		advi_text_bytes(&text, changes->added_bytes);
		advi_buf_text(&text, " to download: ");
		for (size_t i = 0; i < changes->added.count && i < NAMES_SHOWN; i++)
			advi_buf_printf(&text, "%s%s %s", i ? ", " : "", changes->added.at[i]->name,
					changes->added.at[i]->version);
		if (changes->added.count > NAMES_SHOWN)
			advi_buf_printf(&text, " and %zu more", changes->added.count - NAMES_SHOWN);
		paragraph(page, 2, 4, &text);
	}
	if (!changes->moves.count)
		return;
	add_moves(&text, changes->moves.at, changes->moves.count);
	paragraph(page, 2, 4, &text);
}

static void print_why_moving(const struct page *page)
{
	const struct advi_wish *wish = &page->ex->wishes.at[0];
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	if (page->ex->wishes.count != 1 || !wish->why_line)
		return;
	advi_buf_printf(&text, "since %s", wish->why_line);
	paragraph(page, 2, 4, &text);
}

/* --- why not --- */

/* "a, b" of base's, or of what is wanted. */
static size_t add_sides(struct advi_buf *out, const struct advi_why *why, bool wanted)
{
	size_t shown = 0;

	for (size_t i = 0; i < why->together.count; i++) {
		if ((why->together.at[i].kind == ADVI_END_WANTED) != wanted)
			continue;
		advi_buf_text(out, shown++ ? ", " : "");
		add_spec(out, why->together.at[i].spec);
	}
	return shown;
}

static void print_why(const struct page *page, const struct advi_why *why)
{
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP), sides = ADVI_BUF_INIT(TEXT_CAP);
	size_t base;

	if (why->found)
		advi_why_line(why, &text);
	if (text.len)
		paragraph(page, 2, 4, &text);
	if (why->alone && why->chain.end.end != ADVI_END_NOWHERE &&
	    why->chain.end.end != ADVI_END_NO_VIRTUAL)
		advi_buf_text(&text, "The channels have nothing that would let it be installed, "
				     "whatever base asks for.");
	base = add_sides(&sides, why, false);
	if (base) {
		add_sides(&text, why, true);
		advi_buf_printf(&text, " can't be had together with what base asks for: %s",
				advi_buf_str(&sides).ptr);
	}
	if (text.len)
		paragraph(page, 2, 4, &text);
	advi_buf_clear(&text);
	advi_buf_clear(&sides);
}

/* --- ways out --- */

static void add_specs(struct advi_buf *out, const advi_names *specs, const char *before)
{
	for (size_t i = 0; i < specs->count; i++) {
		advi_buf_text(out, i ? comma(i, specs->count) : before);
		add_spec(out, specs->at[i]);
	}
}

static void add_given_up(struct advi_buf *out, const struct advi_way *way)
{
	add_specs(out, &way->loosened, "asked for any version instead of ");
	if (way->dropped.count)
		add_specs(out, &way->dropped, way->loosened.count ? ", and gave up " : "gave up ");
}

static void add_way(struct advi_buf *out, const struct advi_way *way)
{
	switch (way->kind) {
	case ADVI_WAY_OTHER:
		advi_buf_printf(out, "%s %s can be added", way->record->name, way->record->version);
		break;
	case ADVI_WAY_BASE:
		advi_buf_text(out, "if base ");
		add_given_up(out, way);
		break;
	case ADVI_WAY_PYTHON:
		advi_buf_printf(out, "with Python %s in base%s", way->python,
				way->free ? ", and its packages in any version" : "");
		break;
	case ADVI_WAY_FREE:
		advi_buf_text(out, "if base asked for its packages in any version");
		break;
	}
	if (way->kind != ADVI_WAY_OTHER && way->record)
		advi_buf_printf(out, ": %s %s joins", way->record->name, way->record->version);
	if (!way->moves.count)
		return;
	advi_buf_text(out, "; ");
	add_moves(out, way->moves.at, way->moves.count);
}

/* What is missing, where it is not base that is in the way. */
static void add_missing(struct advi_buf *out, const struct advi_holder *end)
{
	switch (end->end) {
	case ADVI_END_NOWHERE:
		if (!end->record)
			advi_buf_printf(out, "a channel that has %s, given with --channel",
					end->name);
		break;
	case ADVI_END_HIDDEN:
		advi_buf_printf(
			out, "'%s::%s' asked of base, or channel %s before %s: %s gives %s now",
			end->channel, end->name, end->channel, end->owner, end->owner, end->name);
		break;
	case ADVI_END_NO_VIRTUAL:
	case ADVI_END_VIRTUAL:
		if (strcmp(end->name, "__win") != 0 && strcmp(end->name, "__osx") != 0)
			advi_buf_printf(out,
					"machines with another %s; the recipe says under "
					"virtual_packages what they have",
					end->name);
		break;
	default:
		break;
	}
}

/* Python is what is in the way most often; that another one does not help either is news too. */
static void add_python(struct advi_buf *out, const struct advi_ways *ways)
{
	advi_buf_printf(
		out, "Python %s would do for it, but not for what base asks for: ", ways->python);
	advi_why_line(&ways->python_why, out);
}

static void print_ways(const struct page *page)
{
	const struct advi_ways *ways = &page->ex->ways;
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	if (page->ex->why.found)
		add_missing(&text, &page->ex->why.chain.end);
	if (!text.len && !ways->all.count && !ways->python)
		return;
	heading(page, "What would help");
	if (text.len)
		paragraph(page, 2, 4, &text);
	for (size_t i = 0; i < ways->all.count; i++) {
		add_way(&text, &ways->all.at[i]);
		paragraph(page, 2, 4, &text);
	}
	if (ways->python) {
		add_python(&text, ways);
		paragraph(page, 2, 4, &text);
	}
	advi_buf_clear(&text);
}

/* --- versions --- */

/* "3.9" is followed by "3.10". */
static bool follows(const char *before, const char *after)
{
	struct advi_str a = advi_str(before), b = advi_str(after);
	size_t dot = advi_str_find(a, '.');
	uint64_t x, y;

	return advi_str_find(b, '.') == dot && memcmp(before, after, dot) == 0 &&
	       advi_str_u64(advi_str_from(a, dot + 1), &x) &&
	       advi_str_u64(advi_str_from(b, dot + 1), &y) && y == x + 1;
}

/* "Python 2.7 and 3.9 to 3.14"; they stand newest first. */
static void add_pythons(struct advi_buf *out, const struct advi_versions *versions)
{
	const advi_names *all = &versions->pythons;

	if (!all->count) {
		advi_buf_text(out, "no Python that can be had");
		return;
	}
	advi_buf_text(out, "Python ");
	for (size_t i = all->count; i > 0;) {
		size_t first = --i;

		while (i > 0 && follows(all->at[i], all->at[i - 1]))
			i--;
		advi_buf_printf(out, "%s%s", first + 1 == all->count ? "" : ", ", all->at[first]);
		if (first != i)
			advi_buf_printf(out, "%s%s", first - i > 1 ? " to " : ", ", all->at[i]);
	}
}

/* Why a version is out, without its name, which stands before. */
static void add_reason(struct advi_buf *out, const struct advi_version_range *range)
{
	ADVI_AUTO(buf) struct advi_buf line = ADVI_BUF_INIT(TEXT_CAP);
	const struct advi_chain *chain = &range->why.chain;
	struct advi_str rest;

	if (chain->count == 1 && chain->links[0].relation == ADVI_IS_NOT) {
		advi_why_end(&chain->end, out);
		return;
	}
	advi_why_line(&range->why, &line);
	rest = advi_buf_str(&line);
	if (chain->count)
		rest = advi_str_from(rest, strlen(range->newest->name) + 1 +
						   strlen(range->newest->version) + 1);
	advi_buf_add(out, rest);
}

static void print_ranges(const struct page *page)
{
	const struct advi_versions *versions = &page->ex->versions;

	for (size_t i = 0; i < versions->out.count; i++) {
		const struct advi_version_range *range = &versions->out.at[i];
		struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

		advi_buf_printf(&text, "%s", range->newest->version);
		if (range->count > 1)
			advi_buf_printf(&text, "%s%s", range->count > 2 ? " to " : " and ",
					range->oldest->version);
		advi_buf_text(&text, ": ");
		add_reason(&text, range);
		paragraph(page, 2, 4, &text);
	}
	if (versions->more) {
		struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

		advi_buf_text(&text, "and ");
		add_count(&text, versions->more, "older version", "older versions");
		paragraph(page, 2, 4, &text);
	}
}

static void print_versions(const struct page *page)
{
	const struct advi_versions *versions = &page->ex->versions;
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	if (!versions->newest)
		return;
	heading(page, "Versions");
	add_count(&text, versions->count, "version, ", "versions, ");
	advi_buf_printf(&text, "the newest is %s", versions->newest->version);
	if (!versions->here)
		advi_buf_text(&text, ", none for base's Python");
	else if (strcmp(versions->here->version, versions->newest->version) != 0)
		advi_buf_printf(&text, ", for base's Python %s", versions->here->version);
	if (!versions->any_python) {
		advi_buf_text(&text, "; for ");
		add_pythons(&text, versions);
	}
	paragraph(page, 2, 4, &text);
	if (page->ex->verdict == ADVI_VERDICT_REFUSED && versions->out.count > 1)
		print_ranges(page);
}

static void print_newer(const struct page *page)
{
	const struct advi_newer_look *newer = &page->ex->newer;
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	if (!newer->target)
		return;
	heading(page, "Why not newer");
	if (newer->possible) {
		advi_buf_printf(&text, "%s %s can be had, if ", newer->target->name,
				newer->target->version);
		add_count(&text, newer->moves, "package of base changes",
			  "packages of base change");
		paragraph(page, 2, 4, &text);
		return;
	}
	advi_buf_printf(&text, "%s: ", newer->target->version);
	advi_why_line(&newer->why, &text);
	paragraph(page, 2, 4, &text);
	if (newer->best) {
		advi_buf_printf(&text, "%s is the newest that is possible", newer->best->version);
		paragraph(page, 2, 4, &text);
	}
	if (!newer->has_way)
		return;
	advi_buf_text(&text, "if base ");
	add_given_up(&text, &newer->way);
	advi_buf_text(&text, ", nothing else would stand in the way");
	paragraph(page, 2, 4, &text);
}

/* --- several --- */

static void print_each(const struct page *page)
{
	bool alone = false;

	for (size_t i = 0; i < page->ex->wishes.count; i++) {
		const struct advi_wish *wish = &page->ex->wishes.at[i];
		struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

		if (wish->verdict != ADVI_VERDICT_REFUSED)
			continue;
		if (!alone)
			heading(page, "Can't be added even alone");
		alone = true;
		advi_buf_printf(&text, "%s: ", wish->spec);
		advi_why_line(&wish->why, &text);
		paragraph(page, 2, 4, &text);
	}
}

static void print_clashes(const struct page *page)
{
	const struct adv_explanation *ex = page->ex;

	if (ex->clashes.count)
		heading(page, "Exclude each other");
	for (size_t i = 0; i < ex->clashes.count; i++) {
		const struct advi_why *why = &ex->clashes.at[i];
		struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP), base = ADVI_BUF_INIT(TEXT_CAP);

		add_sides(&text, why, true);
		if (add_sides(&base, why, false))
			advi_buf_printf(&text, ", with base's %s", advi_buf_str(&base).ptr);
		if (why->found) {
			advi_buf_text(&text, ": ");
			advi_why_line(why, &text);
		}
		paragraph(page, 2, 4, &text);
		advi_buf_clear(&base);
	}
	if (ex->more_clashes)
		advi_print_paragraph(page->file, page->style, 2, 4, "... and others");
}

static void print_fitting(const struct page *page)
{
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);
	size_t shown = 0;

	for (size_t i = 0; i < page->ex->fits.count; i++)
		if (page->ex->fits.at[i])
			advi_buf_printf(&text, "%s%s", shown++ ? ", " : "",
					page->ex->wishes.at[i].spec);
	if (!shown)
		return;
	heading(page, "Can be added together, in the order given");
	paragraph(page, 2, 4, &text);
}

void advi_explain_text(const struct adv_explanation *ex, FILE *file, const struct adv_style *style)
{
	struct page page = {ex, file, style};

	if (ex->cells.count) {
		advi_matrix_text(ex, file, style);
		advi_interests_text(ex, file, style);
		return;
	}
	print_answer(&page);
	if (ex->verdict != ADVI_VERDICT_REFUSED) {
		print_changes(&page);
		print_why_moving(&page);
		print_newer(&page);
	} else if (ex->wishes.count == 1) {
		print_why(&page, &ex->why);
		print_ways(&page);
	} else {
		print_each(&page);
		print_clashes(&page);
		print_fitting(&page);
	}
	if (ex->wishes.count == 1)
		print_versions(&page);
	advi_interests_text(ex, file, style);
}
