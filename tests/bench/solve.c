/* SPDX-License-Identifier: BSD-3-Clause */
/* Solving: base in any order of its lines, and what can join it. */
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "peer.h"
#include "solve/world_in.h"

enum { TIMES = 3, SHUFFLES = 5, EVERY = 20 }; /* libsolv is asked every so many-th candidate */

static const char *const virtuals[] = {"__unix 0", "__linux 5.14", "__glibc 2.31", "__cuda 12.4",
				       "__archspec 1"};

/* What is measured: a channel, and what is asked of it. */
struct bench {
	char *channel;
	advi_names base, candidates;
	struct advi_buf base_text, candidate_text;
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
	return bench_site(bench->channel, &bench->base);
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

/* A number that stands for an answer: 52 bits, which a double holds. */
static double print_of(const peer_lines *lines)
{
	uint64_t print = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < lines->count; i++)
		for (const char *at = lines->at[i];; at++) {
			print = (print ^ (unsigned char)*at) * UINT64_C(1099511628211);
			if (!*at)
				break;
		}
	return (double)(print >> 12);
}

static int canonical(const void *a, const void *b)
{
	return advi_specs_order(*(const char *const *)a, *(const char *const *)b);
}

/* --- base --- */

static void our_lines(const struct adv_world *world, peer_lines *out)
{
	const struct advi_env *base = advi_world_base(world);

	for (size_t i = 0; i < base->records.count; i++)
		advi_vec_push(out, advi_format("%s %s %s", base->records.at[i]->name,
					       base->records.at[i]->version,
					       base->records.at[i]->build));
	advi_vec_sort(out, advi_cmp_cstr);
}

static void our_base(void *context, double *figures)
{
	ADV_AUTO(site) struct adv_site *site = make_site(context);
	struct phases phases = {0};
	ADV_AUTO(world) struct adv_world *world = open_world(site, &phases);
	peer_lines lines = {0};

	figures[0] = phases.solved - phases.solving;
	figures[1] = phases.solving - phases.begun;
	our_lines(world, &lines);
	figures[2] = print_of(&lines);
	peer_lines_clear(&lines);
}

static void peer_base(void *context, double *figures)
{
	struct bench *bench = context;
	peer_lines lines = {0};
	struct peer peer;
	double began = bench_cpu();

	peer_open(&peer, bench->channel, virtuals, ADVI_COUNT(virtuals));
	figures[1] = bench_cpu() - began;
	began = bench_cpu();
	if (!peer_solve(&peer, &bench->base, NULL, NULL, &lines))
		bench_fail("libsolv can't solve base");
	figures[0] = bench_cpu() - began;
	figures[2] = print_of(&lines);
	peer_lines_clear(&lines);
	peer_close(&peer);
}

/* How many packages our base has that libsolv's has not, its specs in our order. */
static void differences(void *context, double *figures)
{
	struct bench *bench = context;
	ADV_AUTO(site) struct adv_site *site = make_site(bench);
	struct phases phases = {0};
	ADV_AUTO(world) struct adv_world *world = open_world(site, &phases);
	peer_lines ours = {0}, theirs = {0};
	struct peer peer;

	our_lines(world, &ours);
	peer_open(&peer, bench->channel, virtuals, ADVI_COUNT(virtuals));
	advi_vec_sort(&bench->base, canonical);
	if (!peer_solve(&peer, &bench->base, NULL, NULL, &theirs))
		bench_fail("libsolv can't solve base");
	for (size_t i = 0; i < ours.count; i++)
		figures[0] += !bsearch(&ours.at[i], theirs.at, theirs.count, sizeof(*theirs.at),
				       advi_cmp_cstr);
	figures[1] = (double)ours.count;
	peer_lines_clear(&ours);
	peer_lines_clear(&theirs);
	peer_close(&peer);
}

static unsigned distinct(const struct bench_result *all, size_t count)
{
	unsigned answers = 0;

	for (size_t i = 0; i < count; i++) {
		size_t before = 0;

		while (before < i && all[before].figures[2] != all[i].figures[2])
			before++;
		answers += before == i;
	}
	return answers;
}

