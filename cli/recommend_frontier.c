/* SPDX-License-Identifier: BSD-3-Clause */
/* recommend --frontier: benefit against budget. */
#include <string.h>

#include "recommend.h"

bool recommend_frontier_asked;

bool recommend_frontier_ready(const struct adv_plan_options *wish)
{
	if (!recommend_frontier_asked)
		return true;
	if (recommend_months != RECOMMEND_NOT_GIVEN || recommend_whatif_opts.asked) {
		term_usage("--frontier, --backtest and --whatif are asked one at a time");
		return false;
	}
	if (wish->max_packages) {
		term_usage("--frontier has --budgets in place of one budget of packages");
		return false;
	}
	if (wish->max_bundles) {
		term_usage("--frontier makes no plan that bundles would be beside");
		return false;
	}
	return true;
}

int recommend_frontier(const struct recommend *asked)
{
	ADV_AUTO(frontier) struct adv_frontier *frontier = NULL;
	uint64_t budgets[ADV_MOST_BUDGETS];
	size_t count;
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (!recommend_read_budgets(budgets, &count))
		return 2;
	r = adv_frontier_make(&frontier, asked->store, asked->world, asked->site, asked->wish,
			      budgets, count, term_watch(), &err);
	if (r == 0 && asked->output)
		r = adv_frontier_write_file(frontier, asked->output, &err);
	if (r < 0)
		return term_fail(&err, r);
	term_done();
	if (asked->output && strcmp(asked->output, "-") == 0)
		return term_flush(0);
	r = adv_frontier_write(frontier, ADV_FORMAT_TEXT, stdout, &style, &err);
	return r < 0 ? term_fail(&err, r) : term_flush(0);
}
