/* SPDX-License-Identifier: BSD-3-Clause */
/* A matrix: one base, several Pythons and kinds of nodes; and many questions by many workers. */
#include "scratch.h"

#include "base/text.h"
#include "site/site.h"
#include "solve/world_in.h"

#define RECORD(name, version, depends)                                                             \
	"\"" name "-" version "-0.conda\":{\"name\":\"" name "\",\"version\":\"" version           \
	"\",\"build\":\"0\",\"build_number\":0,\"depends\":[" depends "]}"

static const char repodata[] =
	"{\"info\":{\"subdir\":\"linux-64\"},\"packages.conda\":{" RECORD("python", "3.11.4", "") "," RECORD("python", "3.12.1", "") "," RECORD(
		"old", "1",
		"\"python <3.12\"") "," RECORD("app", "1",
					       "\"python\"") "," RECORD("app", "2",
									"\"python >=3.12\"") "," RECORD("fast",
													"1",
													"") "," RECORD("fast",
														       "2",
														       "\"__cuda >=12\"") "}}";

static struct adv_site *site_of(const char *python)
{
	ADVI_AUTO_PTR char *path = advi_path_join(scratch, "site.yml");
	ADVI_AUTO_PTR char *text =
		advi_format("name: x\nplaces: [{class: home, prefix: /home}]\nchannels: ['%s']\n"
			    "node_types:\n"
			    "  - {name: gpu, virtual_packages: {__cuda: '12.4'}}\n"
			    "  - {name: cpu, virtual_packages: {__cuda: null}}\n"
			    "pythons: ['3.11', '3.12']\n"
			    "base_packages: ['%s', app, fast]\nbase_prefix: /b\n",
			    scratch, python);
	struct adv_err err = ADV_ERR_INIT;
	struct adv_site *site = NULL;

	assert_ok(advi_site_parse(&site, advi_str(text), path, &err));
	return site;
}

/* "app 2, fast 1, python 3.12.1" */
static char *said(const struct adv_world *world)
{
	const struct advi_env *base = advi_world_base(world);
	struct advi_buf text = ADVI_BUF_INIT(1 << 16);

	for (size_t i = 0; i < base->records.count; i++)
		advi_buf_printf(&text, "%s%s %s", i ? ", " : "", base->records.at[i]->name,
				base->records.at[i]->version);
	return advi_buf_take(&text);
}

static void every_cell_has_its_base(void **state)
{
	static const char *const expected[] = {
		"app 1, fast 2, python 3.11.4",
		"app 2, fast 2, python 3.12.1",
		"app 1, fast 1, python 3.11.4",
		"app 2, fast 1, python 3.12.1",
	};
	ADV_AUTO(site) struct adv_site *site = site_of("python 3.11.*");
	ADV_AUTO(world) struct adv_world *world = NULL;
	const struct adv_net net = {.cache = scratch};
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	assert_ok(adv_world_open(&world, site, &net, NULL, NULL, &err));
	assert_int_equal(adv_site_variants(site), ADVI_COUNT(expected));
	for (size_t i = 0; i < ADVI_COUNT(expected); i++) {
		struct adv_variant variant = adv_site_variant(site, i);
		ADV_AUTO(world) struct adv_world *cell = NULL;
		ADVI_AUTO_PTR char *text = NULL;

		assert_ok(adv_world_vary(&cell, world, &variant, NULL, &err));
		text = said(cell);
		assert_string_equal(text, expected[i]);
	}
}

static void what_a_cell_lacks_is_said(void **state)
{
	ADV_AUTO(site) struct adv_site *site = site_of("python");
	ADV_AUTO(world) struct adv_world *world = NULL, *cell = NULL;
	struct adv_variant none = {.node_type = "tpu"}, newer = {.python = "3.99"};
	const struct adv_net net = {.cache = scratch};
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	assert_ok(adv_world_open(&world, site, &net, NULL, NULL, &err));
	assert_int_equal(adv_world_vary(&cell, world, &none, NULL, &err), ADV_EUSAGE);
	assert_non_null(strstr(err.text, "no node type 'tpu'"));
	assert_int_equal(adv_world_vary(&cell, world, &newer, NULL, &err), ADV_NO);
	assert_non_null(strstr(err.text, "Python 3.99: base asks for 'python=3.99'"));
}

/* --- a base otherwise --- */

static void what_is_left_out_is_nowhere(void **state)
{
	ADV_AUTO(site) struct adv_site *site = site_of("python");
	ADV_AUTO(world) struct adv_world *world = NULL, *changed = NULL;
	const struct adv_net net = {.cache = scratch};
	struct advi_base_change change = {{0}};
	struct advi_answer answer;
	struct advi_env env;
	struct adv_err err = ADV_ERR_INIT;
	ADVI_AUTO_PTR char *text = NULL;
	const char *old = "old";

	(void)state;
	advi_vec_push(&change.without, "app");
	advi_vec_push(&change.anew, "fast");
	assert_ok(adv_world_open(&world, site, &net, NULL, NULL, &err));
	assert_ok(advi_world_try_change(&changed, world, &change, NULL, &err));
	text = said(changed);
	assert_string_equal(text, "python 3.12.1");
	assert_int_equal(advi_world_extend(changed, advi_world_base(changed), change.without.at, 1,
					   ADVI_FREE, &env, &answer, NULL, &err),
			 0);
	assert_false(answer.possible);
	assert_string_equal(answer.why, "app 2 can't be; app is left out");
	advi_answer_clear(&answer);
	advi_env_clear(&env);
	/* As extend, but for the reason. */
	assert_ok(advi_world_probe(changed, advi_world_base(changed), &old, 1, ADVI_FROZEN, &env,
				   &answer, NULL, &err));
	assert_false(answer.possible);
	assert_null(answer.why);
	advi_answer_clear(&answer);
	advi_env_clear(&env);
	advi_vec_clear(&change.without);
	advi_vec_clear(&change.anew);
}

