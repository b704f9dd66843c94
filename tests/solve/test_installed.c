/* SPDX-License-Identifier: BSD-3-Clause */
/* Base as it is installed: every record of it is there, whatever channels and priorities say. */
#include "scratch.h"

#include <sys/stat.h>

#include "site/site.h"
#include "solve/world.h"

static const char old_md5[] = "00000000000000000000000000000001";

/* a is the one that base has; b has the same name as base's and another content; c is newer. */
static const char repodata[] =
	"{\"info\":{\"subdir\":\"linux-64\"},\"packages.conda\":{"
	"\"a-1-0.conda\":{\"name\":\"a\",\"version\":\"1\",\"build\":\"0\",\"build_number\":0,"
	"\"depends\":[\"c\"],\"md5\":\"0000000000000000000000000000000a\",\"size\":7},"
	"\"b-2-0.conda\":{\"name\":\"b\",\"version\":\"2\",\"build\":\"0\",\"build_number\":0,"
	"\"depends\":[],\"md5\":\"0000000000000000000000000000000b\"},"
	"\"c-9-0.conda\":{\"name\":\"c\",\"version\":\"9\",\"build\":\"0\",\"build_number\":0,"
	"\"depends\":[]},"
	"\"e-1-0.conda\":{\"name\":\"e\",\"version\":\"1\",\"build\":\"0\",\"build_number\":0,"
	"\"depends\":[\"c <5\",\"d\"]},"
	"\"f-1-0.conda\":{\"name\":\"f\",\"version\":\"1\",\"build\":\"0\",\"build_number\":0,"
	"\"depends\":[\"c >5\"]}}}";

static const char lock[] =
	"@EXPLICIT\n"
	"https://x.example/other/linux-64/a-1-0.tar.bz2#00000000000000000000000000000002\n"
	"https://x.example/other/linux-64/b-2-0.conda#00000000000000000000000000000001\n"
	"https://x.example/other/linux-64/c-3-x_0.conda\n"
	"https://x.example/other/noarch/d-1-0.conda\n";

static struct adv_site *site_of(const char *base)
{
	ADVI_AUTO_PTR char *path = advi_path_join(scratch, "site.yml");
	ADVI_AUTO_PTR char *text =
		advi_format("name: x\nplaces: [{class: home, prefix: /home}]\nchannels: ['%s']\n"
			    "base: {environment: '%s'}\n",
			    scratch, base);
	struct adv_err err = ADV_ERR_INIT;
	struct adv_site *site = NULL;

	assert_ok(advi_site_parse(&site, advi_str(text), path, &err));
	return site;
}

static bool ask(struct adv_world *world, const char *want)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_answer answer;
	struct advi_env env;
	bool possible;

	assert_ok(advi_world_extend(world, advi_world_base(world), &want, 1, ADVI_FROZEN, &env,
				    &answer, NULL, &err));
	possible = answer.possible;
	advi_env_clear(&env);
	advi_answer_clear(&answer);
	return possible;
}

static void base_is_what_the_lock_says(void **state)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(world) struct adv_world *world = NULL;
	const struct adv_net net = {.cache = scratch};
	struct adv_err err = ADV_ERR_INIT;
	const struct advi_env *base;

	(void)state;
	scratch_write("lock", lock);
	site = site_of("lock");
	assert_int_equal(site->base_records.count, 4);
	assert_ok(adv_world_open(&world, site, &net, NULL, NULL, &err));
	base = advi_world_base(world);
	assert_int_equal(base->records.count, 4);
	/* Another file of the same build: the channel's record says more. */
	assert_int_equal(base->records.at[0]->size, 7);
	assert_string_equal(base->records.at[1]->md5, old_md5);
	assert_string_equal(base->records.at[2]->version, "3");
	assert_string_equal(base->records.at[3]->name, "d");
	assert_true(ask(world, "e"));
	assert_false(ask(world, "f"));
}

/* Without builds it is not known which packages are meant, so they are solved. */
static void names_and_versions_are_solved(void **state)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(world) struct adv_world *world = NULL;
	const struct adv_net net = {.cache = scratch};
	struct adv_err err = ADV_ERR_INIT;

	(void)state;
	scratch_write("list", "# Name Version\na 1\nc 9 0\n");
	site = site_of("list");
	assert_int_equal(site->base_records.count, 0);
	assert_true(site->base_asked);
	assert_ok(adv_world_open(&world, site, &net, NULL, NULL, &err));
	assert_int_equal(advi_world_base(world)->records.count, 2);
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
		cmocka_unit_test(base_is_what_the_lock_says),
		cmocka_unit_test(names_and_versions_are_solved),
	};

	return cmocka_run_group_tests_name("an installed base", tests, set_up, scratch_tear_down);
}
