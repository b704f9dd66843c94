/* SPDX-License-Identifier: BSD-3-Clause */
/* Options that say which world is asked: recipe, base, channels, limits. */
#ifndef CLI_SITE_OPTS_H
#define CLI_SITE_OPTS_H

#include "cli.h"

/* What they were set to. */
struct site_opts {
	const char *site, *base;
	struct opt_list channels, pythons, node_types;
	struct adv_solving solving;
};
extern struct site_opts site_opts;

/* Rows for a subcommand's table. clang-format would make a wall of them. */
/* clang-format off */
#define SITE_OPT_SITE \
	{'s', "site", OPT_TEXT, &site_opts.site, "SITE.yml", "the site recipe"}
#define SITE_OPT_BASE \
	{0, "base", OPT_TEXT, &site_opts.base, "PATH", \
	 "base: an environment in any form, or a prefix"}
#define SITE_OPT_CHANNEL \
	{0, "channel", OPT_LIST, &site_opts.channels, "URL", \
	 "instead of the recipe's channels; may be repeated"}
#define SITE_OPT_SECONDS \
	{0, "solve-seconds", OPT_COUNT, &site_opts.solving.max_seconds, "N", \
	 "a question to the solver takes at most N seconds (600)"}
#define SITE_OPT_MEMORY \
	{0, "solve-memory", OPT_BYTES, &site_opts.solving.max_bytes, "SIZE", \
	 "and at most SIZE of memory, such as 2G (no limit)"}
#define SITE_OPT_WORKERS \
	{0, "workers", OPT_COUNT, &site_opts.solving.workers, "N", "ask N questions at once (1)"}
#define SITE_OPT_PYTHON \
	{0, "python", OPT_LIST, &site_opts.pythons, "LIST", \
	 "for each of these Pythons in base, such as 3.11,3.12"}
#define SITE_OPT_NODE_TYPE \
	{0, "node-type", OPT_LIST, &site_opts.node_types, "LIST", \
	 "on each of these types of nodes of the recipe"}
/* clang-format on */

/*
 * Reads the recipe with the changes that the options make. Without --site it is a plain one, for
 * commands that take that. Returns 0 or a negative code.
 */
int site_opts_open(struct adv_site **site, struct adv_err *err);

enum { SITE_CELLS = 64 };
/*
 * The cells that --python and --node-type ask for: each with each. 0 where neither is given; -1,
 * and said, for too many, or what is no minor version of Python.
 */
int site_opts_cells(struct adv_variant cells[SITE_CELLS]);
#endif
