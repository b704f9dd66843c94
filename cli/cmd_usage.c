/* SPDX-License-Identifier: BSD-3-Clause */
/* conda-advisor usage: questions to a usage store. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static struct opt_list by, overlap;
static struct adv_usage_query query = ADV_USAGE_QUERY_INIT;
static const char *site_path, *out_path;
static bool as_json, as_csv;
static const char *evidence;
static uint64_t top;

static const struct opt opts[] = {
	{'b', "by", OPT_WORDS, &by, "month|module|package|place|project|domain", "group by these"},
	{0, "evidence", OPT_WORD, &evidence, "import|mapped",
	 "import: names that were imported (the default); mapped: shared objects really loaded"},
	{0, "json", OPT_FLAG, &as_json, NULL, "one JSON document, schema advisor.usage/1"},
	{0, "csv", OPT_FLAG, &as_csv, NULL, "CSV with a header line"},
	{0, "since", OPT_MONTH, &query.since, "MONTH", "from this month on, as 2025-03"},
	{0, "until", OPT_MONTH, &query.until, "MONTH", "up to this month, included"},
	{0, "module", OPT_TEXT, &query.module, "NAME", "only this import name"},
	{0, "package", OPT_TEXT, &query.package, "NAME", "only this package"},
	{0, "project", OPT_TEXT, &query.project, "NAME", "only this project; unknown: without one"},
	{0, "domain", OPT_TEXT, &query.domain, "NAME", "only this domain; needs --accounts"},
	{0, "accounts", OPT_TEXT, &query.accounts, "FILE",
	 "CSV with account,domain: projects' domains"},
	{0, "overlap", OPT_LIST, &overlap, "A,B[,C]",
	 "users of exactly each combination of modules"},
	{0, "site", OPT_TEXT, &site_path, "SITE.yml", "classify by this recipe, not the store's"},
	{0, "top", OPT_COUNT, &top, "N", "the table's first N rows"},
	{'o', "output", OPT_TEXT, &out_path, "FILE", "write to FILE, whole or not at all"},
};

static bool read_keys(void)
{
	static const char *const names[] = {"month", "module",  "package",
					    "place", "project", "domain"};

	for (size_t i = 0; i < by.count; i++) {
		size_t at = 0;

		while (at < sizeof(names) / sizeof(names[0]) && strcmp(names[at], by.at[i]) != 0)
			at++;
		if (at == sizeof(names) / sizeof(names[0])) {
			term_usage("--by takes month, module, package, place, project and domain, "
				   "not '%s'",
				   by.at[i]);
			return false;
		}
		query.by |= 1u << at;
	}
	if (evidence && strcmp(evidence, "mapped") == 0) {
		query.evidence = ADV_EVIDENCE_MAPPED;
	} else if (evidence && strcmp(evidence, "import") != 0) {
		term_usage("--evidence takes import or mapped, not '%s'", evidence);
		return false;
	}
	query.overlap = overlap.at;
	query.overlap_count = overlap.count;
	if (overlap.count == 1) {
		term_usage("--overlap takes two modules or more");
		return false;
	}
	if (as_json && as_csv) {
		term_usage("--json and --csv exclude each other");
		return false;
	}
	return true;
}

static int print(const struct adv_usage *usage)
{
	enum adv_format format = as_json  ? ADV_FORMAT_JSON
				 : as_csv ? ADV_FORMAT_CSV
					  : ADV_FORMAT_TEXT;
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	int r;

	style.rows = (size_t)top;
	if (out_path)
		r = adv_usage_write_file(usage, format, out_path, &style, &err);
	else
		r = adv_usage_write(usage, format, stdout, &style, &err);
	return r < 0 ? term_fail(&err, r) : term_flush(0);
}

static int run(int argc, char **argv)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(store) struct adv_store *store = NULL;
	ADV_AUTO(usage) struct adv_usage *usage = NULL;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	(void)argc;
	if (!read_keys())
		return 2;
	if ((site_path && (r = adv_site_read(&site, site_path, &err)) < 0) ||
	    (r = adv_store_open(&store, argv[0], ADV_STORE_READ, &err)) < 0)
		return term_fail(&err, r);
	query.site = site;
	r = adv_usage_ask(&usage, store, &query, &err);
	return r < 0 ? term_fail(&err, r) : print(usage);
}

const struct command cmd_usage = {
	.name = "usage",
	.synopsis = "STORE [--by KEYS] [OPTION...]",
	.purpose = "who used what, from where, counted from a usage store",
	.details =
		"A use is a run and a module that it imported: one, however often. Users, projects\n"
		"and jobs are counted once; runs and node-hours (seconds x nodes / sampling\n"
		"probability) are sums. 'base' are users from the base environment alone, 'own'\n"
		"from elsewhere alone. What a store can't tell, as jobs of ready-made counts, is\n"
		"'-' in tables and null in JSON.",
	.examples =
		"  conda-advisor usage usage.db --by package --top 20\n"
		"  conda-advisor usage usage.db --by month,module --module torch --json\n"
		"  conda-advisor usage usage.db --by month --overlap torch,tensorflow\n"
		"  conda-advisor usage usage.db --by domain --accounts accounts.csv --csv -o d.csv",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
