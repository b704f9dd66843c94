/* SPDX-License-Identifier: BSD-3-Clause */
/* Walking to a folder by handles, from the root. */
#include "bundle/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/buf.h"

enum { LINKS = 40, OWN_TRIES = 100 };

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif

/* A walk: 'fd' is the folder that 'done' names, 'rest' is what is left to go. */
struct walk {
	const char *asked;
	enum advi_trust trust;
	bool make;
	int fd;
	bool open_to_all; /* everybody can make things in 'fd' */
	struct advi_buf done, rest;
	unsigned links;
};

static bool ours(uid_t owner)
{
	return owner == 0 || owner == geteuid();
}

/* Says why a folder is not to be trusted, or returns 0. */
static int judge(const struct walk *walk, const struct stat *info, struct adv_err *err)
{
	const char *path = walk->done.len ? walk->done.ptr : "/";
	mode_t bad = walk->trust == ADVI_TRUST_OWN ? S_IWGRP | S_IWOTH : S_IWOTH;

	if ((walk->trust == ADVI_TRUST_OWN || walk->open_to_all) && !ours(info->st_uid))
		return advi_fail(err, ADV_EENV,
				 "'%s' belongs to user %u, who could put something else there; it "
				 "must belong to root or to who stages",
				 path, (unsigned)info->st_uid);
	if ((info->st_mode & bad) && !(info->st_mode & S_ISVTX))
		return advi_fail(err, ADV_EENV,
				 "'%s' has mode %04o: others can replace what is in it; set the "
				 "sticky bit (chmod +t) or take their right to write away",
				 path, (unsigned)info->st_mode & 07777);
	return 0;
}

/* Takes the walk to 'fd' (which it owns from here on). */
static int arrive(struct walk *walk, int fd, struct adv_err *err)
{
	struct stat info;
	int r;

	if (fd < 0 || fstat(fd, &info) < 0)
		r = advi_fail_errno(err, "can't open the folder '%s'",
				    walk->done.len ? walk->done.ptr : "/");
	else
		r = judge(walk, &info, err);
	if (r < 0) {
		if (fd >= 0)
			close(fd);
		return r;
	}
	if (walk->fd >= 0)
		close(walk->fd);
	walk->fd = fd;
	walk->open_to_all = (info.st_mode & S_IWOTH) != 0;
	return 0;
}

static int start(struct walk *walk, struct adv_err *err)
{
	advi_buf_reset(&walk->done);
	walk->open_to_all = false;
	return arrive(walk, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), err);
}

/* Puts a link's text in front of what is left to go. */
static int follow(struct walk *walk, int link, const char *name, struct adv_err *err)
{
	ADVI_AUTO_PTR char *left = advi_strdup(walk->rest.len ? walk->rest.ptr : "");
	char text[PATH_MAX];
	ssize_t length = readlinkat(link, "", text, sizeof(text) - 1);

	if (length <= 0)
		return advi_fail_errno(err, "can't read the link '%s/%s'",
				       walk->done.len ? walk->done.ptr : "", name);
	if (++walk->links > LINKS)
		return advi_fail(err, ADV_EINPUT, "'%s' goes through too many links", walk->asked);
	text[length] = '\0';
	advi_buf_reset(&walk->rest);
	advi_buf_printf(&walk->rest, "%s/%s", text, left);
	return text[0] == '/' ? start(walk, err) : 0;
}

int advi_folder_make(int in, const char *name)
{
	if (mkdirat(in, name, 0755) < 0)
		return errno == EEXIST ? 0 : -1;
	/* whatever the mask of who calls: jobs of others go through it */
	return fchmodat(in, name, 0755, 0);
}

/* Makes what is absent, and opens it. */
static int step_open(const struct walk *walk, const char *name)
{
	int fd = openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT || !walk->make)
		return fd;
	if (advi_folder_make(walk->fd, name) < 0)
		return -1;
	return openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

static int step_to(struct walk *walk, const char *name, struct adv_err *err)
{
	int fd = step_open(walk, name), r;
	struct stat info;

	if (fd < 0 || fstat(fd, &info) < 0) {
		int sys = errno;

		r = advi_fail_errno(err, "can't open '%s/%s'", walk->done.len ? walk->done.ptr : "",
				    name);
		if (fd >= 0)
			close(fd);
		return sys == ENOENT || sys == ENOTDIR ? ADV_EINPUT : r;
	}
	if (S_ISLNK(info.st_mode)) {
		/* whoever owns a link in a folder that everybody can write to decides where it goes
		 */
		if ((walk->trust == ADVI_TRUST_OWN || walk->open_to_all) && !ours(info.st_uid))
			r = advi_fail(
				err, ADV_EENV, "'%s/%s' is a link of user %u, and not followed",
				walk->done.len ? walk->done.ptr : "", name, (unsigned)info.st_uid);
		else
			r = follow(walk, fd, name, err);
		close(fd);
		return r;
	}
	if (!S_ISDIR(info.st_mode)) {
		close(fd);
		return advi_fail(err, ADV_EINPUT, "'%s/%s' is no folder",
				 walk->done.len ? walk->done.ptr : "", name);
	}
	advi_buf_printf(&walk->done, "/%s", name);
	return arrive(walk, fd, err);
}

