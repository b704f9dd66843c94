/* SPDX-License-Identifier: BSD-3-Clause */
/* The site recipe: places, base, channels, policy. */
#ifndef ADVISOR_SITE_H
#define ADVISOR_SITE_H

#include <advisor/err.h>
#include <advisor/net.h>

#ifdef __cplusplus
extern "C" {
#endif

struct adv_site;

/*
 * Reads a site recipe (YAML or JSON, schema "advisor.site/1") with the files that it names.
 *   out   the recipe; the caller frees it with adv_site_free. Untouched on failure.
 *   path  the file; names in it are relative to its folder.
 * Returns 0, or ADV_EINPUT with file, line and what was expected.
 */
int adv_site_read(struct adv_site **out, const char *path, struct adv_err *err);

/*
 * A recipe that says nothing but what everybody means: linux-64, no channel, no base; for
 * questions about an environment that no centre has. Returns as adv_site_read.
 */
int adv_site_plain(struct adv_site **out, struct adv_err *err);

/* NULL is fine. */
void adv_site_free(struct adv_site *site);
ADV_AUTO_DEFINE(site)

/* The centre's name, owned by the recipe. */
const char *adv_site_name(const struct adv_site *site);
/* "linux-64", owned by the recipe. */
const char *adv_site_platform(const struct adv_site *site);
/* The channels, the preferred one first; owned by the recipe. */
const char *const *adv_site_channels(const struct adv_site *site, size_t *count);

/* One cell of a matrix; NULL: as the recipe says. */
struct adv_variant {
	const char *python;    /* a minor version, "3.12" */
	const char *node_type; /* the name of one of the recipe's */
};
/*
 * The cells of the recipe's matrix: each of its node types with each of its Pythons. One, which
 * says nothing, where the recipe names neither. Strings are owned by the recipe.
 */
size_t adv_site_variants(const struct adv_site *site);
struct adv_variant adv_site_variant(const struct adv_site *site, size_t index);

/*
 * Replaces the base by an environment in any form: environment.yml, explicit lockfile, conda list
 * (table, --export), a list of MatchSpecs, conda-lock.yml, pixi.lock ("pixi.lock#gpu" for one of
 * its environments), or the folder of an installed one. Returns 0, or ADV_EINPUT with the recipe
 * unchanged.
 */
int adv_site_set_base(struct adv_site *site, const char *path, struct adv_err *err);

/* Puts a channel (URL, folder or name; "defaults" is two) behind those that the recipe has. */
void adv_site_add_channel(struct adv_site *site, const char *channel);

/* Forgets the recipe's channels, so that others take their place. */
void adv_site_clear_channels(struct adv_site *site);

/*
 * Puts what the recipe says of the network where 'net' says nothing: mirrors, the alias, and the
 * channels' own credentials. Borrowed from the recipe, until it is changed or freed.
 */
void adv_site_net(const struct adv_site *site, struct adv_net *net);

#ifdef __cplusplus
}
#endif
#endif