/* What can't be had together: what stands first in the order stays. */
static void a_base_is_salvaged_in_order(void **state)
{
	static const char *const expected[] = {"app 2, fast 2, python 3.12.1",
					       "app 1, fast 2, old 1, python 3.11.4"};
	const struct adv_net net = {.cache = scratch};

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(expected); i++) {
		ADV_AUTO(site) struct adv_site *site = site_of("python', 'app 2.*', 'old");
		ADV_AUTO(world) struct adv_world *world = NULL;
		struct adv_err err = ADV_ERR_INIT;
		struct advi_env env = {0};
		advi_names order = {0}, lost = {0};
		struct advi_buf text = ADVI_BUF_INIT(1 << 16);

		advi_vec_push(&order, i ? "old" : "app");
		assert_int_equal(advi_world_try(&world, site, &net, NULL, false, NULL, &err),
				 ADV_NO);
		assert_ok(advi_world_salvage(world, &order, &env, &lost, NULL, &err));
		for (size_t n = 0; n < env.records.count; n++)
			advi_buf_printf(&text, "%s%s %s", n ? ", " : "", env.records.at[n]->name,
					env.records.at[n]->version);
		assert_string_equal(text.ptr, expected[i]);
		assert_int_equal(lost.count, 1);
		assert_string_equal(lost.at[0], i ? "app 2.*" : "old");
		advi_buf_clear(&text);
		advi_env_clear(&env);
		advi_vec_clear(&order);
		advi_vec_clear(&lost);
	}
}

/* --- workers --- */

static char *answers_of(const struct adv_site *site, uint64_t workers, bool backwards)
{
	static const char *const specs[] = {"old",    "python 3.12.*", "app 2",    "app 1",
					    "fast 1", "gone",          "python <3"};
	const struct adv_solving solving = {.workers = workers};
	const struct adv_net net = {.cache = scratch};
	struct advi_question questions[ADVI_COUNT(specs)];
	struct advi_answer answers[ADVI_COUNT(specs)];
	struct advi_buf text = ADVI_BUF_INIT(1 << 16);
	ADV_AUTO(world) struct adv_world *world = NULL;
	struct adv_err err = ADV_ERR_INIT;
	size_t count = ADVI_COUNT(specs);

	for (size_t i = 0; i < count; i++)
		questions[i] = (struct advi_question){&specs[backwards ? count - 1 - i : i], 1};
	assert_ok(adv_world_open(&world, site, &net, &solving, NULL, &err));
	assert_ok(advi_world_ask_many(world, advi_world_base(world), questions, count, ADVI_FREE,
				      answers, NULL, &err));
	for (size_t i = 0; i < count; i++) {
		const struct advi_answer *answer = &answers[backwards ? count - 1 - i : i];

		advi_buf_printf(&text, "%s: %d %d +%zu ~%zu -%zu %s\n", specs[i], answer->possible,
				answer->freedom, answer->added.count, answer->changed.count,
				answer->removed.count, answer->why ? answer->why : "");
	}
	for (size_t i = 0; i < count; i++)
		advi_answer_clear(&answers[i]);
	return advi_buf_take(&text);
}

static void workers_change_no_answer(void **state)
{
	ADV_AUTO(site) struct adv_site *site = site_of("python 3.12.*");
	ADVI_AUTO_PTR char *one = answers_of(site, 0, false);

	(void)state;
	assert_non_null(strstr(one, "app 1: 1 1 +0 ~1 -0"));
	assert_non_null(strstr(one, "old: 1 2 +1 ~2 -0"));
	assert_non_null(strstr(one, "gone: 0 2 +0 ~0 -0"));
	for (uint64_t workers = 1; workers <= 3; workers++) {
		ADVI_AUTO_PTR char *more = answers_of(site, workers, false);
		ADVI_AUTO_PTR char *turned = answers_of(site, workers, true);

		assert_string_equal(more, one);
		assert_string_equal(turned, one);
	}
}

static int set_up(void **state)
{
	scratch_set_up(state);
	scratch_write("linux-64/repodata.json", repodata);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_has_its_base),
		cmocka_unit_test(what_a_cell_lacks_is_said),
		cmocka_unit_test(what_is_left_out_is_nowhere),
		cmocka_unit_test(a_base_is_salvaged_in_order),
		cmocka_unit_test(workers_change_no_answer),
	};

	return cmocka_run_group_tests_name("a matrix", tests, set_up, scratch_tear_down);
}
