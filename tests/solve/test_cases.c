/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs the text files in cases/: each as it stands, and in other orders of its lines. */
#include "unit.h"

#include "case.h"
#include "io/file.h"
#include "verify.h"

enum { ORDERS = 4 };

static void say(struct advi_buf *out, char sign, const struct advi_record *record)
{
	advi_buf_printf(out, "%c %s %s %s\n", sign, record->name, record->version, record->build);
}

static void say_all(struct advi_buf *out, char sign, const advi_records *records)
{
	for (size_t i = 0; i < records->count; i++)
		say(out, sign, records->at[i]);
}

/* What was expected, in the form in which answers are said. */
static void expected(struct advi_buf *out, const case_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		advi_buf_printf(out, "%s\n", lines->at[i]);
}

static void check_sound(const struct solve_case *c, const struct advi_env *env)
{
	ADVI_AUTO_PTR char *wrong =
		verify(env->records.at, env->records.count, c->virtuals.at, c->virtuals.count,
		       (const char *const *)env->specs.at, env->specs.count);

	if (wrong)
		fail_msg("the answer is no environment: %s", wrong);
}

static const char *const freedoms[] = {"frozen", "favoured", "free"};

static void say_changes(struct advi_buf *out, const struct advi_answer *answer)
{
	say_all(out, '+', &answer->added);
	say_all(out, '~', &answer->changed);
	say_all(out, '-', &answer->removed);
}

static void ask_want(struct solve_case *c, struct adv_world *world,
		     const struct case_question *question, struct advi_buf *said)
{
	struct adv_err err = ADV_ERR_INIT;
	struct advi_answer answer;
	struct advi_env env;

	assert_ok(advi_world_extend(world, advi_world_base(world), question->want.at,
				    question->want.count, question->most, &env, &answer, NULL,
				    &err));
	if (question->most != ADVI_FAVOURED)
		advi_buf_printf(said, "%s\n", freedoms[answer.freedom]);
	if (answer.possible && answer.freedom < ADVI_FREE && !c->installed.count)
		check_sound(c, &env);
	if (answer.possible)
		say_changes(said, &answer);
	else
		advi_buf_printf(said, "no: %s\n", answer.why);
	advi_env_clear(&env);
	advi_answer_clear(&answer);
}

static void ask_join(struct solve_case *c, struct adv_world *world,
		     const struct case_question *question, struct advi_buf *said)
{
	ADVI_VEC(struct advi_question) wishes = {0};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_joint joint;
	case_lines *specs = advi_calloc(question->want.count, sizeof(*specs));

	for (size_t i = 0; i < question->want.count; i++) {
		struct advi_str rest = advi_str(question->want.at[i]), spec;

		while (advi_str_split(&rest, ';', &spec))
			advi_vec_push(&specs[i], advi_arena_str(&c->arena, advi_str_trim(spec)));
		advi_vec_push(&wishes, ((struct advi_question){specs[i].at, specs[i].count}));
	}
	assert_ok(advi_world_join(world, advi_world_base(world), wishes.at, wishes.count,
				  question->most, &joint, NULL, &err));
	assert_true(joint.maximal);
	for (size_t i = 0; i < joint.count; i++)
		if (joint.in[i])
			advi_buf_printf(said, "in %s\n", question->want.at[i]);
		else
			advi_buf_printf(said, "out %s: %s\n", question->want.at[i], joint.why[i]);
	say_changes(said, &joint.answer);
	advi_joint_clear(&joint);
	for (size_t i = 0; i < question->want.count; i++)
		advi_vec_clear(&specs[i]);
	free(specs);
	advi_vec_clear(&wishes);
}

static void say_newer(struct advi_buf *out, const char *what, const struct advi_record *record,
		      const struct advi_answer *answer)
{
	if (answer->possible)
		advi_buf_printf(out, "%s %s %s: %s\n", what, record->name, record->version,
				freedoms[answer->freedom]);
	else
		advi_buf_printf(out, "%s %s %s: no: %s\n", what, record->name, record->version,
				answer->why);
}

