/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading logs: beside a newline scan, simdjson, Python's json, and cat over a tree of files. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "io/file.h"
#include "usage/store.h"

enum { TIMES = 3, BLOCK = 1 << 18 };

/* What is read, and what reads it. */
struct bench {
	char *folder; /* of the logs, which stay for the next run */
	char *lines, *tree, *site;
	unsigned threads; /* that read */
};

/* Runs a program with its output lost; its CPU time is counted as this process's. */
static void run(const char *const *argv)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
		bench_fail("'%s' failed", argv[0]);
}

static void make(const char *profile, const char *path, const char *option, const char *amount)
{
	ADVI_AUTO_PTR char *truth = advi_format("%s.truth.json", path);
	ADVI_AUTO_PTR char *program = bench_shared("tools/genlogs.py");
	const char *const argv[] = {"python3", program,  "--profile", profile, option,
				    amount,    "--seed", "4",         "--out", path,
				    "--truth", truth,    NULL};

	if (access(truth, F_OK) == 0)
		return;
	run(argv);
}

static struct adv_site *read_site(const struct bench *bench)
{
	struct adv_err err = ADV_ERR_INIT;
	struct adv_site *site;

	if (adv_site_read(&site, bench->site, &err) < 0)
		bench_fail("%s", err.text);
	return site;
}

/* Into a store on disk, as the program does. */
static void ingest(const struct bench *bench, const char *path)
{
	ADVI_AUTO_PTR char *store_path = advi_format("%s/bench.db", bench->folder);
	ADVI_AUTO_PTR char *key = advi_format("%s/bench.key", bench->folder);
	struct adv_ingest_options options = {.key = key, .threads = bench->threads};
	ADV_AUTO(site) struct adv_site *site = read_site(bench);
	ADV_AUTO(store) struct adv_store *store = NULL;
	struct adv_err err = ADV_ERR_INIT;

	unlink(store_path);
	if (adv_store_open(&store, store_path, ADV_STORE_WRITE, &err) < 0 ||
	    adv_ingest(store, site, &path, 1, &options, NULL, NULL, &err) < 0)
		bench_fail("%s", err.text);
}

static void ingest_lines(void *context, double *figures)
{
	const struct bench *bench = context;

	(void)figures;
	ingest(bench, bench->lines);
}

static void ingest_tree(void *context, double *figures)
{
	const struct bench *bench = context;

	(void)figures;
	ingest(bench, bench->tree);
}

static void scan_lines(void *context, double *figures)
{
	const struct bench *bench = context;
	char *block = advi_malloc(BLOCK);
	int fd = open(bench->lines, O_RDONLY);
	ssize_t got;

	while ((got = read(fd, block, BLOCK)) > 0)
		for (const char *at = block;
		     (at = memchr(at, '\n', (size_t)(block + got - at))) != NULL; at++)
			figures[0]++;
	close(fd);
	free(block);
}

static void run_simdjson(void *context, double *figures)
{
	const struct bench *bench = context;
	ADVI_AUTO_PTR char *program = advi_format("%s/tests/bench/simdjson", getenv("BUILDDIR"));
	const char *const argv[] = {program, bench->lines, NULL};

	(void)figures;
	run(argv);
}

static void run_python(void *context, double *figures)
{
	const struct bench *bench = context;
	ADVI_AUTO_PTR char *program = advi_format("%s/tests/bench/tally.py", getenv("SRCDIR"));
	const char *const argv[] = {"python3", program, bench->lines, NULL};

	(void)figures;
	run(argv);
}

static void cat_tree(void *context, double *figures)
{
	const struct bench *bench = context;
	const char *const argv[] = {"find", bench->tree, "-type", "f", "-exec",
				    "cat",  "{}",        "+",     NULL};

	(void)figures;
	run(argv);
}

