/* SPDX-License-Identifier: BSD-3-Clause */
/* Files: read whole, written whole or not at all, folders walked in order. */
#include "io/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/vec.h"

enum { BLOCK_BYTES = 256 * 1024, TREE_DEPTH = 64 };

static int read_all(struct advi_buf *out, int fd, const char *path, struct adv_err *err)
{
	for (;;) {
		size_t left = out->cap - out->len;
		size_t want = left < BLOCK_BYTES ? left + 1 : BLOCK_BYTES;
		char block[4096];
		char *to = left ? advi_buf_room(out, want > left ? left : want) : block;
		ssize_t got = read(fd, to, left ? (want > left ? left : want) : 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EISDIR)
			return advi_fail(err, ADV_EINPUT, "'%s' is a folder, not a file", path);
		if (got < 0)
			return advi_fail_errno(err, "can't read '%s'", path);
		if (got == 0)
			return 0;
		if (!left)
			return advi_fail(err, ADV_EINPUT, "'%s' is larger than the %zu MiB allowed",
					 path, out->cap >> 20);
		out->len += (size_t)got;
		out->ptr[out->len] = '\0';
	}
}

int advi_file_read(struct advi_buf *out, const char *path, struct adv_err *err)
{
	int fd, r;

	if (strcmp(path, "-") == 0)
		return read_all(out, STDIN_FILENO, "standard input", err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		r = advi_fail_errno(err, "can't open '%s'", path);
		return errno == ENOENT || errno == ENOTDIR ? ADV_EINPUT : r;
	}
	r = read_all(out, fd, path, err);
	close(fd);
	return r;
}

/* Devices and links to open descriptors among them: root could replace /dev/null. */
bool advi_out_flows(const char *path)
{
	struct stat info;

	if (strcmp(path, "-") == 0)
		return true;
	if (strncmp(path, "/dev/", 5) == 0 && lstat(path, &info) == 0 && S_ISLNK(info.st_mode))
		return true;
	return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

int advi_out_open(struct advi_out *out, const char *path, struct adv_err *err)
{
	struct stat info;
	mode_t mask;
	int fd, r;

	*out = (struct advi_out){.path = advi_strdup(path)};
	if (strcmp(path, "-") == 0) {
		out->file = stdout;
		return 0;
	}
	if (advi_out_flows(path)) {
		out->file = fopen(path, "abe");
		if (out->file)
			return 0;
		r = advi_fail_errno(err, "can't write '%s'", path);
		advi_out_clear(out);
		return r;
	}
	if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
		advi_out_clear(out);
		return advi_fail(err, ADV_EINPUT, "can't write '%s': it is a folder; name a file",
				 path);
	}
	out->temp = advi_format("%s.XXXXXX", path);
	fd = mkstemp(out->temp);
	if (fd < 0) {
		r = advi_fail_errno(err, "can't write '%s'", path);
		free(advi_take(out->temp));
		advi_out_clear(out);
		return r;
	}
	umask(mask = umask(0));
	if (fchmod(fd, 0666 & ~mask) < 0 || !(out->file = fdopen(fd, "wb"))) {
		r = advi_fail_errno(err, "can't write '%s'", path);
		close(fd);
		advi_out_clear(out);
		return r;
	}
	return 0;
}

static int fail_to_write(const struct advi_out *out, struct adv_err *err)
{
	if (out->file == stdout)
		return advi_fail_errno(err, "can't write standard output");
	return advi_fail_errno(err, "can't write '%s'", out->path);
}

int advi_out_settle(struct advi_out *out, struct adv_err *err)
{
	if (fflush(out->file) != 0 || ferror(out->file) ||
	    (out->temp && fsync(fileno(out->file)) < 0))
		return fail_to_write(out, err);
	return 0;
}

int advi_out_commit(struct advi_out *out, struct adv_err *err)
{
	int r = advi_out_settle(out, err);

	if (r == 0 && out->temp && rename(out->temp, out->path) < 0)
		r = fail_to_write(out, err);
	if (r == 0)
		free(advi_take(out->temp));
	advi_out_clear(out);
	return r;
}

void advi_out_clear(struct advi_out *out)
{
	if (out->file && out->file != stdout)
		fclose(out->file);
	if (out->temp)
		unlink(out->temp);
	free(out->temp);
	free(out->path);
	*out = (struct advi_out){0};
}