static void ask_newer(struct adv_world *world, const struct case_question *question,
		      struct advi_buf *said)
{
	for (size_t i = 0; i < question->want.count; i++) {
		struct adv_err err = ADV_ERR_INIT;
		struct advi_newer newer;

		assert_ok(advi_world_newer(world, advi_world_base(world), question->want.at[i],
					   question->most, &newer, NULL, &err));
		if (newer.newest)
			say_newer(said, "newest", newer.newest, &newer.answer);
		else
			advi_buf_printf(said, "newest %s: none\n", question->want.at[i]);
		if (newer.best && newer.best != newer.newest)
			say_newer(said, "best", newer.best, &newer.best_answer);
		advi_newer_clear(&newer);
	}
}

static void check_question(struct solve_case *c, struct adv_world *world,
			   const struct case_question *question)
{
	ADVI_AUTO(buf) struct advi_buf said = ADVI_BUF_INIT(1 << 16), want = ADVI_BUF_INIT(1 << 16);

	if (question->kind == CASE_WANT)
		ask_want(c, world, question, &said);
	else if (question->kind == CASE_JOIN)
		ask_join(c, world, question, &said);
	else
		ask_newer(world, question, &said);
	expected(&want, &question->expect);
	assert_string_equal(advi_buf_str(&said).ptr, advi_buf_str(&want).ptr);
}

static void check_base(struct solve_case *c, int r, const struct adv_world *world,
		       const struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf said = ADVI_BUF_INIT(1 << 16), want = ADVI_BUF_INIT(1 << 16);

	if (r < 0)
		advi_buf_printf(&said, "no: %s\n", err->text);
	else
		check_sound(c, advi_world_base(world));
	if (!c->expect_base.count) {
		assert_string_equal(advi_buf_str(&said).ptr, "");
		return;
	}
	for (size_t i = 0; r == 0 && i < world->base.records.count; i++)
		say(&said, '=', world->base.records.at[i]);
	expected(&want, &c->expect_base);
	assert_string_equal(advi_buf_str(&said).ptr, advi_buf_str(&want).ptr);
}

static void run_case(void **state)
{
	struct solve_case c;

	case_read(&c, *state);
	assert_true(c.expect_base.count || c.questions.count);
	for (uint64_t seed = 0; seed < ORDERS; seed++) {
		struct adv_err err = ADV_ERR_INIT;
		struct adv_world world;
		int r = case_world(&c, seed, &world, &err);

		check_base(&c, r, &world, &err);
		for (size_t q = 0; r == 0 && q < c.questions.count; q++)
			check_question(&c, &world, &c.questions.at[q]);
		advi_world_clear(&world);
	}
	case_clear(&c);
}

typedef ADVI_VEC(struct CMUnitTest) tests;

static int add_case(void *context, const char *path, const struct stat *info, struct adv_err *err)
{
	size_t length = strlen(path);

	(void)info;
	(void)err;
	if (length > 5 && strcmp(path + length - 5, ".test") == 0)
		advi_vec_push((tests *)context,
			      ((struct CMUnitTest){advi_strdup(strrchr(path, '/') + 1), run_case,
						   NULL, NULL, advi_strdup(path)}));
	return 0;
}

int main(void)
{
	const char *srcdir = getenv("SRCDIR");
	ADVI_AUTO_PTR char *folder = advi_format("%s/tests/solve/cases", srcdir ? srcdir : ".");
	struct adv_err err = ADV_ERR_INIT;
	tests all = {0};
	int failed;

	if (advi_walk(folder, add_case, &all, NULL, NULL, &err) < 0 || !all.count) {
		fprintf(stderr, "no cases in %s: %s\n", folder, err.text);
		return 1;
	}
	failed = _cmocka_run_group_tests("cases", all.at, all.count, NULL, NULL);
	for (size_t i = 0; i < all.count; i++) {
		free((char *)(uintptr_t)all.at[i].name);
		free(all.at[i].initial_state);
	}
	advi_vec_clear(&all);
	return failed;
}
