/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that are read together lie together: hot ones come first in an image, in their order. */
#ifndef ADVI_BUNDLE_GATHER_H
#define ADVI_BUNDLE_GATHER_H

#include "bundle/install.h"
#include "bundle/place.h"

/*
 * Chooses what of 'order', the hottest first, can be held in memory together, by the sizes that
 * packages tell; what they don't tell the size of, and what is large by itself, stays where it is.
 *   out  path -> its rank; empty before
 */
void advi_gather_choose(struct advi_map *out, const struct advi_map *order,
			const struct advi_layout *layout);

/*
 * Installs the files of 'hot' alone, in the order of their ranks. Packages that have some of them
 * are read twice, now and when all else is installed.
 */
int advi_gather_install(const struct advi_install *like, struct advi_package **packages,
			size_t count, const struct advi_map *hot, struct adv_err *err);

/* Takes over what is held for a place, for advi_place_flush. */
struct advi_gather;
void advi_gather_take(struct advi_gather *gather, struct advi_package *package,
		      struct advi_held *held);

#endif
