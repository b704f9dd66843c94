/* SPDX-License-Identifier: BSD-3-Clause */
/* Choosing: small cases by hand. */
#include "advise/scene.h"

static void test_most_wanted_first(void **state)
{
	struct scene scene = {0};

	(void)state;
	fake_init(&scene.fake, 5, 1);
	scene.fake.needs[3] = BIT(4);
	fake_workload(&scene.workloads, &scene.fake, 0, 0, BIT(0) | BIT(2), 0);
	fake_workload(&scene.workloads, &scene.fake, 1, 0, BIT(3), 0);
	fake_workload(&scene.workloads, &scene.fake, 2, 0, BIT(3) | BIT(4), 0);
	scene_choose(&scene);
	assert_string_equal(scene_taken(&scene, 0), "p03");
	assert_int_equal(scene.choice.taken.at[0].closure.count, 2);
	assert_int_equal(scene.choice.taken.at[0].bytes, 200);
	assert_int_equal(scene.choice.taken.at[0].users_freed, 2);
	assert_string_equal(scene_taken(&scene, 1), "p04");
	assert_true(scene.choice.taken.at[1].by_other);
	assert_int_equal(scene.choice.taken.at[1].closure.count, 0);
	assert_string_equal(scene_taken(&scene, 2), "p02");
	assert_int_equal(scene.choice.packages, 3);
	assert_int_equal(scene.choice.benefit, 3 * ADVI_USER_SCALE);
	assert_int_equal(scene_fate(&scene, "p00"), ADVI_FATE_HAD);
	scene_clear(&scene);
}

static void test_fates(void **state)
{
	struct scene scene = {0};

	(void)state;
	fake_init(&scene.fake, 8, 1);
	scene.fake.known[2] = false;
	scene.fake.clashes[3] = BIT(0);
	scene.fake.needs[6] = BIT(4);
	fake_workload(&scene.workloads, &scene.fake, 0, 0,
		      BIT(1) | BIT(2) | BIT(3) | BIT(4) | BIT(5) | BIT(6), 0);
	advi_vec_push(&scene.site.never, "p04");
	advi_vec_push(&scene.site.by_module, "p05");
	advi_vec_push(&scene.site.always, "p07");
	scene_choose(&scene);
	assert_string_equal(scene_taken(&scene, 0), "p07");
	assert_int_equal(scene_fate(&scene, "p01"), ADVI_FATE_TAKEN);
	assert_int_equal(scene_fate(&scene, "p02"), ADVI_FATE_ABSENT);
	assert_int_equal(scene_fate(&scene, "p03"), ADVI_FATE_CONFLICT);
	assert_string_equal(scene_reason(&scene, "p03"), "it clashes");
	assert_int_equal(scene_fate(&scene, "p04"), ADVI_FATE_NEVER);
	assert_int_equal(scene_fate(&scene, "p05"), ADVI_FATE_MODULE);
	assert_int_equal(scene_fate(&scene, "p06"), ADVI_FATE_CONFLICT);
	assert_string_equal(scene_reason(&scene, "p06"),
			    "it needs 'p04', which the site recipe never wants");
	scene_clear(&scene);
}

static void test_budget(void **state)
{
	struct scene scene = {.limits = {.max_packages = 2}};

	(void)state;
	fake_init(&scene.fake, 6, 1);
	scene.fake.needs[1] = BIT(4) | BIT(5);
	fake_workload(&scene.workloads, &scene.fake, 0, 0, BIT(1), 0);
	fake_workload(&scene.workloads, &scene.fake, 1, 0, BIT(1), 0);
	fake_workload(&scene.workloads, &scene.fake, 2, 0, BIT(2), 0);
	fake_workload(&scene.workloads, &scene.fake, 3, 0, BIT(3), 0);
	scene_choose(&scene);
	assert_int_equal(scene.choice.taken.count, 2);
	assert_string_equal(scene_taken(&scene, 0), "p02");
	assert_string_equal(scene_taken(&scene, 1), "p03");
	assert_int_equal(scene_fate(&scene, "p01"), ADVI_FATE_BUDGET);
	assert_string_equal(scene_reason(&scene, "p01"),
			    "it would add 3 packages, 300 B; 0 of 2 packages are left");
	scene_clear(&scene);
}

