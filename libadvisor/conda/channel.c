/* SPDX-License-Identifier: BSD-3-Clause */
/* Opening a channel from a folder or over the network, through the cache. */
#include "conda/channel.h"

#include <stdlib.h>

#include "conda/index.h"
#include "conda/refresh.h"
#include "conda/shards.h"
#include "io/file.h"
#include "io/http.h"

void advi_channel_clear(struct advi_channel *channel)
{
	for (size_t i = 0; i < ADVI_COUNT(channel->subdirs); i++)
		advi_subdir_close(channel->subdirs[i]);
	free(channel->name);
	*channel = (struct advi_channel){0};
}

/* One subdir on its way in. */
struct loading {
	const char *channel; /* its name */
	const char *url;     /* of the subdir */
	const char *subdir;
	const struct adv_net *net;
	const struct adv_watch *watch;
};

static int open_index(struct advi_subdir **out, const struct loading *loading, const char *path,
		      const char *shown, struct adv_err *err)
{
	struct advi_index_source source = {path, shown, loading->channel, loading->url,
					   loading->subdir};

	return advi_index_open(out, &source, loading->net, loading->watch, err);
}

static int open_shards(struct advi_subdir **out, const struct loading *loading, const char *path,
		       const char *shown, struct adv_err *err)
{
	struct advi_shards_source source = {path, shown, loading->channel, loading->url,
					    loading->subdir};

	return advi_shards_open(out, &source, loading->net, err);
}

/* What a local folder has, the plain file first: the others may be older copies of it. */
static const char *const local_names[] = {"repodata.json", "repodata.json.zst",
					  "repodata.json.bz2"};

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

static int open_kept(struct advi_subdir **out, const struct loading *loading,
		     const struct advi_fetched *kept, struct adv_err *err)
{
	return kept->form == ADVI_FORM_SHARDS
		       ? open_shards(out, loading, kept->path, kept->shown, err)
		       : open_index(out, loading, kept->path, kept->shown, err);
}

/*
 * What can't be read is forgotten, or it would stay in the way for as long as its server calls it
 * fresh; where it came from the cache it is fetched once more.
 */
static int open_remote(struct advi_subdir **out, const struct loading *loading, struct adv_err *err)
{
	bool offline = loading->net && loading->net->offline, again = true;
	int r;

	do {
		struct advi_fetched kept;

		r = advi_refresh(&kept, loading->url, loading->net, loading->watch, err);
		if (r == 0 && kept.form != ADVI_FORM_NONE)
			r = open_kept(out, loading, &kept, err);
		if (r == ADV_EINPUT && kept.path && !offline)
			advi_refresh_forget(&kept);
		again = again && r == ADV_EINPUT && kept.path && !kept.asked && !offline;
		advi_fetched_clear(&kept);
	} while (again);
	return r;
}

static int open_subdir(struct advi_subdir **out, struct loading *loading, const char *channel_url,
		       const char *subdir, struct adv_err *err)
{
	ADVI_AUTO_PTR char *url = advi_path_join(channel_url, subdir);
	int r = advi_progress(loading->watch, "opening channels", "records", 0, 0, err);

	if (r < 0)
		return r;
	loading->url = url;
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

/* A channel's own credentials hold for all that is below it, wherever an index may lead. */
static struct adv_net with_login(const struct adv_net *net, const char *channel,
				 const char **logins)
{
	struct adv_net mine = net ? *net : (struct adv_net){0};

	for (size_t i = 0; i < mine.login_count; i++)
		logins[i] = mine.logins[i];
	logins[mine.login_count++] = channel;
	mine.logins = logins;
	return mine;
}

static int open_subdirs(struct advi_channel *out, struct loading *loading, const char *url,
			const char *platform, struct adv_err *err)
{
	const char *const subdirs[] = {platform, "noarch"};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ADVI_COUNT(subdirs); i++)
		r = open_subdir(&out->subdirs[i], loading, url, subdirs[i], err);
	if (r == 0 && !out->subdirs[0] && !out->subdirs[1])
		r = advi_fail(
			err, loading->net->offline ? ADV_EENV : ADV_EINPUT,
			"there is no repodata.json (or .zst, .bz2) in %s or noarch%s", platform,
			loading->net->offline ? " of the cache, and --offline forbids to fetch it"
					      : "");
	return r;
}

int advi_channel_open(struct advi_channel *out, const char *channel, const char *platform,
		      const struct adv_net *net, const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR const char **logins =
		advi_calloc((net ? net->login_count : 0) + 1, sizeof(*logins));
	struct adv_net mine = with_login(net, channel, logins);
	struct loading loading = {.net = &mine, .watch = watch};
	ADVI_AUTO_PTR char *url = NULL;
	int r;

	*out = (struct advi_channel){.name = advi_url_public_dup(channel)};
	r = advi_channel_url(&url, channel, net, err);
	if (r == 0 && strncmp(url, "file://", 7) != 0) {
		free(out->name);
		out->name = advi_strdup(advi_channel_name(url));
	}
	loading.channel = out->name;
	if (r == 0)
		r = open_subdirs(out, &loading, url, platform, err);
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
