/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading squashfs images, member by member. */
#include "bundle/sqfs_tree.h"

#include <fcntl.h>
#include <sqfs/compressor.h>
#include <sqfs/data_reader.h>
#include <sqfs/dir.h>
#include <sqfs/dir_reader.h>
#include <sqfs/id_table.h>
#include <sqfs/inode.h>
#include <sqfs/super.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"
#include "bundle/sqfs_file.h"

enum { BLOCK_BYTES = 1 << 20, MEMBERS = 16 << 20 };

/* Something whose turn comes; 'inode' and 'path' are its own. */
struct waiting {
	sqfs_inode_generic_t *inode;
	char *path;
};

struct advi_sqfs_tree {
	char *path;
	int fd;
	struct advi_sqfs_file *file;
	sqfs_super_t super;
	sqfs_compressor_t *unpacker;
	sqfs_id_table_t *ids;
	sqfs_dir_reader_t *folders;
	sqfs_data_reader_t *data;
	ADVI_VEC(struct waiting) stack; /* the next one last */
	struct waiting now;
	char *block;
	struct advi_buf link;
	uint64_t offset;
	size_t members;
};

static int fail(const struct advi_sqfs_tree *tree, int error, struct adv_err *err)
{
	return advi_fail(err, ADV_EINPUT, "can't read image '%s': %s", tree->path,
			 advi_sqfs_text(error));
}

static void drop(struct waiting *waiting)
{
	sqfs_free(waiting->inode);
	free(waiting->path);
	*waiting = (struct waiting){0};
}

void advi_sqfs_tree_free(struct advi_sqfs_tree *tree)
{
	if (!tree)
		return;
	for (size_t i = 0; i < tree->stack.count; i++)
		drop(&tree->stack.at[i]);
	drop(&tree->now);
	advi_vec_clear(&tree->stack);
	sqfs_destroy(tree->data);
	sqfs_destroy(tree->folders);
	sqfs_destroy(tree->ids);
	sqfs_destroy(tree->unpacker);
	sqfs_destroy(tree->file);
	if (tree->fd >= 0)
		close(tree->fd);
	advi_buf_clear(&tree->link);
	free(tree->block);
	free(tree->path);
	free(tree);
}

static int open_tables(struct advi_sqfs_tree *tree, struct adv_err *err)
{
	sqfs_file_t *file = &tree->file->base;
	sqfs_compressor_config_t config;
	int r = sqfs_super_read(&tree->super, file);

	/* A fragment has the end of one file at least; libsquashfs allocates what it is told. */
	if (r == 0 && (tree->super.inode_count > MEMBERS ||
		       tree->super.fragment_entry_count > tree->super.inode_count))
		return advi_fail(err, ADV_EINPUT,
				 "image '%s' says that it has %u files in %u fragments", tree->path,
				 tree->super.inode_count, tree->super.fragment_entry_count);
	if (r == 0)
		r = sqfs_compressor_config_init(&config, tree->super.compression_id,
						tree->super.block_size, SQFS_COMP_FLAG_UNCOMPRESS);
	if (r == 0)
		r = sqfs_compressor_create(&config, &tree->unpacker);
	if (r == 0 && tree->super.flags & SQFS_FLAG_COMPRESSOR_OPTIONS)
		r = tree->unpacker->read_options(tree->unpacker, file);
	if (r < 0)
		return fail(tree, r, err);
	tree->ids = sqfs_id_table_create(0);
	tree->folders = sqfs_dir_reader_create(&tree->super, tree->unpacker, file, 0);
	tree->data = sqfs_data_reader_create(file, tree->super.block_size, tree->unpacker, 0);
	if (!tree->ids || !tree->folders || !tree->data)
		abort();
	r = sqfs_id_table_read(tree->ids, file, &tree->super, tree->unpacker);
	if (r == 0)
		r = sqfs_data_reader_load_fragment_table(tree->data, &tree->super);
	return r < 0 ? fail(tree, r, err) : 0;
}

static int by_path_backwards(const void *a, const void *b)
{
	const struct waiting *left = a, *right = b;

	return -strcmp(left->path, right->path);
}

static int add_child(struct advi_sqfs_tree *tree, const char *folder, const sqfs_dir_entry_t *entry,
		     struct adv_err *err)
{
	struct waiting child = {0};
	int length = entry->size + 1, r;
	const char *name = (const char *)entry->name;

	if (memchr(name, '/', (size_t)length) || memchr(name, '\0', (size_t)length) ||
	    (length <= 2 && strncmp(name, "..", (size_t)length) == 0))
		return advi_fail(err, ADV_EINPUT, "image '%s' holds a name that is none",
				 tree->path);
	if (++tree->members > MEMBERS)
		return advi_fail(err, ADV_EINPUT, "image '%s' holds more than %d members",
				 tree->path, MEMBERS);
	if (strlen(folder) + (size_t)length + 2 > ADVI_MEMBER_PATH_BYTES)
		return advi_fail(err, ADV_EINPUT, "image '%s' is nested too deeply", tree->path);
	r = sqfs_dir_reader_get_inode(tree->folders, &child.inode);
	if (r < 0)
		return fail(tree, r, err);
	child.path = advi_format("%s%s%.*s", folder, *folder ? "/" : "", length, name);
	advi_vec_push(&tree->stack, child);
	return 0;
}

