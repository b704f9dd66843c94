/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is interested in packages, for people: who, since when, from where, with what, and then. */
#include "base/text.h"
#include "report/explain.h"
#include "report/table.h"

enum { ROWS = 10, TEXT_CAP = 1 << 16 };

struct page {
	const struct adv_explanation *ex;
	FILE *file;
	const struct adv_style *style;
};

static void paragraph(const struct page *page, struct advi_buf *text)
{
	advi_print_paragraph(page->file, page->style, 2, 4, advi_buf_str(text).ptr);
	advi_buf_clear(text);
}

static void count(struct advi_buf *out, uint64_t number, const char *one, const char *many)
{
	advi_text_count(out, number);
	advi_buf_printf(out, " %s", number == 1 ? one : many);
}

/* "12", or "<5" where there are fewer than may be told. */
static void add_users(const struct page *page, struct advi_buf *out, uint64_t users)
{
	if (users && users < page->ex->min_users)
		advi_buf_printf(out, "<%llu", (unsigned long long)page->ex->min_users);
	else
		advi_text_count(out, users);
}

static void say_users(const struct page *page, struct advi_buf *out, uint64_t users)
{
	add_users(page, out, users);
	advi_buf_text(out, users == 1 && page->ex->min_users < 2 ? " user" : " users");
}

static void users_cell(const struct page *page, struct advi_table *table, uint64_t users)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(64);

	add_users(page, &text, users);
	advi_table_str(table, advi_buf_str(&text));
}

/* --- who --- */

static void print_who(const struct page *page, const struct advi_interest *interest)
{
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	say_users(page, &text, interest->users);
	advi_buf_text(&text, " in ");
	count(&text, interest->project_count, "project", "projects");
	advi_buf_printf(&text, " %s it since %s, ",
			interest->users == 1 && page->ex->min_users < 2 ? "uses" : "use",
			interest->months.at[0].month);
	add_users(page, &text, interest->own_users);
	advi_buf_text(&text, " from environments of their own: ");
	count(&text, interest->own_uses, "import", "imports");
	advi_buf_text(&text, " there, of ");
	count(&text, interest->uses, "import", "imports");
	advi_buf_text(&text, "; ");
	count(&text, interest->own_workloads, "workload brings it", "workloads bring it");
	advi_buf_text(&text, " from elsewhere than base.");
	paragraph(page, &text);
	if (interest->mapped_users) {
		advi_buf_text(&text, "Shared objects of it were really loaded by ");
		say_users(page, &text, interest->mapped_users);
		advi_buf_text(&text, "; the rest was seen by import.");
		paragraph(page, &text);
	}
	if (interest->probe_users) {
		say_users(page, &text, interest->probe_users);
		advi_buf_text(&text, " besides only look for it, and are not counted.");
		paragraph(page, &text);
	}
}

static void print_nobody(const struct page *page, const struct advi_interest *interest)
{
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	advi_buf_text(&text, "Nobody");
	if (page->ex->since)
		advi_buf_printf(&text, " since %s", page->ex->since);
	if (page->ex->until)
		advi_buf_printf(&text, " until %s", page->ex->until);
	advi_buf_text(&text, ", as far as the store knows");
	if (interest->probe_users) {
		advi_buf_text(&text, "; ");
		say_users(page, &text, interest->probe_users);
		advi_buf_text(&text, " only look for it");
	}
	advi_buf_text(&text, ".");
	paragraph(page, &text);
}

/* "Chemistry (12), Physics (7), and 3 with fewer than 5 users each" */
static void print_groups(const struct page *page, const char *title, const advi_groups *groups)
{
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);
	size_t shown = 0, folded = 0, more = 0;

	advi_buf_printf(&text, "%s: ", title);
	for (size_t i = 0; i < groups->count; i++) {
		if (groups->at[i].users < page->ex->min_users) {
			folded++;
		} else if (shown == ROWS) {
			more++;
		} else {
			advi_buf_printf(&text, "%s%s (", shown++ ? ", " : "", groups->at[i].name);
			advi_text_count(&text, groups->at[i].users);
			advi_buf_text(&text, ")");
		}
	}
	if (more)
		advi_buf_printf(&text, ", and %zu more", more);
	if (folded)
		advi_buf_printf(&text, "%s%zu with fewer than %llu users each",
				shown ? ", and " : "", folded,
				(unsigned long long)page->ex->min_users);
	paragraph(page, &text);
}

/* --- from where, with what --- */

static void print_places(const struct page *page, const struct advi_interest *interest)
{
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);
	size_t shown = 0;

	advi_buf_text(&text, "From: ");
	for (int place = 0; place < ADV_PLACE_COUNT; place++) {
		if (!interest->place_users[place])
			continue;
		advi_buf_printf(&text, "%s%s (", shown++ ? ", " : "",
				adv_place_name((enum adv_place)place));
		add_users(page, &text, interest->place_users[place]);
		advi_buf_text(&text, ")");
	}
	paragraph(page, &text);
}

static void print_named(const struct page *page, const char *title, const advi_groups *groups)
{
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	if (!groups->count)
		return;
	advi_buf_printf(&text, "%s: ", title);
	for (size_t i = 0; i < groups->count && i < ROWS; i++) {
		advi_buf_printf(&text, "%s%s (", i ? ", " : "", groups->at[i].name);
		add_users(page, &text, groups->at[i].users);
		advi_buf_printf(&text, "%s)", groups->at[i].in_base ? ", in base" : "");
	}
	if (groups->count > ROWS)
		advi_buf_printf(&text, ", and %zu more", groups->count - ROWS);
	paragraph(page, &text);
}