static void compare_lines(struct bench *bench)
{
	ADVI_AUTO_PTR char *simdjson = advi_format("%s/tests/bench/simdjson", getenv("BUILDDIR"));
	struct bench_result ours = bench_measure(TIMES, ingest_lines, bench), peer;
	struct stat info;
	double limit;

	if (stat(bench->lines, &info) < 0)
		bench_fail("no '%s'", bench->lines);
	peer = bench_measure(TIMES, scan_lines, bench);
	bench_row("JSON Lines, beside a newline scan (memchr)", ours.seconds, peer.seconds, "s",
		  "<= 2.2");
	if (access(simdjson, X_OK) == 0) {
		peer = bench_measure(TIMES, run_simdjson, bench);
		bench_row("JSON Lines, beside simdjson reading the same fields", ours.seconds,
			  peer.seconds, "s", "<= 1");
	} else {
		bench_note("no simdjson to compare with: libsimdjson-dev has it");
	}
	peer = bench_measure(1, run_python, bench);
	bench_row("JSON Lines, beside Python's json", ours.seconds, peer.seconds, "s", "<= 1/20");
	limit = (double)info.st_size / 20 < 400e6 ? (double)info.st_size / 20 : 400e6;
	bench_row("JSON Lines, memory at most", ours.peak_bytes / 1e6, limit / 1e6, "MB", "<= 1");
	bench_note("%.0f MB of lines, %.0f MB/s", (double)info.st_size / 1e6,
		   (double)info.st_size / 1e6 / ours.seconds);
}

/* Two threads beside one, by the clock: both processors are to be free. */
static void compare_threads(struct bench *bench)
{
	struct bench_result one, two;

	one = bench_measure(TIMES, ingest_lines, bench);
	bench->threads = 2;
	two = bench_measure(TIMES, ingest_lines, bench);
	bench->threads = 1;
	bench_row("JSON Lines, one thread beside two, by the clock", one.elapsed, two.elapsed, "s",
		  ">= 1.8");
	bench_row("JSON Lines, CPU of two threads beside one", two.seconds, one.seconds, "s", NULL);
	bench_row("JSON Lines, memory of two threads beside one", two.peak_bytes / 1e6,
		  one.peak_bytes / 1e6, "MB", NULL);
}

/* One log of so many bytes ("10G"), which takes as much room and some minutes to make. */
static void read_large(struct bench *bench, const char *bytes)
{
	ADVI_AUTO_PTR char *truth = advi_format("%s/large.jsonl.truth.json", bench->folder);
	struct bench_result ours, peer;

	free(bench->lines);
	bench->lines = advi_format("%s/large.jsonl", bench->folder);
	make("jsonl", bench->lines, "--bytes", bytes);
	ours = bench_measure(1, ingest_lines, bench);
	peer = bench_measure(1, scan_lines, bench);
	bench_row("one large log, beside a newline scan", ours.seconds, peer.seconds, "s",
		  "<= 2.2");
	bench_row("one large log, memory at most", ours.peak_bytes / 1e6, 400, "MB", "<= 1");
	unlink(bench->lines);
	unlink(truth);
}

static void compare_trees(struct bench *bench)
{
	struct bench_result ours = bench_measure(TIMES, ingest_tree, bench);
	struct bench_result peer = bench_measure(TIMES, cat_tree, bench);

	bench_row("a record a file, beside find -exec cat", ours.seconds, peer.seconds, "s",
		  "<= 1.3");
}

int main(void)
{
	const char *bytes = getenv("BENCH_BYTES");
	struct bench bench = {.site = bench_shared("data/usage/site.json"), .threads = 1};

	bytes = bytes ? bytes : "400M";
	bench.folder = bench_folder();
	bench.lines = advi_format("%s/lines-%s.jsonl", bench.folder, bytes);
	bench.tree = advi_format("%s/tree", bench.folder);
	make("jsonl", bench.lines, "--bytes", bytes);
	make("files", bench.tree, "--runs", "6000");
	compare_lines(&bench);
	compare_threads(&bench);
	compare_trees(&bench);
	if (getenv("BENCH_LARGE"))
		read_large(&bench, getenv("BENCH_LARGE"));
	else
		bench_note("BENCH_LARGE=10G reads a log of so many bytes, too");
	free(bench.folder);
	free(bench.lines);
	free(bench.tree);
	free(bench.site);
	return 0;
}