/* Goes back to the folder above: from the root, since a handle does not tell who is above it. */
static int step_up(struct walk *walk, struct adv_err *err)
{
	struct advi_str above = advi_buf_str(&walk->done);
	ADVI_AUTO_PTR char *text = NULL;

	while (above.len && above.ptr[above.len - 1] != '/')
		above.len--;
	text = advi_format("%.*s/%s", (int)above.len, above.ptr,
			   walk->rest.len ? walk->rest.ptr : "");
	advi_buf_reset(&walk->rest);
	advi_buf_text(&walk->rest, text);
	if (++walk->links > LINKS)
		return advi_fail(err, ADV_EINPUT, "'%s' goes up and down too often", walk->asked);
	return start(walk, err);
}

static int step(struct walk *walk, struct adv_err *err)
{
	struct advi_str rest = advi_buf_str(&walk->rest), part;
	ADVI_AUTO_PTR char *name = NULL, *left = NULL;

	advi_str_split(&rest, '/', &part);
	name = advi_str_dup(part);
	left = advi_str_dup(rest);
	advi_buf_reset(&walk->rest);
	advi_buf_text(&walk->rest, left);
	if (!*name || strcmp(name, ".") == 0)
		return 0;
	return strcmp(name, "..") == 0 ? step_up(walk, err) : step_to(walk, name, err);
}

static int go(struct walk *walk, const char *path, struct adv_err *err)
{
	char here[PATH_MAX];
	int r = start(walk, err);

	if (*path != '/' && !getcwd(here, sizeof(here)))
		return advi_fail_errno(err, "can't tell the current folder");
	if (*path != '/')
		advi_buf_printf(&walk->rest, "%s/", here);
	advi_buf_text(&walk->rest, path);
	while (r == 0 && walk->rest.len && !walk->rest.full && !walk->done.full)
		r = step(walk, err);
	if (r == 0 && (walk->rest.full || walk->done.full))
		r = advi_fail(err, ADV_EINPUT, "'%s' is too long", path);
	return r;
}

int advi_folder_open(struct advi_folder *out, const char *path, enum advi_trust trust, bool make,
		     struct adv_err *err)
{
	struct walk walk = {
		.asked = path,
		.trust = trust,
		.make = make,
		.fd = -1,
		.done = ADVI_BUF_INIT(PATH_MAX),
		.rest = ADVI_BUF_INIT(2 * PATH_MAX),
	};
	int r = go(&walk, path, err), fd = -1;

	if (r == 0) {
		fd = openat(walk.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			r = advi_fail_errno(err, "can't open the folder '%s'", path);
	}
	if (r == 0)
		*out = (struct advi_folder){fd, advi_strdup(walk.done.len ? walk.done.ptr : "/")};
	if (walk.fd >= 0)
		close(walk.fd);
	advi_buf_clear(&walk.done);
	advi_buf_clear(&walk.rest);
	return r;
}

int advi_folder_open_above(struct advi_folder *out, char **name, const char *path,
			   enum advi_trust trust, bool make, struct adv_err *err)
{
	struct advi_str text = advi_str(path);
	ADVI_AUTO_PTR char *above = NULL;
	size_t at;

