/* SPDX-License-Identifier: BSD-3-Clause */
/* What the cache has of channels. */
#include <time.h>

#include "conda/cached.h"
#include "conda/channel.h"
#include "conda/index.h"
#include "conda/shards.h"
#include "io/cache.h"
#include "io/file.h"

struct listing {
	struct adv_cached_list *list;
	const char *const *channels;
	size_t count;
	struct adv_net net; /* offline: nothing is asked for */
	const struct adv_watch *watch;
	uint64_t now;
};

static uint64_t size_of(const char *path)
{
	struct stat info;

	return lstat(path, &info) == 0 && S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
}

static int count_name(void *context, struct advi_str name)
{
	(void)name;
	++*(uint64_t *)context;
	return 0;
}

/* Opens a file that is whole, and counts what is in it. */
static void count(const struct listing *listing, const char *path, struct adv_cached *row)
{
	struct advi_subdir *subdir = NULL;
	struct advi_index_source plain = {path, path, row->channel, row->url, row->subdir};
	struct advi_shards_source shards = {path, path, row->channel, row->url, row->subdir};
	int r = row->sharded ? advi_shards_open(&subdir, &shards, &listing->net, NULL)
			     : advi_index_open(&subdir, &plain, &listing->net, NULL, NULL);

	row->whole = r == 0;
	if (r < 0)
		return;
	row->records = subdir->records;
	subdir->kind->each_name(subdir, count_name, &row->names);
	advi_subdir_close(subdir);
}

/* Bytes of the shards in the cache that a folder's index names. */
static uint64_t shard_bytes(const struct listing *listing, const struct advi_cache_place *place)
{
	ADVI_AUTO(map) struct advi_map references = {0};
	ADVI_AUTO_PTR char *cache = advi_cache_folder(&listing->net);
	uint64_t bytes = 0;

	advi_cache_references(place, &references);
	for (size_t i = 0; i < references.entries.count; i++) {
		const char *sha256 = references.entries.at[i].key.ptr;
		ADVI_AUTO_PTR char *path =
			advi_format("%s/shards/%.2s/%s.msgpack.zst", cache, sha256, sha256);

		bytes += size_of(path);
	}
	return bytes;
}

static void add_row(struct listing *listing, const struct advi_cache_place *place, bool sharded,
		    const char *url)
{
	const struct advi_cachestate *state =
		&place->states[sharded ? ADVI_STATE_SHARDS : ADVI_STATE_PLAIN];
	struct advi_arena *arena = &listing->list->arena;
	ADVI_AUTO_PTR char *path = advi_path_join(place->path, state->file);
	ADVI_AUTO_PTR char *index = advi_format("%s.index", path);
	const char *slash = strrchr(url, '/');
	struct adv_cached *row = advi_vec_new(&listing->list->rows);
	const char *channel = advi_arena_printf(arena, "%.*s", (int)(slash - url), url);

	row->url = advi_arena_dup(arena, url);
	row->subdir = advi_arena_dup(arena, slash + 1);
	row->channel = advi_channel_name(channel);
	row->file = advi_arena_dup(arena, state->file);
	row->sha256 = advi_arena_dup(arena, state->sha256);
	row->sharded = sharded;
	row->fetched = state->refreshed;
	row->fresh = advi_cachestate_fresh(state, listing->now);
	if (advi_cachestate_holds(state, path))
		count(listing, path, row);
	row->bytes = size_of(path) + size_of(index);
	if (sharded)
		row->bytes += shard_bytes(listing, place);
}

static int add_place(void *context, const struct advi_cache_place *place, struct adv_err *err)
{
	struct listing *listing = context;

	for (int sharded = 0; sharded < 2; sharded++) {
		const struct advi_cachestate *state =
			&place->states[sharded ? ADVI_STATE_SHARDS : ADVI_STATE_PLAIN];
		ADVI_AUTO_PTR char *url = advi_cache_subdir(state);
		ADVI_AUTO_PTR char *path = url ? advi_path_join(place->path, state->file) : NULL;

		if (url && strrchr(url, '/') && advi_path_exists(path) &&
		    (!listing->count ||
		     advi_cache_is_of(url, listing->channels, listing->count, &listing->net)))
			add_row(listing, place, sharded, url);
	}
	return advi_progress(listing->watch, "reading the cache", "files",
			     listing->list->rows.count, 0, err);
}

static int by_channel(const void *a, const void *b)
{
	const struct adv_cached *x = a, *y = b;
	int order = strcmp(x->channel, y->channel);

	order = order ? order : strcmp(x->subdir, y->subdir);
	return order ? order : strcmp(x->file, y->file);
}

int adv_cached_list(struct adv_cached_list **out, const char *const *channels, size_t count,
		    const struct adv_net *net, const struct adv_watch *watch, struct adv_err *err)
{
	struct adv_cached_list *list = advi_calloc(1, sizeof(*list));
	struct listing listing = {list,  channels,
				  count, net ? *net : (struct adv_net){0},
				  watch, (uint64_t)time(NULL)};
	int r;

	listing.net.offline = true;
	r = advi_cache_each(net, add_place, &listing, err);
	if (r < 0) {
		adv_cached_list_free(list);
		return r;
	}
	advi_vec_sort(&list->rows, by_channel);
	*out = list;
	return 0;
}

void adv_cached_list_free(struct adv_cached_list *list)
{
	if (!list)
		return;
	advi_vec_clear(&list->rows);
	advi_arena_clear(&list->arena);
	free(list);
}

size_t adv_cached_count(const struct adv_cached_list *list)
{
	return list->rows.count;
}

const struct adv_cached *adv_cached_at(const struct adv_cached_list *list, size_t index)
{
	return &list->rows.at[index];
}
