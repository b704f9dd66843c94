/* SPDX-License-Identifier: BSD-3-Clause */
/* check: the gate of a CI, whether an environment can be solved and keeps to the centre's rules. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "site_opts.h"

static struct asked {
	const char *lock_out, *lock, *usage, *since, *until, *date;
	const char *junit, *sarif, *gitlab, *markdown;
	bool json, github, update_lock;
} asked;

static const struct opt opts[] = {
	SITE_OPT_SITE,
	SITE_OPT_BASE,
	SITE_OPT_CHANNEL,
	{0, "usage", OPT_TEXT, &asked.usage, "STORE", "a usage store: who loses what"},
	{0, "since", OPT_MONTH, &asked.since, "YYYY-MM", "usage from this month on"},
	{0, "until", OPT_MONTH, &asked.until, "YYYY-MM", "usage up to this month"},
	{0, "lock", OPT_TEXT, &asked.lock, "FILE", "the lockfile that must be up to date"},
	{0, "update-lock", OPT_FLAG, &asked.update_lock, NULL, "write it anew when it is not"},
	{0, "lock-out", OPT_TEXT, &asked.lock_out, "FILE",
	 "write the explicit lockfile of the solution there"},
	{0, "date", OPT_TEXT, &asked.date, "YYYY-MM-DD", "what ages are counted to (today)"},
	SITE_OPT_PYTHON,
	SITE_OPT_NODE_TYPE,
	{0, "json", OPT_FLAG, &asked.json, NULL, "one JSON document, schema advisor.check/1"},
	{0, "github", OPT_FLAG, &asked.github, NULL,
	 "annotations for GitHub Actions, after the text"},
	{0, "gitlab", OPT_TEXT, &asked.gitlab, "FILE", "a code quality report for GitLab"},
	{0, "junit", OPT_TEXT, &asked.junit, "FILE", "a JUnit report"},
	{0, "sarif", OPT_TEXT, &asked.sarif, "FILE", "a SARIF 2.1.0 report"},
	{0, "markdown", OPT_TEXT, &asked.markdown, "FILE", "a comment for the pull request"},
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

/* Those that count: the cells, or the only one. */
static struct adv_check **counted(struct verdicts *all, int *count)
{
	*count = all->count ? all->count : 1;
	return all->count ? all->cells : &all->plain;
}

static bool all_passed(struct verdicts *all)
{
	int count;
	struct adv_check **checks = counted(all, &count);

	for (int i = 0; i < count; i++)
		if (!adv_check_passed(checks[i]))
			return false;
	return true;
}

/* --- lockfiles --- */

/* "out-{}.lock" for Python 3.12 on nodes of type gpu: "out-py3.12-gpu.lock". */
static int lock_path(char *out, size_t size, const char *pattern, const struct adv_variant *variant)
{
	const char *mark = variant ? strstr(pattern, "{}") : NULL;
	int length;

	if (!mark)
		length = snprintf(out, size, "%s", pattern);
	else
		length = snprintf(out, size, "%.*s%s%s%s%s%s", (int)(mark - pattern), pattern,
				  variant->python ? "py" : "",
				  variant->python ? variant->python : "",
				  variant->python && variant->node_type ? "-" : "",
				  variant->node_type ? variant->node_type : "", mark + 2);
	if (length < 0 || (size_t)length >= size)
		return term_usage("the name of a lockfile is too long");
	return 0;
}

static int write_lock(const struct adv_check *check, const char *pattern,
		      const struct adv_variant *variant, struct adv_err *err)
{
	char path[4096];
	int r = lock_path(path, sizeof(path), pattern, variant);

	if (r == 0)
		r = adv_check_lock(check, path, err);
	if (r == 0 && pattern == asked.lock)
		term_say("%s is written anew", path);
	return r;
}

/* Of what can be solved; nothing is written of the rest. */
static int write_locks(struct verdicts *all, struct adv_err *err)
{
	int count, r = 0;
	struct adv_check **checks = counted(all, &count);

	for (int i = 0; r == 0 && i < count; i++) {
		const struct adv_variant *variant = all->count ? &all->variants[i] : NULL;

		if (!adv_check_solvable(checks[i]))
			continue;
		if (asked.lock_out)
			r = write_lock(checks[i], asked.lock_out, variant, err);
		if (r == 0 && asked.update_lock && adv_check_lock_stale(checks[i]))
			r = write_lock(checks[i], asked.lock, variant, err);
	}
	return r;
}

