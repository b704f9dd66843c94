/* SPDX-License-Identifier: BSD-3-Clause */
/* Removing from the cache what is of no use, or what nobody wants any more. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "conda/cached.h"
#include "conda/channel.h"
#include "conda/refresh.h"
#include "io/cache.h"
#include "io/file.h"

enum { DAY = 24 * 3600, NAMES_BYTES = 1 << 30 };

struct cleaning {
	const struct adv_clean *what;
	const struct adv_net *net;
	const struct adv_watch *watch;
	struct adv_cleaned *out;
	struct advi_map shards; /* digests that an index names that stays */
	uint64_t now;
};

/* Removes one file; a link is removed as a link. */
static int drop(struct cleaning *cleaning, const char *path, struct adv_err *err)
{
	struct stat info;

	if (lstat(path, &info) < 0 || S_ISDIR(info.st_mode))
		return 0;
	if (!cleaning->what->dry_run && unlink(path) < 0)
		return errno == ENOENT ? 0 : advi_fail_errno(err, "can't remove '%s'", path);
	cleaning->out->files++;
	cleaning->out->bytes += S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
	if (cleaning->what->each)
		cleaning->what->each(cleaning->what->context, path);
	return advi_progress(cleaning->watch, "cleaning the cache", "files", cleaning->out->files,
			     0, err);
}

/* A download that some process is at holds a lock on its file. */
static bool is_idle(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool idle = fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;

	if (fd >= 0)
		close(fd);
	return idle;
}

/* Names in a folder that is no link, each with a zero behind it. */
static void list_names(const char *path, struct advi_buf *text)
{
	struct stat info;
	DIR *folder = lstat(path, &info) == 0 && S_ISDIR(info.st_mode) ? opendir(path) : NULL;
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			advi_buf_add(text,
				     (struct advi_str){entry->d_name, strlen(entry->d_name) + 1});
	if (folder)
		closedir(folder);
}

typedef bool wanted_fn(const struct cleaning *cleaning, const char *name, const void *context);

/* Removes the files of a folder that 'unwanted' says so of; then the folder, when it is empty. */
static int sweep(struct cleaning *cleaning, const char *path, wanted_fn *unwanted,
		 const void *context, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(NAMES_BYTES);
	int r = 0;

	list_names(path, &text);
	for (size_t at = 0; r == 0 && at < text.len; at += strlen(text.ptr + at) + 1) {
		const char *name = text.ptr + at;
		ADVI_AUTO_PTR char *file = advi_path_join(path, name);

		if (unwanted(cleaning, name, context))
			r = drop(cleaning, file, err);
	}
	if (!cleaning->what->dry_run)
		rmdir(path); /* refused unless it is empty */
	return r;
}

static bool is_part(const char *name)
{
	return advi_str_ends(advi_str(name), ADVI_STR(".part"));
}

/* "NAME.XXXXXX" of a state file or an index that was never finished. */
static bool is_temporary(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && strlen(dot) == 7 && dot > name &&
	       (advi_str_ends((struct advi_str){name, (size_t)(dot - name)}, ADVI_STR(".json")) ||
		advi_str_ends((struct advi_str){name, (size_t)(dot - name)}, ADVI_STR(".index")));
}

static bool is_ours(const char *name)
{
	return strncmp(name, "repodata", 8) == 0 || strncmp(name, "channeldata", 11) == 0 ||
	       strcmp(name, ".lock") == 0;
}

static bool any_of_ours(const struct cleaning *cleaning, const char *name, const void *context)
{
	(void)cleaning;
	(void)context;
	return is_ours(name);
}

/* The state that a file of a folder belongs to, by name; NULL: to none. */
static const struct advi_cachestate *state_of(const struct advi_cache_place *place,
					      const char *name)
{
	static const char *const begins[ADVI_STATES] = {"repodata_shards.", "repodata.",
							"channeldata."};

	for (size_t i = 0; i < ADVI_STATES; i++)
		if (strncmp(name, begins[i], strlen(begins[i])) == 0)
			return &place->states[i];
	return NULL;
}

/* Partial and unfinished files, and those that their state does not describe. */
static bool of_no_use(const struct cleaning *cleaning, const char *name, const void *context)
{
	const struct advi_cache_place *place = context;
	const struct advi_cachestate *state = state_of(place, name);
	ADVI_AUTO_PTR char *path = advi_path_join(place->path, name);

	(void)cleaning;
	if (!is_ours(name))
		return false;
	if (is_part(name) || is_temporary(name))
		return is_idle(path);
	if (!state || !state->file)
		return false;
	if (advi_str_ends(advi_str(name), ADVI_STR(".index")))
		return strncmp(name, state->file, strlen(name) - 6) != 0;
	return strcmp(name, state->file) == 0 && !advi_cachestate_holds(state, path);
}

