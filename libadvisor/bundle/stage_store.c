/* SPDX-License-Identifier: BSD-3-Clause */
/* The folder of who stages: opened, locked, listed, tidied. */
#include "bundle/stage_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"
#include "bundle/stage_marker.h"
#include "io/file.h"

/* "user-" and what follows is the user. */
static const char *const suffixes[] = {"part", "tree.part", "image", "tree", "json", "json.part"};

enum { FILES = 100000, DIGITS = ADVI_HEX_SIZE - 1 };

void advi_stamp_of(struct advi_stamp *stamp, const struct stat *info)
{
	*stamp = (struct advi_stamp){
		.device = info->st_dev,
		.inode = info->st_ino,
		.size = (uint64_t)info->st_size,
		.modified = (uint64_t)info->st_mtim.tv_sec * 1000000000u +
			    (uint64_t)info->st_mtim.tv_nsec,
		.changed = (uint64_t)info->st_ctim.tv_sec * 1000000000u +
			   (uint64_t)info->st_ctim.tv_nsec,
	};
}

bool advi_stamp_same(const struct advi_stamp *a, const struct advi_stamp *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->modified == b->modified && a->changed == b->changed;
}

/* The id of this boot: what was so before it means nothing now. */
static int read_boot(char *boot, size_t size, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(256);
	int r = advi_file_read(&text, "/proc/sys/kernel/random/boot_id", err);

	if (r < 0)
		return r;
	snprintf(boot, size, "%.*s", ADVI_ARGS(advi_str_trim(advi_buf_str(&text))));
	return 0;
}