static void base_in_all_orders(struct bench *bench)
{
	struct bench_result ours[SHUFFLES + 2], peers[SHUFFLES + 2], differ;
	double best = 0;

	for (unsigned i = 0; i < SHUFFLES + 2; i++) {
		if (i == 1)
			advi_vec_sort(&bench->base, advi_cmp_cstr);
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
	bench_row("different answers to these orders", distinct(ours, SHUFFLES + 2),
		  distinct(peers, SHUFFLES + 2), "", "1");
	differ = bench_measure(1, differences, bench);
	bench_row("packages that differ, in the same order", differ.figures[0], -1, "", "0");
	bench_row("ready to solve, from a warm cache", ours[0].figures[1], peers[0].figures[1], "s",
		  "");
	bench_row("memory at most, base solved", ours[0].peak_bytes / 1e6,
		  peers[0].peak_bytes / 1e6, "MB", "");
}

/* --- candidates --- */

static struct advi_question *questions_of(const struct bench *bench)
{
	struct advi_question *all = advi_calloc(bench->candidates.count, sizeof(*all));

	for (size_t i = 0; i < bench->candidates.count; i++)
		all[i] = (struct advi_question){&bench->candidates.at[i], 1};
	return all;
}

static void ask(struct adv_world *world, const struct bench *bench, enum advi_freedom most,
		double *figures)
{
	size_t count = bench->candidates.count;
	struct advi_answer *answers = advi_calloc(count, sizeof(*answers));
	struct advi_question *questions = questions_of(bench);
	struct adv_err err = ADV_ERR_INIT;

	if (advi_world_ask_many(world, advi_world_base(world), questions, count, most, answers,
				NULL, &err) < 0)
		bench_fail("%s", err.text);
	for (size_t i = 0; i < count; i++) {
		figures[answers[i].possible ? answers[i].freedom : 3]++;
		advi_answer_clear(&answers[i]);
	}
	free(answers);
	free(questions);
}

/* Asked twice: the first time loads what candidates may need. */
static void our_frozen(void *context, double *figures)
{
	ADV_AUTO(site) struct adv_site *site = make_site(context);
	struct phases phases = {0};
	ADV_AUTO(world) struct adv_world *world = open_world(site, &phases);
	double began, counts[4] = {0};

	ask(world, context, ADVI_FROZEN, counts);
	began = bench_cpu();
	ask(world, context, ADVI_FROZEN, counts);
	figures[0] = (bench_cpu() - began) / (double)((struct bench *)context)->candidates.count;
}

/* From nothing but a warm cache to the last answer. */
static void our_all(void *context, double *figures)
{
	ADV_AUTO(site) struct adv_site *site = make_site(context);
	struct phases phases = {0};
	ADV_AUTO(world) struct adv_world *world = open_world(site, &phases);

	ask(world, context, ADVI_FREE, figures);
}

static void our_joint(void *context, double *figures)
{
	struct bench *bench = context;
	ADV_AUTO(site) struct adv_site *site = make_site(bench);
	struct phases phases = {0};
	ADV_AUTO(world) struct adv_world *world = open_world(site, &phases);
	struct advi_question *wishes = questions_of(bench);
	struct adv_err err = ADV_ERR_INIT;
	struct advi_joint joint;
	double began;

	if (advi_world_want(world, bench->candidates.at, bench->candidates.count, NULL, &err) < 0)
		bench_fail("%s", err.text);
	began = bench_cpu();
	if (advi_world_join(world, advi_world_base(world), wishes, bench->candidates.count,
			    ADVI_FAVOURED, &joint, NULL, &err) < 0)
		bench_fail("%s", err.text);
	figures[0] = bench_cpu() - began;
	for (size_t i = 0; i < joint.count; i++)
		figures[1] += joint.in[i];
	figures[2] = joint.maximal;
	advi_joint_clear(&joint);
	free(wishes);
}

/* Seconds a candidate: base and the candidate, one after the other, with one solver. */
static void peer_candidates(void *context, double *figures)
{
	struct bench *bench = context;
	struct s_Solver *solver = NULL;
	struct peer peer;
	double began = bench_cpu();
	unsigned asked = 0;

	peer_open(&peer, bench->channel, virtuals, ADVI_COUNT(virtuals));
	figures[1] = bench_cpu() - began;
	peer_solve(&peer, &bench->base, NULL, &solver, NULL);
	began = bench_cpu();
	for (size_t i = 0; i < bench->candidates.count; i += EVERY, asked++)
		peer_solve(&peer, &bench->base, bench->candidates.at[i], &solver, NULL);
	figures[0] = (bench_cpu() - began) / asked;
	peer_solver_free(solver);
	peer_close(&peer);
}

static void candidates(struct bench *bench)
{
	double count = (double)bench->candidates.count;
	struct bench_result frozen = bench_measure(TIMES, our_frozen, bench);
	struct bench_result all = bench_measure(TIMES, our_all, bench);
	struct bench_result joint = bench_measure(TIMES, our_joint, bench);
	struct bench_result peer = bench_measure(1, peer_candidates, bench);

	bench_row("a candidate, frozen", frozen.figures[0] * 1e3, peer.figures[0] * 1e3, "ms",
		  "<= 1/60");
	bench_row("200 candidates, all questions, from a warm cache", all.seconds,
		  peer.figures[1] + count * peer.figures[0], "s", "<= 1/8");
	bench_row("200 candidates together, proved maximal", joint.figures[0],
		  count * peer.figures[0], "s", "<= 1/50");
	bench_row("memory at most, all questions", all.peak_bytes / 1e6, peer.peak_bytes / 1e6,
		  "MB", "");
	bench_note("of %.0f candidates %.0f join as everything is, %.0f with changes that base's "
		   "specs allow, %.0f with others; together %.0f do%s",
		   count, all.figures[0], all.figures[1], all.figures[2], joint.figures[1],
		   joint.figures[2] > 0 ? "" : " (NOT PROVED MAXIMAL)");
	bench_note("libsolv was asked every %dth candidate with base in the order that suits it "
		   "best; its sums are %.0f times the mean, those of the greedy loop too, though "
		   "what it took before would make it slower",
		   EVERY, count);
}

/* Without an argument everything; with one only that part: "base", "candidates". */
int main(int argc, char **argv)
{
	struct bench bench = {.base_text = ADVI_BUF_INIT(1 << 20),
			      .candidate_text = ADVI_BUF_INIT(1 << 20)};
	char *base = bench_shared("data/channels/base-152.txt");
	char *wishes = bench_shared("data/channels/candidates-200.txt");
	const char *part = argc > 1 ? argv[1] : "";

	bench.channel = bench_shared("data/channels/conda-forge");
	bench_lines(&bench.base, &bench.base_text, base);
	bench_lines(&bench.candidates, &bench.candidate_text, wishes);
	if (strcmp(part, "base") != 0)
		candidates(&bench);
	if (strcmp(part, "candidates") != 0)
		base_in_all_orders(&bench);
	return 0;
}
