/* SPDX-License-Identifier: BSD-3-Clause */
/* recommend --backtest: decide on the past, measure on the future. */
#include <string.h>

#include "recommend.h"

uint64_t recommend_months = RECOMMEND_NOT_GIVEN;

int recommend_backtest(const struct recommend *asked)
{
	ADV_AUTO(backtest) struct adv_backtest *backtest = NULL;
	uint64_t budgets[ADV_MOST_BUDGETS];
	struct adv_backtest_options options = {.months = recommend_months, .budgets = budgets};
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (!recommend_read_budgets(budgets, &options.budget_count))
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
