/* SPDX-License-Identifier: BSD-3-Clause */
/* report: who uses what, from where, and what a plan changes for them. */
#include "cli.h"

enum { ROWS = 25 };

static const char *project, *plan_path, *html, *frontier, *accounts, *site_path;
static uint64_t rows = ROWS;

static const struct opt opts[] = {
	{'p', "project", OPT_TEXT, &project, "NAME", "one project; without: the whole site"},
	{0, "plan", OPT_TEXT, &plan_path, "PLAN.json", "also say what this plan changes"},
	{0, "html", OPT_TEXT, &html, "PATH", "write the dashboard: a folder, or a file PATH.html"},
	{0, "site", OPT_TEXT, &site_path, "SITE.yml", "classify by this recipe, not the store's"},
	{0, "accounts", OPT_TEXT, &accounts, "FILE", "CSV with account,domain: projects' domains"},
	{0, "frontier", OPT_TEXT, &frontier, "FILE", "show this frontier on it"},
	{'n', "rows", OPT_COUNT, &rows, "N", "the longest table (25); 0: all rows"},
};

static int write_page(const struct adv_store *store, const struct adv_plan *plan,
		      struct adv_err *err)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	struct adv_page_options options = {
		.plan = plan, .frontier = frontier, .accounts = accounts};
	int r = site_path ? adv_site_read(&site, site_path, err) : 0;

	options.site = site;
	return r < 0 ? r : adv_page_write(store, &options, html, err);
}

static int run(int argc, char **argv)
{
	ADV_AUTO(store) struct adv_store *store = NULL;
	ADV_AUTO(plan) struct adv_plan *plan = NULL;
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	int r;

	(void)argc;
	style.rows = rows;
	if ((r = adv_store_open(&store, argv[0], ADV_STORE_READ, &err)) < 0 ||
	    (plan_path && (r = adv_plan_read(&plan, plan_path, &err)) < 0) ||
	    (r = html ? write_page(store, plan, &err)
		      : adv_report_write(store, plan, project, stdout, &style, &err)) < 0)
		return term_fail(&err, r);
	return term_flush(0);
}

const struct command cmd_report = {
	.name = "report",
	.synopsis = "STORE [--project NAME] [--plan PLAN.json]",
	.purpose = "who uses what, from where, and what a plan changes",
	.details =
		"Counts unique users and workloads: a workload is what one user imports from one\n"
		"environment. With a plan, the months that it counted are counted here too.",
	.examples = "  conda-advisor report usage.db\n"
		    "  conda-advisor report usage.db --project climate --plan plan.json",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
