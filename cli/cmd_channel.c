/* SPDX-License-Identifier: BSD-3-Clause */
/* conda-advisor channel: fetched, listed, looked into, cleaned. */
#include <inttypes.h>
#include <string.h>

#include "cli.h"

enum { ROWS = 25 };

static const char *site_path, *platform;
static bool as_json, all, dry_run;
static uint64_t rows = ROWS, older;

static const struct opt opts[] = {
	{'s', "site", OPT_TEXT, &site_path, "SITE.yml",
	 "fetch: this recipe's channels; everywhere: its mirrors, credentials, alias"},
	{0, "platform", OPT_TEXT, &platform, "NAME", "fetch, show: default the recipe's, linux-64"},
	{0, "json", OPT_FLAG, &as_json, NULL, "list, show: one JSON document"},
	{'n', "rows", OPT_COUNT, &rows, "N", "show: the longest table (25); 0: all rows"},
	{0, "all", OPT_FLAG, &all, NULL, "clean: every channel"},
	{0, "older", OPT_COUNT, &older, "DAYS", "clean: what no server confirmed for so long"},
	{0, "dry-run", OPT_FLAG, &dry_run, NULL, "clean: say what would go, remove nothing"},
};

static enum adv_format format(void)
{
	return as_json ? ADV_FORMAT_JSON : ADV_FORMAT_TEXT;
}

static int list(const struct adv_site *site, int count, char **channels)
{
	ADV_AUTO(cached_list) struct adv_cached_list *cached = NULL;
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	int r;

	(void)site;
	r = adv_cached_list(&cached, (const char *const *)channels, (size_t)count, &net_asked.net,
			    term_watch(), &err);
	term_done();
	if (r == 0)
		r = adv_cached_list_write(cached, format(), stdout, &style, &err);
	return r < 0 ? term_fail(&err, r) : term_flush(0);
}

static int fetch(const struct adv_site *site, int count, char **channels)
{
	struct adv_err err = ADV_ERR_INIT;
	size_t many = (size_t)count;
	const char *const *names = (const char *const *)channels;
	int r = 0;

	if (!many && site)
		names = adv_site_channels(site, &many);
	if (!many)
		return term_usage("channel fetch needs a channel, or --site SITE.yml with some");
	net_asked.net.fresh = true;
	for (size_t i = 0; r == 0 && i < many; i++) {
		ADV_AUTO(channel) struct adv_channel *channel = NULL;

		r = adv_channel_open(&channel, names[i], platform, &net_asked.net, term_watch(),
				     &err);
	}
	return r < 0 ? term_fail(&err, r) : list(site, (int)many, (char **)(uintptr_t)names);
}

static int show(const struct adv_site *site, int count, char **args)
{
	ADV_AUTO(channel) struct adv_channel *channel = NULL;
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	int r;

	(void)site;
	if (count < 1 || count > 2)
		return term_usage("channel show takes a channel, and a name or a MatchSpec");
	style.rows = (size_t)rows;
	r = adv_channel_open(&channel, args[0], platform, &net_asked.net, term_watch(), &err);
	if (r == 0 && count == 2)
		r = adv_channel_ask(channel, args[1], term_watch(), &err);
	term_done();
	if (r == 0)
		r = adv_channel_write(channel, format(), stdout, &style, &err);
	return r < 0 ? term_fail(&err, r) : term_flush(0);
}

static void print_path(void *context, const char *path)
{
	(void)context;
	puts(path);
}

static int clean(const struct adv_site *site, int count, char **channels)
{
	struct adv_clean what = {.all = all,
				 .channels = (const char *const *)channels,
				 .channel_count = (size_t)count,
				 .older_days = older,
				 .dry_run = dry_run,
				 .each = dry_run ? print_path : NULL};
	struct adv_cleaned cleaned;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	(void)site;
	if (all && count)
		return term_usage("channel clean takes --all or channels, not both");
	r = adv_channel_clean(&what, &net_asked.net, term_watch(), &cleaned, &err);
	if (r < 0)
		return term_fail(&err, r);
	term_say("%s %" PRIu64 " file%s, %.1f MiB", dry_run ? "would remove" : "removed",
		 cleaned.files, cleaned.files == 1 ? "" : "s", (double)cleaned.bytes / (1 << 20));
	return term_flush(0);
}

extern const struct command cmd_channel;

static int run(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const struct adv_site *site, int count, char **args);
	} actions[] = {{"fetch", fetch}, {"list", list}, {"show", show}, {"clean", clean}};
	ADV_AUTO(site) struct adv_site *site = NULL;
	struct adv_err err = ADV_ERR_INIT;
	int r;

	if (!net_ready())
		return 2;
	if (site_path && (r = adv_site_read(&site, site_path, &err)) < 0)
		return term_fail(&err, r);
	if (site)
		adv_site_net(site, &net_asked.net);
	if (!platform)
		platform = site ? adv_site_platform(site) : "linux-64";
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(argv[0], actions[i].name) == 0)
			return actions[i].run(site, argc - 1, argv + 1);
	return opt_no_verb(&cmd_channel, argv[0]);
}

const struct command cmd_channel = {
	.name = "channel",
	.verbs = "fetch list show clean",
	.synopsis =
		"fetch [CHANNEL...] | list [CHANNEL...] | show CHANNEL [SPEC] | clean [CHANNEL...]",
	.purpose = "fetch, list, look into and clean cached channels",
	.details =
		"A CHANNEL is a name such as conda-forge, a URL or a folder. fetch brings the cache up\n"
		"to date, both subdirs and channeldata.json; what has not changed is not fetched again.\n"
		"list says what the cache has. show says what a channel is, or the records that SPEC, a\n"
		"name or a MatchSpec, means, newest first; status 1 when there are none. clean removes\n"
		"what is of no use: partial downloads, torn files, shards that no index names; and what\n"
		"--all, CHANNEL or --older say. Packages stay.\n"
		"\n"
		"Credentials: user:password@ or /t/TOKEN/ in an address, where $NAME stands for a\n"
		"variable of the environment; or ~/.netrc, or the file that $NETRC names.",
	.examples = "  conda-advisor channel fetch conda-forge\n"
		    "  conda-advisor channel fetch --site site.yml\n"
		    "  conda-advisor channel show conda-forge 'numpy >=1.26,<2' --offline\n"
		    "  conda-advisor channel show conda-forge 'mpich[build=external_*]' --offline\n"
		    "  conda-advisor channel clean --older 30 --dry-run",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.shared = &net_channel_opts,
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
