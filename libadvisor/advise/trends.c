/* SPDX-License-Identifier: BSD-3-Clause */
/* Which packages more users, or fewer, import than before. */
#include "advise/trends.h"

#include "advise/rates.h"

struct test {
	size_t package; /* index into the history's packages */
	struct advi_rate_ratio ratio;
};

typedef ADVI_VEC(struct test) tests;

static int by_p(const void *a, const void *b)
{
	const struct test *x = a, *y = b;

	return (x->ratio.p > y->ratio.p) - (x->ratio.p < y->ratio.p);
}

static void test_all(tests *out, const struct advi_history *history)
{
	for (size_t i = 0; i < history->all.count; i++) {
		const struct advi_package_history *at = &history->all.at[i];
		struct test *test;

		if (at->recent + at->former < ADVI_TREND_EVENTS)
			continue;
		test = advi_vec_new(out);
		test->package = i;
		advi_rates_compare(&test->ratio,
				   (struct advi_rate){at->recent, history->recent.active},
				   (struct advi_rate){at->former, history->former.active});
	}
	advi_vec_sort(out, by_p);
}

static void add(struct adv_plan *plan, const struct advi_history *history,
		const struct adv_site *site, const struct test *test, double q)
{
	const struct advi_package_history *at = &history->all.at[test->package];
	struct advi_str name = history->packages.entries.at[test->package].key;
	bool grows = test->ratio.ratio > 1;

	if ((grows ? at->recent_users : at->former_users) < ADVI_TREND_USERS)
		return;
	advi_vec_push(&plan->trends,
		      ((struct advi_trend){.name = advi_arena_str(&plan->arena, name),
					   .kind = grows ? "emerging" : "declining",
					   .recent = at->recent,
					   .former = at->former,
					   .recent_users = at->recent_users,
					   .former_users = at->former_users,
					   .in_base = advi_site_in_base(site, name),
					   .ratio = test->ratio.ratio,
					   .low = test->ratio.low,
					   .high = test->ratio.high,
					   .p = test->ratio.p,
					   .q = q}));
}

/* Emerging ones first, the surest first, then by name. */
static int in_order(const void *a, const void *b)
{
	const struct advi_trend *x = a, *y = b;
	int order = strcmp(y->kind, x->kind);

	if (order)
		return order;
	if (x->q != y->q)
		return x->q < y->q ? -1 : 1;
	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return strcmp(x->name, y->name);
}

static struct advi_period period(struct adv_plan *plan, const struct advi_window *window)
{
	struct advi_period out = {.months = window->months, .active = window->active};

	if (window->months) {
		out.first = advi_month_text(&plan->arena, window->first);
		out.last = advi_month_text(&plan->arena, window->last);
	}
	return out;
}

void advi_trends_find(struct adv_plan *plan, const struct advi_history *history,
		      const struct adv_site *site)
{
	tests all = {0};
	double *q;

	plan->recent = period(plan, &history->recent);
	plan->former = period(plan, &history->former);
	if (!history->recent.active || !history->former.active)
		return;
	test_all(&all, history);
	plan->trends_tested = all.count;
	q = advi_calloc(all.count + 1, sizeof(*q));
	for (size_t i = 0; i < all.count; i++)
		q[i] = all.at[i].ratio.p;
	advi_rates_adjust(q, all.count);
	for (size_t i = 0; i < all.count; i++)
		if (q[i] <= ADVI_TREND_LEVEL)
			add(plan, history, site, &all.at[i], q[i]);
	advi_vec_sort(&plan->trends, in_order);
	free(q);
	advi_vec_clear(&all);
}