/* Puts what is in a folder on the stack, the first name last. */
static int enter(struct advi_sqfs_tree *tree, const struct waiting *folder, struct adv_err *err)
{
	size_t before = tree->stack.count;
	sqfs_dir_entry_t *entry;
	int r = sqfs_dir_reader_open_dir(tree->folders, folder->inode, 0);

	if (r < 0)
		return fail(tree, r, err);
	while ((r = sqfs_dir_reader_read(tree->folders, &entry)) == 0) {
		r = add_child(tree, folder->path, entry, err);
		sqfs_free(entry);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return fail(tree, r, err);
	if (tree->stack.count > before)
		qsort(tree->stack.at + before, tree->stack.count - before, sizeof(*tree->stack.at),
		      by_path_backwards);
	return 0;
}

int advi_sqfs_tree_open(struct advi_sqfs_tree **out, const char *path, struct adv_err *err)
{
	struct advi_sqfs_tree *tree = advi_calloc(1, sizeof(*tree));
	struct waiting root = {.path = advi_strdup("")};
	struct stat info;
	int r = 0;

	tree->path = advi_strdup(path);
	tree->link.cap = ADVI_MEMBER_PATH_BYTES;
	tree->block = advi_malloc(BLOCK_BYTES);
	tree->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (tree->fd < 0 || fstat(tree->fd, &info) < 0)
		r = advi_fail_errno(err, "can't open image '%s'", path);
	if (r == 0) {
		tree->file = advi_sqfs_file_new(tree->fd, (uint64_t)info.st_size);
		r = open_tables(tree, err);
	}
	if (r == 0) {
		r = sqfs_dir_reader_get_root_inode(tree->folders, &root.inode);
		r = r < 0 ? fail(tree, r, err) : enter(tree, &root, err);
	}
	drop(&root);
	if (r < 0)
		advi_sqfs_tree_free(tree);
	else
		*out = tree;
	return r;
}

static enum advi_member_kind kind_of(unsigned mode)
{
	return S_ISREG(mode)   ? ADVI_MEMBER_FILE
	       : S_ISDIR(mode) ? ADVI_MEMBER_FOLDER
	       : S_ISLNK(mode) ? ADVI_MEMBER_LINK
			       : ADVI_MEMBER_OTHER;
}

static void fill_link(struct advi_sqfs_tree *tree, struct advi_member *member)
{
	const sqfs_inode_generic_t *inode = tree->now.inode;
	/* Both kinds of link inode begin alike. */
	size_t size = inode->data.slink.target_size;

	if (size > inode->payload_bytes_used)
		size = inode->payload_bytes_used;
	advi_buf_reset(&tree->link);
	advi_buf_add(&tree->link, (struct advi_str){(const char *)inode->extra, size});
	member->link = advi_buf_str(&tree->link);
}

int advi_sqfs_tree_next(struct advi_sqfs_tree *tree, struct advi_member *member,
			struct adv_err *err)
{
	const sqfs_inode_t *base;
	sqfs_u64 size = 0;
	int r = 0;

	drop(&tree->now);
	if (!tree->stack.count)
		return 0;
	tree->now = tree->stack.at[--tree->stack.count];
	tree->offset = 0;
	base = &tree->now.inode->base;
	*member = (struct advi_member){
		.path = advi_str(tree->now.path),
		.kind = kind_of(base->mode),
		.mode = base->mode & 07777,
		.mtime = base->mod_time,
	};
	r = sqfs_id_table_index_to_id(tree->ids, base->uid_idx, &member->uid);
	if (r == 0)
		r = sqfs_id_table_index_to_id(tree->ids, base->gid_idx, &member->gid);
	if (r == 0 && member->kind == ADVI_MEMBER_FILE)
		r = sqfs_inode_get_file_size(tree->now.inode, &size);
	if (r < 0)
		return fail(tree, r, err);
	member->size = size;
	if (member->kind == ADVI_MEMBER_LINK)
		fill_link(tree, member);
	if (member->kind == ADVI_MEMBER_FOLDER)
		r = enter(tree, &tree->now, err);
	return r < 0 ? r : 1;
}

int advi_sqfs_tree_read(struct advi_sqfs_tree *tree, struct advi_str *out, struct adv_err *err)
{
	sqfs_s32 got = sqfs_data_reader_read(tree->data, tree->now.inode, tree->offset, tree->block,
					     BLOCK_BYTES);

	*out = (struct advi_str){tree->block, got > 0 ? (size_t)got : 0};
	if (got < 0)
		return advi_fail(err, ADV_EINPUT, "can't read '%s' of image '%s': %s",
				 tree->now.path, tree->path, advi_sqfs_text(got));
	tree->offset += out->len;
	return 0;
}
