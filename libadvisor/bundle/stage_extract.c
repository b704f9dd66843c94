/* SPDX-License-Identifier: BSD-3-Clause */
/* Extraction, where nothing can be mounted: a tree, shown by a bind mount or by a link. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bundle/image.h"
#include "bundle/stage_method.h"
#include "bundle/stage_room.h"
#include "io/file.h"

/* A tree on its way. 'folder' is the one that was written to last. */
struct tree {
	int root, folder;
	struct advi_buf name; /* of 'folder', from the root */
	uint64_t bytes, total;
};

/* Opens a folder of the tree, part by part: what the image has is not followed out of it. */
static int open_inside(const struct tree *tree, struct advi_str path)
{
	int fd = openat(tree->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct advi_str part;

	while (fd >= 0 && path.len && advi_str_split(&path, '/', &part)) {
		ADVI_AUTO_PTR char *name = advi_str_dup(part);
		int next = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		close(fd);
		fd = next;
	}
	return fd;
}

/* Makes the folder that 'path' lies in the current one; the last part goes to '*name'. */
static bool enter(struct tree *tree, struct advi_str path, struct advi_str *name)
{
	size_t at = path.len;
	struct advi_str above;

	while (at > 0 && path.ptr[at - 1] != '/')
		at--;
	*name = advi_str_from(path, at);
	above = (struct advi_str){path.ptr, at ? at - 1 : 0};
	if (tree->folder >= 0 && advi_str_eq(above, advi_buf_str(&tree->name)))
		return true;
	if (tree->folder >= 0)
		close(tree->folder);
	tree->folder = open_inside(tree, above);
	advi_buf_reset(&tree->name);
	advi_buf_add(&tree->name, above);
	return tree->folder >= 0;
}

static int write_file(struct tree *tree, struct advi_image *image, const char *name,
		      const struct advi_member *member, const struct adv_watch *watch,
		      struct adv_err *err)
{
	int fd = openat(tree->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);
	struct advi_str block;
	int r = 0;

	if (fd < 0)
		return advi_fail_errno(err, "can't write '%.*s'", ADVI_ARGS(member->path));
	while (r == 0 && (r = advi_image_read(image, &block, err)) == 0 && block.len) {
		r = advi_progress(watch, "extracting", "bytes", tree->bytes, tree->total, err);
		for (struct advi_str left = block; r == 0 && left.len;) {
			ssize_t put = write(fd, left.ptr, left.len);

			if (put >= 0)
				left = advi_str_from(left, (size_t)put);
			else if (errno != EINTR)
				r = advi_fail_errno(err, "can't write '%.*s'",
						    ADVI_ARGS(member->path));
		}
		tree->bytes += block.len;
	}
	if (r == 0 && fchmod(fd, member->mode & 0777) < 0)
		r = advi_fail_errno(err, "can't write '%.*s'", ADVI_ARGS(member->path));
	close(fd);
	return r;
}

static int write_member(struct tree *tree, struct advi_image *image,
			const struct advi_member *member, const struct adv_watch *watch,
			struct adv_err *err)
{
	struct advi_str last;
	ADVI_AUTO_PTR char *name = NULL, *link = NULL;

	if (!enter(tree, member->path, &last))
		return advi_fail_errno(err, "can't open the folder of '%.*s'",
				       ADVI_ARGS(member->path));
	name = advi_str_dup(last);
	switch (member->kind) {
	case ADVI_MEMBER_FILE:
		return write_file(tree, image, name, member, watch, err);
	case ADVI_MEMBER_FOLDER:
		return advi_folder_make(tree->folder, name) == 0
			       ? 0
			       : advi_fail_errno(err, "can't make the folder '%.*s'",
						 ADVI_ARGS(member->path));
	case ADVI_MEMBER_LINK:
		link = advi_str_dup(member->link);
		return symlinkat(link, tree->folder, name) == 0
			       ? 0
			       : advi_fail_errno(err, "can't make the link '%.*s'",
						 ADVI_ARGS(member->path));
	default:
		return advi_fail(err, ADV_EINPUT,
				 "the image has '%.*s', which is no file, folder or link",
				 ADVI_ARGS(member->path));
	}
}

static int write_tree(struct tree *tree, const char *path, const struct adv_watch *watch,
		      struct adv_err *err)
{
	ADVI_AUTO(image) struct advi_image *image = NULL;
	struct advi_member member;
	int r = advi_image_open(&image, path, err);

	while (r == 0 && (r = advi_image_next(image, &member, err)) > 0)
		r = write_member(tree, image, &member, watch, err);
	return r;
}

/* Extracts to DIGEST.tree, which has its name only when it is whole. */
static int extract(struct advi_store *store, const struct advi_verified *image,
		   const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR char *part = advi_store_name(image->digest, "tree.part");
	ADVI_AUTO_PTR char *name = advi_store_name(image->digest, "tree");
	struct tree tree = {
		.folder = -1, .name = ADVI_BUF_INIT(ADVI_MEMBER_PATH_BYTES), .total = image->bytes};
	char path[32];
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", image->fd);
	advi_remove_at(store->own.fd, part);
	advi_remove_at(store->own.fd, name);
	if (mkdirat(store->own.fd, part, 0755) < 0 || fchmodat(store->own.fd, part, 0755, 0) < 0)
		return advi_fail_errno(err, "can't make the folder '%s/%s'", store->own.path, part);
	tree.root = openat(store->own.fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = tree.root < 0 ? advi_fail_errno(err, "can't open '%s/%s'", store->own.path, part)
			  : write_tree(&tree, path, watch, err);
	if (r == 0 && renameat(store->own.fd, part, store->own.fd, name) < 0)
		r = advi_fail_errno(err, "can't rename '%s/%s'", store->own.path, part);
	if (r < 0)
		advi_remove_at(store->own.fd, part);
	if (tree.folder >= 0)
		close(tree.folder);
	if (tree.root >= 0)
		close(tree.root);
	advi_buf_clear(&tree.name);
	return r;
}

bool advi_tree_linked(const struct advi_store *store, const struct advi_target *target,
		      char digest[ADVI_HEX_SIZE])
{
	char text[PATH_MAX];
	ssize_t length = readlinkat(target->above.fd, target->name, text, sizeof(text) - 1);
	size_t own = strlen(store->own.path);
	struct advi_str rest;

	if (length <= 0)
		return false;
	text[length] = '\0';
	rest = advi_str_from((struct advi_str){text, (size_t)length}, own);
	if (strncmp(text, store->own.path, own) != 0 || rest.len != 1 + (ADVI_HEX_SIZE - 1) + 5 ||
	    rest.ptr[0] != '/' || !advi_str_ends(rest, ADVI_STR(".tree")))
		return false;
	snprintf(digest, ADVI_HEX_SIZE, "%.*s", ADVI_HEX_SIZE - 1, rest.ptr + 1);
	return advi_str_hex(advi_str(digest), ADVI_HEX_SIZE - 1);
}

static int bind_tree(struct advi_store *store, const char *digest, const struct advi_target *target,
		     struct adv_err *err)
{
	const unsigned long flags = MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV;
	ADVI_AUTO_PTR char *name = advi_store_name(digest, "tree");
	char from[32], to[32];
	int tree, point, r = advi_target_point(&point, target, err);

	if (r < 0)
		return r;
	tree = openat(store->own.fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	snprintf(from, sizeof(from), "/proc/self/fd/%d", tree);
	snprintf(to, sizeof(to), "/proc/self/fd/%d", point);
	if (tree < 0 || mount(from, to, "none", MS_BIND, NULL) < 0) {
		r = advi_fail_errno(err, "can't mount the extracted tree");
	} else if (mount("none", target->path, "none", flags | MS_REMOUNT, NULL) < 0) {
		r = advi_fail_errno(err, "can't make the mount of the extracted tree read-only");
		umount2(target->path, MNT_DETACH);
	}
	if (tree >= 0)
		close(tree);
	close(point);
	return r;
}

/* In one step, in place of an empty folder that was made for mounting. */
static int link_tree(struct advi_store *store, const char *digest, const struct advi_target *target,
		     struct adv_err *err)
{
	ADVI_AUTO_PTR char *tree = advi_store_path(store, digest, "tree");

	unlinkat(target->above.fd, target->name, AT_REMOVEDIR);
	if (symlinkat(tree, target->above.fd, target->name) == 0)
		return 0;
	return advi_fail_errno(err, "can't make the link '%s'", target->path);
}

static int extract_mount(struct advi_store *store, const struct advi_verified *image,
			 const struct advi_target *target, const struct adv_watch *watch,
			 struct adv_err *err)
{
	struct statvfs kind;
	int r;

	if (fstatvfs(store->own.fd, &kind) == 0 && (kind.f_flag & ST_NOEXEC))
		return advi_fail(err, ADV_EENV, "'%s' is on a file system without execution",
				 store->to.path);
	r = advi_room_check(store->own.fd, store->to.path, image->bytes, image->files, err);
	if (r == 0)
		r = extract(store, image, watch, err);
	if (r == 0)
		r = geteuid() == 0 ? bind_tree(store, image->digest, target, err)
				   : link_tree(store, image->digest, target, err);
	if (r < 0) {
		ADVI_AUTO_PTR char *name = advi_store_name(image->digest, "tree");

		advi_remove_at(store->own.fd, name);
	}
	return r;
}

static int extract_unmount(struct advi_store *store, const struct advi_mounted *mounted, bool force,
			   struct adv_err *err)
{
	struct advi_target target = ADVI_TARGET_INIT;
	char digest[ADVI_HEX_SIZE];
	int r;

	if (geteuid() == 0)
		return advi_unmount(mounted->path, force, err);
	r = advi_target_open(&target, mounted->path, err);
	if (r == 0 && advi_tree_linked(store, &target, digest) &&
	    strcmp(digest, mounted->digest) == 0 && unlinkat(target.above.fd, target.name, 0) < 0)
		r = advi_fail_errno(err, "can't remove the link '%s'", mounted->path);
	advi_target_clear(&target);
	return r;
}

const struct advi_method advi_method_extract = {
	.name = "extract",
	.tar = true,
	.mount = extract_mount,
	.unmount = extract_unmount,
};
