/* SPDX-License-Identifier: BSD-3-Clause */
/* A channel: the package records of one platform and of noarch. */
#ifndef ADVI_CONDA_CHANNEL_H
#define ADVI_CONDA_CHANNEL_H

#include "conda/subdir.h"

/* Zero is empty. */
struct advi_channel {
	char *name;                     /* as advi_channel_name; a folder's as the site names it */
	struct advi_subdir *subdirs[2]; /* the platform's, noarch; NULL where there is none */
	char sha256[ADVI_HEX_SIZE];     /* over the digests of both */
};
void advi_channel_clear(struct advi_channel *channel);

/*
 * Opens a channel: what it has for 'platform' and for noarch; one of the two may be missing.
 *   channel  a URL, a folder, or a bare name such as "conda-forge".
 *   net      where the cache is; NULL for defaults. Offline, the cache is taken as it is.
 * Returns 0; ADV_EINPUT for what is no channel, or is damaged; ADV_EENV when it can't be reached.
 */
int advi_channel_open(struct advi_channel *out, const char *channel, const char *platform,
		      const struct adv_net *net, const struct adv_watch *watch,
		      struct adv_err *err);

/* Whether any record has the name. */
bool advi_channel_has(const struct advi_channel *channel, struct advi_str name);
/* Calls back for every name, those that both subdirs have perhaps twice; stops at what is not 0. */
int advi_channel_each_name(const struct advi_channel *channel, advi_subdir_name_fn *each,
			   void *context);
/* As struct advi_subdir_kind's read, of both subdirs. */
int advi_channel_read(struct advi_channel *channel, const struct advi_str *names, size_t count,
		      advi_record_refs *out, const struct adv_watch *watch, struct adv_err *err);

/*
 * The address of a channel, in new memory, without credentials: $VARIABLES are put in, a folder
 * becomes file://, a bare name lies below net's alias, and a mirror is the channel it mirrors.
 * Returns 0, or ADV_EUSAGE when a variable is not set.
 */
int advi_channel_url(char **out, const char *channel, const struct adv_net *net,
		     struct adv_err *err);
/*
 * What a channel is called, from its address: "conda-forge", "pkgs/main", or the address itself
 * where it lies elsewhere. A part of 'url'; NULL for NULL.
 */
const char *advi_channel_name(const char *url);

#endif
