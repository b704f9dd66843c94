/* SPDX-License-Identifier: BSD-3-Clause */
/* Choosing: from a store of usage and a real channel to a plan that is proved the best. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "advise/choose.h"
#include "advise/lp.h"
#include "advise/make.h"
#include "advise/pick.h"
#include "advise/shape.h"
#include "bench.h"
#include "io/file.h"
#include "peer.h"

/* libsolv is asked every so many-th candidate; usage is made so many times as much. */
enum { TIMES = 3, EVERY = 40, MORE = 10 };

static const char *const virtuals[] = {"__unix 0", "__linux 4.18", "__glibc 2.28", "__cuda 12.4",
				       "__archspec 1"};

/* Budgets in packages; 0: none. */
static const uint64_t budgets[] = {25, 50, 100, 200, 0};

struct bench {
	char *log, *recipe, *channel, *store, *lp;
	uint64_t budget;  /* of the work that is done next */
	unsigned times;   /* as much usage as there is */
	uint64_t seconds; /* that choosing may take; 0: as many as it takes */
};

/* What every piece of work begins with. */
struct input {
	struct adv_site *site;
	struct adv_store *store;
	struct adv_world *world;
	struct advi_workloads workloads;
	struct advi_demand demand;
	struct advi_oracle oracle;
};

static void must(int r, const struct adv_err *err)
{
	if (r < 0)
		bench_fail("%s", err->text);
}

static struct adv_site *read_site(const struct bench *bench)
{
	struct adv_err err = ADV_ERR_INIT;
	struct adv_site *site = NULL;

	must(adv_site_read(&site, bench->recipe, &err), &err);
	adv_site_clear_channels(site);
	adv_site_add_channel(site, bench->channel);
	return site;
}

static void ingest(const struct bench *bench)
{
	ADV_AUTO(site) struct adv_site *site = read_site(bench);
	ADV_AUTO(store) struct adv_store *store = NULL;
	struct adv_err err = ADV_ERR_INIT;
	struct adv_ingest_summary summary;
	const char *logs = bench->log;

	unlink(bench->store);
	must(adv_store_open(&store, bench->store, ADV_STORE_WRITE, &err), &err);
	must(adv_ingest(store, site, &logs, 1, NULL, NULL, &summary, &err), &err);
}

/* --- more usage --- */

static uint64_t seed;

static uint32_t any(uint32_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % below;
}

/*
 * Another user's workload like one that there is: every tenth need is gone, and now and then it has
 * one that a third workload has, so that what is much wanted stays so.
 */
static void add_like(struct advi_workloads *workloads, size_t like, uint32_t user, size_t all)
{
	struct advi_workload *workload = advi_vec_new(&workloads->all);
	const struct advi_workload *from = &workloads->all.at[like];
	const struct advi_workload *other = &workloads->all.at[any((uint32_t)all)];

	*workload = *from;
	workload->user = user;
	memset(&workload->needs, 0, sizeof(workload->needs));
	for (size_t i = 0; i < from->needs.count; i++)
		if (any(10))
			advi_vec_push(&workload->needs, from->needs.at[i]);
	if (any(2) && other->needs.count) {
		struct advi_need need = other->needs.at[any((uint32_t)other->needs.count)];
		bool there = false;

		for (size_t i = 0; i < workload->needs.count; i++)
			there = there || workload->needs.at[i].package == need.package;
		if (!there)
			advi_vec_push(&workload->needs, need);
	}
}

static void multiply(struct advi_workloads *workloads, unsigned times)
{
	size_t all = workloads->all.count, users = workloads->users.entries.count;

	seed = 1;
	for (unsigned copy = 1; copy < times; copy++)
		for (size_t i = 0; i < all; i++) {
			ADVI_AUTO_PTR char *name =
				advi_format("%u of %u", copy, workloads->all.at[i].user);
			size_t user = advi_map_intern(&workloads->users, advi_str(name));

			add_like(workloads, i, (uint32_t)user, all);
		}
	if (workloads->users.entries.count != users * times)
		bench_fail("users are not %u times as many", times);
}

/* --- a plan --- */

static void begin(const struct bench *bench, struct input *input)
{
	struct adv_err err = ADV_ERR_INIT;

	*input = (struct input){.site = read_site(bench)};
	must(adv_store_open(&input->store, bench->store, ADV_STORE_READ, &err), &err);
	must(adv_world_open(&input->world, input->site, NULL, NULL, NULL, &err), &err);
	must(advi_workloads_load(&input->workloads, input->store, input->site, NULL, NULL, &err),
	     &err);
	multiply(&input->workloads, bench->times);
	advi_demand_make(&input->demand, &input->workloads, input->site);
	input->oracle = advi_oracle_of_world(input->world);
}

static void end(struct input *input)
{
	advi_demand_clear(&input->demand);
	advi_workloads_clear(&input->workloads);
	adv_world_free(input->world);
	adv_store_free(input->store);
	adv_site_free(input->site);
}

