/* SPDX-License-Identifier: BSD-3-Clause */
/* Compiling with Pythons that die, hang and lie; and what lies beside what. */
#include "unit.h"

#include <sys/stat.h>

#include "bundle/heat.h"
#include "bundle/pyc_compile.h"
#include "io/file.h"

/* A program that says what a Python would, and then does what 'body' says for each source. */
static void write_python(const char *folder, const char *body)
{
	ADVI_AUTO_PTR char *bin = advi_format("%s/bin", folder);
	ADVI_AUTO_PTR char *path = advi_format("%s/python3.11", bin);
	FILE *file;

	mkdir(bin, 0755);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "#!/bin/sh\necho cpython-311 3495\n%s\n", body);
	fclose(file);
	assert_int_equal(chmod(path, 0755), 0);
}

/* Compiles three sources; all are refused, for reasons that begin with 'why'. */
static void refuses(const char *body, const char *why)
{
	static const struct advi_python python = {.name = "python3.11", .tag = "cpython-311"};
	const struct advi_compiler_options options = {.threads = 2, .file_seconds = 1};
	struct advi_compile_job jobs[3] = {{0}};
	struct advi_compiler *compiler = NULL;
	struct adv_err err = ADV_ERR_INIT;
	char folder[4096], name[] = "/m/a.py";

	unit_folder(folder);
	write_python(folder, body);
	for (size_t i = 0; i < ADVI_COUNT(jobs); i++) {
		jobs[i].name = name;
		jobs[i].source = ADVI_STR("a = 1\n");
	}
	assert_ok(advi_compiler_start(&compiler, folder, &python, &options, &err));
	assert_ok(advi_compiler_run(compiler, jobs, ADVI_COUNT(jobs), NULL, &err));
	for (size_t i = 0; i < ADVI_COUNT(jobs); i++) {
		assert_int_equal(jobs[i].pyc.len, 0);
		if (strncmp(jobs[i].why, why, strlen(why)) != 0)
			fail_msg("'%s' is not '%s'", jobs[i].why, why);
	}
	advi_compiler_free(compiler);
	assert_ok(advi_remove_tree(folder, &err));
}

static void one_that_dies_costs_the_source(void **state)
{
	(void)state;
	refuses("read line; exit 1", "Python died of it");
	refuses("read line; kill -SEGV $$", "Python died of it");
	/* between two sources */
	refuses("exec 0<&-; sleep 0.1", "Python died of it");
}

static void one_that_hangs_is_stopped(void **state)
{
	(void)state;
	refuses("sleep 1000", "Python took too long for it");
	/* with what it started */
	refuses("sleep 1000 & wait", "Python took too long for it");
}

static void one_that_lies_is_not_believed(void **state)
{
	(void)state;
	refuses("read line; printf '\\377\\377\\377\\377'; sleep 1000",
		"what Python said of it can't be understood");
	refuses("read line; printf '\\0\\0\\0\\0'; sleep 1000",
		"what Python said of it can't be understood");
	refuses("read line; printf '\\1\\0\\0\\0ab'; sleep 1000",
		"what Python said of it can't be understood");
	refuses("read line; printf '\\1\\0\\0\\0\\0'; sleep 1000",
		"what Python made of it is no .pyc of it");
	/* a .pyc by time */
	refuses("read line; printf '\\21\\0\\0\\0\\0\\247\\15\\15\\12\\0\\0\\0\\0AAAABBBB'; sleep 1000",
		"what Python made of it is no .pyc of it");
	/* unchecked, with a hash of something else */
	refuses("read line; printf '\\22\\0\\0\\0\\0\\247\\15\\15\\12\\1\\0\\0\\0AAAABBBBN'; sleep 1000",
		"what Python made of it is no .pyc of it");
}

static int stop(void *context, const struct adv_progress *progress)
{
	(void)context;
	(void)progress;
	return 1;
}

static void it_can_be_stopped(void **state)
{
	static const struct advi_python python = {.name = "python3.11", .tag = "cpython-311"};
	const struct advi_compiler_options options = {.threads = 1};
	const struct adv_watch watch = {.progress = stop};
	struct advi_compile_job job = {.source = ADVI_STR("a = 1\n")};
	struct advi_compiler *compiler = NULL;
	struct adv_err err = ADV_ERR_INIT;
	char folder[4096], name[] = "/m/a.py";

	(void)state;
	unit_folder(folder);
	write_python(folder, "sleep 1000");
	job.name = name;
	assert_ok(advi_compiler_start(&compiler, folder, &python, &options, &err));
	assert_int_equal(advi_compiler_run(compiler, &job, 1, &watch, &err), ADV_ECANCEL);
	advi_compiler_free(compiler);
	assert_ok(advi_remove_tree(folder, &err));
}

/* Two groups that are used apart from each other, and one that nobody uses. */
static void packages_lie_beside_what_they_are_used_with(void **state)
{
	static const uint32_t together[] = {
		4, 0, 3, 0, 0, /* 0 and 2 */
		0, 5, 0, 5, 0, /* 1 and 3: the most used */
		3, 0, 4, 1, 0, /* */
		0, 5, 1, 6, 0, /* */
		0, 0, 0, 0, 0,
	};
	static const size_t wanted[] = {3, 1, 2, 0, 4};
	size_t order[5];

	(void)state;
	advi_heat_chain(order, together, 5);
	assert_memory_equal(order, wanted, sizeof(wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_dies_costs_the_source),
		cmocka_unit_test(one_that_hangs_is_stopped),
		cmocka_unit_test(one_that_lies_is_not_believed),
		cmocka_unit_test(it_can_be_stopped),
		cmocka_unit_test(packages_lie_beside_what_they_are_used_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
