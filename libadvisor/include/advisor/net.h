/* SPDX-License-Identifier: BSD-3-Clause */
/* How the library reaches channels and packages. */
#ifndef ADVISOR_NET_H
#define ADVISOR_NET_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An address that takes the place of another one when files are fetched. */
struct adv_mirror {
	const char *from; /* URL of a channel or a host, or the bare name of a channel */
	const char *to;   /* URL or folder that has the same below it; $VARIABLES are put in */
};

/*
 * Addresses of files are the channels' own wherever they are shown or kept; mirrors and
 * credentials come in when a file is fetched, and nowhere else. Everything is borrowed.
 */
struct adv_net {
	const char *cache; /* folder for repodata and packages; NULL: the user's cache folder */
	bool offline;      /* use the cache, ask no server */
	bool fresh;        /* ask even where the cache is fresh by the server's own words */
	bool no_shards;    /* take whole repodata even where a channel offers shards (CEP 16) */
	unsigned parallel; /* downloads at once; 0: 5 */
	unsigned retries;  /* after a network fault; 0: 3 */
	const char *channel_alias; /* bare names lie below it; NULL: https://conda.anaconda.org */
	/* Of the rows that fit, those with the longest 'from' are tried in their order. */
	const struct adv_mirror *mirrors;
	size_t mirror_count;
	/* URLs with credentials, or other texts, which are passed over: they hold for all below. */
	const char *const *logins;
	size_t login_count;
};
#define ADV_NET_INIT                                                                               \
	{                                                                                          \
		0                                                                                  \
	}

#ifdef __cplusplus
}
#endif
#endif
