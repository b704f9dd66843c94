/* SPDX-License-Identifier: BSD-3-Clause */
/* Inodes and folders of a squashfs image: their numbers, their order, their tables. */
#include "bundle/sqfs_inodes.h"

#include <sqfs/error.h>
#include <sys/stat.h>

#include "bundle/pyc.h"
#include "io/archive.h"

enum { NO_ATTRIBUTES = 0xFFFFFFFF };

int advi_sqfs_inodes_open(struct advi_sqfs_inodes *tree, sqfs_file_t *file,
			  sqfs_compressor_t *compressor)
{
	tree->ids = sqfs_id_table_create(0);
	tree->inodes = sqfs_meta_writer_create(file, compressor, 0);
	tree->listings = sqfs_meta_writer_create(file, compressor, SQFS_META_WRITER_KEEP_IN_MEMORY);
	if (!tree->ids || !tree->inodes || !tree->listings)
		return SQFS_ERROR_ALLOC;
	tree->folder_writer =
		sqfs_dir_writer_create(tree->listings, SQFS_DIR_WRITER_CREATE_EXPORT_TABLE);
	return tree->folder_writer ? 0 : SQFS_ERROR_ALLOC;
}

void advi_sqfs_inodes_clear(struct advi_sqfs_inodes *tree)
{
	sqfs_destroy(tree->folder_writer);
	sqfs_destroy(tree->listings);
	sqfs_destroy(tree->inodes);
	sqfs_destroy(tree->ids);
	for (size_t i = 0; i < tree->nodes.count; i++)
		sqfs_free(tree->nodes.at[i]->inode);
	advi_vec_clear(&tree->nodes);
	advi_vec_clear(&tree->read_first);
	advi_vec_clear(&tree->hot);
	advi_map_clear(&tree->folders);
	advi_arena_clear(&tree->arena);
}

struct advi_sqfs_node *advi_sqfs_inodes_add(struct advi_sqfs_inodes *tree, const char *path,
					    unsigned mode)
{
	struct advi_sqfs_node *node = advi_arena_alloc(&tree->arena, sizeof(*node));
	size_t slash;

	node->path = advi_arena_dup(&tree->arena, path);
	for (slash = strlen(path); slash > 0 && path[slash - 1] != '/'; slash--)
		;
	node->name = node->path + slash;
	node->mode = mode;
	advi_vec_push(&tree->nodes, node);
	if (S_ISDIR(mode))
		advi_map_add(&tree->folders, advi_str(path), NULL)->pointer = node;
	return node;
}

static int by_path(const void *a, const void *b)
{
	const struct advi_sqfs_node *const *left = a, *const *right = b;

	return strcmp((*left)->path, (*right)->path);
}

/* Strings every node to its folder; byte order of paths gives byte order of siblings. */
static void link_nodes(struct advi_sqfs_inodes *tree)
{
	advi_vec_sort(&tree->nodes, by_path);
	for (size_t i = 1; i < tree->nodes.count; i++) {
		struct advi_sqfs_node *node = tree->nodes.at[i];
		size_t length = (size_t)(node->name - node->path);
		struct advi_str folder = {node->path, length ? length - 1 : 0};
		struct advi_map_entry *entry = advi_map_get(&tree->folders, folder);
		struct advi_sqfs_node *parent = entry->pointer;

		node->parent = parent;
		if (parent->last)
			parent->last->next = node;
		else
			parent->first = node;
		parent->last = node;
		parent->subfolders += S_ISDIR(node->mode);
	}
}

/* Folder by folder, so that siblings have neighbouring numbers, which listings store well. */
static void number_nodes(struct advi_sqfs_inodes *tree, struct advi_sqfs_node **folders,
			 size_t *folder_count)
{
	uint32_t number = 1;

	folders[0] = tree->nodes.at[0];
	folders[0]->number = number++;
	*folder_count = 1;
	for (size_t i = 0; i < *folder_count; i++) {
		for (struct advi_sqfs_node *child = folders[i]->first; child; child = child->next) {
			child->number = number++;
			if (S_ISDIR(child->mode))
				folders[(*folder_count)++] = child;
		}
	}
}

/* --- into their tables --- */

static int write_inode(struct advi_sqfs_inodes *tree, struct advi_sqfs_node *node)
{
	sqfs_inode_generic_t *inode = node->inode;
	sqfs_u64 block;
	sqfs_u32 offset;
	int r;

	inode->base.mode = (sqfs_u16)node->mode;
	inode->base.mod_time = tree->epoch;
	inode->base.inode_number = node->number;
	r = sqfs_id_table_id_to_index(tree->ids, 0, &inode->base.uid_idx);
	if (r == 0)
		r = sqfs_id_table_id_to_index(tree->ids, 0, &inode->base.gid_idx);
	sqfs_meta_writer_get_position(tree->inodes, &block, &offset);
	node->reference = block << 16 | offset;
	if (r == 0)
		r = sqfs_meta_writer_write_inode(tree->inodes, inode);
	sqfs_free(inode);
	node->inode = NULL;
	return r < 0 ? r : 0;
}

static void make_link_inode(struct advi_sqfs_node *node)
{
	size_t length = strlen(node->link);
	sqfs_inode_generic_t *inode = advi_calloc(1, sizeof(*inode) + length + 1);

	inode->base.type = SQFS_INODE_SLINK;
	inode->payload_bytes_available = inode->payload_bytes_used = (sqfs_u32)length;
	inode->data.slink.nlink = 1;
	inode->data.slink.target_size = (sqfs_u32)length;
	memcpy(inode->extra, node->link, length);
	node->inode = inode;
}

