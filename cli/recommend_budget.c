/* SPDX-License-Identifier: BSD-3-Clause */
/* recommend --budget and --budgets: packages, bytes and files in one option; a row of budgets. */
#include <stdlib.h>
#include <string.h>

#include "recommend.h"

struct opt_list recommend_budget, recommend_budgets;

/* "50", "100k", "2G"; 0 when it is none. A step from one unit to the next is 'step'. */
static uint64_t read_number(const char *text, uint64_t step)
{
	static const char units[] = "kMGT";
	size_t digits = strspn(text, "0123456789");
	char letter = text[digits] == 'K' ? 'k' : text[digits];
	const char *unit = letter ? strchr(units, letter) : NULL;
	uint64_t number = strtoull(text, NULL, 10), factor = 1;

	if (!digits || digits > 15 || (letter && (!unit || text[digits + 1])))
		return 0;
	for (const char *u = units; unit && u <= unit; u++)
		factor *= step;
	return number > UINT64_MAX / factor ? 0 : number * factor;
}

bool recommend_read_budget(struct adv_plan_options *wish)
{
	const struct {
		const char *name;
		uint64_t *to, step;
	} rows[] = {{"packages=", &wish->max_packages, 1000},
		    {"bytes=", &wish->max_bytes, 1024},
		    {"files=", &wish->max_files, 1000}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (*rows[i].to == 0) {
			term_usage("--max-%.*s 0 would add nothing: leave it away for no limit",
				   (int)strlen(rows[i].name) - 1, rows[i].name);
			return false;
		}
		if (*rows[i].to == RECOMMEND_NOT_GIVEN)
			*rows[i].to = 0;
	}
	for (size_t i = 0; i < recommend_budget.count; i++) {
		const char *text = recommend_budget.at[i];
		size_t row = 0, rows_count = sizeof(rows) / sizeof(rows[0]);

		while (row < rows_count &&
		       strncmp(text, rows[row].name, strlen(rows[row].name)) != 0)
			row++;
		if (row < rows_count)
			*rows[row].to = read_number(text + strlen(rows[row].name), rows[row].step);
		if (row == rows_count || !*rows[row].to) {
			term_usage("--budget takes packages=N, bytes=SIZE and files=N with numbers "
				   "over 0, not '%s'",
				   text);
			return false;
		}
	}
	return true;
}

static int rising(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

bool recommend_read_budgets(uint64_t out[ADV_MOST_BUDGETS], size_t *count)
{
	*count = 0;
	if (recommend_budgets.count > ADV_MOST_BUDGETS) {
		term_usage("--budgets takes at most %d numbers", ADV_MOST_BUDGETS);
		return false;
	}
	for (size_t i = 0; i < recommend_budgets.count; i++) {
		const char *text = recommend_budgets.at[i];
		size_t digits = strspn(text, "0123456789");

		out[i] = strtoull(text, NULL, 10);
		if (!digits || digits > 9 || text[digits] || !out[i]) {
			term_usage("--budgets takes numbers of packages such as 10,50, not '%s'",
				   text);
			return false;
		}
	}
	qsort(out, recommend_budgets.count, sizeof(*out), rising);
	for (size_t i = 0; i < recommend_budgets.count; i++)
		if (i == 0 || out[i] != out[i - 1])
			out[(*count)++] = out[i];
	return true;
}
