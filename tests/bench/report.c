/* SPDX-License-Identifier: BSD-3-Clause */
/* Reports of a centre, and of one ten times as large; and the page in a browser. */
#include <advisor/report.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "io/file.h"
#include "report/html.h"

enum { TIMES = 5, SKIPPED = 77 };

struct bench {
	char *store, *page;
};

static int run(const char *const *argv)
{
	pid_t child;
	int status = -1;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char *in_tree(const char *variable, const char *name)
{
	const char *folder = getenv(variable);

	return advi_path_join(folder ? folder : ".", name);
}

/* 600 packages in 24 months, of so many users. */
static void make(struct bench *bench, const char *users)
{
	ADVI_AUTO_PTR char *kept = bench_folder();
	ADVI_AUTO_PTR char *name = advi_format("usage-%s", users);
	ADVI_AUTO_PTR char *folder = advi_path_join(kept, name);
	ADVI_AUTO_PTR char *script = in_tree("SRCDIR", "tests/bench/make_usage.py");
	ADVI_AUTO_PTR char *program = in_tree("BUILDDIR", "conda-advisor");
	struct adv_err err = ADV_ERR_INIT;

	if (advi_mkdirs(folder, &err) < 0 ||
	    run((const char *[]){"python3", script, program, folder, users, NULL}) != 0)
		bench_fail("'%s' failed", script);
	bench->store = advi_path_join(folder, "usage.db");
	bench->page = advi_path_join(folder, "page.html");
}

static void write_page(void *context, double *figures)
{
	const struct bench *bench = context;
	const struct adv_page_options options = {0};
	ADV_AUTO(store) struct adv_store *store = NULL;
	struct adv_err err = ADV_ERR_INIT;
	struct stat info;

	if (adv_store_open(&store, bench->store, ADV_STORE_READ, &err) < 0 ||
	    adv_page_write(store, &options, bench->page, &err) < 0)
		bench_fail("%s", err.text);
	figures[0] = stat(bench->page, &info) == 0 ? (double)info.st_size : 0;
}

static void measure(const char *users)
{
	struct bench bench;
	struct bench_result result;
	ADVI_AUTO_PTR char *what = advi_format("%s users: HTML, CPU", users);
	ADVI_AUTO_PTR char *memory = advi_format("%s users: HTML, memory", users);
	ADVI_AUTO_PTR char *size = advi_format("%s users: HTML, size", users);
	ADVI_AUTO_PTR char *script = in_tree("SRCDIR", "tests/bench/browse.py");

	make(&bench, users);
	result = bench_measure(TIMES, write_page, &bench);
	bench_row(what, result.seconds, -1, "s", "< 5 s");
	bench_row(memory, result.peak_bytes / 1e6, -1, "MB", "< 500 MB");
	bench_row(size, result.figures[0] / 1e6, -1, "MB", "");
	if (run((const char *[]){"python3", script, bench.page, users, NULL}) != 0)
		bench_note("no browser to look at the page of %s users with", users);
	free(bench.store);
	free(bench.page);
}

int main(void)
{
	if (!advi_page_bytes) {
		bench_note("built without pages");
		return SKIPPED;
	}
	measure("600");
	measure("6000");
	return 0;
}
