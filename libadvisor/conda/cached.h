/* SPDX-License-Identifier: BSD-3-Clause */
/* Walking the cache of channels: the folders of subdirs, and the shards they share. */
#ifndef ADVI_CONDA_CACHED_H
#define ADVI_CONDA_CACHED_H

#include <advisor/channel.h>

#include "base/map.h"
#include "conda/state.h"

struct adv_cached_list {
	struct advi_arena arena;
	ADVI_VEC(struct adv_cached) rows;
};

/* A folder of the cache and what its state files say. */
struct advi_cache_place {
	char *path;
	struct advi_cachestate states[ADVI_STATES];
};

/* Hears a folder, which is the caller's of advi_cache_each. Returns 0 to go on. */
typedef int advi_cache_place_fn(void *context, const struct advi_cache_place *place,
				struct adv_err *err);
/*
 * Calls back for every folder that the cache made for a subdir or a channel, by name. Links are
 * passed over.
 */
int advi_cache_each(const struct adv_net *net, advi_cache_place_fn *each, void *context,
		    struct adv_err *err);
/* The address of the subdir that a state's file is of, in new memory; NULL when it says none. */
char *advi_cache_subdir(const struct advi_cachestate *state);
/*
 * Puts the digests that a sharded folder's index names into 'out', with number 1; what is torn or
 * no index gives none.
 */
void advi_cache_references(const struct advi_cache_place *place, struct advi_map *out);
/* Whether 'url' is of one of the channels, which are as people write them. */
bool advi_cache_is_of(const char *url, const char *const *channels, size_t count,
		      const struct adv_net *net);

#endif
