/* SPDX-License-Identifier: BSD-3-Clause */
/* Quotas: what groups of users are promised comes first. */
#include "advise/scene.h"

/* Three users of one project want another package than the one who is alone in the other. */
static void two_projects(struct scene *scene)
{
	static char many[] = "sea", few[] = "sky";

	fake_init(&scene->fake, 4, 1);
	for (unsigned user = 0; user < 4; user++)
		fake_workload(&scene->workloads, &scene->fake, user, 0,
			      BIT(0) | (user < 3 ? BIT(1) : BIT(2)), 0);
	for (unsigned user = 0; user < 4; user++)
		scene->workloads.all.at[user].project = user < 3 ? many : few;
}

static void test_quota(void **state)
{
	struct scene scene = {.limits = {.max_packages = 1}};
	struct scene greedy = {.limits = {.max_packages = 1, .greedy = true}};
	struct scene share = {.limits = {.max_packages = 1}},
		     none = {.limits = {.max_packages = 1}};

	(void)state;
	two_projects(&scene);
	scene_quota(&scene, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "sky", 1);
	scene_choose(&scene);
	assert_string_equal(scene_taken(&scene, 0), "p02");
	assert_int_equal(scene.choice.quotas.count, 1);
	assert_int_equal(scene.choice.quotas.at[0].now, 0);
	assert_int_equal(scene.choice.quotas.at[0].reached, 1);
	assert_null(scene.choice.quotas.at[0].why);
	assert_true(scene.choice.proof.proved || !advi_cbc_there());
	two_projects(&greedy);
	scene_quota(&greedy, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "s*", 1);
	scene_quota(&greedy, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "sea", 0);
	advi_site_settle_quotas(&greedy.site);
	scene_choose(&greedy);
	assert_string_equal(scene_taken(&greedy, 0), "p02");
	two_projects(&share);
	scene_quota(&share, ADVI_GROUP_PROJECT, ADVI_QUOTA_SHARE, "sky", 1);
	scene_choose(&share);
	assert_string_equal(scene_taken(&share, 0), "p02");
	assert_int_equal(share.choice.quotas.at[0].quota.asked, 1);
	two_projects(&none);
	scene_quota(&none, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "sky", 0);
	scene_choose(&none);
	assert_string_equal(scene_taken(&none, 0), "p01");
	scene_clear(&scene);
	scene_clear(&greedy);
	scene_clear(&share);
	scene_clear(&none);
}

static void expect_why(const struct scene *scene, size_t i, const char *why)
{
	assert_non_null(scene->choice.quotas.at[i].why);
	assert_string_equal(scene->choice.quotas.at[i].why, why);
}

/* As near as can be, and the rest is told. */
static void test_quota_out_of_reach(void **state)
{
	struct scene scene = {.limits = {.max_packages = 1}}, absent = {0};

	(void)state;
	two_projects(&scene);
	scene_quota(&scene, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "s*", 1);
	scene_quota(&scene, ADVI_GROUP_PROJECT, ADVI_QUOTA_SHARE, "s*", 100);
	scene_choose(&scene);
	assert_string_equal(scene_taken(&scene, 0), "p01");
	assert_int_equal(scene.choice.quotas.count, 4);
	assert_null(scene.choice.quotas.at[0].why);
	assert_null(scene.choice.quotas.at[1].why);
	if (advi_cbc_there()) {
		assert_true(scene.choice.proof.proved);
		expect_why(&scene, 2,
			   "it can't be reached within the budget beside the other quotas");
	}
	two_projects(&absent);
	absent.fake.known[2] = false;
	absent.workloads.all.at[0].nowhere = 1;
	scene_quota(&absent, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "sea", 3);
	scene_quota(&absent, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "sky", 2);
	scene_quota(&absent, ADVI_GROUP_PROJECT, ADVI_QUOTA_SHARE, "sky", 10);
	scene_quota(&absent, ADVI_GROUP_PROJECT, ADVI_QUOTA_USERS, "skye", 1);
	scene_choose(&absent);
	assert_string_equal(scene_taken(&absent, 0), "p01");
	expect_why(&absent, 0, "of 3 users only 2 can be served by what can join base");
	expect_why(&absent, 1, "there is only 1 user");
	expect_why(&absent, 2, "of 1 wants only 0 can be served by what can join base");
	expect_why(&absent, 3, "no workload is of a project of this name");
	scene_clear(&scene);
	scene_clear(&absent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quota),
		cmocka_unit_test(test_quota_out_of_reach),
	};

	return cmocka_run_group_tests_name("quotas", tests, NULL, NULL);
}
