/* SPDX-License-Identifier: BSD-3-Clause */
/* check: can an environment be solved, and if not, which of its lines clash. */
#include <string.h>

#include "site_opts.h"

static const char *lock_path;
static bool as_json;

static const struct opt opts[] = {
	SITE_OPT_SITE,
	SITE_OPT_CHANNEL,
	{0, "lock-out", OPT_TEXT, &lock_path, "FILE",
	 "write the explicit lockfile of the solution there"},
	{0, "json", OPT_FLAG, &as_json, NULL, "one JSON document, schema advisor.check/1"},
	SITE_OPT_SECONDS,
	SITE_OPT_MEMORY,
};

static int run(int argc, char **argv)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(check) struct adv_check *check = NULL;
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	bool alone = lock_path && strcmp(lock_path, "-") == 0;
	int r;

	(void)argc;
	if (!net_ready())
		return 2;
	if (alone && as_json)
		return term_usage("--lock-out - and --json both want standard output");
	site_opts.base = argv[0];
	if ((r = site_opts_open(&site, &err)) < 0 ||
	    (r = adv_check(&check, site, &net_asked.net, &site_opts.solving, term_watch(), &err)) <
		    0)
		return term_fail(&err, r);
	term_done();
	if (lock_path && adv_check_solvable(check) &&
	    (r = adv_check_lock(check, lock_path, &err)) < 0)
		return term_fail(&err, r);
	if (!alone || !adv_check_solvable(check))
		r = adv_check_write(check, as_json ? ADV_FORMAT_JSON : ADV_FORMAT_TEXT,
				    alone ? stderr : stdout, &style, &err);
	if (r < 0)
		return term_fail(&err, r);
	return term_flush(adv_check_solvable(check) ? 0 : 1);
}

extern const struct command cmd_check;
const struct command cmd_check = {
	.name = "check",
	.synopsis = "ENVIRONMENT [--site SITE.yml] [--channel URL]... [OPTION...]",
	.purpose = "whether an environment can be solved, and if not, what clashes",
	.details =
		"ENVIRONMENT is an environment.yml, a lockfile, or a list of packages in any form. The\n"
		"verdict says how many packages it takes, or which of its lines clash, and how. With\n"
		"--site, platform, virtual packages, pins and channels are the recipe's; otherwise\n"
		"linux-64 is meant, and channels are those of the file or of --channel. Requirements for\n"
		"pip are passed over, and listed. Status 0: it can be solved; 1: it can't.",
	.examples =
		"  conda-advisor check environment.yml --channel conda-forge\n"
		"  conda-advisor check environment.yml --site polaris.yml --lock-out conda-linux-64.lock",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.shared = &net_channel_opts,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
