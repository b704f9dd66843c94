/* SPDX-License-Identifier: BSD-3-Clause */
/* Small worlds at random: the verdict is that of trying every combination of records. */
#include "unit.h"

#include "case.h"
#include "verify.h"

enum { WORLDS = 600, NAMES = 5, VERSIONS = 3, LINKS = 3 };

static const char *const relations[] = {"",     " >=2", " <3",           " 2.*",
					" !=2", " 1|3", "[version='<2']"};

static const char *random_spec(struct advi_arena *arena, uint64_t *seed)
{
	return advi_arena_printf(arena, "n%u%s", (unsigned)(case_random(seed) % (NAMES + 1)),
				 relations[case_random(seed) % ADVI_COUNT(relations)]);
}

static struct advi_list random_list(struct advi_arena *arena, uint64_t *seed, uint64_t most)
{
	size_t count = case_random(seed) % (most + 1);
	const char **at = advi_arena_alloc(arena, (count + 1) * sizeof(*at));

	for (size_t i = 0; i < count; i++)
		at[i] = random_spec(arena, seed);
	return (struct advi_list){at, count};
}

static void random_world(struct solve_case *c, uint64_t *seed)
{
	struct case_channel *channel;

	memset(c, 0, sizeof(*c));
	channel = advi_vec_new(&c->channels);
	channel->name = "main";
	for (unsigned name = 0; name < NAMES; name++) {
		for (unsigned version = 1; version <= VERSIONS; version++) {
			struct advi_record *record;

			if (case_random(seed) % 5 == 0)
				continue;
			record = advi_vec_new(&channel->records);
			record->name = advi_arena_printf(&c->arena, "n%u", name);
			record->version = advi_arena_printf(&c->arena, "%u", version);
			record->build = "0";
			record->channel = "main";
			record->subdir = "noarch";
			record->depends = random_list(&c->arena, seed, LINKS);
			record->constrains = random_list(&c->arena, seed, 1);
		}
	}
	for (uint64_t i = case_random(seed) % 3; i < 3; i++)
		advi_vec_push(&c->base, random_spec(&c->arena, seed));
}

/* Whether any choice of at most one record a name is an environment with these specs. */
static bool exists(const struct case_channel *channel, size_t next,
		   const struct advi_record **chosen, size_t count, const case_lines *specs)
{
	const char *name;
	size_t end = next;
	char *wrong;

	if (next == channel->records.count) {
		wrong = verify(chosen, count, NULL, 0, specs->at, specs->count);
		free(wrong);
		return !wrong;
	}
	name = channel->records.at[next].name;
	while (end < channel->records.count && strcmp(channel->records.at[end].name, name) == 0)
		end++;
	for (size_t i = next; i < end; i++) {
		chosen[count] = &channel->records.at[i];
		if (exists(channel, end, chosen, count + 1, specs))
			return true;
	}
	return exists(channel, end, chosen, count, specs);
}

static void check_question(struct solve_case *c, struct adv_world *world, const char *want,
			   bool possible)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_answer answer;
	struct advi_env env;

	assert_ok(advi_world_extend(world, advi_world_base(world), &want, 1, ADVI_FAVOURED, &env,
				    &answer, NULL, &err));
	assert_int_equal(answer.possible, possible);
	if (possible) {
		char *wrong = verify(env.records.at, env.records.count, NULL, 0,
				     (const char *const *)env.specs.at, env.specs.count);

		if (wrong)
			fail_msg("the answer is no environment: %s", wrong);
	} else {
		assert_true(strlen(answer.why) > 0);
	}
	advi_env_clear(&env);
	advi_answer_clear(&answer);
	(void)c;
}

static void run_world(uint64_t *seed, size_t counts[2])
{
	const struct advi_record *chosen[NAMES];
	struct adv_err err = ADV_ERR_INIT;
	struct adv_world world;
	struct solve_case c;
	bool possible;
	int r;

	random_world(&c, seed);
	possible = exists(&c.channels.at[0], 0, chosen, 0, &c.base);
	r = case_world(&c, 0, &world, &err);
	assert_int_equal(r, possible ? 0 : ADV_NO);
	for (int question = 0; possible && question < 3; question++) {
		case_lines all = {0};

		for (size_t i = 0; i < c.base.count; i++)
			advi_vec_push(&all, c.base.at[i]);
		advi_vec_push(&all, random_spec(&c.arena, seed));
		possible = exists(&c.channels.at[0], 0, chosen, 0, &all);
		counts[possible]++;
		check_question(&c, &world, all.at[all.count - 1], possible);
		advi_vec_clear(&all);
		possible = true;
	}
	advi_world_clear(&world);
	case_clear(&c);
}

static void verdicts_are_those_of_trying_all(void **state)
{
	size_t counts[2] = {0};
	uint64_t seed = 20240501;

	(void)state;
	for (int i = 0; i < WORLDS; i++)
		run_world(&seed, counts);
	print_message("%zu possible, %zu not\n", counts[1], counts[0]);
	assert_true(counts[0] > 20 && counts[1] > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_are_those_of_trying_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
