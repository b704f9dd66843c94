/* SPDX-License-Identifier: BSD-3-Clause */
/* explain: can these be added to base, what does it take, and if not, why. */
#include "site_opts.h"

static bool as_json;
static const char *usage, *since, *until;

static const struct opt opts[] = {
	SITE_OPT_SITE,
	SITE_OPT_BASE,
	SITE_OPT_CHANNEL,
	SITE_OPT_PYTHON,
	SITE_OPT_NODE_TYPE,
	{'u', "usage", OPT_TEXT, &usage, "STORE", "and who uses them: from this usage store"},
	{0, "since", OPT_MONTH, &since, "YYYY-MM", "count usage from this month on"},
	{0, "until", OPT_MONTH, &until, "YYYY-MM", "and until this month, included"},
	{0, "json", OPT_FLAG, &as_json, NULL, "one JSON document, schema advisor.explain/1"},
	SITE_OPT_SECONDS,
	SITE_OPT_MEMORY,
	SITE_OPT_WORKERS,
};

/* In the world, or in each cell of the matrix over it. */
static int ask(struct adv_explanation **out, struct adv_world *world, int argc, char **argv,
	       const struct adv_variant *cells, int cell_count, struct adv_err *err)
{
	const char *const *specs = (const char *const *)argv;

	return cell_count ? adv_explain_matrix(out, world, cells, (size_t)cell_count, specs,
					       (size_t)argc, term_watch(), err)
			  : adv_explain(out, world, specs, (size_t)argc, term_watch(), err);
}

/* Joins the answer with who uses the packages, when a store was given. */
static int join(struct adv_explanation *explanation, const struct adv_store *store,
		struct adv_world *world, const struct adv_site *site, int argc, char **argv,
		struct adv_err *err)
{
	return store ? adv_explanation_add_usage(explanation, store, world, site,
						 (const char *const *)argv, (size_t)argc, since,
						 until, err)
		     : 0;
}

static int run(int argc, char **argv)
{
	ADV_AUTO(store) struct adv_store *store = NULL;
	ADV_AUTO(site) struct adv_site *site = NULL;
	ADV_AUTO(world) struct adv_world *world = NULL;
	ADV_AUTO(explanation) struct adv_explanation *explanation = NULL;
	struct adv_style style = term_style(stdout);
	struct adv_err err = ADV_ERR_INIT;
	struct adv_variant cells[SITE_CELLS];
	int cell_count, r;

	if (!site_opts.site)
		return term_usage("explain needs a site recipe: --site SITE.yml");
	cell_count = site_opts_cells(cells);
	if (cell_count < 0 || !net_ready())
		return 2;
	if ((since || until) && !usage)
		return term_usage("--since and --until belong to --usage STORE");
	if ((r = site_opts_open(&site, &err)) < 0 ||
	    (usage && (r = adv_store_open(&store, usage, ADV_STORE_READ, &err)) < 0) ||
	    (r = adv_world_open(&world, site, &net_asked.net, &site_opts.solving, term_watch(),
				&err)) < 0 ||
	    (r = ask(&explanation, world, argc, argv, cells, cell_count, &err)) < 0 ||
	    (r = join(explanation, store, world, site, argc, argv, &err)) < 0)
		return term_fail(&err, r);
	term_done();
	r = adv_explanation_write(explanation, as_json ? ADV_FORMAT_JSON : ADV_FORMAT_TEXT, stdout,
				  &style, &err);
	if (r < 0)
		return term_fail(&err, r);
	return term_flush(adv_explanation_possible(explanation) ? 0 : 1);
}

extern const struct command cmd_explain;
const struct command cmd_explain = {
	.name = "explain",
	.synopsis = "PACKAGE... --site SITE.yml [OPTION...]",
	.purpose = "whether packages can join base, and what stands in the way",
	.details =
		"PACKAGE is a name, or a MatchSpec such as 'numpy >=2'. The answer says what base would\n"
		"gain and what of it would change, or which of base's specs are in the way, by which\n"
		"packages, and what would help. Of several packages it says whether they can be added\n"
		"together, which of them exclude each other, and which fit in the order given. Status\n"
		"0: they can be added, or are there; 1: they can't. With --usage it says who uses them,\n"
		"since when, from where and with what, what adding them would do, and what else there is.",
	.examples =
		"  conda-advisor explain zarr --site site.yml\n"
		"  conda-advisor explain 'numpy >=2' pyabel --site site.yml --base environment.yml\n"
		"  conda-advisor explain zarr --site site.yml --usage usage.db --since 2025-01",
	.opts = opts,
	.opt_count = sizeof(opts) / sizeof(opts[0]),
	.shared = &net_channel_opts,
	.min_args = 1,
	.max_args = -1,
	.run = run,
};
