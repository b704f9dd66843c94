/* SPDX-License-Identifier: BSD-3-Clause */
/* recommend --backtest: decide on the past, measure on the future. */
#include <stdlib.h>
#include <string.h>

#include "recommend.h"

uint64_t recommend_months = RECOMMEND_NOT_GIVEN;
struct opt_list recommend_budgets;

static int rising(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* Reads the numbers into 'out', rising and each once. */
static bool read_budgets(uint64_t out[ADV_BACKTEST_MOST_BUDGETS], size_t *count)
{
	*count = 0;
	if (recommend_budgets.count > ADV_BACKTEST_MOST_BUDGETS) {
		term_usage("--budgets takes at most %d numbers", ADV_BACKTEST_MOST_BUDGETS);
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

int recommend_backtest(const struct recommend *asked)
{
	ADV_AUTO(backtest) struct adv_backtest *backtest = NULL;
	uint64_t budgets[ADV_BACKTEST_MOST_BUDGETS];
	struct adv_backtest_options options = {.months = recommend_months, .budgets = budgets};
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (!read_budgets(budgets, &options.budget_count))
		return 2;
	r = adv_backtest_make(&backtest, asked->store, asked->world, asked->site, asked->wish,
			      &options, term_watch(), &err);
	if (r == 0 && asked->output)
		r = adv_backtest_write_file(backtest, asked->output, &err);
	if (r < 0)
		return term_fail(&err, r);
	term_done();
	if (asked->output && strcmp(asked->output, "-") == 0)
		return term_flush(0);
	r = adv_backtest_write(backtest, ADV_FORMAT_TEXT, stdout, &style, &err);
	return r < 0 ? term_fail(&err, r) : term_flush(0);
}
