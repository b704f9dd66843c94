/* SPDX-License-Identifier: BSD-3-Clause */
/* recommend --whatif: what a change of base would do, and for whom. */
#include <stdlib.h>
#include <string.h>

#include "recommend.h"

struct whatif_opts recommend_whatif_opts;

/*
 * Lists are cut at commas, and so was "numpy >=1.26,<2": what begins as no name belongs to the
 * spec before it. Specs that were put together are freed by free_specs.
 */
static size_t join_specs(const struct opt_list *list, char *out[])
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		const char *text = list->at[i] + strspn(list->at[i], " ");
		char *last = count ? out[count - 1] : NULL;
		size_t room = strlen(text) + (last ? strlen(last) : 0) + 2;
		char *joined = malloc(room);

		if (!joined)
			abort();
		if (last && *text && strchr("<>=!~0123456789*", *text)) {
			snprintf(joined, room, "%s,%s", last, text);
			free(last);
			out[count - 1] = joined;
			continue;
		}
		memcpy(joined, text, strlen(text) + 1);
		out[count++] = joined;
	}
	return count;
}

static int show(const struct recommend *asked, const struct adv_whatif *whatif, struct adv_err *err)
{
	struct adv_style style = term_style(stdout);
	int r = 0;

	style.rows = 25;
	if (asked->output)
		r = adv_whatif_write_file(whatif, asked->output, err);
	if (r == 0 && !(asked->output && strcmp(asked->output, "-") == 0))
		r = adv_whatif_write(whatif, ADV_FORMAT_TEXT, stdout, &style, err);
	return r;
}

static int ask(const struct recommend *asked, const struct adv_whatif_options *options)
{
	ADV_AUTO(whatif) struct adv_whatif *whatif = NULL;
	struct adv_err err = ADV_ERR_INIT;
	bool possible = false;
	int r = adv_whatif_make(&whatif, asked->store, asked->world, asked->site, options,
				term_watch(), &err);

	term_done();
	if (r == 0) {
		possible = adv_whatif_possible(whatif);
		r = show(asked, whatif, &err);
	}
	return r < 0 ? term_fail(&err, r) : term_flush(possible ? 0 : 1);
}

bool recommend_whatif_ready(void)
{
	struct whatif_opts *opts = &recommend_whatif_opts;
	struct adv_variant cells[SITE_CELLS];

	if (!opts->asked) {
		if (!opts->with.count && !opts->without.count && !site_opts.pythons.count)
			return true;
		term_usage("--with, --without and --python belong to --whatif");
		return false;
	}
	if (site_opts_cells(cells) < 0)
		return false;
	if (site_opts.pythons.count > 1) {
		term_usage("--whatif takes one Python");
		return false;
	}
	/* The base that is asked about; the recipe's is what it is held against. */
	opts->base = site_opts.base;
	site_opts.base = NULL;
	if (opts->base || opts->with.count || opts->without.count || site_opts.pythons.count)
		return true;
	term_usage("--whatif needs a change: --with, --without, --base or --python");
	return false;
}

int recommend_whatif(const struct recommend *asked)
{
	const struct whatif_opts *opts = &recommend_whatif_opts;
	ADV_AUTO(site) struct adv_site *other = NULL;
	char *with[sizeof(opts->with.at) / sizeof(opts->with.at[0])];
	struct adv_whatif_options options = {
		.with = (const char *const *)with,
		.without = opts->without.at,
		.without_count = opts->without.count,
		.python = site_opts.pythons.count ? site_opts.pythons.at[0] : NULL,
		.since = asked->wish->since,
		.until = asked->wish->until,
		.net = &net_asked.net,
		.solving = &site_opts.solving,
	};
	struct adv_err err = ADV_ERR_INIT;
	int r = 0;

	site_opts.base = opts->base;
	if (opts->base && (r = site_opts_open(&other, &err)) < 0)
		return term_fail(&err, r);
	options.base = other;
	options.with_count = join_specs(&opts->with, with);
	r = ask(asked, &options);
	for (size_t i = 0; i < options.with_count; i++)
		free(with[i]);
	return r;
}
