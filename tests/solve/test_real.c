/* SPDX-License-Identifier: BSD-3-Clause */
/* A real channel and real bases: every answer holds by a verifier that knows no solver. */
#include "unit.h"

#include "case.h"
#include "verify.h"

enum {
	EVERY = 6, /* of the candidates, one in so many is asked */
	ORDERS = 3
};

/* Another order of the lines for every 'seed'. */
static void shuffle(case_lines *lines, uint64_t seed)
{
	for (size_t i = lines->count; i > 1; i--) {
		size_t other = case_random(&seed) % i;
		const char *kept = lines->at[other];

		lines->at[other] = lines->at[i - 1];
		lines->at[i - 1] = kept;
	}
}

static void check_sound(const struct adv_site *site, const struct advi_env *env)
{
	ADVI_AUTO_PTR char *wrong =
		verify(env->records.at, env->records.count, site->virtuals.at, site->virtuals.count,
		       (const char *const *)env->specs.at, env->specs.count);

	if (wrong)
		fail_msg("the answer is no environment: %s", wrong);
}

static void ask(struct adv_world *world, const struct adv_site *site, const char *want,
		size_t counts[2])
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_answer answer;
	struct advi_env env;

	assert_ok(advi_world_extend(world, advi_world_base(world), &want, 1, ADVI_FAVOURED, &env,
				    &answer, NULL, &err));
	counts[answer.possible]++;
	if (answer.possible)
		check_sound(site, &env);
	else
		assert_true(strlen(answer.why) > 0);
	advi_env_clear(&env);
	advi_answer_clear(&answer);
}

/* The same specs in another order are solved to the same records. */
static void check_order(const struct adv_world *world, case_lines *base, const char *channel,
			uint64_t seed)
{
	ADV_AUTO(world) struct adv_world *again = NULL;
	ADV_AUTO(site) struct adv_site *site = NULL;
	struct adv_err err = ADV_ERR_INIT;

	shuffle(base, seed);
	site = case_site(base, channel);
	assert_ok(adv_world_open(&again, site, NULL, NULL, NULL, &err));
	assert_string_equal(advi_world_fingerprint(world), advi_world_fingerprint(again));
	assert_int_equal(advi_world_base(world)->records.count,
			 advi_world_base(again)->records.count);
	for (size_t i = 0; i < advi_world_base(world)->records.count; i++)
		assert_string_equal(advi_world_base(world)->records.at[i]->fn,
				    advi_world_base(again)->records.at[i]->fn);
}

/* The base of 152 specs with every so many-th candidate. */
static void answers_hold(void **state)
{
	char channel[4096], base_path[4096], candidate_path[4096];
	ADVI_AUTO(buf) struct advi_buf base_text = ADVI_BUF_INIT(1 << 16);
	ADVI_AUTO(buf) struct advi_buf candidate_text = ADVI_BUF_INIT(1 << 16);
	ADV_AUTO(world) struct adv_world *world = NULL;
	ADV_AUTO(site) struct adv_site *site = NULL;
	struct adv_err err = ADV_ERR_INIT;
	case_lines base = {0}, candidates = {0};
	size_t counts[2] = {0};

	(void)state;
	unit_needs_speed();
	unit_shared(channel, "data/channels/conda-forge");
	unit_shared(base_path, "data/channels/base-152.txt");
	unit_shared(candidate_path, "data/channels/candidates-200.txt");
	case_read_lines(&base_text, &base, base_path);
	case_read_lines(&candidate_text, &candidates, candidate_path);
	site = case_site(&base, channel);
	assert_ok(adv_world_open(&world, site, NULL, NULL, NULL, &err));
	assert_true(advi_world_base(world)->records.count > 700);
	check_sound(site, advi_world_base(world));
	for (size_t i = 0; i < candidates.count; i += EVERY)
		ask(world, site, candidates.at[i], counts);
	print_message("%zu possible, %zu not\n", counts[1], counts[0]);
	assert_true(counts[1] > 10 && counts[0] > 5);

	for (uint64_t seed = 1; seed <= ORDERS; seed++)
		check_order(world, &base, channel, seed);
	advi_vec_clear(&base);
	advi_vec_clear(&candidates);
}

static void note(void *context, const char *text)
{
	print_message("note: %s\n", text);
	++*(size_t *)context;
}

/* A recipe that says nothing of GPUs, with a base that can't be without. */
static void the_polaris_recipe_stands(void **state)
{
	char channel[4096], path[4096];
	ADV_AUTO(world) struct adv_world *world = NULL;
	ADV_AUTO(site) struct adv_site *site = NULL;
	struct adv_err err = ADV_ERR_INIT;
	size_t notes = 0;
	struct adv_watch watch = {&notes, NULL, note};

	(void)state;
	unit_needs_speed();
	unit_shared(channel, "data/channels/conda-forge");
	unit_shared(path, "data/usage/site.json");
	assert_ok(adv_site_read(&site, path, &err));
	adv_site_clear_channels(site);
	adv_site_add_channel(site, channel);
	assert_ok(adv_world_open(&world, site, NULL, NULL, &watch, &err));
	assert_true(notes > 0);
	assert_true(advi_world_base(world)->records.count > 500);
	assert_non_null(advi_world_find(world, "polars"));
	assert_null(advi_world_find(world, "there-is-no-such-package"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_hold),
		cmocka_unit_test(the_polaris_recipe_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