/* --- asking --- */

static int solve_all(struct verdicts *all, const struct adv_site *site, struct adv_err *err)
{
	int r = adv_check(&all->plain, site, &net_asked.net, &site_opts.solving, term_watch(), err);

	for (int i = 0; r == 0 && i < all->count; i++)
		r = adv_check_vary(&all->cells[i], all->plain, &all->variants[i], term_watch(),
				   err);
	return r;
}

static int judge_all(struct verdicts *all, const struct adv_site *base,
		     const struct adv_store *store, int64_t date, struct adv_err *err)
{
	int count, r = 0;
	struct adv_check **checks = counted(all, &count);
	struct adv_check_options options = ADV_CHECK_OPTIONS_INIT;

	options.base = base;
	options.net = &net_asked.net;
	options.solving = &site_opts.solving;
	options.store = store;
	options.since = asked.since;
	options.until = asked.until;
	options.update_lock = asked.update_lock;
	options.date = date;
	for (int i = 0; r == 0 && i < count; i++) {
		char path[4096];

		if (asked.lock)
			r = lock_path(path, sizeof(path), asked.lock,
				      all->count ? &all->variants[i] : NULL);
		options.lock = asked.lock ? path : NULL;
		if (r == 0)
			r = adv_check_judge(checks[i], &options, term_watch(), err);
	}
	return r;
}

/* --- showing --- */

/* The document of each form that was asked for by a file. */
static int write_files(const struct adv_check *const *checks, int count, struct adv_err *err)
{
	const struct {
		const char *path;
		enum adv_format format;
	} files[] = {
		{asked.junit, ADV_FORMAT_JUNIT},
		{asked.sarif, ADV_FORMAT_SARIF},
		{asked.gitlab, ADV_FORMAT_GITLAB},
		{asked.markdown, ADV_FORMAT_MARKDOWN},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i].path)
			r = adv_check_write_file(checks, (size_t)count, files[i].format,
						 files[i].path, err);
	return r;
}

/* 'quiet': standard output has the lockfile, and there is nothing to tell beside it. */
static int show(const struct adv_check *const *checks, int count, FILE *file, bool quiet,
		struct adv_err *err)
{
	struct adv_style style = term_style(file);
	int r = write_files(checks, count, err);

	if (r == 0 && !quiet)
		r = adv_check_write(checks, (size_t)count,
				    asked.json ? ADV_FORMAT_JSON : ADV_FORMAT_TEXT, file, &style,
				    err);
	if (r == 0 && asked.github)
		r = adv_check_write(checks, (size_t)count, ADV_FORMAT_GITHUB, file, &style, err);
	return r;
}

/* A file that can't be read is shown as such in every form that was asked for. */
static int show_unread(const char *path, const struct adv_err *why)
{
	struct adv_check *check = adv_check_unread(path, why);
	const struct adv_check *const checks[] = {check};
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	int r = write_files(checks, 1, &err);

	if (r == 0 && asked.json)
		r = adv_check_write(checks, 1, ADV_FORMAT_JSON, stdout, &style, &err);
	if (r == 0 && asked.github)
		r = adv_check_write(checks, 1, ADV_FORMAT_GITHUB, stdout, &style, &err);
	adv_check_free(check);
	return r < 0 ? term_fail(&err, r) : term_flush(term_fail(why, ADV_EINPUT));
}

/* --- options --- */

static bool is_date(const char *text, struct tm *tm)
{
	const char *end = strptime(text, "%Y-%m-%d", tm);

	return end && *end == '\0' && strlen(text) == 10;
}

/* Midnight of --date, SOURCE_DATE_EPOCH, or now. */
static int find_date(int64_t *out)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	struct tm tm = {0};
	char *end;

	if (asked.date) {
		if (!is_date(asked.date, &tm))
			return term_usage("--date takes a day such as 2025-03-14, not '%s'",
					  asked.date);
		*out = (int64_t)timegm(&tm);
		return 0;
	}
	*out = epoch && *epoch ? (int64_t)strtoll(epoch, &end, 10) : (int64_t)time(NULL);
	if (epoch && *epoch && *end)
		return term_usage("SOURCE_DATE_EPOCH is seconds since 1970, not '%s'", epoch);
	return 0;
}

static bool has_mark(const char *path)
{
	return !path || strstr(path, "{}");
}

