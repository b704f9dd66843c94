/* SPDX-License-Identifier: BSD-3-Clause */
/* Links that change at once, and the text files (.NAME.history) that know what they were. */
#include "bundle/releases.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "io/file.h"

enum { HISTORY_BYTES = 1 << 20, NAME_BYTES = 255 };

/* One name, nothing hidden, nothing that leads elsewhere. */
static bool is_name(struct advi_str name)
{
	return name.len > 0 && name.len < NAME_BYTES - 32 && name.ptr[0] != '.' &&
	       advi_str_find(name, '/') == name.len;
}

static char *history_path(const struct advi_releases *releases, const char *link)
{
	return advi_format("%s/.%s.history", releases->folder.path, link);
}

static int read_history(const struct advi_releases *releases, const char *link,
			struct advi_arena *arena, advi_names *out, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(HISTORY_BYTES);
	ADVI_AUTO_PTR char *path = history_path(releases, link);
	struct advi_str rest, line;
	int r;

	if (!advi_path_exists(path))
		return 0;
	r = advi_file_read(&text, path, err);
	rest = advi_buf_str(&text);
	while (r == 0 && advi_str_split(&rest, '\n', &line))
		if (is_name(line))
			advi_vec_push(out, advi_arena_str(arena, line));
	return r;
}

static int write_history(const struct advi_releases *releases, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = history_path(releases, releases->link);
	struct advi_out out = {0};
	int r = advi_out_open(&out, path, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < releases->history.count; i++)
		fprintf(out.file, "%s\n", releases->history.at[i]);
	return advi_out_commit(&out, err);
}

static size_t find(const advi_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->at[i], name) == 0)
			return i;
	return names->count;
}

/* Where a link in the folder points, in the arena; NULL when it is none to a release. */
static const char *target(const struct advi_releases *releases, struct advi_arena *arena,
			  const char *link)
{
	char text[NAME_BYTES + 1];
	ssize_t length = readlinkat(releases->folder.fd, link, text, sizeof(text) - 1);

	if (length <= 0 || !is_name((struct advi_str){text, (size_t)length}))
		return NULL;
	return advi_arena_str(arena, (struct advi_str){text, (size_t)length});
}

static int wait_for_lock(struct advi_releases *releases, const struct adv_watch *watch,
			 struct adv_err *err)
{
	const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
	int r = 0;

