/* SPDX-License-Identifier: BSD-3-Clause */
/* A plan's budget, and how sure it is that there is no better choice, for people. */
#include "report/plan_choice.h"

#include "base/text.h"

static void add_limit(struct advi_buf *text, uint64_t limit, const char *unit, bool bytes,
		      bool *first)
{
	if (!limit)
		return;
	advi_buf_text(text, *first ? "The budget is " : " and ");
	*first = false;
	if (bytes)
		advi_text_bytes(text, limit);
	else
		advi_text_count(text, limit);
	if (!bytes)
		advi_buf_printf(text, " %s%s", unit, limit == 1 ? "" : "s");
}

static void print_budget(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(256);
	bool first = true;

	add_limit(&text, plan->max_packages, "package", false, &first);
	add_limit(&text, plan->max_bytes, "", true, &first);
	add_limit(&text, plan->max_files, "file", false, &first);
	if (first)
		return;
	advi_buf_text(&text, ".");
	advi_print_paragraph(file, style, 2, 4, text.ptr);
}

/* What is left to prove, in whole users or tenths of a percent, whichever is clearer. */
static void say_proof(const struct advi_plan_choice *choice, bool quotas, struct advi_buf *text)
{
	const char *which = quotas ? " that comes as near to the quotas" : "";
	bool users = strcmp(choice->objective, "users") == 0;

	if (choice->proved)
		advi_buf_printf(text,
				"It is proved that no other choice%s %s, at the cost that each "
				"package has by itself.",
				which, users ? "covers more users" : "serves more");
	else
		advi_buf_printf(text,
				"No choice%s can be better by more than %.1f %%, at the cost that "
				"each package has by itself; %s.",
				which, 100 * advi_plan_gap(choice),
				choice->time_up || strcmp(choice->by, "cbc") == 0
					? "time was up before more was proved"
					: "without CBC nothing more is proved");
	if (choice->refused)
		advi_buf_printf(text,
				" %llu better one%s refused, since %s can't be solved or "
				"cost%s more together.",
				(unsigned long long)choice->refused,
				choice->refused == 1 ? " was" : "s were",
				choice->refused == 1 ? "it" : "they",
				choice->refused == 1 ? "s" : "");
}

void advi_print_choice(const struct adv_plan *plan, FILE *file, const struct adv_style *style)
{
	const struct advi_plan_choice *choice = &plan->choice;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1024);

	print_budget(plan, file, style);
	if (!choice->objective || !choice->by)
		return;
	say_proof(choice, plan->quotas.count > 0, &text);
	advi_print_paragraph(file, style, 2, 4, text.ptr);
}
