/* SPDX-License-Identifier: BSD-3-Clause */
/* recommend: usage and a site recipe in, a plan out. */
#include <string.h>
#include <sys/stat.h>

#include "recommend.h"

enum { ROWS = 25 };

static const char *output, *weight, *bundles_folder, *objective;
static bool keep_base;
static bool tickets;
static struct adv_plan_options wish = {.max_packages = RECOMMEND_NOT_GIVEN,
				       .max_bytes = RECOMMEND_NOT_GIVEN,
				       .max_files = RECOMMEND_NOT_GIVEN};

static const struct opt opts[] = {
	SITE_OPT_SITE,
	{'o', "output", OPT_TEXT, &output, "FILE", "write the plan there; - is standard output"},
	{0, "tickets", OPT_FLAG, &tickets, NULL,
	 "print a sentence for a ticket for each action, not the summary"},
	{0, "max-packages", OPT_COUNT, &wish.max_packages, "N", "base gains at most N packages"},
	{0, "max-bytes", OPT_BYTES, &wish.max_bytes, "SIZE",
	 "and at most SIZE to download, such as 2G"},
	{0, "max-files", OPT_COUNT, &wish.max_files, "N", "and at most N files, as estimated"},
	{0, "budget", OPT_LIST, &recommend_budget, "LIST",
	 "the same in one: packages=50,bytes=2G,files=100k"},
	{0, "objective", OPT_WORD, &objective, "benefit|users",
	 "choose for benefit, or for users wholly covered (benefit)"},
	{0, "keep-base", OPT_FLAG, &keep_base, NULL, "nothing that base has may change"},
	{0, "time-limit", OPT_COUNT, &wish.max_seconds, "SECONDS",
	 "choose for so long, then take the best so far"},
	{0, "weight", OPT_WORD, &weight, "users|node-hours|file-operations",
	 "what workloads weigh by (users)"},
	{0, "unused", OPT_COUNT, &wish.unused_months, "MONTHS",
	 "what of base nobody used for so long may be dropped (12)"},
	{0, "since", OPT_MONTH, &wish.since, "YYYY-MM", "count usage from this month on"},
	{0, "until", OPT_MONTH, &wish.until, "YYYY-MM", "and until this month, included"},
	{0, "backtest", OPT_COUNT, &recommend_months, "MONTHS",
	 "decide on the months before, and measure on the last MONTHS"},
	{0, "budgets", OPT_LIST, &recommend_budgets, "LIST",
	 "backtest, frontier: budgets of packages (5,10,25,50,100)"},
	{0, "frontier", OPT_FLAG, &recommend_frontier_asked, NULL,
	 "print benefit against budget, for each of --budgets (and 200)"},
	{0, "whatif", OPT_FLAG, &recommend_whatif_opts.asked, NULL,
	 "say what a change of base would do, and for whom"},
	{0, "with", OPT_LIST, &recommend_whatif_opts.with, "LIST",
	 "whatif: packages that join, such as zarr,'numpy >=2'"},
	{0, "without", OPT_LIST, &recommend_whatif_opts.without, "LIST",
	 "whatif: packages that are left out"},
	{0, "python", OPT_LIST, &site_opts.pythons, "VERSION",
	 "whatif: with this Python, such as 3.12"},
	{0, "bundles", OPT_COUNT, &wish.max_bundles, "K",
	 "at most K bundles for what base does not cover (0)"},
	{0, "bundle-bytes", OPT_BYTES, &wish.max_bundle_bytes, "SIZE",
	 "each of at most SIZE to download"},
	{0, "fields-apart", OPT_FLAG, &wish.fields_apart, NULL,
	 "leave to bundles what one domain alone imports"},
	{0, "bundles-dir", OPT_TEXT, &bundles_folder, "DIR",
	 "write their recipes there (bundles beside the plan)"},
	SITE_OPT_BASE,
	SITE_OPT_CHANNEL,
	SITE_OPT_SECONDS,
	SITE_OPT_MEMORY,
	SITE_OPT_WORKERS,
};

static int show(const struct adv_plan *plan, struct adv_err *err)
{
	struct adv_style style = term_style(stdout);
	bool alone = output && output[0] == '-' && output[1] == '\0';

	style.rows = ROWS;
	if (alone)
		return 0;
	return tickets ? adv_plan_print_tickets(plan, stdout, err)
		       : adv_plan_print(plan, stdout, &style, err);
}

/* Beside the plan, unless said otherwise; nowhere when there is no file of the plan. */
/* Whether the plan is a file, beside which others can stand: no pipe, no device. */
static bool plan_is_a_file(void)
{
	struct stat info;

	return output && strcmp(output, "-") != 0 && stat(output, &info) == 0 &&
	       S_ISREG(info.st_mode);
}