	releases->lock = openat(releases->folder.fd, ".lock",
				O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (releases->lock < 0)
		return advi_fail_errno(err, "can't open '%s/.lock'", releases->folder.path);
	while (r == 0 && flock(releases->lock, LOCK_EX | LOCK_NB) < 0) {
		if (errno == ENOSYS || errno == EOPNOTSUPP || errno == ENOLCK) {
			advi_note(watch,
				  "'%s' is on a file system without locks: let only one publish",
				  releases->folder.path);
			return 0;
		}
		r = advi_progress(watch, "waiting for another who publishes", "seconds", 0, 0, err);
		nanosleep(&pause, NULL);
	}
	return r;
}

int advi_releases_open(struct advi_releases *releases, const char *path, const char *link,
		       bool make, const struct adv_watch *watch, struct adv_err *err)
{
	struct stat info;
	int r;

	if (!is_name(advi_str(link)))
		return advi_fail(err, ADV_EUSAGE, "'%s' is no name for a link", link);
	r = advi_folder_open(&releases->folder, path, ADVI_TRUST_PUBLISHED, make, err);
	if (r == 0)
		r = wait_for_lock(releases, watch, err);
	if (r < 0)
		return r;
	releases->link = advi_arena_dup(&releases->arena, link);
	releases->current = target(releases, &releases->arena, link);
	if (!releases->current &&
	    fstatat(releases->folder.fd, link, &info, AT_SYMLINK_NOFOLLOW) == 0)
		return advi_fail(err, ADV_EENV, "'%s/%s' is no link to a release, and stays",
				 releases->folder.path, link);
	r = read_history(releases, link, &releases->arena, &releases->history, err);
	if (r == 0 && releases->current &&
	    find(&releases->history, releases->current) == releases->history.count)
		advi_vec_push(&releases->history, releases->current);
	return r;
}

void advi_releases_clear(struct advi_releases *releases)
{
	if (releases->lock >= 0)
		close(releases->lock);
	releases->lock = -1;
	advi_vec_clear(&releases->history);
	advi_arena_clear(&releases->arena);
	advi_folder_clear(&releases->folder);
}

static bool is_there(const struct advi_releases *releases, const char *name)
{
	struct stat info;

	return fstatat(releases->folder.fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(info.st_mode);
}

const char *advi_releases_before(const struct advi_releases *releases)
{
	size_t at = releases->current ? find(&releases->history, releases->current) : 0;

	while (at-- > 0)
		if (is_there(releases, releases->history.at[at]))
			return releases->history.at[at];
	return NULL;
}

int advi_releases_point(struct advi_releases *releases, const char *name, struct adv_err *err)
{
	ADVI_AUTO_PTR char *fresh = advi_format(".%s.new", releases->link);

	unlinkat(releases->folder.fd, fresh, 0);
	if (symlinkat(name, releases->folder.fd, fresh) < 0 ||
	    renameat(releases->folder.fd, fresh, releases->folder.fd, releases->link) < 0)
		return advi_fail_errno(err, "can't make '%s/%s' point to '%s'",
				       releases->folder.path, releases->link, name);
	releases->current = advi_arena_dup(&releases->arena, name);
	if (fsync(releases->folder.fd) < 0 && errno != EINVAL)
		return advi_fail_errno(err, "can't sync '%s'", releases->folder.path);
	return 0;
}

int advi_releases_add(struct advi_releases *releases, const char *name, struct adv_err *err)
{
	advi_names old = releases->history, fresh = {0};
	size_t now = releases->current ? find(&old, releases->current) + 1 : old.count;
	int r;

	/* what was given up by going back is the oldest now: nobody wants to go back to it first */
	for (size_t i = now; i < old.count; i++)
		if (strcmp(old.at[i], name) != 0)
			advi_vec_push(&fresh, old.at[i]);
	for (size_t i = 0; i < now && i < old.count; i++)
		if (strcmp(old.at[i], name) != 0)
			advi_vec_push(&fresh, old.at[i]);
	advi_vec_push(&fresh, advi_arena_dup(&releases->arena, name));
	releases->history = fresh;
	advi_vec_clear(&old);
	r = write_history(releases, err);
	return r == 0 ? advi_releases_point(releases, name, err) : r;
}

/* Whether any link in the folder points to a release, or may be set back to it soon. */
static bool is_needed(const struct advi_releases *releases, const char *name, size_t keep)
{
	int fd = openat(releases->folder.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct advi_arena arena = {0};
	struct dirent *entry;
	bool needed = !folder;

	while (folder && !needed && (entry = readdir(folder))) {
		const char *points = target(releases, &arena, entry->d_name);
		struct adv_err ignored = ADV_ERR_INIT;
		advi_names history = {0};
		size_t at, now;

		if (!points)
			continue;
		needed = strcmp(points, name) == 0 ||
			 read_history(releases, entry->d_name, &arena, &history, &ignored) < 0;
		at = find(&history, name);
		now = find(&history, points);
		needed = needed || (at < history.count && at < now && now - at <= keep);
		advi_vec_clear(&history);
	}
	if (folder)
		closedir(folder);
	advi_arena_clear(&arena);
	return needed;
}

unsigned advi_releases_prune(struct advi_releases *releases, size_t keep)
{
	struct adv_err ignored = ADV_ERR_INIT;
	advi_names left = {0};
	unsigned removed = 0;

	for (size_t i = 0; i < releases->history.count; i++) {
		const char *name = releases->history.at[i];

		if (is_needed(releases, name, keep)) {
			advi_vec_push(&left, name);
			continue;
		}
		removed +=
			is_there(releases, name) && advi_remove_at(releases->folder.fd, name) == 0;
		if (is_there(releases, name))
			advi_vec_push(&left, name);
	}
	advi_vec_clear(&releases->history);
	releases->history = left;
	/* a name too many in it is passed over when it is read */
	write_history(releases, &ignored);
	return removed;
}