/* From a warm cache to the plan, all of its sections. */
static void plan(void *context, double *figures)
{
	const struct bench *bench = context;
	struct adv_plan_options options = ADV_PLAN_OPTIONS_INIT;
	struct adv_err err = ADV_ERR_INIT;
	struct adv_plan *made = NULL;
	struct input input = {.site = read_site(bench)};

	options.max_packages = bench->budget;
	must(adv_store_open(&input.store, bench->store, ADV_STORE_READ, &err), &err);
	must(adv_world_open(&input.world, input.site, NULL, NULL, NULL, &err), &err);
	must(adv_plan_make(&made, input.store, input.world, input.site, &options, NULL, &err),
	     &err);
	figures[0] = made->choice.proved;
	figures[1] = (double)made->choice.refused;
	figures[2] = (double)made->effect.users;
	figures[3] = (double)made->effect.workloads;
	adv_plan_free(made);
	end(&input);
}

/* Choosing alone, the questions about every candidate included. */
static void choose(void *context, double *figures)
{
	const struct bench *bench = context;
	struct advi_limits limits = {.max_packages = bench->budget, .max_seconds = bench->seconds};
	struct adv_err err = ADV_ERR_INIT;
	struct advi_choice choice;
	struct input input;
	double began;

	begin(bench, &input);
	began = bench_cpu();
	must(advi_choose(&choice, &input.demand, input.site, &input.oracle, &limits, NULL, &err),
	     &err);
	figures[0] = bench_cpu() - began;
	figures[1] = choice.proof.proved;
	figures[2] = choice.proof.bound
			     ? 1 - (double)choice.proof.value / (double)choice.proof.bound
			     : 0;
	figures[3] = (double)input.demand.user_count;
	figures[4] = (double)input.demand.workloads.count;
	advi_choice_clear(&choice);
	end(&input);
}

/* --- the integer program alone --- */

static void count_candidates(const struct advi_prices *prices, advi_names *out)
{
	for (size_t i = 0; i < prices->demand->packages.count; i++)
		if (prices->fates[i] == ADVI_FATE_BUDGET || prices->fates[i] == ADVI_FATE_CONFLICT)
			advi_vec_push(out, prices->demand->packages.at[i].name);
}

struct priced {
	struct input input;
	struct advi_prices prices;
};

static void ask_prices(const struct bench *bench, struct priced *priced)
{
	struct adv_err err = ADV_ERR_INIT;

	begin(bench, &priced->input);
	must(advi_prices_ask(&priced->prices, &priced->input.demand, priced->input.site,
			     &priced->input.oracle, ADVI_FAVOURED, NULL, &err),
	     &err);
}

static void shape_of(struct advi_shape *shape, const struct priced *priced, uint64_t budget)
{
	struct advi_limits limits = {.max_packages = budget};

	advi_shape_make(shape, &priced->prices, NULL, &limits);
}

/* By budget: what choosing from the same prices takes us, and the cbc program. */
static void programs(void *context, double *figures)
{
	const struct bench *bench = context;
	struct adv_err err = ADV_ERR_INIT;
	struct priced priced;

	ask_prices(bench, &priced);
	for (size_t i = 0; i < ADVI_COUNT(budgets); i++) {
		struct advi_pick_options options = {0};
		struct advi_program program;
		struct advi_shape shape;
		struct advi_pick pick;
		double began, value;

		shape_of(&shape, &priced, budgets[i]);
		began = bench_cpu();
		must(advi_pick_best(&pick, &shape.model, &options, NULL, &err), &err);
		figures[0] += bench_cpu() - began;
		advi_program_make(&program, &shape.model);
		if (!lp_write(&program, bench->lp))
			bench_fail("can't write '%s'", bench->lp);
		began = bench_cpu();
		value = lp_optimum(bench->lp) + program.constant;
		figures[1] += bench_cpu() - began;
		figures[2] += !pick.proved;
		figures[3] += !(fabs(value - (double)pick.tally.value / program.unit) < 1e-4);
		figures[4] = (double)program.columns.count;
		figures[5] = (double)program.rows.count;
		advi_program_clear(&program);
		advi_pick_clear(&pick);
		advi_shape_clear(&shape);
	}
	advi_prices_clear(&priced.prices);
	end(&priced.input);
}

/* --- the naive greedy --- */

/* Base as the recipe lists it but for Python, which comes first: that suits libsolv best. */
static void list_base(const struct priced *priced, advi_names *specs)
{
	advi_vec_push(specs, "python 3.12.*");
	for (size_t i = 0; i < priced->input.site->base_specs.count; i++)
		advi_vec_push(specs, priced->input.site->base_specs.at[i]);
}

