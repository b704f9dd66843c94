/* SPDX-License-Identifier: BSD-3-Clause */
/* Plans: decided, written, read back, refused when damaged. */
#include "scratch.h"

#include <math.h>

#include <unistd.h>

#include "advise/fake.h"
#include "advise/make.h"
#include "base/buf.h"

static struct adv_err err;
#define BIT(i) (UINT32_C(1) << (i))

static const char recipe[] = "name: centre\nplaces: [{class: home, prefix: /home}]\n"
			     "base_packages: [p00]\nby_module: [p06]\nchannels: [conda-forge]\n";

/* Base is p00, which brings p01; p02 comes with p03; p04 clashes; p05 is in no channel. */
static struct adv_plan *decide(uint64_t max_packages)
{
	struct adv_plan *plan = advi_calloc(1, sizeof(*plan));
	ADV_AUTO(site) struct adv_site *site = NULL;
	struct advi_workloads workloads = {0};
	struct advi_limits limits = {.max_packages = max_packages};
	struct fake fake;
	struct advi_oracle oracle = fake_oracle(&fake);

	plan->max_bundles = 2;
	fake_init(&fake, 7, 1);
	fake.needs[0] = BIT(1);
	fake.needs[3] = BIT(2);
	fake.clashes[4] = BIT(0);
	fake.known[5] = false;
	fake.records[2].size = 0;
	fake.records[3].url = "https://c.example/p03-1-0.conda";
	fake.records[3].md5 = "0123456789abcdef0123456789abcdef";
	fake_seal(&fake);
	fake_workload(&workloads, &fake, 0, 0, BIT(0), 0);
	fake_workload(&workloads, &fake, 1, 0, BIT(0) | BIT(1) | BIT(3), 0);
	fake_workload(&workloads, &fake, 1, 1, BIT(2), 0);
	fake_workload(&workloads, &fake, 2, 0, BIT(3) | BIT(4) | BIT(5) | BIT(6), 0);
	fake_workload(&workloads, &fake, 3, 0, BIT(0), 1);
	advi_map_add(&workloads.nowhere, ADVI_STR("balsam"), NULL)->number = 1;
	advi_map_add(&workloads.nowhere, ADVI_STR("apex"), NULL)->number = 1;
	advi_map_add(&workloads.nowhere, ADVI_STR("megatron"), NULL)->number = 2;
	assert_ok(advi_site_parse(&site, advi_str(recipe), "x/site.yml", &err));
	assert_ok(advi_plan_decide(plan, &workloads, NULL, site, &oracle, &limits, NULL, &err));
	/* Nothing of the plan may live in what it was made from. */
	advi_workloads_clear(&workloads);
	fake_clear(&fake);
	memset(&fake, 0, sizeof(fake));
	return plan;
}

static void test_decided(void **state)
{
	ADV_AUTO(plan) struct adv_plan *plan = decide(0);

	(void)state;
	assert_int_equal(plan->present.count, 1);
	assert_string_equal(plan->present.at[0].name, "p01");
	assert_int_equal(plan->additions.count, 2);
	assert_string_equal(plan->additions.at[0].name, "p03");
	assert_int_equal(plan->additions.at[0].users, 2);
	assert_int_equal(plan->additions.at[0].users_freed, 1);
	assert_int_equal(plan->additions.at[0].closure_packages, 2);
	assert_string_equal(plan->additions.at[0].closure.at[0], "p02");
	assert_string_equal(plan->additions.at[1].name, "p02");
	assert_int_equal(plan->unmapped.count, 3);
	assert_string_equal(plan->unmapped.at[0].module, "megatron");
	assert_int_equal(plan->unmapped.at[0].users, 2);
	assert_string_equal(plan->unmapped.at[1].module, "apex");
	assert_int_equal(plan->refused.count, 3);
	assert_string_equal(plan->refused.at[0].kind, "conflict");
	assert_string_equal(plan->refused.at[1].kind, "absent");
	assert_string_equal(plan->refused.at[2].kind, "module");
	assert_int_equal(plan->environment.count, 4);
	assert_int_equal(plan->added_packages, 2);
	assert_int_equal(plan->added_unsized, 1);
	assert_int_equal(plan->effect.users, 4);
	assert_int_equal(plan->effect.users_covered_before, 1);
	assert_int_equal(plan->effect.users_covered_after, 2);
	assert_int_equal(plan->effect.workloads, 5);
	assert_int_equal(plan->effect.workloads_covered_before, 1);
	assert_int_equal(plan->effect.workloads_covered_after, 3);
	assert_int_equal(plan->changed.count + plan->removed.count, 0);
}

static char *slurp(const char *name)
{
	ADVI_AUTO_PTR char *path = advi_path_join(scratch, name);
	struct advi_buf text = ADVI_BUF_INIT(1 << 20);

	assert_ok(advi_file_read(&text, path, &err));
	return advi_buf_take(&text);
}