static int check_options(struct verdicts *all, bool alone)
{
	all->count = site_opts_cells(all->variants);
	if (all->count < 0 || !net_ready())
		return 2;
	if (alone && asked.json)
		return term_usage("--lock-out - and --json both want standard output");
	if (asked.github && asked.json)
		return term_usage("--github and --json both want standard output");
	if (asked.update_lock && !asked.lock)
		return term_usage("--update-lock needs --lock FILE, which says what to write");
	if (all->count && !has_mark(asked.lock_out))
		return term_usage("for several Pythons or node types --lock-out takes a name with "
				  "{}, such as conda-{}.lock");
	if (all->count && !has_mark(asked.lock))
		return term_usage("for several Pythons or node types --lock takes a name with {}, "
				  "such as conda-{}.lock");
	if (asked.usage && !site_opts.site && !site_opts.base)
		return term_usage("--usage needs a base to compare with: give --site or --base");
	return 0;
}

/* --- all of it --- */

/*
 * The recipe twice: with the base that is there, and with the environment in its place. 'unread':
 * it is the environment that can't be read.
 */
static int open_sites(struct adv_site **base, struct adv_site **site, const char *path,
		      bool *unread, struct adv_err *err)
{
	const char *const *channels;
	size_t count;
	int r = site_opts_open(base, err);

	if (r < 0)
		return r;
	site_opts.base = path;
	r = site_opts_open(site, err);
	*unread = r == ADV_EINPUT;
	if (r < 0)
		return r;
	/* A base that names no channel is of those of the environment. */
	adv_site_channels(*base, &count);
	if (!count) {
		channels = adv_site_channels(*site, &count);
		for (size_t i = 0; i < count; i++)
			adv_site_add_channel(*base, channels[i]);
	}
	return 0;
}

static int ask_all(struct verdicts *all, const struct adv_site *site, const struct adv_site *base,
		   int64_t date, struct adv_err *err)
{
	ADV_AUTO(store) struct adv_store *store = NULL;
	int r = 0;

	if (asked.usage)
		r = adv_store_open(&store, asked.usage, ADV_STORE_READ, err);
	if (r == 0)
		r = solve_all(all, site, err);
	if (r == 0)
		r = judge_all(all, base, store, date, err);
	term_done();
	return r ? r : write_locks(all, err);
}

static int run(int argc, char **argv)
{
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(site) struct adv_site *base = NULL;
	struct verdicts all = {0};
	struct adv_err err = ADV_ERR_INIT;
	bool alone = asked.lock_out && strcmp(asked.lock_out, "-") == 0;
	bool passed = false, unread = false;
	struct adv_check **checks;
	int64_t date = 0;
	int r, count;

	(void)argc;
	if (check_options(&all, alone) || find_date(&date))
		return 2;
	r = open_sites(&base, &site, argv[0], &unread, &err);
	if (unread)
		return show_unread(argv[0], &err);
	if (r == 0)
		r = ask_all(&all, site, base, date, &err);
	checks = counted(&all, &count);
	if (r == 0)
		passed = all_passed(&all);
	if (r == 0)
		r = show((const struct adv_check *const *)checks, count, alone ? stderr : stdout,
			 alone && passed, &err);
	verdicts_clear(&all);
	if (r < 0)
		return term_fail(&err, r);
	return r > 0 ? r : term_flush(passed ? 0 : 1);
}

extern const struct command cmd_check;
const struct command cmd_check = {
	.name = "check",
	.synopsis = "ENVIRONMENT [--site SITE.yml] [--channel URL]... [OPTION...]",
	.purpose = "whether an environment can be solved and keeps to the centre's rules, for CI",
	.details =
		"ENVIRONMENT is an environment.yml, a lockfile, or a list of packages in any form. The\n"
		"verdict says how many packages it takes, or which of its lines clash, and how; what\n"
		"changes against base; with --usage who loses what; and which rules it breaks.\n"
		"With --site, platform, virtual packages, pins, channels, base and policy are the recipe's;\n"
		"otherwise linux-64 is meant, and channels are those of the file or of --channel.\n"
		"Status 0: nothing of severity error was found; 1: something was; 3: it can't be read.",
	.examples =
		"  conda-advisor check environment.yml --channel conda-forge\n"
		"  conda-advisor check environment.yml --site site.yml --lock conda-linux-64.lock\n"
		"  conda-advisor check environment.yml --site site.yml --usage usage.db --github",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.shared = &net_channel_opts,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