/* Seconds a move: base and a candidate, solved from nothing by plain libsolv. */
static void naive(void *context, double *figures)
{
	const struct bench *bench = context;
	advi_names candidates = {0}, specs = {0};
	struct priced priced;
	struct peer peer;
	double began;
	unsigned asked = 0;

	ask_prices(bench, &priced);
	count_candidates(&priced.prices, &candidates);
	list_base(&priced, &specs);
	peer_open(&peer, bench->channel, virtuals, ADVI_COUNT(virtuals));
	began = bench_cpu();
	for (size_t i = 0; i < candidates.count; i += EVERY, asked++)
		peer_solve(&peer, &specs, candidates.at[i], NULL, NULL);
	figures[0] = (bench_cpu() - began) / asked;
	figures[1] = (double)candidates.count;
	peer_close(&peer);
	advi_vec_clear(&candidates);
	advi_vec_clear(&specs);
	advi_prices_clear(&priced.prices);
	end(&priced.input);
}

/* --- the table --- */

static void plans(struct bench *bench)
{
	struct bench_result greedy = bench_measure(1, naive, bench), all;
	double sum = greedy.figures[0] * greedy.figures[1];
	unsigned unproved = 0;

	for (size_t i = 0; i < ADVI_COUNT(budgets); i++) {
		ADVI_AUTO_PTR char *what =
			budgets[i] ? advi_format("a plan within %llu packages, beside the greedy",
						 (unsigned long long)budgets[i])
				   : advi_strdup("a plan without a budget, beside the greedy");

		bench->budget = budgets[i];
		all = bench_measure(TIMES, plan, bench);
		unproved += all.figures[0] == 0;
		bench_row(what, all.seconds, sum, "s", "<= 1/20");
	}
	bench_row("... by the clock", all.elapsed, -1, "s", "<= 15 s");
	bench_row("... memory at most", all.peak_bytes / 1e6, -1, "MB", "");
	bench_row("plans that are not proved", unproved, -1, "", "0");
	bench_note("%.0f candidates, %.0f workloads, %.0f users; the greedy solves base and one "
		   "candidate a move, once for each; libsolv was asked every %dth, and its sum is "
		   "%.0f times the mean: what it took before would make it slower",
		   greedy.figures[1], all.figures[3], all.figures[2], EVERY, greedy.figures[1]);
}

static void program_alone(struct bench *bench)
{
	struct bench_result result;

	if (system("command -v cbc > /dev/null") != 0) {
		bench_note("no cbc program to compare with");
		return;
	}
	result = bench_measure(TIMES, programs, bench);
	bench_row("the integer program alone, five budgets, beside the cbc program",
		  result.figures[0], result.figures[1], "s", "<= 2");
	bench_row("... not proved, or another optimum", result.figures[2] + result.figures[3], -1,
		  "", "0");
	bench_note("the last of these programs has %.0f columns and %.0f rows", result.figures[4],
		   result.figures[5]);
}

static void more_usage(struct bench *bench)
{
	struct bench_result one, ten, stopped;

	for (size_t i = 0; i < ADVI_COUNT(budgets); i++) {
		ADVI_AUTO_PTR char *what = NULL;

		bench->budget = budgets[i];
		bench->times = 1;
		one = bench_measure(TIMES, choose, bench);
		bench->times = MORE;
		ten = bench_measure(1, choose, bench);
		what = advi_format("%d times the usage, %llu packages, beside once", MORE,
				   (unsigned long long)budgets[i]);
		bench_row(what, ten.figures[0], one.figures[0], "s", "<= 4");
		bench_row("... not proved, in percent",
			  ten.figures[1] > 0 ? 0 : 100 * ten.figures[2], -1, "", "0");
		if (ten.figures[0] <= 4 * one.figures[0])
			continue;
		bench->seconds = (uint64_t)(4 * one.figures[0]);
		stopped = bench_measure(1, choose, bench);
		bench_row("... and in four times the time, not proved, in percent",
			  100 * stopped.figures[2], -1, "", "< 1");
		bench->seconds = 0;
	}
	bench_note("%.0f users and %.0f workloads: each is there %d times, with a tenth of its "
		   "needs left out and some of others'",
		   ten.figures[3], ten.figures[4], MORE);
}

/* Without an argument everything; with one only that part: "plan", "program", "more". */
int main(int argc, char **argv)
{
	const char *part = argc > 1 ? argv[1] : "";
	ADVI_AUTO_PTR char *folder = bench_folder();
	struct bench bench = {
		.log = bench_shared("data/usage/polaris-40MB.jsonl.zst"),
		.recipe = bench_shared("data/usage/site.json"),
		.channel = bench_shared("data/channels/conda-forge"),
		.store = advi_path_join(folder, "choose.db"),
		.lp = advi_path_join(folder, "choose.lp"),
		.times = 1,
	};

	ingest(&bench);
	if (!*part || strcmp(part, "plan") == 0)
		plans(&bench);
	if (!*part || strcmp(part, "program") == 0)
		program_alone(&bench);
	if (!*part || strcmp(part, "more") == 0)
		more_usage(&bench);
	free(bench.log);
	free(bench.recipe);
	free(bench.channel);
	free(bench.store);
	free(bench.lp);
	return 0;
}
