/* SPDX-License-Identifier: BSD-3-Clause */
/* Backtests: who decides what, what it comes to, and that nothing is asked twice. */
#include "unit.h"

#include "advise/backtest.h"
#include "advise/fake.h"
#include "advise/popular.h"
#include "advise/remember.h"

static struct adv_err err;

#define BIT(i) (UINT32_C(1) << (i))

static const char recipe[] = "name: centre\nplaces: [{class: home, prefix: /home}]\n"
			     "base_packages: [p00]\n";

/* Base is p00. p01 needs p02 and p03; p04 stands alone; p05 clashes with base; p06 is nowhere. */
static struct advi_oracle make_world(struct fake *fake)
{
	fake_init(fake, 8, 1);
	fake->needs[1] = BIT(2) | BIT(3);
	fake->clashes[5] = BIT(0);
	fake->known[6] = false;
	fake_seal(fake);
	return fake_oracle(fake);
}

static void uses(struct advi_workloads *workloads, uint64_t each, uint64_t nowhere)
{
	struct advi_workload *last = &workloads->all.at[workloads->all.count - 1];

	for (size_t i = 0; i < last->needs.count; i++)
		last->needs.at[i].own = last->needs.at[i].outside ? each : 0;
	last->nowhere_own = nowhere;
}

/* Three users want p01, two p04, four p05. */
static void make_past(struct advi_workloads *out, const struct fake *fake)
{
	for (unsigned user = 0; user < 3; user++)
		fake_workload(out, fake, user, 0, BIT(0) | BIT(1), 0);
	for (unsigned user = 3; user < 5; user++)
		fake_workload(out, fake, user, 0, BIT(4), 0);
	for (unsigned user = 5; user < 9; user++)
		fake_workload(out, fake, user, 0, BIT(5), 0);
}

/* One user wants p01, two want p04 and one of them something from nowhere, three want p07. */
static void make_future(struct advi_workloads *out, const struct fake *fake)
{
	fake_workload(out, fake, 0, 0, BIT(0) | BIT(1), 0);
	uses(out, 10, 0);
	fake_workload(out, fake, 3, 0, BIT(4), 0);
	uses(out, 3, 0);
	fake_workload(out, fake, 4, 0, BIT(4), 1);
	uses(out, 5, 2);
	for (unsigned user = 9; user < 12; user++) {
		fake_workload(out, fake, user, 0, BIT(7), 0);
		uses(out, 1, 0);
	}
}

static struct adv_backtest *decide(struct fake *fake, const uint64_t *budgets, size_t count)
{
	struct adv_backtest *backtest = advi_calloc(1, sizeof(*backtest));
	struct advi_oracle oracle = make_world(fake);
	struct advi_workloads past = {0}, future = {0};
	ADV_AUTO(site) struct adv_site *site = NULL;
	struct advi_backtest_input input = {&past, &future, &future, NULL, &oracle, {0}};

	make_past(&past, fake);
	make_future(&future, fake);
	assert_ok(advi_site_parse(&site, advi_str(recipe), "x/site.yml", &err));
	input.site = site;
	advi_vec_push(&backtest->months, "2025-03");
	assert_ok(advi_backtest_decide(backtest, &input, budgets, count, NULL, &err));
	/* Nothing of it may live in what it was made from. */
	advi_workloads_clear(&past);
	advi_workloads_clear(&future);
	return backtest;
}

static void chose(const struct advi_decision *decision, const char *first, const char *second)
{
	size_t count = (first != NULL) + (second != NULL);

	assert_int_equal(decision->packages.count, count);
	if (first)
		assert_string_equal(decision->packages.at[0], first);
	if (second)
		assert_string_equal(decision->packages.at[1], second);
}

static void test_decided(void **state)
{
	static const uint64_t budgets[] = {1, 4};
	struct fake fake;
	ADV_AUTO(backtest) struct adv_backtest *backtest = decide(&fake, budgets, 2);
	const struct advi_decision *small = backtest->budgets.at[0].by;
	const struct advi_decision *large = backtest->budgets.at[1].by;

	(void)state;
	chose(&small[ADVI_BY_POPULARITY], "p04", NULL);
	chose(&small[ADVI_BY_PLAN], "p04", NULL);
	chose(&small[ADVI_BY_CLAIRVOYANCE], "p07", NULL);
	chose(&large[ADVI_BY_POPULARITY], "p01", "p04");
	assert_int_equal(large[ADVI_BY_POPULARITY].added.count, 4);
	assert_string_equal(large[ADVI_BY_POPULARITY].added.at[3], "p04");
	assert_int_equal(large[ADVI_BY_POPULARITY].added_bytes, 400);
	assert_int_equal(large[ADVI_BY_PLAN].added.count, 4);
	assert_int_equal(large[ADVI_BY_CLAIRVOYANCE].measured.total.users_covered, 4);
	fake_clear(&fake);
}

