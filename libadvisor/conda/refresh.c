/* SPDX-License-Identifier: BSD-3-Clause */
/* A subdir's repodata, or the index of its shards, up to date in the cache. */
#include "conda/refresh.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "conda/state.h"
#include "io/cache.h"
#include "io/file.h"

static const size_t repodata_cap = (size_t)4 << 30; /* of a file; conda-forge has 0.4 GB */

enum { ASK_AGAIN = 7 * 24 * 3600, POLL_NS = 50 * 1000 * 1000 };

/* The files of a subdir, the best first; those of one state file take each other's place. */
static const struct file {
	const char *name;
	int state;
	int offer; /* whether it is there is remembered so; -1: it is always asked for */
} files[] = {
	{"repodata_shards.msgpack.zst", ADVI_STATE_SHARDS, ADVI_OFFER_SHARDS},
	{"repodata.json.zst", ADVI_STATE_PLAIN, ADVI_OFFER_ZST},
	{"repodata.json.bz2", ADVI_STATE_PLAIN, ADVI_OFFER_BZ2},
	{"repodata.json", ADVI_STATE_PLAIN, -1},
	/* of a channel as a whole, in a folder of its own */
	{"channeldata.json", ADVI_STATE_DATA, -1},
};
enum { SUBDIR_FILES = ADVI_COUNT(files) - 1, DATA_FILE = SUBDIR_FILES };

struct refreshing {
	const char *url;
	const struct adv_net *net;
	const struct adv_watch *watch;
	char *folder;
	struct advi_cachestate states[ADVI_STATES];
	uint64_t now;
	struct advi_fetched *out;
};

void advi_fetched_clear(struct advi_fetched *kept)
{
	free(kept->path);
	free(kept->shown);
	*kept = (struct advi_fetched){0};
}

char *advi_refresh_folder(const char *url)
{
	char hex[ADVI_HEX_SIZE];

	advi_sha256(advi_str(url), hex);
	hex[16] = '\0';
	return advi_format("repodata/%s", hex);
}

static char *state_path(const struct refreshing *refreshing, int state)
{
	return advi_path_join(refreshing->folder, advi_cachestate_names[state]);
}

static bool is_the_file(const struct refreshing *refreshing, const struct file *file,
			const char *path)
{
	const struct advi_cachestate *state = &refreshing->states[file->state];

	return state->file && strcmp(state->file, file->name) == 0 &&
	       advi_cachestate_holds(state, path);
}

static void keep(struct refreshing *refreshing, const struct file *file, const char *path,
		 bool asked)
{
	struct advi_fetched *out = refreshing->out;

	out->form = file->state == ADVI_STATE_SHARDS ? ADVI_FORM_SHARDS : ADVI_FORM_PLAIN;
	out->path = advi_strdup(path);
	out->shown = advi_path_join(refreshing->url, file->name);
	memcpy(out->sha256, refreshing->states[file->state].sha256, ADVI_HEX_SIZE);
	out->asked = asked;
}

/* The file that another one of its state replaces is of no use any more. */
static void remove_others(const struct refreshing *refreshing, const struct file *file)
{
	for (size_t i = 0; i < ADVI_COUNT(files); i++) {
		ADVI_AUTO_PTR char *path = advi_path_join(refreshing->folder, files[i].name);

		if (files[i].state == file->state && &files[i] != file)
			unlink(path);
	}
}

/* Whether the server said not long ago that it has no such file. */
static bool is_known_absent(const struct refreshing *refreshing, const struct file *file)
{
	const struct advi_cachestate *state = &refreshing->states[ADVI_STATE_PLAIN];
	uint64_t asked = file->offer < 0 ? 0 : state->asked[file->offer];

	return asked && !state->offers[file->offer] && !refreshing->net->fresh &&
	       asked <= refreshing->now && refreshing->now - asked < ASK_AGAIN;
}

/* Remembers what a server has; all of it stands in the state of the plain file. */
static int note_offer(struct refreshing *refreshing, const struct file *file, bool there,
		      struct adv_err *err)
{
	struct advi_cachestate *state = &refreshing->states[ADVI_STATE_PLAIN];
	ADVI_AUTO_PTR char *path = state_path(refreshing, ADVI_STATE_PLAIN);

	if (file->offer < 0)
		return 0;
	state->offers[file->offer] = there;
	state->asked[file->offer] = refreshing->now;
	return advi_cachestate_write(state, path, err);
}

static int take(struct refreshing *refreshing, const struct file *file, const char *path,
		const struct advi_fetch *fetch, struct adv_err *err)
{
	struct advi_cachestate *state = &refreshing->states[file->state];
	ADVI_AUTO_PTR char *described = state_path(refreshing, file->state);
	int r = advi_cachestate_take(state, fetch, path, refreshing->now, err);

	if (r == 0)
		r = note_offer(refreshing, file, true, err);
	if (r == 0)
		r = advi_cachestate_write(state, described, err);
	if (r == 0) {
		remove_others(refreshing, file);
		keep(refreshing, file, path, true);
	}
	return r;
}

static void hint(struct adv_err *err)
{
	struct adv_err was = *err;

	advi_fail(err, was.code, "%s; the cache has an older one, which --offline takes", was.text);
}

