/* SPDX-License-Identifier: BSD-3-Clause */
/* Roots: where modules are imported from, without what names a person. */
#ifndef ADVI_USAGE_ROOT_H
#define ADVI_USAGE_ROOT_H

#include "site/site.h"
#include "usage/pseudonym.h"

/* What a root holds; the numbers stand in stores. */
enum advi_root_kind {
	ADVI_ROOT_PACKAGES, /* a site-packages or dist-packages folder */
	ADVI_ROOT_STDLIB,   /* lib/python3.11 itself */
	ADVI_ROOT_PRIVATE,  /* a folder of somebody's own code */
	ADVI_ROOT_BUILTIN,  /* no folder: "built-in", "frozen" */
	ADVI_ROOT_PREFIX,   /* an environment's prefix: of a run, not of an import */
	ADVI_ROOT_KINDS
};

/*
 * The root of a module that was imported from 'path': site-packages, the standard library's
 * folder, or the folder that the module's own file or folder stands in. A part of 'path', or a
 * literal when that is no absolute path.
 */
struct advi_str advi_root_of(struct advi_str path, struct advi_str module,
			     enum advi_root_kind *kind);

/* The prefix that a root of packages or standard library belongs to, a part of 'root'. */
struct advi_str advi_root_prefix(struct advi_str root);

/*
 * Writes a path to 'out' as a store may keep it. Paths of base, site and system stay whole. Of
 * others stay the components that tell places apart: those that the recipe's matching rule spells
 * out, the project after a project rule, the first one of an unknown file system, and a short list
 * of names that environments are made of (envs, .local, lib, ...); all others become pseudonyms.
 */
void advi_root_hide(struct advi_buf *out, const struct adv_site *site,
		    struct advi_pseudonyms *pseudonyms, struct advi_str path);

#endif