static void test_measured(void **state)
{
	static const uint64_t budgets[] = {4};
	struct fake fake;
	ADV_AUTO(backtest) struct adv_backtest *backtest = decide(&fake, budgets, 1);
	const struct advi_measured *plan = &backtest->budgets.at[0].by[ADVI_BY_PLAN].measured;
	const struct advi_reach *base = &backtest->base.total;

	(void)state;
	assert_int_equal(base->users, 6);
	assert_int_equal(base->workloads, 6);
	assert_int_equal(base->users_covered, 0);
	assert_int_equal(base->uses, 10 + 3 + 5 + 2 + 3);
	assert_int_equal(base->uses_served, 0);
	assert_int_equal(plan->total.users_covered, 2);
	assert_int_equal(plan->total.workloads_covered, 2);
	assert_int_equal(plan->total.uses_served, 10 + 3 + 5);
	assert_int_equal(plan->total.uses_gone, 10 + 3);
	assert_memory_equal(&plan->total, &plan->months[0], sizeof(plan->total));
	fake_clear(&fake);
}

/* The second of two equal budgets costs no question more. */
static void test_asked_once(void **state)
{
	static const uint64_t budgets[] = {4, 4};
	struct fake fake;
	unsigned once;

	(void)state;
	adv_backtest_free(decide(&fake, budgets, 1));
	once = fake.asked;
	fake_clear(&fake);
	adv_backtest_free(decide(&fake, budgets, 2));
	assert_int_equal(fake.asked, once);
	fake_clear(&fake);
}

static void test_memory(void **state)
{
	static const char *const names[] = {"p01", "p04"}, *const other[] = {"p05"};
	struct fake fake;
	struct advi_oracle inner = make_world(&fake), oracle;
	struct advi_memory memory;
	struct advi_env envs[2] = {0};
	struct advi_answer answers[2] = {0};
	const struct advi_env *base;

	(void)state;
	oracle = advi_oracle_remembering(&memory, &inner);
	base = oracle.base(oracle.context);
	assert_true(oracle.knows(oracle.context, "p01"));
	assert_false(oracle.knows(oracle.context, "p06"));
	assert_ok(oracle.want(oracle.context, names, 2, NULL, &err));
	assert_ok(oracle.want(oracle.context, other, 1, NULL, &err));
	fake.wanted |= BIT(2) | BIT(3);
	for (int i = 0; i < 2; i++)
		assert_ok(oracle.extend(oracle.context, base, names, 2, ADVI_FROZEN, &envs[i],
					&answers[i], NULL, &err));
	assert_int_equal(fake.asked, 1);
	assert_int_equal(envs[1].records.count, envs[0].records.count);
	assert_int_equal(answers[1].added.count, 4);
	assert_int_equal(answers[1].added_bytes, answers[0].added_bytes);
	advi_env_clear(&envs[1]);
	advi_answer_clear(&answers[1]);
	/* Another environment, another freedom, other specs: other questions. */
	answers[1] = (struct advi_answer){0};
	assert_ok(oracle.extend(oracle.context, &envs[0], names, 2, ADVI_FROZEN, &envs[1],
				&answers[1], NULL, &err));
	advi_env_clear(&envs[1]);
	envs[1] = (struct advi_env){0};
	advi_answer_clear(&answers[1]);
	assert_ok(oracle.extend(oracle.context, base, names, 2, ADVI_FAVOURED, &envs[1],
				&answers[1], NULL, &err));
	advi_env_clear(&envs[1]);
	envs[1] = (struct advi_env){0};
	advi_answer_clear(&answers[1]);
	for (int i = 0; i < 2; i++) {
		assert_ok(oracle.extend(oracle.context, base, other, 1, ADVI_FROZEN, &envs[1],
					&answers[1], NULL, &err));
		assert_false(answers[1].possible);
		assert_string_equal(answers[1].why, "it clashes");
		advi_answer_clear(&answers[1]);
	}
	assert_int_equal(fake.asked, 4);
	advi_env_clear(&envs[0]);
	advi_env_clear(&envs[1]);
	advi_answer_clear(&answers[0]);
	advi_memory_clear(&memory);
	fake_clear(&fake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decided),
		cmocka_unit_test(test_measured),
		cmocka_unit_test(test_asked_once),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests_name("backtests", tests, NULL, NULL);
}