static void test_files(void **state)
{
	ADV_AUTO(plan) struct adv_plan *plan = decide(7);
	ADV_AUTO(plan) struct adv_plan *again = NULL;
	ADVI_AUTO_PTR char *path = advi_path_join(scratch, "plan.json");
	ADVI_AUTO_PTR char *other = advi_path_join(scratch, "again.json");
	ADVI_AUTO_PTR char *bad = advi_path_join(scratch, "environment.yml");
	ADVI_AUTO_PTR char *first = NULL, *second = NULL, *environment = NULL, *lock = NULL;

	(void)state;
	assert_ok(adv_plan_write(plan, path, &err));
	first = slurp("plan.json");
	environment = slurp("environment.yml");
	lock = slurp("conda-linux-64.lock");
	assert_ok(adv_plan_read(&again, path, &err));
	assert_ok(adv_plan_write(again, other, &err));
	second = slurp("again.json");
	assert_string_equal(first, second);
	assert_non_null(strstr(environment,
			       "\nname: centre\nchannels:\n  - conda-forge\ndependencies:\n"
			       "  - p01\n  - p02\n  - p03\n"));
	assert_non_null(strstr(lock, "\n@EXPLICIT\n"));
	assert_non_null(strstr(
		lock, "\nhttps://c.example/p03-1-0.conda#0123456789abcdef0123456789abcdef\n"));
	assert_int_equal(adv_plan_write(plan, bad, &err), ADV_EUSAGE);
}

static void test_bundles(void **state)
{
	ADV_AUTO(plan) struct adv_plan *plan = decide(1);
	ADV_AUTO(plan) struct adv_plan *again = NULL;
	ADVI_AUTO_PTR char *path = advi_path_join(scratch, "bundles.json");
	ADVI_AUTO_PTR char *other = advi_path_join(scratch, "bundles-again.json");
	ADVI_AUTO_PTR char *first = NULL, *second = NULL;

	(void)state;
	assert_int_equal(plan->bundles.count, 1);
	assert_string_equal(plan->bundles.at[0].name, "p03");
	assert_string_equal(plan->bundles.at[0].kind, "layer");
	assert_int_equal(plan->bundles.at[0].records.count, 1);
	assert_int_equal(plan->bundles.at[0].users_freed, 1);
	assert_ok(adv_plan_write(plan, path, &err));
	assert_ok(adv_plan_read(&again, path, &err));
	assert_ok(adv_plan_write(again, other, &err));
	first = slurp("bundles.json");
	second = slurp("bundles-again.json");
	assert_string_equal(first, second);
}

static void refuses(const char *text, const char *message)
{
	ADV_AUTO(plan) struct adv_plan *plan = NULL;

	assert_int_equal(advi_plan_parse(&plan, advi_str(text), "p.json", &err), ADV_EINPUT);
	if (!strstr(err.text, message))
		fail_msg("'%s' does not say '%s'", err.text, message);
}

#define HEAD "{\"schema\":\"advisor.plan/1\",\"site\":\"x\",\"platform\":\"linux-64\""
#define A "\"version\":\"1\",\"build\":\"0\""

static void test_damaged(void **state)
{
	ADV_AUTO(plan) struct adv_plan *plan = decide(0);
	ADVI_AUTO_PTR char *path = advi_path_join(scratch, "cut.json");
	ADVI_AUTO_PTR char *text = NULL;

	(void)state;
	assert_ok(adv_plan_write(plan, path, &err));
	text = slurp("cut.json");
	text[strlen(text) / 2] = '\0';
	refuses(text, "reading the plan 'p.json': line ");
	refuses("", "p.json");
	refuses("[]", "p.json");
	refuses("{}", "it is no plan: its schema is ''");
	refuses("{\"schema\":\"advisor.site/1\"}", "it is no plan: its schema is 'advisor.site/1'");
	refuses("{\"schema\":\"advisor.plan/1\"}", "'site' is missing");
	refuses(HEAD ",\"environment\":[{\"name\":\"../../x\"," A "}]}", "no package name");
	refuses(HEAD ",\"environment\":[{\"name\":\"x\",\"version\":\"1\"}]}",
		"version or build is missing");
	refuses(HEAD ",\"environment\":[{\"name\":\"x\"," A ",\"fn\":\"../x.conda\"}]}",
		"no file name");
	refuses(HEAD ",\"environment\":[{\"name\":\"x\"," A ",\"sha256\":\"12\"}]}", "no digest");
	refuses(HEAD ",\"environment\":[{\"name\":\"x\"," A "},{\"name\":\"x\"," A "}]}", "twice");
	refuses(HEAD ",\"environment\":{}}", "line 1");
	refuses(HEAD ",\"additions\":[{}]}", "addition 1 is incomplete");
}