static int write_bundles(const struct adv_plan *plan, struct adv_err *err)
{
	const char *slash = output ? strrchr(output, '/') : NULL;
	char path[4096];

	if (!wish.max_bundles)
		return 0;
	if (bundles_folder)
		return adv_plan_write_bundles(plan, bundles_folder, term_watch(), err);
	if (!plan_is_a_file())
		return 0;
	/* A longer path than fits was not written as the plan's either. */
	snprintf(path, sizeof(path), "%.*sbundles", slash ? (int)(slash + 1 - output) : 0, output);
	return adv_plan_write_bundles(plan, path, term_watch(), err);
}

static bool read_weight(void)
{
	int at = 0;

	while (weight && at < ADV_WEIGHT_COUNT && strcmp(weight, adv_weight_name(at)) != 0)
		at++;
	wish.weight = (enum adv_weight)at;
	return at < ADV_WEIGHT_COUNT;
}

static bool read_objective(void)
{
	wish.keep_base = keep_base;
	if (objective && strcmp(objective, "users") == 0)
		wish.objective = ADV_OBJECTIVE_USERS;
	return !objective || strcmp(objective, "benefit") == 0 ||
	       wish.objective == ADV_OBJECTIVE_USERS;
}

static int plan(const struct recommend *asked)
{
	ADV_AUTO(plan) struct adv_plan *plan = NULL;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if ((r = adv_plan_make(&plan, asked->store, asked->world, asked->site, asked->wish,
			       term_watch(), &err)) < 0 ||
	    (output && (r = adv_plan_write(plan, output, &err)) < 0) ||
	    (r = write_bundles(plan, &err)) < 0)
		return term_fail(&err, r);
	term_done();
	term_say("choosing took %.1f s", adv_plan_seconds(plan));
	if ((r = show(plan, &err)) < 0)
		return term_fail(&err, r);
	if (plan_is_a_file())
		term_hint("conda-advisor bundle build %s -o next.sqfs --mount PATH", output);
	return term_flush(0);
}

static int run(int argc, char **argv)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(store) struct adv_store *store = NULL;
	ADV_AUTO(world) struct adv_world *world = NULL;
	struct recommend asked;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	(void)argc;
	if (!site_opts.site)
		return term_usage("recommend needs a site recipe: --site SITE.yml");
	if (!read_weight())
		return term_usage("--weight takes users, node-hours or file-operations, not '%s'",
				  weight);
	if (!read_objective())
		return term_usage("--objective takes benefit or users, not '%s'", objective);
	if (!recommend_read_budget(&wish))
		return 2;
	if (recommend_budgets.count && recommend_months == RECOMMEND_NOT_GIVEN &&
	    !recommend_frontier_asked)
		return term_usage("--budgets belongs to --frontier or --backtest");
	if (!recommend_frontier_ready(&wish) || !recommend_whatif_ready() || !net_ready())
		return 2;
	if ((r = site_opts_open(&site, &err)) < 0 ||
	    (r = adv_store_open(&store, argv[0], ADV_STORE_READ, &err)) < 0 ||
	    (r = adv_world_open(&world, site, &net_asked.net, &site_opts.solving, term_watch(),
				&err)) < 0)
		return term_fail(&err, r);
	asked = (struct recommend){site, store, world, &wish, output};
	if (recommend_whatif_opts.asked)
		return recommend_whatif(&asked);
	if (recommend_frontier_asked)
		return recommend_frontier(&asked);
	return recommend_months == RECOMMEND_NOT_GIVEN ? plan(&asked) : recommend_backtest(&asked);
}

const struct command cmd_recommend = {
	.name = "recommend",
	.synopsis = "STORE --site SITE.yml [-o FILE] [OPTION...]",
	.purpose = "choose what joins base, and write a plan",
	.details =
		"Candidates are packages that users import from environments of their own and that a\n"
		"channel has. They are solved together with base and chosen by how many users and\n"
		"whole workloads they serve, within the budget of the recipe or of the options. Beside\n"
		"PLAN.json go environment.yml and conda-linux-64.lock. The same input gives the same\n"
		"files, to the byte. With --bundles, what base does not cover is grouped into\n"
		"environments of their own, or layered on base, and recipes for 'bundle build' are\n"
		"written; what staff changed of those is left alone.\n"
		"With --frontier it is chosen for a row of budgets, and benefit stands against budget.\n"
		"With --whatif nothing is chosen: base is held against what it would be with other\n"
		"packages, without some, with another Python, or against the one of --base. Status 1\n"
		"says that not all of it can be.",
	.examples =
		"  conda-advisor recommend usage.db --site site.yml -o plan.json\n"
		"  conda-advisor recommend usage.db --site site.yml --max-packages 50 --max-bytes 2G\n"
		"  conda-advisor recommend usage.db --site site.yml --backtest 3 --budgets 10,50\n"
		"  conda-advisor recommend usage.db --site site.yml --frontier --budgets 10,50,250\n"
		"  conda-advisor recommend usage.db --site site.yml -o plan.json --bundles 3\n"
		"  conda-advisor recommend usage.db --site site.yml --whatif --with zarr --python 3.12",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.shared = &net_channel_opts,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
