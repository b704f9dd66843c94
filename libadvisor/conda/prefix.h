/* SPDX-License-Identifier: BSD-3-Clause */
/* An installed prefix, as its conda-meta folder tells, and what pip put there besides. */
#ifndef ADVI_CONDA_PREFIX_H
#define ADVI_CONDA_PREFIX_H

#include "base/map.h"
#include "conda/listing.h"

/* Whether the folder has a conda-meta folder. */
bool advi_prefix_is(const char *path);
/*
 * Reads the .json files of conda-meta, and the *.dist-info and *.egg-info that no conda package
 * owns. ADV_EINPUT, with 'out' empty, when a file of conda-meta is damaged, lacks a name, version
 * or build, or names a package that another file names too: an environment whose content isn't
 * known for sure is no base to build on.
 */
int advi_prefix_read(struct advi_listing *out, const char *path,
		     const struct advi_listing_wish *wish, struct adv_err *err);

/*
 * Parses one conda-meta document; the files of its package that tell Python of a distribution
 * ("lib/python3.11/site-packages/x-1.dist-info") are added to 'owned', by folder.
 */
int advi_prefix_record(struct advi_record *out, struct advi_arena *arena, struct advi_map *owned,
		       struct advi_str text, const char *path, struct adv_err *err);

/* Adds what the site-packages of a prefix hold and 'owned' does not name. */
int advi_distinfo_read(struct advi_listing *out, const char *prefix, const struct advi_map *owned,
		       struct adv_err *err);
/*
 * The part of a path within a prefix that names a distribution's folder or file:
 * "lib/python3.11/site-packages/x-1.dist-info" of ".../x-1.dist-info/METADATA"; or an empty slice.
 */
struct advi_str advi_distinfo_of(struct advi_str path);

#endif
