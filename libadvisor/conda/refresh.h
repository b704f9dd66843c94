/* SPDX-License-Identifier: BSD-3-Clause */
/* A subdir's repodata, or the index of its shards, up to date in the cache. */
#ifndef ADVI_CONDA_REFRESH_H
#define ADVI_CONDA_REFRESH_H

#include <advisor/net.h>

#include "base/err.h"
#include "io/digest.h"

enum advi_form {
	ADVI_FORM_NONE,   /* the subdir is not there */
	ADVI_FORM_PLAIN,  /* repodata.json, .json.zst or .json.bz2 */
	ADVI_FORM_SHARDS, /* repodata_shards.msgpack.zst */
};

/* A file in the cache. Zero is none. */
struct advi_fetched {
	enum advi_form form;
	char *path;                 /* of the file */
	char *shown;                /* its address, without credentials */
	char sha256[ADVI_HEX_SIZE]; /* of the file as it lies there */
	bool asked;                 /* the server was asked just now */
};
void advi_fetched_clear(struct advi_fetched *kept);

/*
 * Brings a subdir of a server up to date in the cache: shards where it offers them (CEP 16), else
 * .zst, .bz2 or .json; no request while the server's own words say that the cache is fresh. What a
 * server did not have is asked for again after a week. A file that is torn or changed is fetched
 * again. Several processes take turns.
 *   url  of the subdir, without credentials and slash at the end.
 *   net  offline: the cache is taken as it is, what was confirmed last; fresh: always ask;
 *        no_shards: pass over shards.
 * Returns 0, with ADVI_FORM_NONE when there is no such subdir; ADV_EENV when it can't be had.
 */
int advi_refresh(struct advi_fetched *out, const char *url, const struct adv_net *net,
		 const struct adv_watch *watch, struct adv_err *err);
/*
 * channeldata.json of the channel at 'url': brought up to date when net says fresh, else as the
 * cache has it. ADVI_FORM_NONE when there is none.
 */
int advi_refresh_data(struct advi_fetched *out, const char *url, const struct adv_net *net,
		      const struct adv_watch *watch, struct adv_err *err);
/* Forgets a file that turned out to be damaged, so that the next refresh fetches it again. */
void advi_refresh_forget(const struct advi_fetched *kept);

/* The folder of a subdir below the cache, in new memory: "repodata/0123456789abcdef". */
char *advi_refresh_folder(const char *url);

#endif
