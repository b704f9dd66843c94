/* SPDX-License-Identifier: BSD-3-Clause */
/* Which stores can be merged: those of one key and one recipe's places. */
#include <sys/stat.h>

#include "usage/merge.h"
#include "usage/pseudonym.h"

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool advi_merge_same_places(const struct adv_site *a, const struct adv_site *b)
{
	bool same = a->places.count == b->places.count && a->aliases.count == b->aliases.count;

	for (size_t i = 0; same && i < a->places.count; i++)
		same = a->places.at[i].place == b->places.at[i].place &&
		       same_text(a->places.at[i].prefix, b->places.at[i].prefix);
	for (size_t i = 0; same && i < a->aliases.count; i++)
		same = same_text(a->aliases.at[i].from, b->aliases.at[i].from) &&
		       same_text(a->aliases.at[i].to, b->aliases.at[i].to);
	return same;
}

/* The mark of the key, which a new store takes over from the first one. */
static int match_mark(struct adv_store *store, const struct adv_store *other, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf own = ADVI_BUF_INIT(ADVI_HEX_SIZE);
	ADVI_AUTO(buf) struct advi_buf theirs = ADVI_BUF_INIT(ADVI_HEX_SIZE);
	const char *path = store->path;
	int r;

	if ((r = advi_store_get(store, "mark", &own, err)) < 0 ||
	    (r = advi_store_get(other, "mark", &theirs, err)) < 0)
		return r;
	if (!theirs.len)
		return advi_fail(err, ADV_EINPUT, "store '%s': nothing was ever read into it",
				 other->path);
	if (!own.len)
		return advi_store_set(store, "mark", advi_buf_str(&theirs), err);
	if (advi_str_eq(advi_buf_str(&own), advi_buf_str(&theirs)))
		return 0;
	if (advi_str_is(advi_buf_str(&own), "names") || advi_str_is(advi_buf_str(&theirs), "names"))
		return advi_fail(err, ADV_EUSAGE,
				 "store '%s': of it and '%s' only one keeps names; users would be "
				 "counted twice",
				 other->path, path);
	return advi_fail(err, ADV_EUSAGE,
			 "store '%s': its pseudonyms were made with another key than those of "
			 "'%s'; users would be counted twice. Read its logs again with --key",
			 other->path, path);
}

static int match_site(struct adv_store *store, const struct adv_store *other, struct adv_err *err)
{
	const struct adv_site *own = store->site;

	if (!other->site)
		return 0;
	if (!own)
		return advi_store_keep_site(store, other->site, err);
	return advi_merge_same_places(own, other->site)
		       ? 0
		       : advi_fail(
				 err, ADV_EUSAGE,
				 "store '%s': its site recipe has other places than that of '%s'; "
				 "read its logs again with the same recipe",
				 other->path, store->path);
}

int advi_merge_fit(struct adv_store *store, const char *path, struct adv_err *err)
{
	ADV_AUTO(store) struct adv_store *other = NULL;
	struct stat own, info;
	int r;

	if (stat(store->path, &own) == 0 && stat(path, &info) == 0 && info.st_ino == own.st_ino &&
	    info.st_dev == own.st_dev)
		return advi_fail(err, ADV_EUSAGE, "store '%s': it can't be merged into itself",
				 path);
	if ((r = adv_store_open(&other, path, ADV_STORE_READ, err)) < 0 ||
	    (r = match_mark(store, other, err)) < 0)
		return r;
	return match_site(store, other, err);
}
