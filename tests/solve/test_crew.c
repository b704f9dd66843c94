/* SPDX-License-Identifier: BSD-3-Clause */
/* Solves in child processes: stopped in time, within their memory, and gone afterwards. */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <sys/wait.h>

#include "solve/crew.h"

static void sleeps(const struct advi_job *job, struct advi_outcome *out)
{
	(void)job;
	*out = (struct advi_outcome){0};
	for (;;)
		pause();
}

static void crashes(const struct advi_job *job, struct advi_outcome *out)
{
	(void)job;
	*out = (struct advi_outcome){0};
	_exit(7);
}

static void eats(const struct advi_job *job, struct advi_outcome *out)
{
	(void)job;
	*out = (struct advi_outcome){0};
	for (;;) {
		char *more = advi_malloc(1 << 20);

		memset(more, 1, 1 << 20);
		advi_vec_push(&out->found, (uint32_t)(uintptr_t)more);
	}
}

/* Says more than a pipe holds. */
static void talks(const struct advi_job *job, struct advi_outcome *out)
{
	*out = (struct advi_outcome){.solved = true};
	for (uint32_t i = 0; i < 100000; i++)
		advi_vec_push(&out->found, i + (uint32_t)job->firm);
	advi_vec_push(&out->clash.needs, 5);
}

static size_t open_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t count = 0;

	while (folder && readdir(folder))
		count++;
	if (folder)
		closedir(folder);
	return count;
}

static void assert_no_children(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static int stop(void *context, const struct adv_progress *progress)
{
	assert_string_equal(progress->phase, "testing");
	return ++*(unsigned *)context > 2;
}

struct trial {
	void (*run)(const struct advi_job *job, struct advi_outcome *out);
	struct adv_solving solving;
	int code;
	const char *text;
};

static void try(const struct trial *trial, const struct adv_watch *watch)
{
	struct advi_job job = {0};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_outcome out;
	struct advi_crew crew;
	void *token;

	advi_crew_init(&crew, &trial->solving, "testing");
	crew.run = trial->run;
	assert_ok(advi_crew_start(&crew, &job, &crew, &err));
	assert_true(advi_crew_full(&crew));
	assert_int_equal(advi_crew_wait(&crew, &out, &token, watch, &err), trial->code);
	assert_non_null(strstr(err.text, trial->text));
	assert_ptr_equal(token, trial->code == ADV_ECANCEL ? NULL : &crew);
	advi_outcome_clear(&out);
	advi_crew_clear(&crew);
}

static void what_goes_wrong_is_said(void **state)
{
	static const struct trial trials[] = {
		{sleeps, {.max_seconds = 1}, ADV_EENV, "more than 1 seconds: allow more (--solve-"},
		{crashes, {0}, ADV_EENV, "without an answer (status 7)"},
		{eats, {.max_bytes = 64 << 20}, ADV_EENV, "more than 64.0 MiB of memory: allow"},
	};
	size_t files = open_files();

	(void)state;
	for (size_t i = 0; i < ADVI_COUNT(trials); i++)
		try(&trials[i], NULL);
	assert_no_children();
	assert_int_equal(open_files(), files);
}

static void an_interrupt_is_heard_at_once(void **state)
{
	static const struct trial trial = {sleeps, {0}, ADV_ECANCEL, ""};
	unsigned heard = 0;
	size_t files = open_files();

	(void)state;
	try(&trial, &(struct adv_watch){&heard, stop, NULL});
	assert_int_equal(heard, 3);
	assert_no_children();
	assert_int_equal(open_files(), files);
}

/* Outcomes come whole and to whom they belong, whoever is ready first. */
static void outcomes_are_told_apart(void **state)
{
	struct adv_solving solving = {.workers = 3};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_crew crew;
	size_t seen[3] = {0};

	(void)state;
	advi_crew_init(&crew, &solving, "testing");
	crew.run = talks;
	for (size_t i = 0; i < 3; i++) {
		assert_false(advi_crew_full(&crew));
		assert_ok(advi_crew_start(&crew, &(struct advi_job){.firm = i}, &seen[i], &err));
	}
	assert_true(advi_crew_full(&crew));
	while (crew.count) {
		struct advi_outcome out;
		void *token;

		assert_ok(advi_crew_wait(&crew, &out, &token, NULL, &err));
		assert_true(out.solved);
		assert_int_equal(out.found.count, 100000);
		assert_int_equal(out.found.at[0], (size_t *)token - seen);
		assert_int_equal(out.found.at[99999], 99999 + ((size_t *)token - seen));
		assert_int_equal(out.clash.needs.count, 1);
		++*(size_t *)token;
		advi_outcome_clear(&out);
	}
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(seen[i], 1);
	advi_crew_clear(&crew);
	assert_no_children();
}

/* Those that still run are stopped when nobody waits for them any more. */
static void clearing_stops_all(void **state)
{
	struct adv_solving solving = {.workers = 2};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_crew crew;

	(void)state;
	advi_crew_init(&crew, &solving, "testing");
	crew.run = sleeps;
	for (size_t i = 0; i < 2; i++)
		assert_ok(advi_crew_start(&crew, &(struct advi_job){0}, NULL, &err));
	advi_crew_clear(&crew);
	assert_no_children();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_wrong_is_said),
		cmocka_unit_test(an_interrupt_is_heard_at_once),
		cmocka_unit_test(outcomes_are_told_apart),
		cmocka_unit_test(clearing_stops_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
