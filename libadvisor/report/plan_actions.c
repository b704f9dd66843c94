/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts of a plan for people: what to upgrade and to drop, what grows and falls; tickets. */
#include "report/plan_actions.h"

#include <math.h>

#include "base/text.h"
#include "report/table.h"

static void count(struct advi_buf *out, uint64_t number, const char *one, const char *many)
{
	advi_text_count(out, number);
	advi_buf_printf(out, " %s", number == 1 ? one : many);
}

static void paragraph(FILE *file, const struct adv_style *style, const struct advi_buf *text)
{
	advi_print_paragraph(file, style, 2, 4, text->ptr ? text->ptr : "");
}

void advi_print_kinds(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	static const char *const kinds[][2] = {
		{"add", "to add"},          {"upgrade", "to upgrade"},
		{"drop", "to drop"},        {"bundle", "to offer as bundles"},
		{"module", "from modules"}, {"leave", "to leave as they are"},
	};
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1024);

	for (size_t i = 0; i < ADVI_COUNT(kinds); i++) {
		uint64_t number = 0, along = 0;

		for (size_t j = 0; j < plan->actions.count; j++) {
			const struct advi_action *action = &plan->actions.at[j];
			bool is = strcmp(action->kind, kinds[i][0]) == 0;

			/* Only an addition that came with another one brings nothing itself. */
			along += is && i == 0 && !action->packages;
			number += is;
		}
		if (!number)
			continue;
		advi_buf_text(&text, text.len ? ", " : "Packages: ");
		advi_text_count(&text, number - along);
		advi_buf_printf(&text, " %s", kinds[i][1]);
		if (along) {
			advi_buf_text(&text, " (and ");
			advi_text_count(&text, along);
			advi_buf_text(&text, " more that users want come with them)");
		}
	}
	if (!text.len)
		return;
	advi_buf_byte(&text, '.');
	paragraph(file, style, &text);
}

const char *advi_plan_confidence(const struct adv_plan *plan, const char *kind, const char *name)
{
	for (size_t i = 0; i < plan->actions.count; i++)
		if (strcmp(plan->actions.at[i].kind, kind) == 0 &&
		    strcmp(plan->actions.at[i].name, name) == 0)
			return plan->actions.at[i].confidence;
	return "-";
}

/* --- upgrades --- */

static bool can_follow(const struct advi_upgrade *upgrade)
{
	return upgrade->in_base && upgrade->best && upgrade->newer > upgrade->beyond;
}

void advi_print_upgrades(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"package", false, true},  {"now", false, true},    {"then", false, true},
		{"users", true, false},    {"served", true, false}, {"moves", true, false},
		{"download", true, false}, {"sure", false, false},
	};
	struct advi_table table;
	size_t rows = 0;

	for (size_t i = 0; i < plan->upgrades.count; i++)
		rows += can_follow(&plan->upgrades.at[i]);
	if (!rows)
		return;
	fputc('\n', file);
	advi_print_line(file, style, ADVI_BOLD,
			"To upgrade, since users bring newer versions (%zu)", rows);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < plan->upgrades.count; i++) {
		const struct advi_upgrade *upgrade = &plan->upgrades.at[i];

		if (!can_follow(upgrade))
			continue;
		advi_table_text(&table, upgrade->name);
		advi_table_text(&table, upgrade->version);
		advi_table_text(&table, upgrade->best);
		advi_table_count(&table, upgrade->newer);
		advi_table_count(&table, upgrade->newer - upgrade->beyond);
		advi_table_dash(&table, upgrade->moves.count);
		advi_table_bytes(&table, upgrade->bytes);
		advi_table_text(&table, advi_plan_confidence(plan, "upgrade", upgrade->name));
	}
	advi_table_print(&table, file, style, 2);
	advi_table_clear(&table);
	advi_print_paragraph(
		file, style, 2, 2,
		"users: bring newer versions than base has; served: have none that is "
		"newer than this one; moves: other packages of base that change or go. "
		"These are proposals: the environment beside the plan is without them.");
}

void advi_print_waiting(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	size_t most = style && style->rows ? style->rows : SIZE_MAX, all = 0, shown = 0;

	for (size_t i = 0; i < plan->upgrades.count; i++)
		all += plan->upgrades.at[i].asked && plan->upgrades.at[i].beyond > 0;
	if (!all)
		return;
	fputc('\n', file);
	advi_print_line(file, style, ADVI_BOLD,
			"New releases that users have and base can't have yet (%zu)", all);
	for (size_t i = 0; i < plan->upgrades.count && shown < most; i++) {
		const struct advi_upgrade *upgrade = &plan->upgrades.at[i];
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(8192);

		if (!upgrade->asked || !upgrade->beyond)
			continue;
		shown++;
		advi_buf_printf(&text, "%s (", upgrade->name);
		count(&text, upgrade->beyond, "user has", "users have");
		advi_buf_printf(&text, " a newer one than %s): %s",
				upgrade->best ? upgrade->best : upgrade->version,
				upgrade->why ? upgrade->why : "no channel has one");
		paragraph(file, style, &text);
	}
	if (shown < all)
		fprintf(file, "  ... and %zu more\n", all - shown);
}

/* --- drops --- */