/* --- what is asked for first --- */

/* Python asks for the source of each .pyc that it reads, whether or not that could matter. */
static struct advi_sqfs_node *source_of(const struct advi_sqfs_inodes *tree,
					const struct advi_sqfs_node *file)
{
	char path[ADVI_MEMBER_PATH_BYTES];
	const struct advi_sqfs_node wanted = {.path = path}, *key = &wanted;
	struct advi_sqfs_node **found;

	if (!advi_pyc_source_path(advi_str(file->path), path, sizeof(path)))
		return NULL;
	found = bsearch(&key, tree->nodes.at, tree->nodes.count, sizeof(struct advi_sqfs_node *),
			by_path);
	return found && S_ISREG((*found)->mode) ? *found : NULL;
}

static void heat(struct advi_sqfs_inodes *tree, struct advi_sqfs_node *file)
{
	if (!file || file->hot)
		return;
	file->hot = true;
	advi_vec_push(&tree->hot, file);
}

static void heat_files(struct advi_sqfs_inodes *tree)
{
	for (size_t i = 0; i < tree->read_first.count; i++) {
		heat(tree, source_of(tree, tree->read_first.at[i]));
		heat(tree, tree->read_first.at[i]);
	}
}

/* Marks folders on the way to what is read first. */
static void heat_folders(struct advi_sqfs_inodes *tree)
{
	for (size_t i = 0; i < tree->hot.count; i++)
		for (struct advi_sqfs_node *folder = tree->hot.at[i]->parent;
		     folder && !folder->hot; folder = folder->parent)
			folder->hot = true;
}

/* --- all of them, in their order --- */

/* Inodes of files in a folder that are not read first. Links are read with their folder. */
static int write_cold_files(struct advi_sqfs_inodes *tree, struct advi_sqfs_node *folder)
{
	int r = 0;

	for (struct advi_sqfs_node *child = folder->first; child && r == 0; child = child->next)
		if (S_ISREG(child->mode) && !child->hot)
			r = write_inode(tree, child);
	return r;
}

/* A folder's links, its listing, then itself. Files and folders in it were written before. */
static int write_folder(struct advi_sqfs_inodes *tree, struct advi_sqfs_node *folder)
{
	uint32_t above = folder->parent ? folder->parent->number : (uint32_t)tree->nodes.count + 1;
	int r = 0;

	for (struct advi_sqfs_node *child = folder->first; child && r == 0; child = child->next) {
		if (!S_ISLNK(child->mode))
			continue;
		make_link_inode(child);
		r = write_inode(tree, child);
	}
	if (r < 0)
		return r;
	r = sqfs_dir_writer_begin(tree->folder_writer, 0);
	for (struct advi_sqfs_node *child = folder->first; child && r == 0; child = child->next)
		r = sqfs_dir_writer_add_entry(tree->folder_writer, child->name, child->number,
					      child->reference, (sqfs_u16)child->mode);
	if (r == 0)
		r = sqfs_dir_writer_end(tree->folder_writer);
	if (r < 0)
		return r;
	folder->inode = sqfs_dir_writer_create_inode(
		tree->folder_writer, 2 + (size_t)folder->subfolders, NO_ATTRIBUTES, above);
	return folder->inode ? write_inode(tree, folder) : SQFS_ERROR_ALLOC;
}

/*
 * Kernels keep 8 blocks of inodes and listings unpacked, of 8 KiB each. So what is read first lies
 * together: inodes of files in their order, then folders, those below others just before them.
 */
static int write_inodes(struct advi_sqfs_inodes *tree, struct advi_sqfs_node **folders,
			size_t count)
{
	int r = 0;

	for (size_t i = count; i-- > 0 && r == 0;) {
		r = write_cold_files(tree, folders[i]);
		if (r == 0 && !folders[i]->hot)
			r = write_folder(tree, folders[i]);
	}
	for (size_t i = 0; i < tree->hot.count && r == 0; i++)
		r = write_inode(tree, tree->hot.at[i]);
	for (size_t i = tree->nodes.count; i-- > 0 && r == 0;)
		if (S_ISDIR(tree->nodes.at[i]->mode) && tree->nodes.at[i]->hot)
			r = write_folder(tree, tree->nodes.at[i]);
	return r;
}

int advi_sqfs_inodes_write(struct advi_sqfs_inodes *tree, sqfs_super_t *super, sqfs_file_t *file)
{
	ADVI_AUTO_PTR struct advi_sqfs_node **folders =
		advi_calloc(tree->folders.entries.count, sizeof(*folders));
	size_t count;
	int r;

	link_nodes(tree);
	number_nodes(tree, folders, &count);
	heat_files(tree);
	heat_folders(tree);
	super->inode_count = (sqfs_u32)tree->nodes.count;
	super->inode_table_start = file->get_size(file);
	r = write_inodes(tree, folders, count);
	if (r < 0)
		return r;
	r = sqfs_meta_writer_flush(tree->inodes);
	if (r == 0)
		r = sqfs_meta_writer_flush(tree->listings);
	super->root_inode_ref = folders[0]->reference;
	super->directory_table_start = file->get_size(file);
	if (r == 0)
		r = sqfs_meta_write_write_to_file(tree->listings);
	return r;
}
