/* SPDX-License-Identifier: BSD-3-Clause */
/* check: can an environment be solved, and if not, which of its lines clash. */
#include <string.h>

#include "site_opts.h"

static const char *lock_path;
static bool as_json;

static const struct opt opts[] = {
	SITE_OPT_SITE,
	SITE_OPT_CHANNEL,
	SITE_OPT_PYTHON,
	SITE_OPT_NODE_TYPE,
	{0, "lock-out", OPT_TEXT, &lock_path, "FILE",
	 "write the explicit lockfile of the solution there"},
	{0, "json", OPT_FLAG, &as_json, NULL, "one JSON document, schema advisor.check/1"},
	SITE_OPT_SECONDS,
	SITE_OPT_MEMORY,
};

/* The verdicts, one a cell; the first is the whole recipe's where no cell is asked for. */
struct verdicts {
	struct adv_check *plain;
	struct adv_check *cells[SITE_CELLS];
	struct adv_variant variants[SITE_CELLS];
	int count; /* of cells; 0: none */
};

static void verdicts_clear(struct verdicts *all)
{
	for (int i = 0; i < all->count; i++)
		adv_check_free(all->cells[i]);
	adv_check_free(all->plain);
}

static bool all_solvable(const struct verdicts *all)
{
	for (int i = 0; i < all->count; i++)
		if (!adv_check_solvable(all->cells[i]))
			return false;
	return all->count || adv_check_solvable(all->plain);
}

static int check_all(struct verdicts *all, const struct adv_site *site, struct adv_err *err)
{
	int r = adv_check(&all->plain, site, &net_asked.net, &site_opts.solving, term_watch(), err);

	for (int i = 0; r == 0 && i < all->count; i++)
		r = adv_check_vary(&all->cells[i], all->plain, &all->variants[i], term_watch(),
				   err);
	return r;
}

/* "out-{}.lock" for Python 3.12 on nodes of type gpu: "out-py3.12-gpu.lock". */
static int lock_cell(const struct adv_check *check, const struct adv_variant *variant,
		     struct adv_err *err)
{
	const char *mark = strstr(lock_path, "{}");
	char path[4096];
	int length =
		snprintf(path, sizeof(path), "%.*s%s%s%s%s%s", (int)(mark - lock_path), lock_path,
			 variant->python ? "py" : "", variant->python ? variant->python : "",
			 variant->python && variant->node_type ? "-" : "",
			 variant->node_type ? variant->node_type : "", mark + 2);

	if (length < 0 || (size_t)length >= sizeof(path))
		return term_usage("--lock-out is too long");
	return adv_check_lock(check, path, err);
}

/* Of what can be solved; nothing is written of the rest. */
static int lock_all(const struct verdicts *all, struct adv_err *err)
{
	int r = 0;

	if (!all->count)
		return adv_check_solvable(all->plain) ? adv_check_lock(all->plain, lock_path, err)
						      : 0;
	for (int i = 0; r == 0 && i < all->count; i++)
		if (adv_check_solvable(all->cells[i]))
			r = lock_cell(all->cells[i], &all->variants[i], err);
	return r;
}

static int show(const struct verdicts *all, FILE *file, struct adv_err *err)
{
	const struct adv_check *const *checks =
		(const struct adv_check *const *)(all->count ? all->cells : &all->plain);
	struct adv_style style = term_style(file);

	return adv_check_write(checks, all->count ? (size_t)all->count : 1,
			       as_json ? ADV_FORMAT_JSON : ADV_FORMAT_TEXT, file, &style, err);
}

static int check_options(struct verdicts *all, bool alone)
{
	all->count = site_opts_cells(all->variants);
	if (all->count < 0 || !net_ready())
		return 2;
	if (alone && as_json)
		return term_usage("--lock-out - and --json both want standard output");
	if (all->count && lock_path && !strstr(lock_path, "{}"))
		return term_usage("for several Pythons or node types --lock-out takes a name with "
				  "{}, such as conda-{}.lock");
	return 0;
}

static int run(int argc, char **argv)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	struct verdicts all = {0};
	struct adv_err err = ADV_ERR_INIT;
	bool alone = lock_path && strcmp(lock_path, "-") == 0, solvable = false;
	int r;

	(void)argc;
	if (check_options(&all, alone))
		return 2;
	site_opts.base = argv[0];
	r = site_opts_open(&site, &err);
	if (r == 0)
		r = check_all(&all, site, &err);
	term_done();
	if (r == 0 && lock_path)
		r = lock_all(&all, &err);
	if (r == 0)
		solvable = all_solvable(&all);
	if (r == 0 && !(alone && solvable))
		r = show(&all, alone ? stderr : stdout, &err);
	verdicts_clear(&all);
	if (r < 0)
		return term_fail(&err, r);
	return term_flush(solvable ? 0 : 1);
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
