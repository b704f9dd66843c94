/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The best choice on logs with a known truth, dependencies and solving left out; and the same
 * program solved by the cbc program from a file.
 */
#include "unit.h"

#include <math.h>

#include "advise/cbc.h"
#include "advise/lp.h"
#include "advise/popular.h"
#include "advise/steps.h"

static struct adv_err err;

/* Users of 480 who are wholly covered within so many packages; most popular first gives fewer. */
static const struct {
	uint64_t packages, users, popular;
} known[] = {{5, 51, 50},    {10, 67, 52},    {25, 96, 73},
	     {50, 139, 103}, {100, 218, 176}, {200, 353, 330}};

static struct {
	struct adv_site *site;
	struct advi_workloads workloads;
	struct advi_demand demand;
	struct advi_alone alone;
	struct advi_oracle oracle;
	char folder[4096], path[4200];
} input;

static int read_logs(void **state)
{
	const char *shared = getenv("SHARED");
	ADV_AUTO(store) struct adv_store *store = NULL;
	struct adv_ingest_summary summary;
	char log[4096], recipe[4096];
	const char *logs = log;

	(void)state;
	snprintf(log, sizeof(log), "%s/data/usage/polaris-40MB.jsonl.zst", shared ? shared : "");
	snprintf(recipe, sizeof(recipe), "%s/data/usage/site.json", shared ? shared : "");
	if (!shared || access(log, R_OK) != 0)
		return 0;
	unit_folder(input.folder);
	snprintf(input.path, sizeof(input.path), "%s/usage.db", input.folder);
	assert_ok(adv_site_read(&input.site, recipe, &err));
	assert_ok(adv_store_open(&store, input.path, ADV_STORE_WRITE, &err));
	assert_ok(adv_ingest(store, input.site, &logs, 1, NULL, NULL, &summary, &err));
	assert_ok(advi_workloads_load(&input.workloads, store, input.site, NULL, NULL, &err));
	advi_demand_make(&input.demand, &input.workloads, input.site);
	advi_alone_init(&input.alone, &input.site->base_names);
	input.oracle = advi_oracle_alone(&input.alone);
	return 0;
}

static int forget_logs(void **state)
{
	char command[4300];

	(void)state;
	if (!input.site)
		return 0;
	advi_alone_clear(&input.alone);
	advi_demand_clear(&input.demand);
	advi_workloads_clear(&input.workloads);
	adv_site_free(input.site);
	snprintf(command, sizeof(command), "rm -rf '%s'", input.folder);
	return system(command);
}

static void need(bool there, const char *what)
{
	if (there)
		return;
	print_message("# skipped: %s\n", what);
	skip();
}

static uint64_t covered(const struct advi_env *env)
{
	bool *there = advi_presence_of(&input.demand, env);
	uint64_t users = advi_covered_by(&input.demand, there);

	free(there);
	return users;
}

static void test_proved(void **state)
{
	(void)state;
	need(input.site, "no $SHARED with polaris-40MB");
	for (size_t i = 0; i < ADVI_COUNT(known); i++) {
		struct advi_limits limits = {.max_packages = known[i].packages,
					     .objective = ADV_OBJECTIVE_USERS};
		struct advi_choice choice;

		assert_ok(advi_choose(&choice, &input.demand, input.site, &input.oracle, &limits,
				      NULL, &err));
		assert_true(choice.packages <= known[i].packages);
		assert_int_equal(choice.proof.refused, 0);
		assert_true(choice.proof.bound >= known[i].users * ADVI_USER_SCALE);
		if (advi_cbc_there()) {
			assert_true(choice.proof.proved && choice.proof.by_program);
			assert_int_equal(covered(&choice.env), known[i].users);
			assert_int_equal(choice.proof.bound, known[i].users * ADVI_USER_SCALE);
		}
		advi_choice_clear(&choice);
	}
}

static void test_popular(void **state)
{
	(void)state;
	need(input.site, "no $SHARED with polaris-40MB");
	for (size_t i = 0; i < ADVI_COUNT(known); i++) {
		struct advi_limits limits = {.max_packages = known[i].packages};
		struct advi_env env = {0};
		advi_names taken = {0};

		assert_ok(advi_choose_popular(&env, &taken, &input.demand, input.site,
					      &input.oracle, &limits, NULL, &err));
		assert_int_equal(covered(&env), known[i].popular);
		advi_env_clear(&env);
		advi_vec_clear(&taken);
	}
}

static double by_program(const struct advi_prices *prices, const struct advi_limits *limits)
{
	struct advi_program program;
	struct advi_shape shape;
	char path[4200];
	double value;

	snprintf(path, sizeof(path), "%s/model.lp", input.folder);
	advi_shape_make(&shape, prices, NULL, limits);
	advi_program_make(&program, &shape.model);
	assert_true(lp_write(&program, path));
	value = lp_optimum(path) + program.constant;
	advi_program_clear(&program);
	advi_shape_clear(&shape);
	return value;
}

/* Another program, from the same model as a file, finds the same. */
static void test_confirmed(void **state)
{
	struct advi_prices prices;

	(void)state;
	need(input.site, "no $SHARED with polaris-40MB");
	need(system("command -v cbc > /dev/null") == 0, "no cbc program");
	assert_ok(advi_prices_ask(&prices, &input.demand, input.site, &input.oracle, ADVI_FROZEN,
				  NULL, &err));
	for (size_t i = 0; i < ADVI_COUNT(known); i++) {
		struct advi_limits limits = {.max_packages = known[i].packages,
					     .objective = ADV_OBJECTIVE_USERS};
		double users = by_program(&prices, &limits);

		assert_true(fabs(users - (double)known[i].users) < 1e-6);
	}
	advi_prices_clear(&prices);
}

/* So is the benefit, which is what is chosen by unless asked otherwise. */
static void test_benefit(void **state)
{
	struct advi_limits limits = {.max_packages = 50};
	struct advi_prices prices;
	struct advi_choice choice;
	double value;

	(void)state;
	need(input.site, "no $SHARED with polaris-40MB");
	need(advi_cbc_there(), "built without CBC");
	assert_ok(advi_choose(&choice, &input.demand, input.site, &input.oracle, &limits, NULL,
			      &err));
	assert_true(choice.proof.proved);
	assert_int_equal(choice.benefit, choice.proof.value);
	value = (double)choice.benefit / (double)ADVI_USER_SCALE;
	advi_choice_clear(&choice);
	need(system("command -v cbc > /dev/null") == 0, "no cbc program");
	assert_ok(advi_prices_ask(&prices, &input.demand, input.site, &input.oracle, ADVI_FROZEN,
				  NULL, &err));
	assert_true(fabs(by_program(&prices, &limits) - value) < 1e-5);
	advi_prices_clear(&prices);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proved),
		cmocka_unit_test(test_popular),
		cmocka_unit_test(test_confirmed),
		cmocka_unit_test(test_benefit),
	};

	return cmocka_run_group_tests_name("the optimum", tests, read_logs, forget_logs);
}