int advi_mkdirs(const char *path, struct adv_err *err)
{
	ADVI_AUTO_PTR char *copy = advi_strdup(path);

	for (char *at = copy + 1;; at++) {
		char byte = *at;

		if (byte != '/' && byte != '\0')
			continue;
		*at = '\0';
		if (mkdir(copy, 0777) < 0 && errno != EEXIST)
			return advi_fail_errno(err, "can't make the folder '%s'", copy);
		*at = byte;
		if (byte == '\0')
			return 0;
	}
}

static int remove_inside(int fd)
{
	DIR *folder = fdopendir(fd);
	struct dirent *entry;
	int r = 0;

	if (!folder) {
		close(fd);
		return -1;
	}
	while (r == 0 && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = advi_remove_at(dirfd(folder), entry->d_name);
	closedir(folder);
	return r;
}

int advi_remove_at(int in, const char *name)
{
	int fd;

	if (unlinkat(in, name, 0) == 0 || errno == ENOENT || errno == ENOTDIR)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	fd = openat(in, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	if (remove_inside(fd) < 0)
		return -1;
	return unlinkat(in, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -1 : 0;
}

int advi_remove_tree(const char *path, struct adv_err *err)
{
	return advi_remove_at(AT_FDCWD, path) < 0 ? advi_fail_errno(err, "can't remove '%s'", path)
						  : 0;
}

char *advi_path_join(const char *folder, const char *name)
{
	size_t length = strlen(folder);

	return advi_format("%s%s%s", folder, length && folder[length - 1] == '/' ? "" : "/", name);
}

bool advi_path_exists(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0;
}

struct walk {
	advi_walk_fn *each;
	void *context;
	const struct adv_watch *watch;
	size_t skipped;
	unsigned depth;
};

static int walk_path(struct walk *walk, const char *path, bool follow, struct adv_err *err);

/* The names in a folder in byte order; false when it can't be read. */
static bool list_folder(const char *path, struct advi_buf *text, size_t *count)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	if (!folder)
		return false;
	while ((entry = readdir(folder))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		advi_buf_add(text, (struct advi_str){entry->d_name, strlen(entry->d_name) + 1});
		(*count)++;
	}
	closedir(folder);
	return !text->full;
}

static int walk_folder(struct walk *walk, const char *path, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT((size_t)1 << 30);
	ADVI_AUTO_PTR const char **names = NULL;
	size_t count = 0;
	int r = 0;

	if (walk->depth >= TREE_DEPTH || !list_folder(path, &text, &count)) {
		advi_note(walk->watch, "passed over '%s': %s", path,
			  walk->depth >= TREE_DEPTH ? "nested too deeply" : strerror(errno));
		walk->skipped++;
		return 0;
	}
	names = advi_calloc(count, sizeof(*names));
	for (size_t i = 0, at = 0; i < count; i++, at += strlen(text.ptr + at) + 1)
		names[i] = text.ptr + at;
	if (count)
		qsort(names, count, sizeof(*names), advi_cmp_cstr);
	walk->depth++;
	for (size_t i = 0; i < count && r == 0; i++) {
		ADVI_AUTO_PTR char *child = advi_path_join(path, names[i]);

		r = walk_path(walk, child, false, err);
	}
	walk->depth--;
	return r;
}

static int walk_path(struct walk *walk, const char *path, bool follow, struct adv_err *err)
{
	struct stat info;

	if ((follow ? stat : lstat)(path, &info) < 0) {
		if (follow)
			return advi_fail_errno(err, "can't open '%s'", path);
		walk->skipped++;
		return 0;
	}
	if (S_ISDIR(info.st_mode))
		return walk_folder(walk, path, err);
	return S_ISREG(info.st_mode) ? walk->each(walk->context, path, &info, err) : 0;
}

int advi_walk(const char *path, advi_walk_fn *each, void *context, const struct adv_watch *watch,
	      size_t *skipped, struct adv_err *err)
{
	struct walk walk = {.each = each, .context = context, .watch = watch};
	int r = walk_path(&walk, path, true, err);

	if (skipped)
		*skipped = walk.skipped;
	return r;
}
