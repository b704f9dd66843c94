/* SPDX-License-Identifier: BSD-3-Clause */
/* Verdicts on an environment, as a comment of a pull request in Markdown. */
#include "base/text.h"
#include "report/check.h"

/* A comment holds 65,536 characters on GitHub; these rows stay well below. */
enum { FINDINGS_SHOWN = 60, CHANGES_SHOWN = 150, LOSSES_SHOWN = 40, CAP = 1 << 12 };

/*
 * Text that is shown as it is: nothing in it is markup, ends a cell, or calls somebody ("@name") or
 * another issue ("#12"), which a backslash does not prevent.
 */
static void put(FILE *file, const char *text)
{
	static const char marks[] = "\\`*_{}[]()~|!";

	for (; *text; text++) {
		if (*text == '<')
			fputs("&lt;", file);
		else if (*text == '>')
			fputs("&gt;", file);
		else if (*text == '&')
			fputs("&amp;", file);
		else if (*text == '@' || *text == '#')
			fprintf(file, "%c\xE2\x80\x8B", *text);
		else if (strchr(marks, *text))
			fprintf(file, "\\%c", *text);
		else
			fputc((unsigned char)*text < ' ' ? ' ' : *text, file);
	}
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void put_head(const struct advi_check_view *view, FILE *file)
{
	size_t errors = view->counts[ADVI_ERROR], warnings = view->counts[ADVI_WARNING];

	fputs("### ", file);
	put(file, view->path);
	fprintf(file, ": %s\n\n", errors ? "refused" : "accepted");
	fprintf(file, "%zu error%s, %zu warning%s, %zu note%s", errors, plural(errors), warnings,
		plural(warnings), view->counts[ADVI_REMARK], plural(view->counts[ADVI_REMARK]));
	for (size_t i = 0; i < view->count; i++) {
		const struct adv_check *check = view->checks[i];
		ADVI_AUTO(buf) struct advi_buf size = ADVI_BUF_INIT(CAP);

		if (!check->site)
			continue;
		fputs("; ", file);
		if (check->label)
			put(file, check->label);
		fputs(check->label ? ": " : "", file);
		if (!check->solvable) {
			fputs("can't be solved", file);
			continue;
		}
		advi_text_bytes(&size, check->bytes);
		fprintf(file, "%zu packages, %s to download", check->now.parts.count, size.ptr);
	}
	fputs("\n\n", file);
}

static void put_findings(const struct advi_check_view *view, FILE *file)
{
	if (!view->findings.count)
		return;
	fputs("| | line | rule | |\n|---|---:|---|---|\n", file);
	for (size_t i = 0; i < view->findings.count && i < FINDINGS_SHOWN; i++) {
		const struct advi_finding *finding = &view->findings.at[i];

		fprintf(file, "| %s | ", advi_severity_name(finding->severity));
		if (finding->spot.line)
			fprintf(file, "%u", finding->spot.line);
		fprintf(file, " | `%s` | ", advi_rule_name(finding->rule));
		put(file, finding->message);
		if (finding->help) {
			fputs(" &mdash; ", file);
			put(file, finding->help);
		}
		fputs(" |\n", file);
	}
	if (view->findings.count > FINDINGS_SHOWN)
		fprintf(file, "\n... and %zu more\n", view->findings.count - FINDINGS_SHOWN);
	fputc('\n', file);
}

static void put_version(const struct advi_part *part, bool build, FILE *file)
{
	if (!part)
		return;
	put(file, part->version ? part->version : "");
	if (build && part->build) {
		fputc(' ', file);
		put(file, part->build);
	}
}

static void put_changes(const struct adv_check *check, FILE *file)
{
	ADVI_AUTO(buf) struct advi_buf growth = ADVI_BUF_INIT(CAP);

	if (!check->compared || !check->changes.count)
		return;
	advi_check_say_growth(check, &growth);
	fprintf(file, "<details><summary>Against base: %zu packages differ; %s</summary>\n\n",
		check->changes.count, growth.ptr);
	fputs("| | package | base | here |\n|---|---|---|---|\n", file);
	for (size_t i = 0; i < check->changes.count && i < CHANGES_SHOWN; i++) {
		const struct advi_change *change = &check->changes.at[i];
		const struct advi_part *one = change->to ? change->to : change->from;

		fprintf(file, "| %s | ", advi_change_name(change->kind));
		put(file, one->name);
		fputs(one->pip ? " (pip) | " : " | ", file);
		put_version(change->from, change->kind == ADVI_REBUILT, file);
		fputs(" | ", file);
		put_version(change->to, change->kind == ADVI_REBUILT, file);
		fputs(" |\n", file);
	}
	if (check->changes.count > CHANGES_SHOWN)
		fprintf(file, "\n... and %zu more\n", check->changes.count - CHANGES_SHOWN);
	fputs("\n</details>\n\n", file);
}

static void put_users(const struct adv_check *check, uint64_t users, FILE *file)
{
	if (users)
		fprintf(file, "%llu", (unsigned long long)users);
	else
		fprintf(file, "&lt;%llu", (unsigned long long)check->min_users);
}

static void put_losses(const struct adv_check *check, FILE *file)
{
	if (!check->losses.count)
		return;
	fprintf(file,
		"<details><summary>Who imports from base what goes or changes (%s to "
		"%s)</summary>\n\n"
		"| package | base | here | users | projects |\n|---|---|---|---:|---:|\n",
		check->usage_first, check->usage_last);
	for (size_t i = 0; i < check->losses.count && i < LOSSES_SHOWN; i++) {
		const struct advi_loss *loss = &check->losses.at[i];

		fputs("| ", file);
		put(file, loss->package);
		fputs(" | ", file);
		put(file, loss->from ? loss->from : "");
		fputs(" | ", file);
		put(file, loss->to ? loss->to : "goes");
		fputs(" | ", file);
		put_users(check, loss->users, file);
		fprintf(file, " | %llu |\n", (unsigned long long)loss->project_count);
	}
	if (check->losses.count > LOSSES_SHOWN)
		fprintf(file, "\n... and %zu more\n", check->losses.count - LOSSES_SHOWN);
	fputs("\n</details>\n\n", file);
}

void advi_check_markdown(const struct advi_check_view *view, FILE *file,
			 const struct adv_style *style)
{
	(void)style;
	put_head(view, file);
	put_findings(view, file);
	/* Of several verdicts the first's: they differ in Python or machine, not in what is meant.
	 */
	if (view->count) {
		put_changes(view->checks[0], file);
		put_losses(view->checks[0], file);
	}
}