/* A folder that is a channel has no state here, only an index: its place is known by name. */
static bool is_place_of(const struct cleaning *cleaning, const struct advi_cache_place *place)
{
	static const char *const subdirs[] = {"noarch", "linux-64", "linux-aarch64",
					      "linux-ppc64le"};

	for (size_t i = 0; i < cleaning->what->channel_count; i++) {
		ADVI_AUTO_PTR char *url = NULL;

		if (advi_channel_url(&url, cleaning->what->channels[i], cleaning->net, NULL) < 0)
			continue;
		for (size_t k = 0; k < ADVI_COUNT(subdirs); k++) {
			ADVI_AUTO_PTR char *subdir = advi_path_join(url, subdirs[k]);
			ADVI_AUTO_PTR char *name = advi_refresh_folder(subdir);

			if (advi_str_ends(advi_str(place->path), advi_str(name)))
				return true;
		}
	}
	return false;
}

static bool is_unwanted(const struct cleaning *cleaning, const struct advi_cache_place *place)
{
	const struct adv_clean *what = cleaning->what;
	uint64_t latest = 0;
	bool named = is_place_of(cleaning, place);

	for (size_t i = 0; i < ADVI_STATES; i++) {
		ADVI_AUTO_PTR char *url = advi_cache_subdir(&place->states[i]);

		named = named || (url && advi_cache_is_of(url, what->channels, what->channel_count,
							  cleaning->net));
		if (place->states[i].refreshed > latest)
			latest = place->states[i].refreshed;
	}
	return what->all || named ||
	       (what->older_days && latest < cleaning->now &&
		(cleaning->now - latest) / DAY >= what->older_days);
}

static int clean_place(void *context, const struct advi_cache_place *place, struct adv_err *err)
{
	struct cleaning *cleaning = context;

	if (is_unwanted(cleaning, place))
		return sweep(cleaning, place->path, any_of_ours, NULL, err);
	advi_cache_references(place, &cleaning->shards);
	return sweep(cleaning, place->path, of_no_use, place, err);
}

/* "<sha256>.msgpack.zst" that no index names, or what is left of one that never arrived. */
static bool is_stray_shard(const struct cleaning *cleaning, const char *name, const void *context)
{
	static const struct advi_str end = {".msgpack.zst", 12};
	struct advi_str digest = {name, ADVI_HEX_SIZE - 1};
	size_t length = strlen(name);
	ADVI_AUTO_PTR char *path = advi_path_join(context, name);

	if (length < digest.len + end.len || !advi_str_hex(digest, digest.len) ||
	    !advi_str_starts((struct advi_str){name + digest.len, length - digest.len}, end))
		return false;
	if (is_part(name))
		return is_idle(path);
	return length == digest.len + end.len && !advi_map_get(&cleaning->shards, digest);
}

static bool is_idle_part(const struct cleaning *cleaning, const char *name, const void *context)
{
	ADVI_AUTO_PTR char *path = advi_path_join(context, name);

	(void)cleaning;
	return is_part(name) && is_idle(path);
}

static int clean_shards(struct cleaning *cleaning, const char *cache, struct adv_err *err)
{
	ADVI_AUTO_PTR char *all = advi_path_join(cache, "shards");
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(NAMES_BYTES);
	int r = 0;

	list_names(all, &text);
	for (size_t at = 0; r == 0 && at < text.len; at += strlen(text.ptr + at) + 1) {
		ADVI_AUTO_PTR char *folder = advi_path_join(all, text.ptr + at);

		if (advi_str_hex(advi_str(text.ptr + at), 2))
			r = sweep(cleaning, folder, is_stray_shard, folder, err);
	}
	return r;
}

int adv_channel_clean(const struct adv_clean *what, const struct adv_net *net,
		      const struct adv_watch *watch, struct adv_cleaned *out, struct adv_err *err)
{
	ADVI_AUTO_PTR char *cache = advi_cache_folder(net);
	ADVI_AUTO_PTR char *packages = cache ? advi_path_join(cache, "pkgs") : NULL;
	struct cleaning cleaning = {
		.what = what, .net = net, .watch = watch, .out = out, .now = (uint64_t)time(NULL)};
	int r;

	*out = (struct adv_cleaned){0};
	r = advi_cache_each(net, clean_place, &cleaning, err);
	if (r == 0)
		r = clean_shards(&cleaning, cache, err);
	if (r == 0)
		r = sweep(&cleaning, packages, is_idle_part, packages, err);
	advi_map_clear(&cleaning.shards);
	return r;
}
