/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading channels, cold and warm: the real one, and one of conda-forge's real size. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "conda/channel.h"
#include "io/file.h"
#include "peer.h"
#include "solve/solv.h"
#include "solve/world_in.h"

#include <solv/repo_solv.h>
#include <solv/repo_write.h>

enum { TIMES = 3 };

static const char *const subdirs[] = {"linux-64", "noarch"};

struct bench {
	char *channel;
	char *cache; /* ours */
	char *solv;  /* a folder with what libsolv wrote of the channel */
	advi_names base;
	struct advi_buf base_text;
};

/* When solving began and ended, in CPU seconds. */
struct phases {
	double begun, solving, solved;
};

static int hear(void *context, const struct adv_progress *progress)
{
	struct phases *phases = context;

	if (strcmp(progress->phase, "solving base") != 0)
		return 0;
	if (phases->solving == 0)
		phases->solving = bench_cpu();
	phases->solved = bench_cpu();
	return 0;
}

/* ---- what is measured ---- */

static void our_cold(void *context, double *figures)
{
	struct bench *bench = context;
	struct adv_net net = {.cache = bench->cache};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_channel channel;

	if (advi_remove_tree(bench->cache, &err) < 0 ||
	    advi_channel_open(&channel, bench->channel, "linux-64", &net, NULL, &err) < 0)
		bench_fail("%s", err.text);
	for (size_t i = 0; i < ADVI_COUNT(channel.subdirs); i++)
		figures[0] += (double)channel.subdirs[i]->records;
	advi_channel_clear(&channel);
}

static void their_cold(void *context, double *figures)
{
	struct bench *bench = context;
	struct peer peer;

	peer_open(&peer, bench->channel, NULL, 0);
	figures[0] = peer.pool->nsolvables;
	peer_close(&peer);
}

/* Stops when all is ready to solve, so that memory is that of reading. */
static int stop_at_solving(void *context, const struct adv_progress *progress)
{
	hear(context, progress);
	return strcmp(progress->phase, "solving base") == 0;
}

static void open_world(struct bench *bench, int (*progress)(void *, const struct adv_progress *),
		       struct phases *phases)
{
	ADV_AUTO(site) struct adv_site *site = bench_site(bench->channel, &bench->base);
	ADV_AUTO(world) struct adv_world *world = NULL;
	struct adv_net net = {.cache = bench->cache};
	struct adv_watch watch = {phases, progress, NULL};
	struct adv_err err = ADV_ERR_INIT;
	int r;

	phases->begun = bench_cpu();
	r = adv_world_open(&world, site, &net, NULL, &watch, &err);
	if (r < 0 && r != ADV_ECANCEL)
		bench_fail("%s", err.text);
}

static void our_warm(void *context, double *figures)
{
	struct phases phases = {0};

	open_world(context, stop_at_solving, &phases);
	figures[0] = phases.solving - phases.begun;
}

static void our_base(void *context, double *figures)
{
	struct phases phases = {0};

	open_world(context, hear, &phases);
	figures[0] = phases.solved - phases.solving;
}

static char *solv_path(const struct bench *bench, const char *subdir)
{
	return advi_format("%s/%s.solv", bench->solv, subdir);
}

static void their_write(void *context, double *figures)
{
	struct bench *bench = context;
	struct peer peer;
	double began;
	int id;

	peer_open(&peer, bench->channel, NULL, 0);
	began = bench_cpu();
	for (id = 1; id < peer.pool->nrepos; id++) {
		Repo *repo = peer.pool->repos[id];
		ADVI_AUTO_PTR char *path = solv_path(bench, repo->name);
		FILE *file = fopen(path, "wb");

		if (!file || repo_write(repo, file) != 0 || fclose(file) != 0)
			bench_fail("can't write '%s'", path);
	}
	figures[0] = bench_cpu() - began;
	peer_close(&peer);
}

static void their_warm(void *context, double *figures)
{
	struct bench *bench = context;
	Pool *pool = pool_create();
	double began = bench_cpu();

	pool_setdisttype(pool, DISTTYPE_CONDA);
	for (size_t i = 0; i < ADVI_COUNT(subdirs); i++) {
		ADVI_AUTO_PTR char *path = solv_path(bench, subdirs[i]);
		FILE *file = fopen(path, "rb");

		if (!file || repo_add_solv(repo_create(pool, subdirs[i]), file, 0) != 0)
			bench_fail("can't read '%s'", path);
		fclose(file);
	}
	pool_createwhatprovides(pool);
	figures[0] = bench_cpu() - began;
	pool_free(pool);
}

/* ---- the table ---- */

static void compare(struct bench *bench, const char *what, bool asked)
{
	ADVI_AUTO_PTR char *cold = advi_format("%s: cold, until it is indexed", what);
	ADVI_AUTO_PTR char *warm = advi_format("%s: warm, ready to solve; a .solv", what);
	ADVI_AUTO_PTR char *solve = advi_format("%s: base of %zu specs", what, bench->base.count);
	struct bench_result ours, theirs;

	ours = bench_measure(TIMES, our_cold, bench);
	theirs = bench_measure(TIMES, their_cold, bench);
	bench_note("%s: %.0f records indexed; libsolv has %.0f", what, ours.figures[0],
		   theirs.figures[0]);
	bench_row(cold, ours.seconds, theirs.seconds, "s", asked ? "<= 0.3" : "");
	bench_row("... memory at most", ours.peak_bytes / 1e6, theirs.peak_bytes / 1e6, "MB",
		  asked ? "< 220 MB" : "");
	bench_measure(1, their_write, bench);
	ours = bench_measure(TIMES, our_warm, bench);
	theirs = bench_measure(TIMES, their_warm, bench);
	bench_row(warm, ours.figures[0], theirs.figures[0], "s", asked ? "<= 0.6" : "");
	bench_row("... memory at most", ours.peak_bytes / 1e6, theirs.peak_bytes / 1e6, "MB",
		  asked ? "< 150 MB" : "");
	ours = bench_measure(TIMES, our_base, bench);
	bench_row(solve, ours.figures[0], -1, "s", asked ? "< 1 s" : "");
	bench_row("... memory at most, all of it", ours.peak_bytes / 1e6, -1, "MB", "");
}

/* The big channel, made when it is not there yet. */
static char *big_channel(const char *folder, const char *real)
{
	const char *srcdir = getenv("SRCDIR");
	ADVI_AUTO_PTR char *script =
		advi_format("%s/tests/bench/make_channel.py", srcdir ? srcdir : ".");
	char *path = advi_path_join(folder, "channel");
	ADVI_AUTO_PTR char *done = advi_path_join(path, "noarch/repodata.json");
	int status = 0;
	pid_t child;

	if (advi_path_exists(done))
		return path;
	fprintf(stderr, "bench: making a channel of 760,000 records at '%s'\n", path);
	child = fork();
	if (child == 0) {
		execlp("python3", "python3", script, real, path, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0)
		bench_fail("can't run '%s'", script);
	return path;
}

int main(void)
{
	char *folder = bench_folder();
	char *base = bench_shared("data/channels/base-152.txt");
	char *real = bench_shared("data/channels/conda-forge");
	struct bench bench = {.base_text = ADVI_BUF_INIT(1 << 20)};

	bench.cache = advi_path_join(folder, "cache");
	bench.solv = folder;
	bench_lines(&bench.base, &bench.base_text, base);
	bench.channel = real;
	compare(&bench, "real channel", false);
	bench.channel = big_channel(folder, real);
	compare(&bench, "760,000 records", true);
	return 0;
}
