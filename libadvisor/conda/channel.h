/* SPDX-License-Identifier: BSD-3-Clause */
/* A channel: every package record of one platform and of noarch. */
#ifndef ADVI_CONDA_CHANNEL_H
#define ADVI_CONDA_CHANNEL_H

#include <advisor/net.h>

#include "base/err.h"
#include "base/vec.h"
#include "conda/record.h"
#include "io/digest.h"

/* Zero is empty. Strings of the records live in 'arena'. */
struct advi_channel {
	struct advi_arena arena;
	const char *name;                     /* as the site names it, without credentials */
	ADVI_VEC(struct advi_record) records; /* in the order of the files, the platform's first */
	size_t rejected; /* records that were refused, each told to the watch up to a limit */
	char sha256[ADVI_HEX_SIZE]; /* over the repodata of both subdirs, decompressed */
};
void advi_channel_clear(struct advi_channel *channel);

/*
 * Loads a channel: repodata.json, .json.zst or .json.bz2 of 'platform' and of noarch. One of the
 * two may be missing.
 *   channel  a URL, a folder, or a bare name such as "conda-forge" (of anaconda.org).
 *   net      where the cache is; NULL for defaults. Offline, the cache is taken as it is.
 * Returns 0; ADV_EINPUT for what is no channel, or is damaged; ADV_EENV when it can't be reached.
 */
int advi_channel_load(struct advi_channel *out, const char *channel, const char *platform,
		      const struct adv_net *net, const struct adv_watch *watch,
		      struct adv_err *err);

/* The channel's URL in new memory: a folder becomes file://, a bare name anaconda.org's. */
char *advi_channel_url(const char *channel);

#endif
