/* SPDX-License-Identifier: BSD-3-Clause */
/* Channels: fetched into the cache, listed, asked for packages, and cleaned away. */
#ifndef ADVISOR_CHANNEL_H
#define ADVISOR_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <advisor/err.h>
#include <advisor/net.h>
#include <advisor/watch.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the cache has of one subdir. Strings belong to the list. */
struct adv_cached {
	const char *channel, *subdir; /* "conda-forge", "linux-64" */
	const char *url;              /* of the subdir */
	const char *file;        /* "repodata.json.zst"; "repodata_shards.msgpack.zst": shards */
	const char *sha256;      /* of the file */
	bool sharded, fresh;     /* fresh: its server need not be asked for some time */
	bool whole;              /* the file is what it was when it was fetched */
	uint64_t names, records; /* 0: not known; of shards the records never are */
	uint64_t bytes;          /* on the disk, with its index and shards */
	uint64_t fetched;        /* seconds since 1970: when its server last confirmed it */
};

struct adv_cached_list;

/*
 * What the cache has, by channel and subdir. Nothing is asked for over the network.
 *   channels  count of them: these only; none: all.
 * Returns 0, or ADV_EENV when the cache can't be read.
 */
int adv_cached_list(struct adv_cached_list **out, const char *const *channels, size_t count,
		    const struct adv_net *net, const struct adv_watch *watch, struct adv_err *err);
/* NULL is fine. */
void adv_cached_list_free(struct adv_cached_list *list);
ADV_AUTO_DEFINE(cached_list)
size_t adv_cached_count(const struct adv_cached_list *list);
const struct adv_cached *adv_cached_at(const struct adv_cached_list *list, size_t index);

struct adv_channel;

/*
 * Opens a channel: a URL, a folder or a name such as "conda-forge".
 *   platform  "linux-64"; its noarch comes with it.
 *   net       fresh: brings the cache up to date, with channeldata.json where there is one.
 * Returns 0; ADV_EINPUT for what is no channel; ADV_EENV when it can't be reached; ADV_ECANCEL.
 */
int adv_channel_open(struct adv_channel **out, const char *channel, const char *platform,
		     const struct adv_net *net, const struct adv_watch *watch, struct adv_err *err);
/* NULL is fine. */
void adv_channel_free(struct adv_channel *channel);
ADV_AUTO_DEFINE(channel)
/*
 * Looks up the records that a MatchSpec means, newest first, for adv_channel_write.
 * Returns 0; ADV_NO when there are none, with the nearest name or the newest version; ADV_EINPUT
 * for what is no MatchSpec.
 */
int adv_channel_ask(struct adv_channel *channel, const char *spec, const struct adv_watch *watch,
		    struct adv_err *err);

/*
 * What to remove from the cache. Without anything set: what is of no use, which is partial
 * downloads, files that are torn, and shards that no index names any more.
 */
struct adv_clean {
	bool all;                    /* and every channel */
	const char *const *channels; /* and these channels */
	size_t channel_count;
	uint64_t older_days; /* and what no server confirmed for so long; 0: whatever age */
	bool dry_run;        /* remove nothing */
	void *context;
	void (*each)(void *context, const char *path); /* hears of every file; may be NULL */
};
#define ADV_CLEAN_INIT                                                                             \
	{                                                                                          \
		0                                                                                  \
	}
struct adv_cleaned {
	uint64_t files, bytes;
};

/*
 * Removes files that the cache itself made; links are never followed, packages stay.
 * Returns 0, or ADV_EENV when one can't be removed.
 */
int adv_channel_clean(const struct adv_clean *what, const struct adv_net *net,
		      const struct adv_watch *watch, struct adv_cleaned *out, struct adv_err *err);

#ifdef __cplusplus
}
#endif
#endif