/* Brings one file up to date. 1: it is there; 0: the server has none; negative: an error. */
static int refresh(struct refreshing *refreshing, const struct file *file, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_path_join(refreshing->folder, file->name);
	ADVI_AUTO_PTR char *url = advi_path_join(refreshing->url, file->name);
	const struct advi_cachestate *state = &refreshing->states[file->state];
	struct advi_fetch fetch = {.url = url, .path = path, .cap = repodata_cap, .optional = true};
	bool whole;
	int r;

	if (is_known_absent(refreshing, file))
		return 0;
	whole = is_the_file(refreshing, file, path);
	if (whole && !refreshing->net->fresh && advi_cachestate_fresh(state, refreshing->now)) {
		keep(refreshing, file, path, false);
		return 1;
	}
	if (whole) {
		fetch.if_etag = state->etag;
		fetch.if_modified = state->modified;
	}
	r = advi_http_fetch(&fetch, 1, refreshing->net, "fetching repodata", refreshing->watch,
			    err);
	if (r == 0)
		r = fetch.missing ? note_offer(refreshing, file, false, err)
				  : take(refreshing, file, path, &fetch, err);
	else if (r == ADV_EENV && whole)
		hint(err);
	advi_fetch_clear(&fetch);
	return r < 0 ? r : !fetch.missing;
}

static int ask(struct refreshing *refreshing, struct adv_err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < SUBDIR_FILES; i++)
		if (files[i].state != ADVI_STATE_SHARDS || !refreshing->net->no_shards)
			r = refresh(refreshing, &files[i], err);
	return r < 0 ? r : 0;
}

/* Without a network: what is whole, and was confirmed last. */
static void take_cached(struct refreshing *refreshing)
{
	const struct file *best = NULL;
	ADVI_AUTO_PTR char *best_path = NULL;

	for (size_t i = 0; i < SUBDIR_FILES; i++) {
		ADVI_AUTO_PTR char *path = advi_path_join(refreshing->folder, files[i].name);

		if ((files[i].state == ADVI_STATE_SHARDS && refreshing->net->no_shards) ||
		    !is_the_file(refreshing, &files[i], path) ||
		    (best && refreshing->states[files[i].state].refreshed <=
				     refreshing->states[best->state].refreshed))
			continue;
		best = &files[i];
		free(best_path);
		best_path = advi_take(path);
	}
	if (best)
		keep(refreshing, best, best_path, false);
}

/*
 * Keeps other processes off the folder; -1 where the file system can't, or nothing can be written
 * there: files are replaced whole anyway.
 */
static int lock(const struct refreshing *refreshing, int *fd, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_path_join(refreshing->folder, ".lock");
	const struct timespec pause = {0, POLL_NS};
	int r = 0;

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	while (*fd >= 0 && r == 0 && flock(*fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return 0;
		nanosleep(&pause, NULL);
		r = advi_progress(refreshing->watch, "waiting for another process", "files", 0, 0,
				  err);
	}
	return r;
}

/* Calls 'work' with the folder locked and its states read. */
static int in_folder(struct refreshing *refreshing,
		     int (*work)(struct refreshing *refreshing, struct adv_err *err),
		     struct adv_err *err)
{
	static const struct adv_net none;
	ADVI_AUTO_PTR char *name = advi_refresh_folder(refreshing->url);
	ADVI_AUTO_PTR char *inside = advi_path_join(name, "-");
	struct adv_err own = ADV_ERR_INIT;
	int fd = -1, r;

	err = err ? err : &own;
	refreshing->net = refreshing->net ? refreshing->net : &none;
	refreshing->now = (uint64_t)time(NULL);
	*refreshing->out = (struct advi_fetched){0};
	r = advi_cache_path(&refreshing->folder, refreshing->net, inside, err);
	if (r < 0)
		return r;
	*strrchr(refreshing->folder, '/') = '\0';
	r = lock(refreshing, &fd, err);
	for (int i = 0; r == 0 && i < ADVI_STATES; i++) {
		ADVI_AUTO_PTR char *path = state_path(refreshing, i);

		advi_cachestate_read(&refreshing->states[i], path);
	}
	if (r == 0)
		r = work(refreshing, err);
	if (fd >= 0)
		close(fd);
	for (int i = 0; i < ADVI_STATES; i++)
		advi_cachestate_clear(&refreshing->states[i]);
	free(refreshing->folder);
	if (r < 0)
		advi_fetched_clear(refreshing->out);
	return r;
}

static int bring_subdir(struct refreshing *refreshing, struct adv_err *err)
{
	if (!refreshing->net->offline)
		return ask(refreshing, err);
	take_cached(refreshing);
	return 0;
}

int advi_refresh(struct advi_fetched *out, const char *url, const struct adv_net *net,
		 const struct adv_watch *watch, struct adv_err *err)
{
	struct refreshing refreshing = {.url = url, .net = net, .watch = watch, .out = out};

	return in_folder(&refreshing, bring_subdir, err);
}

static int bring_data(struct refreshing *refreshing, struct adv_err *err)
{
	const struct file *file = &files[DATA_FILE];
	ADVI_AUTO_PTR char *path = advi_path_join(refreshing->folder, file->name);
	int r;

	if (!refreshing->net->offline && refreshing->net->fresh) {
		r = refresh(refreshing, file, err);
		return r < 0 ? r : 0;
	}
	if (is_the_file(refreshing, file, path))
		keep(refreshing, file, path, false);
	return 0;
}

int advi_refresh_data(struct advi_fetched *out, const char *url, const struct adv_net *net,
		      const struct adv_watch *watch, struct adv_err *err)
{
	struct refreshing refreshing = {.url = url, .net = net, .watch = watch, .out = out};

	return in_folder(&refreshing, bring_data, err);
}

void advi_refresh_forget(const struct advi_fetched *kept)
{
	ADVI_AUTO_PTR char *folder = advi_strdup(kept->path);
	ADVI_AUTO_PTR char *path = NULL;
	int state = kept->form == ADVI_FORM_SHARDS ? ADVI_STATE_SHARDS : ADVI_STATE_PLAIN;

	*strrchr(folder, '/') = '\0';
	path = advi_path_join(folder, advi_cachestate_names[state]);
	unlink(path);
}
