/* SPDX-License-Identifier: BSD-3-Clause */
/* Small worlds at random: the verdict is that of trying every combination of records. */
#include "unit.h"

#include "conda/envfile.h"
#include "random.h"
#include "verify.h"

enum { WORLDS = 600, WISHES = 4 };

/* The specs of a list, or only the names in them. */
static void add_specs(struct advi_arena *arena, case_lines *out, const case_lines *from, bool names)
{
	for (size_t i = 0; i < from->count; i++)
		advi_vec_push(out,
			      names ? advi_arena_str(arena, advi_spec_name(advi_str(from->at[i])))
				    : from->at[i]);
}

/* Whether 'more' can be had with base, as it was asked for or by its names. */
static bool possible_with(struct solve_case *c, const case_lines *more, bool names)
{
	case_lines all = {0};
	bool possible;

	add_specs(&c->arena, &all, &c->base, names);
	add_specs(&c->arena, &all, more, false);
	possible = random_possible(c, &all);
	advi_vec_clear(&all);
	return possible;
}

static void assert_sound(struct solve_case *c, const struct advi_env *env, const case_lines *more,
			 bool names)
{
	ADVI_AUTO_PTR char *wrong = NULL;
	case_lines specs = {0};

	add_specs(&c->arena, &specs, &c->base, names);
	add_specs(&c->arena, &specs, more, false);
	wrong = verify(env->records.at, env->records.count, NULL, 0, specs.at, specs.count);
	if (wrong)
		fail_msg("the answer is no environment: %s", wrong);
	advi_vec_clear(&specs);
}

/* What an answer must be: the least freedom with which trying everything finds something. */
static void check_question(struct solve_case *c, struct adv_world *world, const char *want,
			   size_t counts[4])
{
	case_lines more = {&want, 1, 1};
	bool favoured = possible_with(c, &more, false), free = possible_with(c, &more, true);
	struct adv_err err = ADV_ERR_INIT;
	struct advi_answer answer;
	struct advi_env env;

	assert_ok(advi_world_extend(world, advi_world_base(world), &want, 1, ADVI_FREE, &env,
				    &answer, NULL, &err));
	assert_int_equal(answer.possible, favoured || free);
	assert_int_equal(answer.freedom == ADVI_FREE, !favoured);
	if (answer.possible)
		assert_sound(c, &env, &more, answer.freedom == ADVI_FREE);
	if (!answer.possible || answer.freedom > ADVI_FROZEN)
		assert_true(strlen(answer.why) > 0);
	if (answer.possible && answer.freedom == ADVI_FROZEN)
		assert_int_equal(answer.changed.count + answer.removed.count, 0);
	counts[answer.possible ? answer.freedom : 3]++;
	advi_env_clear(&env);
	advi_answer_clear(&answer);
}

/* What is in goes together, and nothing can be added to it. */
static void check_joint(struct solve_case *c, struct adv_world *world, uint64_t *seed,
			enum advi_freedom most)
{
	struct advi_question wishes[WISHES];
	const char *specs[WISHES][2];
	struct adv_err err = ADV_ERR_INIT;
	struct advi_joint joint;
	case_lines in = {0};

	for (size_t i = 0; i < WISHES; i++) {
		specs[i][0] = random_spec(&c->arena, seed);
		specs[i][1] = random_spec(&c->arena, seed);
		wishes[i] = (struct advi_question){specs[i], 1 + case_random(seed) % 4 / 3};
	}
	assert_ok(advi_world_join(world, advi_world_base(world), wishes, WISHES, most, &joint, NULL,
				  &err));
	assert_true(joint.maximal);
	for (size_t i = 0; i < WISHES; i++)
		for (size_t n = 0; joint.in[i] && n < wishes[i].count; n++)
			advi_vec_push(&in, specs[i][n]);
	assert_sound(c, &joint.env, &in, most == ADVI_FREE);
	for (size_t i = 0; i < WISHES; i++) {
		size_t before = in.count;

		assert_int_equal(joint.in[i], !joint.why[i]);
		for (size_t n = 0; !joint.in[i] && n < wishes[i].count; n++)
			advi_vec_push(&in, specs[i][n]);
		if (!joint.in[i])
			assert_false(possible_with(c, &in, most == ADVI_FREE));
		in.count = before;
	}
	advi_joint_clear(&joint);
	advi_vec_clear(&in);
}

static void run_world(uint64_t *seed, size_t counts[4])
{
	struct adv_err err = ADV_ERR_INIT;
	struct adv_world world;
	struct solve_case c;
	bool possible;
	int r;

	random_world(&c, seed);
	possible = possible_with(&c, &(case_lines){0}, false);
	r = case_world(&c, 0, &world, &err);
	assert_int_equal(r, possible ? 0 : ADV_NO);
	for (int question = 0; possible && question < 3; question++)
		check_question(&c, &world, random_spec(&c.arena, seed), counts);
	if (possible)
		check_joint(&c, &world, seed, case_random(seed) % 2 ? ADVI_FREE : ADVI_FAVOURED);
	advi_world_clear(&world);
	case_clear(&c);
}

static void verdicts_are_those_of_trying_all(void **state)
{
	size_t counts[4] = {0};
	uint64_t seed = 20240501;

	(void)state;
	for (int i = 0; i < WORLDS; i++)
		run_world(&seed, counts);
	print_message("%zu frozen, %zu favoured, %zu free, %zu not\n", counts[0], counts[1],
		      counts[2], counts[3]);
	for (size_t i = 0; i < ADVI_COUNT(counts); i++)
		assert_true(counts[i] > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_are_those_of_trying_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