static void print_months(const struct page *page, const struct advi_interest *interest)
{
	static const struct advi_column columns[] = {{"month", false, false},
						     {"users", true, false},
						     {"own", true, false},
						     {"imports", true, false},
						     {"own", true, false}};
	enum { MONTHS = 24 };
	size_t first = interest->months.count > MONTHS ? interest->months.count - MONTHS : 0;
	struct advi_table table;

	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = first; i < interest->months.count; i++) {
		const struct advi_interest_month *month = &interest->months.at[i];

		advi_table_text(&table, month->month);
		users_cell(page, &table, month->users);
		users_cell(page, &table, month->own_users);
		advi_table_count(&table, month->uses);
		advi_table_count(&table, month->own_uses);
	}
	advi_table_print_whole(&table, page->file, page->style, 2);
	advi_table_clear(&table);
	if (first)
		fprintf(page->file, "  ... and %zu months before, since %s\n", first,
			interest->months.at[0].month);
}

/* --- why not yet, what instead --- */

static void print_listed(const struct page *page, const struct advi_interest *interest)
{
	static const struct {
		const char *key, *text;
	} rows[] = {
		{"never", "The recipe excludes it: it is listed under 'never'."},
		{"always", "The recipe wants it in any case: it is listed under 'always'."},
		{"by_module", "The recipe leaves it to the centre's own module ('by_module')."},
	};

	for (size_t i = 0; i < ADVI_COUNT(rows) && interest->listed; i++)
		if (strcmp(rows[i].key, interest->listed) == 0)
			advi_print_paragraph(page->file, page->style, 2, 4, rows[i].text);
}

static void print_alternatives(const struct page *page, const struct advi_interest *interest)
{
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	for (size_t i = 0; i < interest->alternatives.count; i++) {
		const struct advi_alternative *other = &interest->alternatives.at[i];

		advi_buf_text(&text, "Instead: ");
		switch (other->kind) {
		case ADVI_OTHER_PACKAGE:
			advi_buf_printf(&text, "%s provides %s, too%s", other->name, other->module,
					other->in_base ? ", and is in base" : "");
			break;
		case ADVI_OTHER_MODULE:
			advi_buf_text(&text, "the centre's own module");
			break;
		case ADVI_OTHER_PYTHON:
			advi_buf_printf(&text, "base with Python %s", other->name);
			break;
		case ADVI_OTHER_BUNDLE:
			advi_buf_text(&text, "a bundle, an environment of its own beside base");
			break;
		}
		paragraph(page, &text);
	}
}

static void print_interest(const struct page *page, const struct advi_interest *interest)
{
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD, "Who uses %s", interest->name);
	if (interest->uses) {
		print_who(page, interest);
		print_places(page, interest);
		print_groups(page, "Domains", &interest->domains);
		print_groups(page, "Projects", &interest->projects);
		print_named(page, "Versions that they bring", &interest->versions);
		print_named(page, "Together with", &interest->with);
		print_months(page, interest);
	} else {
		print_nobody(page, interest);
	}
	print_listed(page, interest);
	print_alternatives(page, interest);
}

/* --- what it would do --- */

static void add_cost(struct advi_buf *text, uint64_t packages, uint64_t bytes,
		     const struct adv_explanation *ex)
{
	advi_buf_text(text, "It takes ");
	count(text, packages, "package", "packages");
	if (ex->max_packages) {
		advi_buf_text(text, " of the ");
		advi_text_count(text, ex->max_packages);
		advi_buf_text(text, " that the recipe's budget has");
	}
	advi_buf_text(text, " and ");
	advi_text_bytes(text, bytes);
	if (ex->max_bytes) {
		advi_buf_text(text, " of ");
		advi_text_bytes(text, ex->max_bytes);
	}
	advi_buf_text(text, (ex->max_packages && packages > ex->max_packages) ||
					    (ex->max_bytes && bytes > ex->max_bytes)
				    ? ": beyond the budget."
				    : ".");
}

static void print_effect(const struct page *page)
{
	const struct adv_explanation *ex = page->ex;
	struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	if (!ex->has_effect)
		return;
	fputc('\n', page->file);
	advi_print_line(page->file, page->style, ADVI_BOLD, "What adding %s would do",
			ex->interests.count == 1 ? "it" : "them");
	advi_buf_text(&text, "Base would cover ");
	count(&text, ex->after.users_covered, "user", "users");
	advi_buf_text(&text, " instead of ");
	advi_text_count(&text, ex->before.users_covered);
	advi_buf_text(&text, " (of ");
	advi_text_count(&text, ex->before.users);
	advi_buf_text(&text, "), and ");
	count(&text, ex->after.workloads_covered, "workload", "workloads");
	advi_buf_text(&text, " instead of ");
	advi_text_count(&text, ex->before.workloads_covered);
	advi_buf_text(&text, " (of ");
	advi_text_count(&text, ex->before.workloads);
	advi_buf_text(&text, ").");
	paragraph(page, &text);
	add_cost(&text, ex->changes.added.count, ex->changes.added_bytes, ex);
	paragraph(page, &text);
}

void advi_interests_text(const struct adv_explanation *ex, FILE *file,
			 const struct adv_style *style)
{
	struct page page = {ex, file, style};

	for (size_t i = 0; i < ex->interests.count; i++)
		print_interest(&page, &ex->interests.at[i]);
	print_effect(&page);
}
