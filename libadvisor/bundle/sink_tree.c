/* SPDX-License-Identifier: BSD-3-Clause */
/* A folder as an image: for what must run on this machine before the image is there. */
#include "bundle/sink_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

struct tree {
	struct advi_sink base;
	int root, file;
	char *path; /* of the file that is being written */
};

static struct tree *tree_of(struct advi_sink *sink)
{
	return (struct tree *)sink;
}

static void tree_free(struct advi_sink *sink)
{
	struct tree *tree = tree_of(sink);

	if (!tree)
		return;
	if (tree->file >= 0)
		close(tree->file);
	close(tree->root);
	free(tree->path);
	free(tree);
}

static int make_one(const struct tree *tree, const char *path, struct adv_err *err)
{
	if (mkdirat(tree->root, path, 0755) == 0)
		return fchmodat(tree->root, path, 0755, 0) == 0
			       ? 0
			       : advi_fail_errno(err, "can't change the folder '%s'", path);
	return errno == EEXIST ? 0 : advi_fail_errno(err, "can't make the folder '%s'", path);
}

/* Folders come first in an image, but not when only some of its files are wanted. */
static int make_folder(const struct tree *tree, const char *path, struct adv_err *err)
{
	ADVI_AUTO_PTR char *part = advi_strdup(path);
	int r = 0;

	for (char *at = strchr(part, '/'); at && r == 0; at = strchr(at + 1, '/')) {
		*at = '\0';
		r = make_one(tree, part, err);
		*at = '/';
	}
	return r == 0 ? make_one(tree, path, err) : r;
}

static int make_parent(const struct tree *tree, const char *path, struct adv_err *err)
{
	const char *slash = strrchr(path, '/');
	ADVI_AUTO_PTR char *folder = slash ? advi_format("%.*s", (int)(slash - path), path) : NULL;

	return folder && faccessat(tree->root, folder, F_OK, 0) < 0 ? make_folder(tree, folder, err)
								    : 0;
}

static int tree_folder(struct advi_sink *sink, const char *path, struct adv_err *err)
{
	return make_folder(tree_of(sink), path, err);
}

static int tree_link(struct advi_sink *sink, const char *path, const char *text,
		     struct adv_err *err)
{
	struct tree *tree = tree_of(sink);
	int r = make_parent(tree, path, err);

	if (r == 0 && symlinkat(text, tree->root, path) < 0)
		r = advi_fail_errno(err, "can't make the link '%s'", path);
	return r;
}

static int tree_begin(struct advi_sink *sink, const char *path, unsigned mode, uint64_t size,
		      struct adv_err *err)
{
	struct tree *tree = tree_of(sink);
	int r = make_parent(tree, path, err);

	(void)size;
	if (r < 0)
		return r;
	free(tree->path);
	tree->path = advi_strdup(path);
	tree->file = openat(tree->root, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    mode);
	if (tree->file < 0 || fchmod(tree->file, mode) < 0)
		return advi_fail_errno(err, "can't write '%s'", path);
	return 0;
}

static int tree_data(struct advi_sink *sink, struct advi_str data, struct adv_err *err)
{
	struct tree *tree = tree_of(sink);

	while (data.len) {
		ssize_t put = write(tree->file, data.ptr, data.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return advi_fail_errno(err, "can't write '%s'", tree->path);
		data = advi_str_from(data, (size_t)put);
	}
	return 0;
}

static int tree_end(struct advi_sink *sink, struct adv_err *err)
{
	struct tree *tree = tree_of(sink);
	int r = close(tree->file);

	tree->file = -1;
	return r < 0 ? advi_fail_errno(err, "can't write '%s'", tree->path) : 0;
}

static int tree_finish(struct advi_sink *sink, struct adv_err *err)
{
	(void)sink;
	(void)err;
	return 0;
}

static const struct advi_sink_ops tree_ops = {
	.name = "tree",
	.suffix = "",
	.folder = tree_folder,
	.link = tree_link,
	.begin = tree_begin,
	.data = tree_data,
	.end = tree_end,
	.finish = tree_finish,
	.free = tree_free,
};

int advi_sink_tree(struct advi_sink **out, const char *folder, struct adv_err *err)
{
	int root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tree *tree;

	if (root < 0)
		return advi_fail_errno(err, "can't open the folder '%s'", folder);
	tree = advi_calloc(1, sizeof(*tree));
	tree->base.ops = &tree_ops;
	tree->root = root;
	tree->file = -1;
	*out = &tree->base;
	return 0;
}
