/* SPDX-License-Identifier: BSD-3-Clause */
/* Opening a channel from a folder or over the network, through the cache. */
#include "conda/channel.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conda/index.h"
#include "io/cache.h"
#include "io/file.h"
#include "io/http.h"
#include "io/json_write.h"

#define ANACONDA_ORG "https://conda.anaconda.org"

static const size_t repodata_cap = (size_t)4 << 30; /* of a file; conda-forge has 0.4 GB */
enum { STATE_CAP = 1 << 20 };

void advi_channel_clear(struct advi_channel *channel)
{
	for (size_t i = 0; i < ADVI_COUNT(channel->subdirs); i++)
		advi_subdir_close(channel->subdirs[i]);
	free(channel->name);
	*channel = (struct advi_channel){0};
}

char *advi_channel_url(const char *channel)
{
	ADVI_AUTO_PTR char *full = NULL, *text = advi_strdup(channel);
	size_t length = strlen(text);

	while (length > 1 && text[length - 1] == '/')
		text[--length] = '\0';
	if (advi_is_url(text))
		return advi_take(text);
	full = realpath(text, NULL);
	if (full)
		return advi_format("file://%s", full);
	if (strchr(text, '/') && (text[0] == '/' || text[0] == '.'))
		return advi_format("file://%s", text);
	return advi_format(ANACONDA_ORG "/%s", text);
}

/* One subdir on its way in. */
struct loading {
	const char *channel; /* its name */
	const char *url;     /* of the subdir, with credentials */
	const char *shown;   /* without */
	const char *subdir;
	const struct adv_net *net;
	const struct adv_watch *watch;
};

static int open_index(struct advi_subdir **out, const struct loading *loading, const char *path,
		      const char *shown, struct adv_err *err)
{
	struct advi_index_source source = {path, shown, loading->channel, loading->shown,
					   loading->subdir};

	return advi_index_open(out, &source, loading->net, loading->watch, err);
}

/* What a local folder has, the plain file first: the others may be older copies of it. */
static const char *const local_names[] = {"repodata.json", "repodata.json.zst",
					  "repodata.json.bz2"};
/* What a server is asked for, the smallest first. */
static const char *const remote_names[] = {"repodata.json.zst", "repodata.json.bz2",
					   "repodata.json"};

/* Leaves NULL in 'out' where there is none. */
static int open_folder(struct advi_subdir **out, const struct loading *loading, struct adv_err *err)
{
	const char *folder = loading->url + sizeof("file://") - 1;

	for (size_t i = 0; i < ADVI_COUNT(local_names); i++) {
		ADVI_AUTO_PTR char *path = advi_path_join(folder, local_names[i]);

		if (advi_path_exists(path))
			return open_index(out, loading, path, path, err);
	}
	return 0;
}

/* What the cache knows of a file: as the server described it, and its digest when it was whole. */
struct state {
	cJSON *json;
};

static const char *state_text(const struct state *state, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(state->json, key));
}

/* Reads a state file; an absent or damaged one is as if there were none. */
static void state_read(struct state *state, const char *path)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(STATE_CAP);

	if (advi_path_exists(path) && advi_file_read(&text, path, NULL) == 0 && text.ptr)
		state->json = cJSON_ParseWithLength(text.ptr, text.len);
}

static int state_write(const struct advi_fetch *fetch, const char *sha256, const char *path,
		       struct adv_err *err)
{
	struct advi_out out;
	struct advi_jout json;
	int r = advi_out_open(&out, path, err);

	if (r < 0)
		return r;
	advi_jout_init(&json, out.file);
	advi_jout_object(&json);
	advi_jout_key_text(&json, "cache_control", fetch->cache_control);
	advi_jout_key_text(&json, "etag", fetch->etag);
	advi_jout_key_text(&json, "last_modified", fetch->modified);
	advi_jout_key_text(&json, "sha256", sha256);
	advi_jout_object_end(&json);
	advi_jout_end(&json);
	return advi_out_commit(&out, err);
}

/* Whether the cached file is there and is what its state says: a torn one is fetched again. */
static bool is_whole(const struct state *state, const char *path)
{
	const char *sha256 = state_text(state, "sha256");
	char hex[ADVI_HEX_SIZE];

	return sha256 && advi_path_exists(path) &&
	       advi_digest_file("SHA256", path, hex, NULL) == 0 && strcmp(hex, sha256) == 0;
}

/* Brings one file up to date in the cache. 1: it is there; 0: the server has none; negative. */
static int refresh(const struct loading *loading, const char *name, const char *path,
		   struct adv_err *err)
{
	ADVI_AUTO_PTR char *url = advi_path_join(loading->url, name);
	ADVI_AUTO_PTR char *state_path = advi_format("%s.state.json", path);
	struct advi_fetch fetch = {.url = url, .path = path, .cap = repodata_cap, .optional = true};
	struct state state = {NULL};
	char hex[ADVI_HEX_SIZE];
	bool whole;
	int r = 0;