	while (text.len > 1 && text.ptr[text.len - 1] == '/')
		text.len--;
	for (at = text.len; at > 0 && text.ptr[at - 1] != '/'; at--)
		;
	if (at == text.len || advi_str_is(advi_str_from(text, at), ".") ||
	    advi_str_is(advi_str_from(text, at), ".."))
		return advi_fail(err, ADV_EUSAGE, "'%s' does not end in a name", path);
	above = at ? advi_str_dup((struct advi_str){text.ptr, at}) : advi_strdup(".");
	if (advi_folder_open(out, above, trust, make, err) < 0)
		return err ? err->code : ADV_EENV;
	*name = advi_str_dup(advi_str_from(text, at));
	return 0;
}

void advi_folder_clear(struct advi_folder *folder)
{
	if (folder->path)
		close(folder->fd);
	free(folder->path);
	*folder = (struct advi_folder)ADVI_FOLDER_INIT;
}

/*
 * Puts a folder of ours in the place of what others put under our name, so that it can't keep us
 * out: in one step, where the file system can, since they would win every second race.
 */
static int move_aside(const struct advi_folder *in, const char *name, const struct stat *info,
		      const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR char *aside = NULL;
	uint64_t random;

	/* a name that could be guessed could be taken */
	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return advi_fail_errno(err, "there is no randomness");
	aside = advi_format("%s.aside-%016llx", name, (unsigned long long)random);
	if (mkdirat(in->fd, aside, 0700) < 0)
		return advi_fail_errno(err, "can't make the folder '%s/%s'", in->path, aside);
	if (syscall(SYS_renameat2, in->fd, aside, in->fd, name, RENAME_EXCHANGE) < 0) {
		int sys = errno;

		unlinkat(in->fd, aside, AT_REMOVEDIR);
		if (sys == ENOENT)
			return 0; /* gone again */
		if (renameat(in->fd, name, in->fd, aside) < 0 && errno != ENOENT)
			return advi_fail_errno(
				err, "'%s/%s' of user %u is in the way and can't be moved aside",
				in->path, name, (unsigned)info->st_uid);
	}
	advi_note(watch, "'%s/%s' of user %u was moved aside, to '%s'", in->path, name,
		  (unsigned)info->st_uid, aside);
	return 0;
}

int advi_folder_own(struct advi_folder *out, const struct advi_folder *in, const char *name,
		    const struct adv_watch *watch, struct adv_err *err)
{
	struct stat info;
	int r = 0;

	for (int tries = 0; tries < OWN_TRIES && r == 0; tries++) {
		int fd;

		if (mkdirat(in->fd, name, 0700) < 0 && errno != EEXIST)
			return advi_fail_errno(err, "can't make the folder '%s/%s'", in->path,
					       name);
		fd = openat(in->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && fstat(fd, &info) == 0 && info.st_uid == geteuid() &&
		    (info.st_mode & 077) == 0) {
			*out = (struct advi_folder){fd, advi_format("%s/%s", in->path, name)};
			return 0;
		}
		if (fd >= 0)
			close(fd);
		if (fstatat(in->fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
			continue; /* gone again */
		if (info.st_uid == geteuid() && S_ISDIR(info.st_mode))
			return advi_fail(err, ADV_EENV,
					 "'%s/%s' has mode %04o: others may have put things there; "
					 "remove it",
					 in->path, name, (unsigned)info.st_mode & 07777);
		if (geteuid() != 0)
			return advi_fail(err, ADV_EENV,
					 "'%s/%s' is no folder of yours (it belongs to user %u); "
					 "stage to another folder",
					 in->path, name, (unsigned)info.st_uid);
		r = move_aside(in, name, &info, watch, err);
	}
	return r < 0 ? r
		     : advi_fail(err, ADV_EENV, "somebody keeps putting things under '%s/%s'",
				 in->path, name);
}

/* In a folder that everybody can write to, a link to a file of ours is another's choice, too. */
static bool may_trust(const struct stat *info, const struct stat *above, enum advi_trust trust)
{
	if (info->st_mode & S_IWOTH)
		return false;
	if (trust == ADVI_TRUST_OWN)
		return info->st_uid == geteuid() && info->st_nlink <= 1;
	return !(above->st_mode & S_IWOTH) || (ours(info->st_uid) && info->st_nlink <= 1);
}

int advi_folder_file(int *fd, struct stat *info, const struct advi_folder *folder, const char *name,
		     enum advi_trust trust, struct adv_err *err)
{
	struct stat above;

	/* a pipe must not keep us waiting for who writes to it */
	*fd = openat(folder->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (*fd < 0) {
		int sys = errno;
		int r = advi_fail_errno(err, "can't open '%s/%s'", folder->path, name);

		return sys == ENOENT || sys == ELOOP ? ADV_EINPUT : r;
	}
	if (fstat(*fd, info) < 0 || fstat(folder->fd, &above) < 0) {
		close(*fd);
		return advi_fail_errno(err, "can't open '%s/%s'", folder->path, name);
	}
	if (S_ISREG(info->st_mode) && may_trust(info, &above, trust))
		return 0;
	close(*fd);
	if (!S_ISREG(info->st_mode))
		return advi_fail(err, ADV_EINPUT, "'%s/%s' is no regular file", folder->path, name);
	return advi_fail(err, ADV_EENV,
			 "'%s/%s' (of user %u, mode %04o) is not to be trusted: others could have "
			 "put it there, or can change it",
			 folder->path, name, (unsigned)info->st_uid,
			 (unsigned)info->st_mode & 07777);
}
