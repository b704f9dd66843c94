/* SPDX-License-Identifier: BSD-3-Clause */
/* Demand: what workloads weigh, and the groups that they belong to. */
#include "unit.h"

#include "advise/fake.h"

static struct adv_err err;

struct scene {
	struct fake fake;
	struct advi_workloads workloads;
	struct adv_site site;
	struct advi_demand demand;
};

/* Users 0 (two workloads) and 1 (one, of two packages). */
static void set_up(struct scene *scene)
{
	fake_init(&scene->fake, 3, 1);
	fake_workload(&scene->workloads, &scene->fake, 0, 0, 2, 0);
	fake_workload(&scene->workloads, &scene->fake, 0, 1, 4, 1);
	fake_workload(&scene->workloads, &scene->fake, 1, 2, 6, 0);
	advi_demand_make(&scene->demand, &scene->workloads, &scene->site);
}

static void clear(struct scene *scene)
{
	advi_demand_clear(&scene->demand);
	advi_workloads_clear(&scene->workloads);
	fake_clear(&scene->fake);
}

static void assert_worth(const struct scene *scene, size_t i, uint64_t share, uint64_t whole)
{
	assert_int_equal(scene->demand.workloads.at[i].share, share);
	assert_int_equal(scene->demand.workloads.at[i].whole, whole);
}

static void test_users(void **state)
{
	struct scene scene = {0};

	(void)state;
	set_up(&scene);
	assert_worth(&scene, 0, ADVI_USER_SCALE / 4, ADVI_USER_SCALE / 4);
	assert_worth(&scene, 1, ADVI_USER_SCALE / 4, 0);
	assert_worth(&scene, 2, ADVI_USER_SCALE / 4, ADVI_USER_SCALE / 2);
	clear(&scene);
}

/* Weights are floor(2 users * part / all): the same as by wide integers, where those reach. */
static void test_measures(void **state)
{
	static const uint64_t parts[][3] = {
		{1, 1, 2}, {1, 2, 4}, {7, 0, 3}, {999983, 5, 1}, {UINT64_C(1) << 52, 1, 3}};
	struct scene scene = {0};

	(void)state;
	set_up(&scene);
	for (size_t n = 0; n < ADVI_COUNT(parts); n++)
		for (int weight = ADV_WEIGHT_NODE_HOURS; weight < ADV_WEIGHT_COUNT; weight++) {
			unsigned __int128 all = 0;

			for (size_t i = 0; i < 3; i++) {
				struct advi_workload *at = &scene.workloads.all.at[i];

				at->load = weight == ADV_WEIGHT_NODE_HOURS ? parts[n][i] : 1;
				at->reads = weight == ADV_WEIGHT_NODE_HOURS ? 1 : parts[n][i];
				all += parts[n][i];
			}
			assert_ok(advi_demand_weigh(&scene.demand, &scene.workloads,
						    (enum adv_weight)weight, &err));
			for (size_t i = 0; i < 3; i++) {
				unsigned __int128 whole = 2 * ADVI_USER_SCALE;
				uint64_t half = (uint64_t)(whole * parts[n][i] / all) / 2;

				assert_worth(&scene, i, half / (i == 2 ? 2 : 1), i == 1 ? 0 : half);
			}
		}
	/* Beyond 128 bits, by scaling. */
	for (size_t i = 0; i < 3; i++)
		scene.workloads.all.at[i].load = (unsigned __int128)(i + 1) << 120;
	assert_ok(advi_demand_weigh(&scene.demand, &scene.workloads, ADV_WEIGHT_NODE_HOURS, &err));
	assert_worth(&scene, 2, ADVI_USER_SCALE / 4, ADVI_USER_SCALE / 2);
	clear(&scene);
}

static void test_nothing_known(void **state)
{
	struct scene scene = {0};

	(void)state;
	set_up(&scene);
	assert_int_equal(
		advi_demand_weigh(&scene.demand, &scene.workloads, ADV_WEIGHT_NODE_HOURS, &err),
		ADV_EINPUT);
	assert_string_equal(err.text, "nothing can be weighed by node-hours: the length of no run "
				      "is known; weigh by users, the default");
	clear(&scene);
}

static void test_groups(void **state)
{
	struct scene scene = {0};
	ADV_AUTO(site) struct adv_site *site = NULL;
	const struct advi_demand *demand = &scene.demand;

	(void)state;
	assert_ok(advi_site_parse(&site,
				  ADVI_STR("name: x\nplaces: [{class: base, prefix: /}]\n"
					   "domains: {'sea*': sea}\n"),
				  "site.yml", &err));
	set_up(&scene);
	advi_demand_clear(&scene.demand);
	scene.workloads.all.at[0].project = "sea1";
	scene.workloads.all.at[2].project = "sky";
	advi_demand_make(&scene.demand, &scene.workloads, site);
	for (size_t i = 0; i < 3; i++) {
		static const char *const want[][2] = {
			{"sea1", "sea"}, {"unknown", "unknown"}, {"sky", "unknown"}};
		const struct advi_worth *worth = &demand->workloads.at[i];

		assert_string_equal(demand->projects.entries.at[worth->project].key.ptr,
				    want[i][0]);
		assert_string_equal(demand->domains.entries.at[worth->domain].key.ptr, want[i][1]);
	}
	assert_int_equal(demand->domains.entries.count, 2);
	clear(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_measures),
		cmocka_unit_test(test_nothing_known),
		cmocka_unit_test(test_groups),
	};

	return cmocka_run_group_tests_name("demand", tests, NULL, NULL);
}
