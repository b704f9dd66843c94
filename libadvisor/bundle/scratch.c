/* SPDX-License-Identifier: BSD-3-Clause */
/* Some of an image's files in a temporary folder. */
#include "bundle/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bundle/image.h"
#include "bundle/sink_tree.h"
#include "io/file.h"

#define FOLDER "conda-advisor."
enum { MARK = 6 }; /* letters after that */

void advi_scratch_clear(struct advi_scratch *scratch)
{
	struct adv_err ignored = ADV_ERR_INIT;

	if (scratch->own)
		advi_remove_tree(scratch->own, &ignored);
	if (scratch->own && scratch->lock >= 0)
		close(scratch->lock);
	free(scratch->own);
	free(scratch->path);
	*scratch = (struct advi_scratch){0};
}

/* Whether a folder is one of ours whose owner is dead; then its lock is ours. */
static bool is_left(int folder, const char *name, int *lock)
{
	struct stat info;
	int fd;

	*lock = -1;
	if (strncmp(name, FOLDER, sizeof(FOLDER) - 1) != 0 ||
	    strlen(name) != sizeof(FOLDER) - 1 + MARK)
		return false;
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (fstat(fd, &info) == 0 && info.st_uid == geteuid() && (info.st_mode & 0777) == 0700)
		*lock = openat(fd, "lock", O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	close(fd);
	if (*lock >= 0 && flock(*lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (*lock >= 0)
		close(*lock);
	return false;
}

/* Removes what killed programs of this user left. */
static void sweep(const char *path)
{
	DIR *folder = path && path[0] == '/' ? opendir(path) : NULL;
	struct dirent *entry;
	int lock;

	while (folder && (entry = readdir(folder)))
		if (is_left(dirfd(folder), entry->d_name, &lock)) {
			advi_remove_at(dirfd(folder), entry->d_name);
			close(lock);
		}
	if (folder)
		closedir(folder);
}

/* It is locked before it has its name: whoever finds it unlocked knows that its owner is dead. */
static bool lock_own(struct advi_scratch *out)
{
	ADVI_AUTO_PTR char *first = advi_path_join(out->own, "lock.part");
	ADVI_AUTO_PTR char *name = advi_path_join(out->own, "lock");

	out->lock = open(first, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return out->lock >= 0 && flock(out->lock, LOCK_EX | LOCK_NB) == 0 &&
	       rename(first, name) == 0;
}

static bool make_in(struct advi_scratch *out, const char *folder)
{
	struct statvfs kind;
	char *path;

	if (!folder || folder[0] != '/' || statvfs(folder, &kind) < 0 ||
	    (kind.f_flag & (ST_NOEXEC | ST_RDONLY)))
		return false;
	path = advi_format("%s/" FOLDER "XXXXXX", folder);
	if (!mkdtemp(path)) {
		free(path);
		return false;
	}
	out->own = path;
	out->path = advi_path_join(path, "tree");
	if (lock_own(out) && mkdir(out->path, 0755) == 0 && chmod(out->path, 0755) == 0)
		return true;
	advi_scratch_clear(out);
	return false;
}

int advi_scratch_make(struct advi_scratch *out, bool large, struct adv_err *err)
{
	const char *const folders[] = {getenv("TMPDIR"), large ? "/tmp" : "/dev/shm",
				       large ? "/var/tmp" : "/tmp",
				       large ? "/dev/shm" : "/var/tmp"};

	for (size_t i = 0; i < ADVI_COUNT(folders); i++)
		sweep(folders[i]);
	for (size_t i = 0; i < ADVI_COUNT(folders); i++)
		if (make_in(out, folders[i]))
			return 0;
	return advi_fail(err, ADV_EENV,
			 "there is no folder for temporary files where programs may be run; "
			 "TMPDIR can name one");
}

/* The same packages are installed once more, into the image. */
static void forget(struct advi_layout *layout, struct advi_package **packages, size_t count)
{
	advi_layout_forget(layout);
	for (size_t i = 0; i < count; i++)
		packages[i]->files = packages[i]->bytes = 0;
}

int advi_scratch_install(const struct advi_scratch *scratch, const struct advi_install *like,
			 struct advi_package **packages, size_t count, advi_wants_fn *wants,
			 const void *context, struct adv_err *err)
{
	/* what is worth a note is told when it goes into the image */
	struct adv_watch quiet = like->watch ? *like->watch : (struct adv_watch){0};
	struct adv_bundle_summary summary = {0};
	struct advi_install install = *like;
	int r = advi_sink_tree(&install.sink, scratch->path, err);

	quiet.note = NULL;
	install.watch = &quiet;
	install.summary = &summary;
	install.wants = wants;
	install.context = context;
	for (size_t i = 0; i < count && r == 0; i++)
		r = advi_install_package(&install, packages[i], err);
	if (r == 0)
		r = install.sink->ops->finish(install.sink, err);
	advi_sink_free(install.sink);
	forget(like->layout, packages, count);
	return r;
}

static int unpack_file(struct advi_sink *sink, struct advi_image *image, const char *path,
		       const struct advi_member *member, struct adv_err *err)
{
	struct advi_str block;
	int r = sink->ops->begin(sink, path, member->mode, member->size, err);

	while (r == 0 && (r = advi_image_read(image, &block, err)) == 0 && block.len)
		r = sink->ops->data(sink, block, err);
	return r == 0 ? sink->ops->end(sink, err) : r;
}

static int unpack_member(struct advi_sink *sink, struct advi_image *image,
			 const struct advi_member *member, advi_wants_path_fn *wants,
			 const void *context, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_str_dup(member->path);
	ADVI_AUTO_PTR char *link = advi_str_dup(member->link);

	if (member->kind == ADVI_MEMBER_FOLDER)
		return sink->ops->folder(sink, path, err);
	if (!wants(context, path))
		return 0;
	if (member->kind == ADVI_MEMBER_LINK)
		return sink->ops->link(sink, path, link, err);
	return member->kind == ADVI_MEMBER_FILE ? unpack_file(sink, image, path, member, err) : 0;
}

int advi_scratch_unpack(const struct advi_scratch *scratch, const char *path,
			advi_wants_path_fn *wants, const void *context, struct adv_err *err)
{
	ADVI_AUTO(image) struct advi_image *image = NULL;
	struct advi_sink *sink = NULL;
	struct advi_member member;
	int r = advi_image_open(&image, path, err);

	if (r == 0)
		r = advi_sink_tree(&sink, scratch->path, err);
	while (r == 0 && (r = advi_image_next(image, &member, err)) > 0)
		r = unpack_member(sink, image, &member, wants, context, err);
	if (r == 0)
		r = sink->ops->finish(sink, err);
	advi_sink_free(sink);
	return r;
}