static int open_lock(struct advi_store *store, struct adv_err *err)
{
	struct stat info;

	store->lock = openat(store->own.fd, "lock",
			     O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (store->lock < 0)
		return advi_fail_errno(err, "can't open '%s/lock'", store->own.path);
	if (fstat(store->lock, &info) < 0 || !S_ISREG(info.st_mode) || info.st_uid != geteuid())
		return advi_fail(err, ADV_EENV, "'%s/lock' is no file of ours; remove it",
				 store->own.path);
	return 0;
}

int advi_store_open(struct advi_store *store, const char *to, bool make,
		    const struct adv_watch *watch, struct adv_err *err)
{
	struct stat info;
	char name[64];
	int r = advi_folder_open(&store->to, to, ADVI_TRUST_OWN, false, err);

	snprintf(name, sizeof(name), "conda-advisor-%u", (unsigned)geteuid());
	if (r == 0 && !make && fstatat(store->to.fd, name, &info, AT_SYMLINK_NOFOLLOW) < 0)
		return advi_fail(err, ADV_NO, "nothing is staged in '%s'", store->to.path);
	if (r == 0)
		r = advi_folder_own(&store->own, &store->to, name, watch, err);
	if (r == 0)
		r = open_lock(store, err);
	if (r == 0)
		r = read_boot(store->boot, sizeof(store->boot), err);
	return r;
}

static void forget(struct advi_store *store)
{
	for (size_t i = 0; i < store->staged.count; i++)
		advi_vec_clear(&store->staged.at[i].users);
	advi_vec_clear(&store->staged);
	advi_arena_clear(&store->arena);
}

void advi_store_clear(struct advi_store *store)
{
	forget(store);
	if (store->lock >= 0)
		close(store->lock);
	store->lock = -1;
	advi_folder_clear(&store->own);
	advi_folder_clear(&store->to);
}

bool advi_store_lock(struct advi_store *store, int how)
{
	while (flock(store->lock, how | LOCK_NB) < 0)
		if (errno != EINTR)
			return false;
	return true;
}

char *advi_store_name(const char *digest, const char *suffix)
{
	return advi_format("%s.%s", digest, suffix);
}

char *advi_store_path(const struct advi_store *store, const char *digest, const char *suffix)
{
	return advi_format("%s/%s.%s", store->own.path, digest, suffix);
}

/* The folder is named by what it is, since a comma in its path would end the option. */
char *advi_store_fuse_name(const struct advi_store *store, const char *digest)
{
	struct stat info = {0};

	fstat(store->own.fd, &info);
	return advi_format("conda-advisor-%llx-%llx-%s", (unsigned long long)info.st_dev,
			   (unsigned long long)info.st_ino, digest);
}

/* Splits "DIGEST.suffix"; false for the name of anything else. */
static bool split_name(const char *name, struct advi_str *digest, const char **suffix)
{
	struct advi_str text = advi_str(name);

	*digest = (struct advi_str){name, DIGITS};
	if (text.len <= DIGITS + 1 || name[DIGITS] != '.' || !advi_str_hex(*digest, DIGITS))
		return false;
	*suffix = name + DIGITS + 1;
	return true;
}

/* Calls 'each' for every name in the folder. */
static int each_name(struct advi_store *store, void (*each)(struct advi_store *, const char *),
		     struct adv_err *err)
{
	int fd = openat(store->own.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!folder) {
		int r = advi_fail_errno(err, "can't read the folder '%s'", store->own.path);

		if (fd >= 0)
			close(fd);
		return r;
	}
	for (int count = 0; count < FILES && (entry = readdir(folder)); count++)
		each(store, entry->d_name);
	closedir(folder);
	return 0;
}

struct advi_staged *advi_store_find(const struct advi_store *store, const char *digest)
{
	for (size_t i = 0; i < store->staged.count; i++)
		if (strcmp(store->staged.at[i].digest, digest) == 0)
			return &store->staged.at[i];
	return NULL;
}

/* A job of an earlier boot is over, and nobody released it. */
static bool user_counts(const struct advi_store *store, const char *name, const char *user)
{
	struct adv_err ignored = ADV_ERR_INIT;
	char boot[sizeof(store->boot)];
	struct stat info;
	ssize_t got;
	int fd;

	if (!advi_store_user_lives(user) ||
	    advi_folder_file(&fd, &info, &store->own, name, ADVI_TRUST_OWN, &ignored) < 0)
		return false;
	got = read(fd, boot, sizeof(boot));
	close(fd);
	return got > 0 && advi_str_is((struct advi_str){boot, (size_t)got}, store->boot);
}

static void list_name(struct advi_store *store, const char *name)
{
	const char *suffix, *digest;
	struct advi_staged *staged;
	struct advi_str hex;

	if (!split_name(name, &hex, &suffix))
		return;
	digest = advi_arena_str(&store->arena, hex);
	staged = advi_store_find(store, digest);
	if (!staged) {
		staged = advi_vec_new(&store->staged);
		staged->digest = digest;
	}
	if (strncmp(suffix, "user-", 5) == 0) {
		if (user_counts(store, name, suffix + 5))
			advi_vec_push(&staged->users, advi_arena_dup(&store->arena, suffix + 5));
	} else if (strcmp(suffix, "image") == 0)
		staged->image = true;
	else if (strcmp(suffix, "tree") == 0)
		staged->tree = true;
	else if (strcmp(suffix, "json") == 0)
		staged->marked =
			advi_marker_read(&staged->marker, &store->arena, &store->own, name) &&
			strcmp(staged->marker.digest, digest) == 0 &&
			strcmp(staged->marker.boot, store->boot) == 0;
}

static int by_digest(const void *a, const void *b)
{
	return strcmp(((const struct advi_staged *)a)->digest,
		      ((const struct advi_staged *)b)->digest);
}

int advi_store_list(struct advi_store *store, struct adv_err *err)
{
	int r;

	forget(store);
	r = each_name(store, list_name, err);
	advi_vec_sort(&store->staged, by_digest);
	for (size_t i = 0; i < store->staged.count; i++)
		advi_vec_sort(&store->staged.at[i].users, advi_cmp_cstr);
	return r;
}

static void tidy_name(struct advi_store *store, const char *name)
{
	struct advi_str hex;
	const char *suffix;

	if (!split_name(name, &hex, &suffix))
		return;
	if (strcmp(suffix, "part") == 0 || strcmp(suffix, "json.part") == 0)
		unlinkat(store->own.fd, name, 0);
	else if (strcmp(suffix, "tree.part") == 0)
		advi_remove_at(store->own.fd, name);
	else if (strncmp(suffix, "user-", 5) == 0 && !user_counts(store, name, suffix + 5))
		unlinkat(store->own.fd, name, 0);
}

void advi_store_tidy(struct advi_store *store)
{
	struct adv_err ignored = ADV_ERR_INIT;

	each_name(store, tidy_name, &ignored);
}

int advi_store_remove(struct advi_store *store, const char *digest, bool keep, struct adv_err *err)
{
	struct advi_staged *staged = advi_store_find(store, digest);

	for (size_t i = 0; staged && i < staged->users.count; i++)
		advi_store_drop_user(store, digest, staged->users.at[i]);
	for (size_t i = 0; i < ADVI_COUNT(suffixes); i++) {
		ADVI_AUTO_PTR char *name = advi_store_name(digest, suffixes[i]);

		if (keep && (strcmp(suffixes[i], "image") == 0 || strcmp(suffixes[i], "json") == 0))
			continue;
		if (advi_remove_at(store->own.fd, name) < 0)
			return advi_fail_errno(err, "can't remove '%s/%s'", store->own.path, name);
	}
	return 0;
}
