/* SPDX-License-Identifier: BSD-3-Clause */
/* report: who uses what, from where, and what a plan changes for them. */
#include "cli.h"

static struct adv_report_query query = ADV_REPORT_QUERY_INIT;
static const char *plan_path, *site_path, *folder, *out_path, *html, *frontier;
static uint64_t rows = UINT64_MAX;
static bool as_json, as_csv, as_markdown;

static const struct opt opts[] = {
	{'p', "project", OPT_TEXT, &query.project, "NAME", "one project; without: the whole site"},
	{0, "domain", OPT_TEXT, &query.domain, "NAME", "the projects of one domain"},
	{0, "package", OPT_TEXT, &query.package, "NAME", "one package: who uses it, from where"},
	{0, "all-projects", OPT_TEXT, &folder, "DIR", "a report of each into DIR, and an index"},
	{0, "plan", OPT_TEXT, &plan_path, "PLAN.json", "also say what this plan changes"},
	{0, "since", OPT_MONTH, &query.since, "MONTH", "from this month on (the plan's)"},
	{0, "until", OPT_MONTH, &query.until, "MONTH", "up to this month, included (the plan's)"},
	{0, "site", OPT_TEXT, &site_path, "SITE.yml", "classify by this recipe, not the store's"},
	{0, "accounts", OPT_TEXT, &query.accounts, "FILE",
	 "CSV with account,domain: projects' domains"},
	{0, "html", OPT_TEXT, &html, "PATH", "write the dashboard: a folder, or a file PATH.html"},
	{0, "frontier", OPT_TEXT, &frontier, "FILE", "show this frontier on it"},
	{0, "public", OPT_FLAG, &query.public_only, NULL,
	 "fold figures of few users, for others than staff"},
	{'n', "rows", OPT_COUNT, &rows, "N",
	 "the longest table; 0: all rows (as many as fit a screen)"},
	{0, "json", OPT_FLAG, &as_json, NULL, "one JSON document, schema advisor.report/1"},
	{0, "csv", OPT_FLAG, &as_csv, NULL, "CSV: a line a figure"},
	{0, "markdown", OPT_FLAG, &as_markdown, NULL, "Markdown, for a wiki or a ticket"},
	{'o', "output", OPT_TEXT, &out_path, "FILE", "write to FILE, whole or not at all"},
};

static enum adv_format format(void)
{
	return as_json       ? ADV_FORMAT_JSON
	       : as_csv      ? ADV_FORMAT_CSV
	       : as_markdown ? ADV_FORMAT_MARKDOWN
			     : ADV_FORMAT_TEXT;
}

static int write_page(const struct adv_store *store, const struct adv_plan *plan,
		      struct adv_err *err)
{
	struct adv_page_options options = {.site = query.site,
					   .plan = plan,
					   .accounts = query.accounts,
					   .frontier = frontier,
					   .since = query.since,
					   .until = query.until,
					   .public_only = query.public_only};

	return adv_page_write(store, &options, html, err);
}

static int write_report(const struct adv_store *store, const struct adv_plan *plan,
			struct adv_err *err)
{
	struct adv_style style = term_style(stdout);

	style.rows = (size_t)rows;
	if (html)
		return write_page(store, plan, err);
	if (folder)
		return adv_report_write_projects(store, plan, &query, format(), folder,
						 term_watch(), err);
	if (out_path)
		return adv_report_write_file(store, plan, &query, format(), out_path, &style, err);
	return adv_report_write(store, plan, &query, format(), stdout, &style, err);
}

static int run(int argc, char **argv)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(store) struct adv_store *store = NULL;
	ADV_AUTO(plan) struct adv_plan *plan = NULL;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	(void)argc;
	if (as_json + as_csv + as_markdown > 1)
		return term_usage("--json, --csv and --markdown exclude each other");
	if (folder && out_path)
		return term_usage("--all-projects DIR says where to write; --output can't, too");
	if ((site_path && (r = adv_site_read(&site, site_path, &err)) < 0) ||
	    (r = adv_store_open(&store, argv[0], ADV_STORE_READ, &err)) < 0 ||
	    (plan_path && (r = adv_plan_read(&plan, plan_path, &err)) < 0))
		return term_fail(&err, r);
	query.site = site;
	if ((r = write_report(store, plan, &err)) < 0)
		return term_fail(&err, r);
	term_done();
	return term_flush(0);
}

const struct command cmd_report = {
	.name = "report",
	.synopsis = "STORE [--project NAME | --domain NAME | --package NAME | --all-projects DIR]\n"
		    "                            [--plan PLAN.json] [OPTION...]",
	.purpose = "who uses what, from where, and what a plan changes",
	.details =
		"Of the whole site, or of a project, a domain or a package. Counts unique users and\n"
		"workloads: a workload is what one user imports from one environment. With a plan,\n"
		"the months that it counted are counted here too. Text fits one screen; --rows 0,\n"
		"--json and --csv have everything. --public is for others than staff: figures of\n"
		"fewer users than the recipe's min_users (5) are folded, and so is what would tell\n"
		"them.",
	.examples =
		"  conda-advisor report usage.db\n"
		"  conda-advisor report usage.db --project ocean02 --plan plan.json\n"
		"  conda-advisor report usage.db --package torch --json\n"
		"  conda-advisor report usage.db --all-projects reports --plan plan.json --markdown\n"
		"  conda-advisor report usage.db --public --csv -o public.csv",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
