/* SPDX-License-Identifier: BSD-3-Clause */
/* The months of a backtest: which there are, and the workloads of each. */
#include "advise/backtest.h"

#include "advise/budgets.h"
#include "advise/make.h"
#include "base/err.h"
#include "usage/data.h"
#include "usage/history.h"
#include "usage/months.h"

/* The first and last month of both parts. */
struct parts {
	uint32_t first, past_last, future_first, last;
};

static int check_options(const struct adv_backtest_options *options, struct adv_err *err)
{
	if (options->months < 1 || options->months > ADV_BACKTEST_MOST_MONTHS)
		return advi_fail(err, ADV_EUSAGE, "a backtest is of 1 to %d months, not %llu",
				 ADV_BACKTEST_MOST_MONTHS, (unsigned long long)options->months);
	return advi_budgets_check(options->budgets, options->budget_count, err);
}

/* Cuts what is known of into past and future. */
static int cut(struct adv_backtest *backtest, struct parts *out, const struct adv_store *store,
	       const struct adv_plan_options *wish, unsigned months, struct adv_err *err)
{
	struct advi_arena *arena = &backtest->arena;
	uint32_t since, until, span;
	int r;

	if ((r = advi_month_range(&since, &until, wish->since, wish->until, err)) < 0 ||
	    (r = advi_store_months(store, &out->first, &out->last, err)) < 0)
		return r;
	if (out->first && since > out->first)
		out->first = since;
	if (out->first && until && until < out->last)
		out->last = until;
	if (!out->first || out->last < out->first)
		return advi_fail(err, ADV_EINPUT,
				 "a backtest needs a past and a future, and no usage is known%s",
				 since || until ? " of these months" : "");
	span = advi_months_between(out->last, out->first) + 1;
	if (span <= months)
		return advi_fail(err, ADV_EINPUT,
				 "the history is too short: usage is known of %u month%s, %s until "
				 "%s, and a backtest of %u needs at least one more before; ask for "
				 "fewer months, or ingest older logs",
				 span, span == 1 ? "" : "s", advi_month_text(arena, out->first),
				 advi_month_text(arena, out->last), months);
	out->future_first = advi_month_before(out->last, months - 1);
	out->past_last = advi_month_before(out->last, months);
	return 0;
}

/* The workloads of a range of months. */
static int load(struct adv_backtest *backtest, struct advi_workloads *out,
		const struct adv_store *store, const struct adv_site *site, uint32_t first,
		uint32_t last, struct adv_err *err)
{
	return advi_workloads_load(out, store, site, advi_month_text(&backtest->arena, first),
				   advi_month_text(&backtest->arena, last), err);
}

/* As that, of months that there must be usage of. */
static int load_some(struct adv_backtest *backtest, struct advi_workloads *out,
		     const struct adv_store *store, const struct adv_site *site, uint32_t first,
		     uint32_t last, const char *what, struct adv_err *err)
{
	int r = load(backtest, out, store, site, first, last, err);

	return r < 0 || out->all.count
		       ? r
		       : advi_fail(err, ADV_EINPUT,
				   "nothing can be %s: no usage is known of %s until %s", what,
				   advi_month_text(&backtest->arena, first),
				   advi_month_text(&backtest->arena, last));
}

static int load_months(struct adv_backtest *backtest, struct advi_workloads *months,
		       const struct parts *parts, const struct adv_store *store,
		       const struct adv_site *site, const struct adv_watch *watch,
		       struct adv_err *err)
{
	uint32_t last = advi_months_between(parts->last, parts->future_first);
	int r = 0;

	for (uint32_t i = 0; i <= last && r == 0; i++) {
		uint32_t month = advi_month_before(parts->last, last - i);

		advi_vec_push(&backtest->months, advi_month_text(&backtest->arena, month));
		r = advi_progress(watch, "reading usage", "months", i, last + 1, err);
		if (r == 0)
			r = load(backtest, &months[i], store, site, month, month, err);
	}
	return r;
}

static void head(struct adv_backtest *backtest, const struct parts *parts,
		 const struct advi_backtest_input *input)
{
	backtest->site = advi_arena_dup(&backtest->arena, input->site->name);
	backtest->weight = adv_weight_name(input->limits.weight);
	backtest->max_bytes = input->limits.max_bytes;
	backtest->past_since = advi_month_text(&backtest->arena, parts->first);
	backtest->past_until = advi_month_text(&backtest->arena, parts->past_last);
	backtest->past_users = input->past->users.entries.count;
	backtest->past_workloads = input->past->all.count;
}

int adv_backtest_make(struct adv_backtest **out, const struct adv_store *store,
		      struct adv_world *world, const struct adv_site *site,
		      const struct adv_plan_options *wish,
		      const struct adv_backtest_options *options, const struct adv_watch *watch,
		      struct adv_err *err)
{
	static const struct adv_plan_options none = ADV_PLAN_OPTIONS_INIT;
	static const uint64_t budgets[] = {5, 10, 25, 50, 100};
	ADV_AUTO(backtest) struct adv_backtest *backtest = advi_calloc(1, sizeof(*backtest));
	struct advi_workloads past = {0}, future = {0}, *months;
	struct advi_oracle oracle = advi_oracle_of_world(world);
	struct advi_backtest_input input = {
		.past = &past, .future = &future, .site = site, .oracle = &oracle};
	bool given = options->budget_count > 0;
	struct parts parts;
	int r;

	wish = wish ? wish : &none;
	input.limits = advi_limits_of(wish, site);
	if ((r = check_options(options, err)) < 0 ||
	    (r = cut(backtest, &parts, store, wish, (unsigned)options->months, err)) < 0)
		return r;
	input.months = months = advi_calloc(options->months, sizeof(*months));
	if ((r = load_some(backtest, &past, store, site, parts.first, parts.past_last, "decided",
			   err)) == 0 &&
	    (r = load_some(backtest, &future, store, site, parts.future_first, parts.last,
			   "measured", err)) == 0 &&
	    (r = load_months(backtest, months, &parts, store, site, watch, err)) == 0) {
		head(backtest, &parts, &input);
		r = advi_backtest_decide(backtest, &input, given ? options->budgets : budgets,
					 given ? options->budget_count : ADVI_COUNT(budgets), watch,
					 err);
	}
	advi_workloads_clear(&past);
	advi_workloads_clear(&future);
	for (uint64_t i = 0; i < options->months; i++)
		advi_workloads_clear(&months[i]);
	free(months);
	if (r == 0)
		*out = advi_take(backtest);
	return r;
}
