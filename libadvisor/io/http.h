/* SPDX-License-Identifier: BSD-3-Clause */
/* Downloads (libcurl): several at once, resumed, tried again, verified, complete or not there. */
#ifndef ADVI_IO_HTTP_H
#define ADVI_IO_HTTP_H

#include <advisor/net.h>

#include "base/buf.h"
#include "base/err.h"

/* One file to fetch. Strings are borrowed but for the results, which advi_fetch_clear frees. */
struct advi_fetch {
	const char *url;    /* http://, https:// or file://; net's mirrors may take its place */
	const char *path;   /* where it goes; PATH.part beside it while it is incomplete */
	const char *sha256; /* expected, hexadecimal, or NULL */
	const char *md5;    /* expected when sha256 is NULL, or NULL */
	uint64_t size;      /* expected bytes, or 0 */
	uint64_t cap;       /* the most bytes taken; 0: no limit */
	bool optional;      /* "there is no such file" is no error */
	bool unsynced;      /* need not be on the disk yet: who reads it verifies it */
	const char *if_etag, *if_modified; /* ask only for what is newer than this, or NULL */

	/* results */
	bool missing;   /* there is no such file (only when optional) */
	bool unchanged; /* what was asked for is not newer; 'path' is as it was */
	char *etag, *modified, *cache_control; /* what the server said, or NULL */
};
void advi_fetch_clear(struct advi_fetch *fetch);

/*
 * Fetches 'count' files, net->parallel at once, each from the first of its mirrors that has it;
 * one that is left is told to the watch. A fault of the network or of the last server (5xx, 429)
 * is tried again net->retries times, going on where it broke off when the server can. A file
 * whose digest or size is wrong is fetched once more from its beginning.
 * Credentials come from the address, from net->logins, or from $NETRC or ~/.netrc; no other host
 * gets them, and no message has them.
 *   net    NULL for defaults; with net->offline nothing is fetched and ADV_EENV returned.
 *   phase  what the watch is told: "downloading packages".
 * Returns 0 when every file is there; otherwise ADV_EENV (network, disk: partial files stay and
 * the next call goes on from them), ADV_EINPUT (wrong content, or no such file) or ADV_ECANCEL.
 */
int advi_http_fetch(struct advi_fetch *fetches, size_t count, const struct adv_net *net,
		    const char *phase, const struct adv_watch *watch, struct adv_err *err);

/* Whether text begins with http://, https:// or file://. */
bool advi_is_url(const char *text);
/*
 * Appends 'url' without what must not be seen: "user:password@", conda's "/t/TOKEN", and a query.
 * Control characters are left out.
 */
void advi_url_public(struct advi_buf *out, struct advi_str url);
/* The same in new memory; the caller frees it. */
char *advi_url_public_dup(const char *url);
/*
 * An address that a file in 'folder' (a URL without slash at its end) gives, in new memory: it may
 * be relative or whole. NULL when it makes no sense, or leads from a server into this machine.
 */
char *advi_url_join(const char *folder, const char *address);

#endif
