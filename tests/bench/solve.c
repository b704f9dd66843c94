/* SPDX-License-Identifier: BSD-3-Clause */
/* Solving: base in any order of its lines, and what can join it. */
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "peer.h"
#include "solve/world_in.h"

enum { TIMES = 3, SHUFFLES = 5, EVERY = 20 };

static const char *const virtuals[] = {"__unix 0", "__linux 5.14", "__glibc 2.31", "__cuda 12.4",
				       "__archspec 1"};

/* What is measured: a channel, and what is asked of it. */
struct bench {
	char *channel;
	advi_names base, candidates;
	struct advi_buf base_text, candidate_text;
	peer_lines solution; /* of a single run */
};

/* When each phase of opening began, in CPU seconds. */
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

static struct adv_site *make_site(const struct bench *bench)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 20);
	struct adv_err err = ADV_ERR_INIT;
	struct adv_site *site;

	advi_buf_printf(&text,
			"name: x\nplaces: [{class: base, prefix: /b}]\nbase_prefix: /b\n"
			"channels: ['%s']\nvirtual_packages: {__cuda: '12.4', __glibc: '2.31'}\n"
			"base_packages:\n",
			bench->channel);
	for (size_t i = 0; i < bench->base.count; i++)
		advi_buf_printf(&text, "  - '%s'\n", bench->base.at[i]);
	if (advi_site_parse(&site, advi_buf_str(&text), "bench.yml", &err) < 0)
		bench_fail("%s", err.text);
	return site;
}

static struct adv_world *open_world(struct adv_site *site, struct phases *phases)
{
	struct adv_watch watch = {phases, hear, NULL};
	struct adv_err err = ADV_ERR_INIT;
	struct adv_world *world = NULL;

	phases->begun = bench_cpu();
	if (adv_world_open(&world, site, NULL, NULL, &watch, &err) < 0)
		bench_fail("%s", err.text);
	return world;
}

/* --- base --- */

static void our_base(void *context, double *figures)
{
	ADV_AUTO(site) struct adv_site *site = make_site(context);
	struct phases phases = {0};
	ADV_AUTO(world) struct adv_world *world = open_world(site, &phases);

	figures[0] = phases.solved - phases.solving;
	figures[1] = phases.solving - phases.begun;
}

static void peer_base(void *context, double *figures)
{
	struct bench *bench = context;
	struct peer peer;
	double began = bench_cpu();

	peer_open(&peer, bench->channel, virtuals, ADVI_COUNT(virtuals));
	figures[1] = bench_cpu() - began;
	began = bench_cpu();
	if (!peer_solve(&peer, &bench->base, NULL, NULL, NULL))
		bench_fail("libsolv can't solve base");
	figures[0] = bench_cpu() - began;
	peer_close(&peer);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static double base_in_all_orders(struct bench *bench)
{
	struct bench_result ours[SHUFFLES + 2], peers[SHUFFLES + 2];
	double best = 0;

	for (unsigned i = 0; i < SHUFFLES + 2; i++) {
		if (i == 1)
			advi_vec_sort(&bench->base, by_text);
		else if (i > 1)
			bench_shuffle(&bench->base, i);
		ours[i] = bench_measure(TIMES, our_base, bench);
		peers[i] = bench_measure(1, peer_base, bench);
		best = i == 0 || peers[i].figures[0] < best ? peers[i].figures[0] : best;
	}
	for (unsigned i = 0; i < SHUFFLES + 2; i++) {
		ADVI_AUTO_PTR char *what =
			i > 1 ? advi_format("base of %zu specs, shuffle %u", bench->base.count,
					    i - 1)
			      : advi_format("base of %zu specs, %s", bench->base.count,
					    i ? "alphabetical" : "as listed");

		bench_row(what, ours[i].figures[0], peers[i].figures[0], "s", "");
		if (i == 0)
			bench_row("... against its best order", ours[i].figures[0], best, "s",
				  "<= 1/2");
	}
	bench_row("ready to solve, from a warm cache", ours[0].figures[1], peers[0].figures[1], "s",
		  "");
	bench_row("memory at most", ours[0].peak_bytes / 1e6, peers[0].peak_bytes / 1e6, "MB", "");
	return best;
}

int main(void)
{
	struct bench bench = {.base_text = ADVI_BUF_INIT(1 << 20),
			      .candidate_text = ADVI_BUF_INIT(1 << 20)};
	char *base = bench_shared("data/channels/base-152.txt");
	char *candidates = bench_shared("data/channels/candidates-200.txt");

	bench.channel = bench_shared("data/channels/conda-forge");
	bench_lines(&bench.base, &bench.base_text, base);
	bench_lines(&bench.candidates, &bench.candidate_text, candidates);
	base_in_all_orders(&bench);
	return 0;
}
