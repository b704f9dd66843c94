/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules about the environment as a whole: solved, compared, read, within its budget. */
#include <stdio.h>

#include "advise/check.h"
#include "advise/oracle.h"
#include "base/text.h"
#include "site/site.h"

enum { NAMED_CAP = 1200 };

/* "line 3 (python 3.11.*) and line 5 (numpy >=2)": all of a conflict but one. */
static void say_others(struct advi_buf *out, const struct advi_conflict *conflict, size_t but)
{
	size_t left = conflict->written.count - 1;

	for (size_t i = 0; i < conflict->written.count; i++) {
		unsigned line = conflict->spots.at[i].line;

		if (i == but)
			continue;
		if (line)
			advi_buf_printf(out, "line %u (%s)", line, conflict->written.at[i]);
		else
			advi_buf_text(out, conflict->written.at[i]);
		left--;
		advi_buf_text(out, left > 1 ? ", " : left ? " and " : "");
	}
}

/* Spots are by line. */
static unsigned last_line(const struct advi_conflict *conflict)
{
	return conflict->spots.at[conflict->spots.count - 1].line;
}

static void tell_conflict(struct adv_check *check, const struct advi_conflict *conflict)
{
	ADVI_AUTO_PTR char *why = advi_explain_line(conflict->why);

	for (size_t i = 0; i < conflict->written.count; i++) {
		ADVI_AUTO(buf) struct advi_buf others = ADVI_BUF_INIT(NAMED_CAP);
		bool alone = conflict->written.count == 1;

		/* What another Python was asked for by is in no line: the others tell it. */
		if (!conflict->spots.at[i].line && last_line(conflict))
			continue;
		say_others(&others, conflict, i);
		advi_find(check, ADVI_RULE_SOLVABLE, conflict->spots.at[i], NULL,
			  alone ? "'%s' can't be had%s: %s" : "'%s' clashes with %s: %s",
			  conflict->written.at[i], alone ? "" : advi_buf_str(&others).ptr, why)
			->help = alone ? "change it, or leave it out"
				       : "change one of these lines, or leave it out";
	}
	/* A clash that is in no line of the file, but in what it is held against. */
	if (!conflict->written.count)
		advi_find(check, ADVI_RULE_SOLVABLE, (struct advi_spot){0}, NULL, "%s", why);
}

int advi_rule_solvable(struct adv_check *check, const struct advi_rule_set *set,
		       const struct adv_watch *watch, struct adv_err *err)
{
	(void)set, (void)watch, (void)err;
	for (size_t i = 0; i < check->conflicts.count; i++)
		tell_conflict(check, &check->conflicts.at[i]);
	if (!check->solvable && !check->conflicts.count)
		advi_find(check, ADVI_RULE_SOLVABLE, (struct advi_spot){0}, NULL,
			  "the environment can't be solved%s%s", check->notes.count ? ": " : "",
			  check->notes.count ? check->notes.at[check->notes.count - 1] : "");
	return 0;
}

int advi_rule_base(struct adv_check *check, const struct advi_rule_set *set,
		   const struct adv_watch *watch, struct adv_err *err)
{
	(void)set, (void)watch, (void)err;
	if (!check->base || check->compared)
		return 0;
	if (check->before.knowledge == ADVI_ASKED)
		advi_find(check, ADVI_RULE_BASE, (struct advi_spot){0}, NULL,
			  "what changes is not known, since base itself can't be solved");
	else
		advi_find(check, ADVI_RULE_BASE, (struct advi_spot){0}, NULL,
			  "what changes is not known, since the environment can't be solved");
	return 0;
}

int advi_rule_unread(struct adv_check *check, const struct advi_rule_set *set,
		     const struct adv_watch *watch, struct adv_err *err)
{
	(void)set, (void)watch, (void)err;
	for (size_t i = 0; i < check->site->base_passed_over.count; i++) {
		const struct advi_passed_over *part = &check->site->base_passed_over.at[i];

		advi_find(check, ADVI_RULE_UNREAD, part->spot, NULL,
			  "the section '%s' is passed over, by conda too", part->what)
			->help = "conda reads packages, and a section 'pip'; leave out the rest";
	}
	return 0;
}

/* --- the budget --- */

static void say_amount(char out[40], uint64_t amount, bool bytes)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(40);

	if (bytes)
		advi_text_bytes(&text, amount);
	else
		advi_text_count(&text, amount);
	snprintf(out, 40, "%s", text.ptr);
}

/* 'has' of something, of which 'most' are allowed; 0: any number. */
static void limit(struct adv_check *check, uint64_t has, uint64_t most, bool bytes,
		  const char *what)
{
	char is[40], allowed[40];

	if (!most || has <= most)
		return;
	say_amount(is, has, bytes);
	say_amount(allowed, most, bytes);
	advi_find(check, ADVI_RULE_BUDGET, (struct advi_spot){0}, NULL, "%s: %s, of %s allowed",
		  what, is, allowed);
}

static uint64_t growth(int64_t more)
{
	return more > 0 ? (uint64_t)more : 0;
}

static void limit_growth(struct adv_check *check, const struct advi_rule_set *set)
{
	const struct adv_site *site = check->site;
	uint64_t added = 0;

	for (size_t i = 0; i < check->changes.count; i++)
		added += check->changes.at[i].kind == ADVI_ADDED && !check->changes.at[i].to->pip;
	limit(check, added, set->max_added_packages ? set->max_added_packages : site->max_packages,
	      false, "packages that base has not");
	limit(check, growth(check->bytes_more),
	      set->max_added_bytes ? set->max_added_bytes : site->max_bytes, true,
	      "to download beyond what base has");
	limit(check, growth(check->files_more),
	      set->max_added_files ? set->max_added_files : site->max_files, false,
	      "files beyond what base has, as estimated from sizes");
}

int advi_rule_budget(struct adv_check *check, const struct advi_rule_set *set,
		     const struct adv_watch *watch, struct adv_err *err)
{
	uint64_t bytes = 0, files = 0;

	(void)watch, (void)err;
	if (check->now.knowledge == ADVI_ASKED)
		return 0;
	for (size_t i = 0; i < check->now.conda; i++) {
		const struct advi_record *record = check->now.parts.at[i].record;

		bytes += record ? record->size : 0;
		files += record ? advi_files_estimate(record) : 0;
	}
	limit(check, check->now.parts.count, set->max_packages, false, "packages");
	limit(check, bytes, set->max_bytes, true, "to download");
	limit(check, files, set->max_files, false, "files, as estimated from sizes");
	if (check->compared)
		limit_growth(check, set);
	return 0;
}