	state_read(&state, state_path);
	whole = is_whole(&state, path);
	if (whole) {
		fetch.if_etag = state_text(&state, "etag");
		fetch.if_modified = state_text(&state, "last_modified");
	}
	if (loading->net && loading->net->offline) {
		fetch.unchanged = whole;
		fetch.missing = !whole;
	} else {
		r = advi_http_fetch(&fetch, 1, loading->net, "fetching repodata", loading->watch,
				    err);
	}
	if (r == 0 && !fetch.missing && !fetch.unchanged) {
		r = advi_digest_file("SHA256", path, hex, err);
		if (r == 0)
			r = state_write(&fetch, hex, state_path, err);
	}
	advi_fetch_clear(&fetch);
	cJSON_Delete(state.json);
	return r < 0 ? r : !fetch.missing;
}

static int open_remote(struct advi_subdir **out, const struct loading *loading, struct adv_err *err)
{
	char hex[ADVI_HEX_SIZE];
	int r = 0;

	advi_sha256(advi_str(loading->shown), hex);
	hex[16] = '\0';
	for (size_t i = 0; i < ADVI_COUNT(remote_names) && r == 0; i++) {
		ADVI_AUTO_PTR char *name = advi_format("repodata/%s/%s", hex, remote_names[i]);
		ADVI_AUTO_PTR char *path = NULL;

		r = advi_cache_path(&path, loading->net, name, err);
		if (r == 0)
			r = refresh(loading, remote_names[i], path, err);
		if (r == 1) {
			ADVI_AUTO_PTR char *shown = advi_path_join(loading->shown, remote_names[i]);

			return open_index(out, loading, path, shown, err);
		}
	}
	return r;
}

static int open_subdir(struct advi_subdir **out, struct loading *loading, const char *channel_url,
		       const char *subdir, struct adv_err *err)
{
	ADVI_AUTO_PTR char *url = advi_path_join(channel_url, subdir);
	ADVI_AUTO_PTR char *shown = advi_url_public_dup(url);
	int r = advi_progress(loading->watch, "opening channels", "records", 0, 0, err);

	if (r < 0)
		return r;
	loading->url = url;
	loading->shown = shown;
	loading->subdir = subdir;
	return strncmp(url, "file://", 7) == 0 ? open_folder(out, loading, err)
					       : open_remote(out, loading, err);
}

/* Of the digests of its subdirs, in their order; an absent one counts as empty. */
static void fingerprint(struct advi_channel *channel)
{
	struct advi_digest *digest = advi_digest_new("SHA256");

	for (size_t i = 0; i < ADVI_COUNT(channel->subdirs); i++) {
		if (channel->subdirs[i])
			advi_digest_add(digest, advi_str(channel->subdirs[i]->sha256));
		advi_digest_add(digest, ADVI_STR("\n"));
	}
	advi_digest_end(digest, channel->sha256);
}

int advi_channel_open(struct advi_channel *out, const char *channel, const char *platform,
		      const struct adv_net *net, const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR char *url = advi_channel_url(channel);
	const char *const subdirs[] = {platform, "noarch"};
	struct loading loading = {.net = net, .watch = watch};
	int r = 0;

	*out = (struct advi_channel){.name = advi_url_public_dup(channel)};
	loading.channel = out->name;
	for (size_t i = 0; r == 0 && i < ADVI_COUNT(subdirs); i++)
		r = open_subdir(&out->subdirs[i], &loading, url, subdirs[i], err);
	if (r == 0 && !out->subdirs[0] && !out->subdirs[1])
		r = advi_fail(
			err, net && net->offline ? ADV_EENV : ADV_EINPUT,
			"there is no repodata.json (or .zst, .bz2) in %s or noarch%s", platform,
			net && net->offline ? " of the cache, and --offline forbids to fetch it"
					    : "");
	fingerprint(out);
	if (r < 0) {
		r = advi_while(err, r, "channel '%s'", out->name);
		advi_channel_clear(out);
	}
	return r;
}

bool advi_channel_has(const struct advi_channel *channel, struct advi_str name)
{
	for (size_t i = 0; i < ADVI_COUNT(channel->subdirs); i++)
		if (channel->subdirs[i] &&
		    channel->subdirs[i]->kind->has(channel->subdirs[i], name))
			return true;
	return false;
}

int advi_channel_each_name(const struct advi_channel *channel, advi_subdir_name_fn *each,
			   void *context)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ADVI_COUNT(channel->subdirs); i++)
		if (channel->subdirs[i])
			r = channel->subdirs[i]->kind->each_name(channel->subdirs[i], each,
								 context);
	return r;
}

int advi_channel_read(struct advi_channel *channel, const struct advi_str *names, size_t count,
		      advi_record_refs *out, const struct adv_watch *watch, struct adv_err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ADVI_COUNT(channel->subdirs); i++) {
		struct advi_subdir *subdir = channel->subdirs[i];

		if (subdir)
			r = subdir->kind->read(subdir, names, count, out, watch, err);
	}
	return r < 0 ? advi_while(err, r, "channel '%s'", channel->name) : 0;
}
