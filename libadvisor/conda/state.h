/* SPDX-License-Identifier: BSD-3-Clause */
/* What the cache knows of a subdir's files, in a state file with conda's keys. */
#ifndef ADVI_CONDA_STATE_H
#define ADVI_CONDA_STATE_H

#include "base/arena.h"
#include "base/err.h"
#include "io/http.h"

/* The state files of a folder, each for the files that take each other's place. */
enum { ADVI_STATE_SHARDS, ADVI_STATE_PLAIN, ADVI_STATE_DATA, ADVI_STATES };
extern const char *const advi_cachestate_names[ADVI_STATES];

enum advi_offer { ADVI_OFFER_ZST, ADVI_OFFER_BZ2, ADVI_OFFER_SHARDS, ADVI_OFFERS };

/*
 * A file in the cache as its server described it. Zero is unknown; strings live in 'arena', but
 * for those of a fetch.
 */
struct advi_cachestate {
	struct advi_arena arena;
	const char *file; /* its name in the folder of the subdir; NULL: there is none */
	const char *url;  /* where it is from, fit to be shown */
	const char *etag, *modified, *cache_control; /* the server's words, or NULL */
	const char *sha256;                          /* of the file as it lies there */
	uint64_t size, mtime_ns;                     /* of the file when its digest was taken */
	uint64_t refreshed;          /* seconds since 1970: when the server last confirmed it */
	uint64_t asked[ADVI_OFFERS]; /* seconds since 1970: when the server was asked for these */
	bool offers[ADVI_OFFERS];    /* and whether it had them */
};

void advi_cachestate_clear(struct advi_cachestate *state);
/* Reads a state file into a zero state; an absent or damaged one leaves it zero. */
void advi_cachestate_read(struct advi_cachestate *state, const char *path);
/* Writes it, whole or not at all. */
int advi_cachestate_write(const struct advi_cachestate *state, const char *path,
			  struct adv_err *err);

/* Takes over what a fetch brought, for the file at 'path'. Returns 0 or ADV_EENV. */
int advi_cachestate_take(struct advi_cachestate *state, const struct advi_fetch *fetch,
			 const char *path, uint64_t now, struct adv_err *err);
/*
 * Whether the file at 'path' is the one that the state describes: by size and time where these are
 * as they were, else by its digest.
 */
bool advi_cachestate_holds(const struct advi_cachestate *state, const char *path);
/*
 * Whether the server's words let it be used at 'now' without asking again: max-age of
 * Cache-Control (RFC 9111), unless no-cache or no-store. Without a max-age it must be asked.
 */
bool advi_cachestate_fresh(const struct advi_cachestate *state, uint64_t now);

#endif