static void say_short_history(const struct adv_plan *plan, FILE *file,
			      const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1024);

	if (!plan->history.months || plan->unused_since)
		return;
	fputc('\n', file);
	advi_print_line(file, style, ADVI_BOLD, "Nothing to drop");
	advi_buf_text(&text, "Usage is known for ");
	count(&text, plan->history.months, "month", "months");
	advi_buf_printf(&text, "; what may go has been unused for %llu (--unused).",
			(unsigned long long)plan->unused_months);
	paragraph(file, style, &text);
}

void advi_print_drops(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	static const struct advi_column columns[] = {
		{"package", false, true},  {"version", false, true}, {"last used", false, false},
		{"packages", true, false}, {"saves", true, false},   {"sure", false, false},
	};
	struct advi_table table;
	uint64_t bytes = 0, packages = 0;

	if (!plan->drops.count) {
		say_short_history(plan, file, style);
		return;
	}
	for (size_t i = 0; i < plan->drops.count; i++) {
		bytes += plan->drops.at[i].bytes;
		packages += plan->drops.at[i].packages;
	}
	fputc('\n', file);
	advi_print_line(file, style, ADVI_BOLD,
			"To drop: not used since %s, and nothing that stays needs it (%zu)",
			plan->unused_since, plan->drops.count);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < plan->drops.count; i++) {
		const struct advi_drop *drop = &plan->drops.at[i];

		advi_table_text(&table, drop->name);
		advi_table_text(&table, drop->version);
		advi_table_text(&table, drop->last ? drop->last : "never");
		advi_table_count(&table, drop->packages);
		advi_table_bytes(&table, drop->bytes);
		advi_table_text(&table, advi_plan_confidence(plan, "drop", drop->name));
	}
	advi_table_print(&table, file, style, 2);
	advi_table_clear(&table);
	{
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1024);

		advi_buf_text(&text, "In all ");
		count(&text, packages, "package", "packages");
		advi_buf_text(&text, " and ");
		advi_text_bytes(&text, bytes);
		advi_buf_text(&text, " to download; with each goes what only it needs. Proposals, "
				     "too: the environment beside the plan still has them.");
		advi_print_paragraph(file, style, 2, 2, text.ptr);
	}
}

/* --- trends --- */

static void rate(struct advi_table *table, uint64_t events, uint64_t active)
{
	advi_table_printf(table, "%.1f %%", active ? 100.0 * (double)events / (double)active : 0.0);
}

static void trend_row(struct advi_table *table, const struct adv_plan *plan,
		      const struct advi_trend *trend)
{
	advi_table_text(table, trend->name);
	rate(table, trend->former, plan->former.active);
	rate(table, trend->recent, plan->recent.active);
	if (isfinite(trend->ratio))
		advi_table_printf(table, "%.2f", trend->ratio);
	else
		advi_table_text(table, "new");
	if (isfinite(trend->high))
		advi_table_printf(table, "%.2f to %.2f", trend->low, trend->high);
	else
		advi_table_printf(table, "over %.2f", trend->low);
	advi_table_count(table, trend->recent_users);
	advi_table_text(table, trend->in_base ? "yes" : "no");
}

static void print_direction(const struct adv_plan *plan, FILE *file, const struct adv_style *style,
			    const char *kind, const char *title)
{
	static const struct advi_column columns[] = {
		{"package", false, true},
		{"before", true, false},
		{"now", true, false},
		{"times", true, false},
		{"95 % interval", false, false},
		{"users now", true, false},
		{"in base", false, false},
	};
	struct advi_table table;
	size_t rows = 0;

	for (size_t i = 0; i < plan->trends.count; i++)
		rows += strcmp(plan->trends.at[i].kind, kind) == 0;
	if (!rows)
		return;
	fputc('\n', file);
	advi_print_line(file, style, ADVI_BOLD, "%s (%zu)", title, rows);
	advi_table_init(&table, columns, ADVI_COUNT(columns));
	for (size_t i = 0; i < plan->trends.count; i++)
		if (strcmp(plan->trends.at[i].kind, kind) == 0)
			trend_row(&table, plan, &plan->trends.at[i]);
	advi_table_print(&table, file, style, 2);
	advi_table_clear(&table);
}

void advi_print_trends(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(2048);

	if (!plan->trends.count)
		return;
	print_direction(plan, file, style, "emerging", "More and more used");
	print_direction(plan, file, style, "declining", "Less and less used");
	advi_buf_printf(
		&text, "before, now: share of a month's Python users, %s to %s and %s to %s. Of ",
		plan->former.first, plan->former.last, plan->recent.first, plan->recent.last);
	count(&text, plan->trends_tested, "package", "packages");
	advi_buf_text(&text, " tested, those are named of which at most 5 % are there by chance.");
	advi_print_paragraph(file, style, 2, 2, text.ptr);
}

/* --- tickets --- */

int adv_plan_print_tickets(const struct adv_plan *plan, FILE *file, struct adv_err *err)
{
	for (size_t i = 0; i < plan->actions.count; i++) {
		const struct advi_action *action = &plan->actions.at[i];
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(16 * 1024);

		advi_buf_printf(&text, "- [ ] %s (%s; confidence: %s; evidence: %s)",
				action->ticket, action->kind, action->confidence,
				action->evidence ? action->evidence : "none");
		advi_text_mask(text.ptr);
		fprintf(file, "%s\n", text.ptr);
	}
	return advi_print_end(file, err);
}
