/* SPDX-License-Identifier: BSD-3-Clause */
/* Verdicts on an environment, as text. */
#include "base/text.h"
#include "report/check.h"
#include "report/explain.h"
#include "report/table.h"
#include "site/site.h"

enum { TEXT_CAP = 1 << 16, PIP_SHOWN = 8, NAMES_SHOWN = 12, LOSSES_SHOWN = 20, OF_A_RULE = 20 };

static void print(FILE *file, const struct adv_style *style, size_t first, struct advi_buf *text)
{
	advi_print_paragraph(file, style, first, first + 2, advi_buf_str(text).ptr);
	advi_buf_reset(text);
}

static void print_pip(const struct adv_check *check, FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);
	size_t count = check->site->base_pip.count;

	if (!count)
		return;
	advi_buf_printf(&text, "%zu pip requirement%s passed over: ", count,
			count == 1 ? " is" : "s are");
	for (size_t i = 0; i < count && i < PIP_SHOWN; i++)
		advi_buf_printf(&text, "%s%s", i ? ", " : "", check->site->base_pip.at[i].text);
	if (count > PIP_SHOWN)
		advi_buf_printf(&text, " and %zu more", count - PIP_SHOWN);
	print(file, style, 2, &text);
}

static void print_verdict(const struct adv_check *check, FILE *file, const struct adv_style *style)
{
	advi_print_line(file, style, check->solvable ? ADVI_GOOD : ADVI_BAD, "%s %s be solved%s%s",
			check->path, check->solvable ? "can" : "can't", check->label ? ": " : "",
			check->label ? check->label : "");
}

static void print_solved(const struct adv_check *check, FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);
	size_t count = advi_world_base(check->world)->records.count;

	print_verdict(check, file, style);
	advi_text_count(&text, count);
	advi_buf_printf(&text, " package%s, ", count == 1 ? "" : "s");
	advi_text_bytes(&text, check->bytes);
	advi_buf_text(&text, " to download");
	if (check->unsized)
		advi_buf_printf(&text, " (the channel tells no size of %zu of them)",
				check->unsized);
	if (check->python)
		advi_buf_printf(&text, ", Python %s", check->python);
	print(file, style, 2, &text);
}

static void print_conflict(const struct advi_conflict *conflict, FILE *file,
			   const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	fputc('\n', file);
	for (size_t i = 0; i < conflict->written.count; i++) {
		if (conflict->spots.at[i].line)
			advi_buf_printf(&text, "line %u: ", conflict->spots.at[i].line);
		advi_buf_text(&text, conflict->written.at[i]);
		print(file, style, 2, &text);
	}
	if (!conflict->why->found)
		return;
	advi_why_line(conflict->why, &text);
	print(file, style, 4, &text);
}

static void print_clash(const struct adv_check *check, FILE *file, const struct adv_style *style)
{
	print_verdict(check, file, style);
	for (size_t i = 0; i < check->conflicts.count; i++)
		print_conflict(&check->conflicts.at[i], file, style);
	if (check->more)
		advi_print_paragraph(file, style, 2, 4, "... and more that clashes");
	if (!check->conflicts.count && check->notes.count)
		advi_print_paragraph(file, style, 2, 4, check->notes.at[check->notes.count - 1]);
}

/* --- what changes --- */

static void say_change(struct advi_buf *out, const struct advi_change *change)
{
	const struct advi_part *from = change->from, *to = change->to;
	const struct advi_part *one = to ? to : from;

	advi_buf_text(out, one->name);
	if (change->kind == ADVI_REBUILT && from->build && to->build)
		advi_buf_printf(out, " %s (%s, was %s)", to->version, to->build, from->build);
	else if (from && to)
		advi_buf_printf(out, " %s (was %s)", to->version ? to->version : "?",
				from->version ? from->version : "?");
	else if (one->version)
		advi_buf_printf(out, " %s", one->version);
	if (one->pip)
		advi_buf_text(out, " by pip");
}

static void print_changes_of(const struct adv_check *check, enum advi_change_kind kind, FILE *file,
			     const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);
	size_t count = 0, most = style->rows ? NAMES_SHOWN : check->changes.count;

	for (size_t i = 0; i < check->changes.count; i++)
		count += check->changes.at[i].kind == kind;
	if (!count)
		return;
	advi_buf_printf(&text, "%s (%zu): ", advi_change_name(kind), count);
	for (size_t i = 0, n = 0; i < check->changes.count; i++) {
		if (check->changes.at[i].kind != kind || n++ >= most)
			continue;
		advi_buf_text(&text, n > 1 ? ", " : "");
		say_change(&text, &check->changes.at[i]);
	}
	if (count > most)
		advi_buf_printf(&text, " and %zu more", count - most);
	print(file, style, 2, &text);
}

static void print_changes(const struct adv_check *check, FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	if (!check->compared)
		return;
	fputc('\n', file);
	advi_print_line(file, style, ADVI_BOLD, "Against base");
	if (!check->changes.count) {
		advi_print_paragraph(file, style, 2, 4, "nothing changes");
		return;
	}
	advi_check_say_growth(check, &text);
	print(file, style, 2, &text);
	for (int kind = 0; kind < ADVI_CHANGES; kind++)
		print_changes_of(check, (enum advi_change_kind)kind, file, style);
}

