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
	char *store, *page, *folder;
	struct adv_report_query query;
	enum adv_format format;
};

/* What is asked for of a report, and of one of ten times the population alike. */
static const struct report {
	const char *what;
	struct adv_report_query query;
	enum adv_format format;
	const char *asked;
} reports[] = {
	{"a project, text", {.project = "p007"}, ADV_FORMAT_TEXT, "< 1 s"},
	{"a project, JSON", {.project = "p007"}, ADV_FORMAT_JSON, "< 1 s"},
	{"a domain, text", {.domain = "Biology"}, ADV_FORMAT_TEXT, ""},
	{"a package, text", {.package = "package003"}, ADV_FORMAT_TEXT, ""},
	{"the site, text", ADV_REPORT_QUERY_INIT, ADV_FORMAT_TEXT, "< 5 s"},
	{"the site, public CSV", {.public_only = true}, ADV_FORMAT_CSV, "< 5 s"},
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
	bench->folder = advi_path_join(folder, "projects");
}

static void write_page(void *context, double *figures)
{
	const struct bench *bench = context;
	const struct adv_page_options options = {.public_only = bench->query.public_only};
	ADV_AUTO(store) struct adv_store *store = NULL;
	struct adv_err err = ADV_ERR_INIT;
	struct stat info;

	if (adv_store_open(&store, bench->store, ADV_STORE_READ, &err) < 0 ||
	    adv_page_write(store, &options, bench->page, &err) < 0)
		bench_fail("%s", err.text);
	figures[0] = stat(bench->page, &info) == 0 ? (double)info.st_size : 0;
}

static void write_report(void *context, double *figures)
{
	const struct bench *bench = context;
	ADV_AUTO(store) struct adv_store *store = NULL;
	struct adv_err err = ADV_ERR_INIT;

	(void)figures;
	if (adv_store_open(&store, bench->store, ADV_STORE_READ, &err) < 0 ||
	    adv_report_write_file(store, NULL, &bench->query, bench->format, "/dev/null", NULL,
				  &err) < 0)
		bench_fail("%s", err.text);
}

static void write_projects(void *context, double *figures)
{
	const struct bench *bench = context;
	const struct adv_report_query query = ADV_REPORT_QUERY_INIT;
	ADV_AUTO(store) struct adv_store *store = NULL;
	struct adv_err err = ADV_ERR_INIT;

	(void)figures;
	if (adv_store_open(&store, bench->store, ADV_STORE_READ, &err) < 0 ||
	    adv_report_write_projects(store, NULL, &query, ADV_FORMAT_TEXT, bench->folder, NULL,
				      &err) < 0)
		bench_fail("%s", err.text);
}

static void row(const char *users, const char *what, const struct bench_result *result,
		const char *asked)
{
	ADVI_AUTO_PTR char *time = advi_format("%s users: %s, CPU", users, what);
	ADVI_AUTO_PTR char *memory = advi_format("%s users: %s, memory", users, what);

	bench_row(time, result->seconds, -1, "s", asked);
	bench_row(memory, result->peak_bytes / 1e6, -1, "MB", "< 500 MB");
}

static void measure_reports(struct bench *bench, const char *users)
{
	struct bench_result result;

	for (size_t i = 0; i < ADVI_COUNT(reports); i++) {
		bench->query = reports[i].query;
		bench->format = reports[i].format;
		result = bench_measure(TIMES, write_report, bench);
		row(users, reports[i].what, &result, reports[i].asked);
	}
	result = bench_measure(TIMES, write_projects, bench);
	row(users, "all projects, text", &result, "");
}

static void measure(const char *users)
{
	struct bench bench = {0};
	struct bench_result result;
	ADVI_AUTO_PTR char *size = advi_format("%s users: HTML, size", users);
	ADVI_AUTO_PTR char *script = in_tree("SRCDIR", "tests/bench/browse.py");

	make(&bench, users);
	measure_reports(&bench, users);
	bench.query = (struct adv_report_query){.public_only = true};
	result = bench_measure(TIMES, write_page, &bench);
	row(users, "public HTML", &result, "< 5 s");
	bench.query.public_only = false;
	result = bench_measure(TIMES, write_page, &bench);
	row(users, "HTML", &result, "< 5 s");
	bench_row(size, result.figures[0] / 1e6, -1, "MB", "");
	if (run((const char *[]){"python3", script, bench.page, users, NULL}) != 0)
		bench_note("no browser to look at the page of %s users with", users);
	free(bench.store);
	free(bench.page);
	free(bench.folder);
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