/* One by one none of these three is worth as much as the one that the others want. */
static void test_bundle(void **state)
{
	struct scene scene = {.limits = {.max_packages = 3}};

	(void)state;
	fake_init(&scene.fake, 7, 1);
	for (unsigned user = 0; user < 4; user++)
		fake_workload(&scene.workloads, &scene.fake, user, 0, BIT(1) | BIT(2) | BIT(3), 0);
	for (unsigned user = 4; user < 11; user++)
		fake_workload(&scene.workloads, &scene.fake, user, 0,
			      BIT(4) | BIT(5) | BIT(6) | BIT(0), 1);
	scene_choose(&scene);
	assert_int_equal(scene.choice.taken.count, 3);
	assert_int_equal(scene_fate(&scene, "p01"), ADVI_FATE_TAKEN);
	assert_int_equal(scene_fate(&scene, "p02"), ADVI_FATE_TAKEN);
	assert_int_equal(scene_fate(&scene, "p03"), ADVI_FATE_TAKEN);
	scene_clear(&scene);
}

/* What makes base move counts like anything else, unless base is to stay as it is. */
static void test_moving(void **state)
{
	struct scene scene = {0}, tight = {.limits = {.max_packages = 1}};
	struct scene kept = {.limits = {.keep_base = true}}, *all[] = {&scene, &tight, &kept};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(all); i++) {
		fake_init(&all[i]->fake, 4, 2);
		all[i]->fake.moves[2] = BIT(1);
		fake_workload(&all[i]->workloads, &all[i]->fake, 0, 0, BIT(2), 0);
		fake_workload(&all[i]->workloads, &all[i]->fake, 1, 0, BIT(2), 0);
		fake_workload(&all[i]->workloads, &all[i]->fake, 2, 0, BIT(3), 0);
		scene_choose(all[i]);
	}
	assert_int_equal(scene.choice.taken.count, 2);
	assert_string_equal(scene_taken(&scene, 0), "p02");
	assert_int_equal(scene.choice.taken.at[0].moved.count, 1);
	assert_string_equal(scene.choice.taken.at[0].moved.at[0], "p01");
	assert_string_equal(scene_taken(&scene, 1), "p03");
	assert_int_equal(tight.choice.taken.count, 1);
	assert_string_equal(scene_taken(&tight, 0), "p02");
	assert_int_equal(scene_fate(&tight, "p03"), ADVI_FATE_BUDGET);
	assert_int_equal(kept.choice.taken.count, 1);
	assert_string_equal(scene_taken(&kept, 0), "p03");
	assert_int_equal(scene_fate(&kept, "p02"), ADVI_FATE_CONFLICT);
	for (size_t i = 0; i < ADVI_COUNT(all); i++)
		scene_clear(all[i]);
}

/* One answer would have something go that users need; another one keeps it. */
static void test_stays(void **state)
{
	struct scene scene = {0};

	(void)state;
	fake_init(&scene.fake, 4, 2);
	scene.fake.drops[2] = BIT(1);
	scene.fake.clashes[3] = BIT(1);
	fake_workload(&scene.workloads, &scene.fake, 0, 0, BIT(1) | BIT(2) | BIT(3), 0);
	scene_choose(&scene);
	assert_string_equal(scene_taken(&scene, 0), "p02");
	assert_non_null(advi_env_find(&scene.choice.env, "p01"));
	assert_int_equal(scene_fate(&scene, "p03"), ADVI_FATE_CONFLICT);
	scene_clear(&scene);
}

/* An installed base does not go back to older versions. */
static void test_not_back(void **state)
{
	struct advi_record installed = {.name = "p01", .version = "3", .build = "0"};
	struct scene scene = {0};

	(void)state;
	fake_init(&scene.fake, 3, 2);
	scene.fake.moves[2] = BIT(1);
	fake_workload(&scene.workloads, &scene.fake, 0, 0, BIT(2), 0);
	advi_vec_push(&scene.site.base_records, installed);
	scene_choose(&scene);
	assert_int_equal(scene_fate(&scene, "p02"), ADVI_FATE_CONFLICT);
	assert_string_equal(scene_reason(&scene, "p02"), "'p01' would have to go back from 3 to 2");
	advi_vec_clear(&scene.site.base_records);
	scene_clear(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_most_wanted_first),
		cmocka_unit_test(test_fates),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_bundle),
		cmocka_unit_test(test_moving),
		cmocka_unit_test(test_stays),
		cmocka_unit_test(test_not_back),
	};

	return cmocka_run_group_tests_name("choosing", tests, NULL, NULL);
}