/* --- who loses what --- */

static const struct advi_column loss_columns[] = {
	{"package", false, true},    {"base has", false, false},       {"becomes", false, false},
	{"users", true, false},      {"of this version", true, false}, {"projects", true, false},
	{"among them", false, true},
};

static void add_users(const struct adv_check *check, struct advi_table *table, uint64_t users)
{
	if (users)
		advi_table_count(table, users);
	else
		advi_table_printf(table, "<%llu", (unsigned long long)check->min_users);
}

static void add_loss(const struct adv_check *check, struct advi_table *table,
		     const struct advi_loss *loss)
{
	ADVI_AUTO(buf) struct advi_buf names = ADVI_BUF_INIT(TEXT_CAP);

	advi_table_text(table, loss->package);
	advi_table_text(table, loss->from);
	advi_table_text(table, loss->to ? loss->to : "goes");
	add_users(check, table, loss->users);
	if (loss->version_known && (loss->version_users || loss->version_few))
		add_users(check, table, loss->version_users);
	else
		advi_table_text(table, "-");
	advi_table_dash(table, loss->project_count);
	for (size_t i = 0; i < loss->projects.count && i < NAMES_SHOWN; i++)
		advi_buf_printf(&names, "%s%s", i ? " " : "", loss->projects.at[i]);
	advi_table_str(table, advi_buf_str(&names));
}

static void print_losses(const struct adv_check *check, FILE *file, const struct adv_style *style)
{
	struct advi_table table;
	size_t shown = check->losses.count < LOSSES_SHOWN ? check->losses.count : LOSSES_SHOWN;

	if (!check->asked_usage)
		return;
	fputc('\n', file);
	if (!check->usage_first) {
		advi_print_line(file, style, ADVI_BOLD, "Who loses what");
		advi_print_paragraph(file, style, 2, 4, "there is no usage in these months");
		return;
	}
	advi_print_line(file, style, ADVI_BOLD, "Who loses what (usage of %s to %s)",
			check->usage_first, check->usage_last);
	if (!shown) {
		advi_print_paragraph(
			file, style, 2, 4,
			"nobody: of what goes or changes nothing is imported from base");
		return;
	}
	advi_table_init(&table, loss_columns, ADVI_COUNT(loss_columns));
	for (size_t i = 0; i < shown; i++)
		add_loss(check, &table, &check->losses.at[i]);
	advi_table_print_whole(&table, file, style, 2);
	advi_table_clear(&table);
	if (shown < check->losses.count)
		advi_print_paragraph(file, style, 2, 4, "... and more; --json has all");
}

/* --- what breaks rules --- */

/* Clashes stand above in full. */
static bool is_told(const struct adv_check *check, const struct advi_finding *finding)
{
	return finding->rule == ADVI_RULE_SOLVABLE && check->conflicts.count;
}

static void print_finding(const struct advi_finding *finding, FILE *file,
			  const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

	advi_buf_text(&text, advi_severity_name(finding->severity));
	if (finding->spot.line)
		advi_buf_printf(&text, ", line %u", finding->spot.line);
	advi_buf_printf(&text, ": %s [%s]", finding->message, advi_rule_name(finding->rule));
	print(file, style, 2, &text);
	if (finding->help)
		advi_print_paragraph(file, style, 4, 6, finding->help);
}

static void print_findings(const struct adv_check *check, FILE *file, const struct adv_style *style)
{
	size_t of_rule[ADVI_POLICY_RULES] = {0}, left = 0;

	if (!check->findings.count)
		return;
	fputc('\n', file);
	advi_print_line(file, style, check->counts[ADVI_ERROR] ? ADVI_BAD : ADVI_BOLD,
			"%zu error%s, %zu warning%s, %zu note%s", check->counts[ADVI_ERROR],
			check->counts[ADVI_ERROR] == 1 ? "" : "s", check->counts[ADVI_WARNING],
			check->counts[ADVI_WARNING] == 1 ? "" : "s", check->counts[ADVI_REMARK],
			check->counts[ADVI_REMARK] == 1 ? "" : "s");
	for (size_t i = 0; i < check->findings.count; i++) {
		const struct advi_finding *finding = &check->findings.at[i];

		if (is_told(check, finding))
			continue;
		if (of_rule[finding->rule]++ < OF_A_RULE)
			print_finding(finding, file, style);
		else
			left++;
	}
	if (left)
		advi_print_line(file, style, ADVI_PLAIN,
				"  ... and %zu more of these rules; --json has all", left);
}

static void write_text(const struct adv_check *check, FILE *file, const struct adv_style *style)
{
	if (!check->site) {
		advi_print_line(file, style, ADVI_BAD, "%s can't be read", check->path);
	} else if (check->solvable) {
		print_solved(check, file, style);
		print_pip(check, file, style);
	} else {
		print_clash(check, file, style);
	}
	print_changes(check, file, style);
	print_losses(check, file, style);
	print_findings(check, file, style);
}

void advi_check_text(const struct advi_check_view *view, FILE *file, const struct adv_style *style)
{
	for (size_t i = 0; i < view->count; i++) {
		if (i)
			fputc('\n', file);
		write_text(view->checks[i], file, style);
	}
}