/* A plan that has something of everything, some of it unknown. */
static const char everything[] = HEAD
	",\"added\":{\"bytes\":3,\"files\":4,\"packages\":1,\"unsized\":0},"
	"\"actions\":[{\"kind\":\"drop\",\"name\":\"x\",\"confidence\":\"high\",\"evidence\":\"none\","
	"\"from\":\"1\",\"to\":null,\"ticket\":\"Drop x.\",\"packages\":2,\"bytes\":9}],"
	"\"drops\":[{\"name\":\"x\",\"version\":\"1\",\"last\":null,\"also\":[\"y\"],"
	"\"packages\":2,\"bytes\":9}],"
	"\"quotas\":[{\"group\":\"domain\",\"name\":\"sea\",\"measure\":\"share\",\"percent\":25,"
	"\"asked\":3,\"all\":9,\"now\":0,\"reached\":1,\"why_not\":\"x\"}],"
	"\"history\":{\"first\":\"2024-01\",\"last\":\"2025-02\",\"months\":14,"
	"\"unused_months\":12,\"unused_since\":\"2024-03\"},"
	"\"probes\":[{\"name\":\"torch\",\"users\":3,\"workloads\":4}],"
	"\"choice\":{\"objective\":\"benefit\",\"proved\":true,\"by\":\"cbc\",\"value\":7,"
	"\"bound\":8.5,\"refused_proposals\":2},"
	"\"trends\":{\"tested\":5,\"recent\":{\"first\":\"2024-09\",\"last\":\"2025-02\","
	"\"months\":6,\"user_months\":70},\"former\":{\"first\":null,\"months\":0},"
	"\"packages\":[{\"name\":\"new\",\"kind\":\"emerging\",\"ratio\":null,\"high\":null,"
	"\"low\":1.25,\"p\":0.0012,\"q\":0.031,\"users_recent\":4,\"in_base\":true}]},"
	"\"upgrades\":[{\"name\":\"numpy\",\"version\":\"1\",\"asked\":true,\"in_base\":true,"
	"\"newest\":\"3\",\"best\":\"2\",\"why\":\"it is so\",\"loosened\":\"numpy 1.*\",\"users\":9,"
	"\"users_newer\":5,\"users_beyond\":1,\"moves\":[\"y\"],\"packages\":1,\"bytes\":8}]}";

static void test_all_sections(void **state)
{
	ADV_AUTO(plan) struct adv_plan *plan = NULL, *again = NULL;
	ADVI_AUTO_PTR char *path = advi_path_join(scratch, "all.json");
	ADVI_AUTO_PTR char *other = advi_path_join(scratch, "twice.json");
	ADVI_AUTO_PTR char *first = NULL, *second = NULL;

	(void)state;
	assert_ok(advi_plan_parse(&plan, ADVI_STR(everything), "all.json", &err));
	assert_int_equal(plan->added_files, 4);
	assert_string_equal(plan->actions.at[0].ticket, "Drop x.");
	assert_null(plan->actions.at[0].to);
	assert_string_equal(plan->drops.at[0].also.at[0], "y");
	assert_null(plan->drops.at[0].last);
	assert_int_equal(plan->history.months, 14);
	assert_string_equal(plan->unused_since, "2024-03");
	assert_int_equal(plan->probes.at[0].users, 3);
	assert_int_equal(plan->quotas.at[0].percent, 25);
	assert_string_equal(plan->quotas.at[0].why, "x");
	assert_true(plan->choice.proved && plan->choice.value == 7 && plan->choice.bound == 8.5);
	assert_int_equal(plan->trends_tested, 5);
	assert_int_equal(plan->recent.active, 70);
	assert_true(isinf(plan->trends.at[0].ratio) && isinf(plan->trends.at[0].high));
	assert_true(plan->trends.at[0].low == 1.25 && plan->trends.at[0].in_base);
	assert_int_equal(plan->upgrades.at[0].newer, 5);
	assert_string_equal(plan->upgrades.at[0].loosened, "numpy 1.*");
	assert_ok(adv_plan_write(plan, path, &err));
	assert_ok(adv_plan_read(&again, path, &err));
	assert_ok(adv_plan_write(again, other, &err));
	first = slurp("all.json");
	second = slurp("twice.json");
	assert_string_equal(first, second);
	refuses(HEAD ",\"actions\":[{\"kind\":\"add\"}]}", "an action has no kind, name");
	refuses(HEAD ",\"drops\":[{\"name\":\"x\"}]}", "a package of its drops");
	refuses(HEAD ",\"upgrades\":[{\"name\":\"x\"}]}", "a package of its upgrades");
	refuses(HEAD ",\"trends\":{\"packages\":[{}]}}", "a package of its trends");
	refuses(HEAD ",\"quotas\":[{\"name\":\"x\"}]}", "a quota is incomplete");
	refuses(HEAD ",\"probes\":[{}]}", "probe 1 has no name");
	refuses(HEAD ",\"trends\":{\"packages\":[{\"p\":\"x\"}]}}", "line 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decided),      cmocka_unit_test(test_files),
		cmocka_unit_test(test_bundles),      cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_all_sections),
	};

	return cmocka_run_group_tests_name("plans", tests, scratch_set_up, scratch_tear_down);
}
