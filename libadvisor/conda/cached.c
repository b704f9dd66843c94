/* SPDX-License-Identifier: BSD-3-Clause */
/* Walking the cache of channels: the folders of subdirs, and the shards they share. */
#include "conda/cached.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "conda/channel.h"
#include "conda/shards.h"
#include "io/cache.h"
#include "io/file.h"
#include "io/route.h"
#include "io/stream.h"

enum { FOLDER_NAME = 16, NAMES_BYTES = 64 << 20 };

static const size_t index_cap = (size_t)512 << 20;

static bool is_folder(const char *path)
{
	struct stat info;

	return lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* The names of folders that the cache made below 'path', sorted; in 'text', a zero behind each. */
static void list_places(const char *path, struct advi_buf *text, advi_names *names)
{
	DIR *folder = is_folder(path) ? opendir(path) : NULL;
	struct dirent *entry;
	size_t count = 0;

	while (folder && (entry = readdir(folder)))
		if (advi_str_hex(advi_str(entry->d_name), FOLDER_NAME)) {
			advi_buf_add(text, (struct advi_str){entry->d_name, FOLDER_NAME + 1});
			count++;
		}
	if (folder)
		closedir(folder);
	for (size_t i = 0; !text->full && i < count; i++)
		advi_vec_push(names, text->ptr + i * (FOLDER_NAME + 1));
	advi_vec_sort(names, advi_cmp_cstr);
}

static int visit(const char *path, advi_cache_place_fn *each, void *context, struct adv_err *err)
{
	struct advi_cache_place place = {.path = advi_strdup(path)};
	int r;

	for (size_t i = 0; i < ADVI_STATES; i++) {
		ADVI_AUTO_PTR char *state = advi_path_join(path, advi_cachestate_names[i]);

		advi_cachestate_read(&place.states[i], state);
	}
	r = each(context, &place, err);
	for (size_t i = 0; i < ADVI_STATES; i++)
		advi_cachestate_clear(&place.states[i]);
	free(place.path);
	return r;
}

int advi_cache_each(const struct adv_net *net, advi_cache_place_fn *each, void *context,
		    struct adv_err *err)
{
	ADVI_AUTO_PTR char *cache = advi_cache_folder(net);
	ADVI_AUTO_PTR char *all = cache ? advi_path_join(cache, "repodata") : NULL;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(NAMES_BYTES);
	advi_names names = {0};
	int r = 0;

	if (!all)
		return advi_fail(err, ADV_EENV,
				 "there is no home for a cache: name one with --cache");
	list_places(all, &text, &names);
	for (size_t i = 0; r == 0 && i < names.count; i++) {
		ADVI_AUTO_PTR char *path = advi_path_join(all, names.at[i]);

		if (is_folder(path))
			r = visit(path, each, context, err);
	}
	advi_vec_clear(&names);
	return r;
}

char *advi_cache_subdir(const struct advi_cachestate *state)
{
	const char *slash = state->url ? strrchr(state->url, '/') : NULL;

	if (!slash || !state->file || strcmp(slash + 1, state->file) != 0)
		return NULL;
	return advi_format("%.*s", (int)(slash - state->url), state->url);
}

void advi_cache_references(const struct advi_cache_place *place, struct advi_map *out)
{
	const struct advi_cachestate *state = &place->states[ADVI_STATE_SHARDS];
	ADVI_AUTO_PTR char *path = state->file ? advi_path_join(place->path, state->file) : NULL;
	ADVI_AUTO(buf) struct advi_buf document = ADVI_BUF_INIT(index_cap);
	ADVI_AUTO(stream) struct advi_stream *stream = NULL;
	struct advi_shard_index index = {0};

	if (!path || !advi_cachestate_holds(state, path) ||
	    advi_stream_open(&stream, path, NULL) < 0 ||
	    advi_stream_read_all(stream, &document, NULL) < 0 ||
	    advi_shard_index_read(&index, advi_buf_str(&document), "https://localhost", path,
				  NULL) < 0)
		return;
	for (size_t i = 0; i < index.shards.count; i++)
		advi_map_add(out, advi_str(index.shards.at[i].sha256), NULL)->number = 1;
	advi_shard_index_clear(&index);
}

bool advi_cache_is_of(const char *url, const char *const *channels, size_t count,
		      const struct adv_net *net)
{
	for (size_t i = 0; i < count; i++) {
		ADVI_AUTO_PTR char *channel = NULL;

		if (advi_channel_url(&channel, channels[i], net, NULL) == 0 &&
		    advi_url_below(url, channel))
			return true;
	}
	return false;
}
