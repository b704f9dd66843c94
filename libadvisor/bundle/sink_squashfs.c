/* SPDX-License-Identifier: BSD-3-Clause */
/* Images as squashfs (libsquashfs): blocks while files come, then inodes and folders. */
#include <errno.h>
#include <sqfs/block.h>
#include <sqfs/block_processor.h>
#include <sqfs/block_writer.h>
#include <sqfs/compressor.h>
#include <sqfs/dir_writer.h>
#include <sqfs/error.h>
#include <sqfs/frag_table.h>
#include <sqfs/id_table.h>
#include <sqfs/inode.h>
#include <sqfs/meta_writer.h>
#include <sqfs/super.h>
#include <unistd.h>

#include "base/map.h"
#include "bundle/pyc.h"
#include "bundle/sink.h"
#include "bundle/sqfs_file.h"
#include "io/archive.h"

enum {
	DEVICE_BLOCK = 4096, /* images are padded to this, as loop devices want it */
	BACKLOG = 8,         /* blocks in flight a worker */
	DEFAULT_BLOCK = 128 * 1024,
	NONE = 0xFFFFFFFF
};

/* One thing in the tree; it never moves, since libsquashfs keeps the address of 'inode'. */
struct node {
	const char *path, *name; /* name: the last component */
	const char *link;
	sqfs_inode_generic_t *inode;
	struct node *parent, *first, *last, *next; /* children are in byte order of their names */
	unsigned mode;                             /* with the type, as in stat */
	uint32_t number, subfolders;
	uint64_t reference;
	bool hot; /* asked for first, or a folder with something that is */
};

struct squashfs {
	struct advi_sink base;
	struct advi_arena arena;
	ADVI_VEC(struct node *) nodes;      /* the root first */
	ADVI_VEC(struct node *) read_first; /* files, in their order */
	ADVI_VEC(struct node *) hot;        /* the same, and what is asked for before each */
	const struct advi_map *wants_hot;
	struct advi_map folders; /* path -> struct node * */
	uint32_t epoch;
	struct advi_sqfs_file *file;
	sqfs_super_t super;
	sqfs_compressor_t *compressor, *unpacker;
	sqfs_block_writer_t *writer;
	sqfs_frag_table_t *fragments;
	sqfs_block_processor_t *blocks;
	sqfs_id_table_t *ids;
	sqfs_meta_writer_t *inodes, *listings;
	sqfs_dir_writer_t *folder_writer;
};

static struct squashfs *squashfs_of(struct advi_sink *sink)
{
	return (struct squashfs *)sink;
}

/* An error number of libsquashfs as an error; 0 passes. */
static int check(const struct squashfs *fs, int error, struct adv_err *err)
{
	if (error >= 0)
		return 0;
	if (error == SQFS_ERROR_IO && fs->file->sys) {
		errno = fs->file->sys;
		return advi_fail_errno(err, "can't write the image");
	}
	return advi_fail(err, ADV_EENV, "can't write the image: %s", advi_sqfs_text(error));
}

static void squashfs_free(struct advi_sink *sink)
{
	struct squashfs *fs = squashfs_of(sink);

	if (!fs)
		return;
	/* The block processor first: its workers use the rest. */
	sqfs_destroy(fs->blocks);
	sqfs_destroy(fs->folder_writer);
	sqfs_destroy(fs->listings);
	sqfs_destroy(fs->inodes);
	sqfs_destroy(fs->ids);
	sqfs_destroy(fs->fragments);
	sqfs_destroy(fs->writer);
	sqfs_destroy(fs->unpacker);
	sqfs_destroy(fs->compressor);
	sqfs_destroy(fs->file);
	for (size_t i = 0; i < fs->nodes.count; i++)
		sqfs_free(fs->nodes.at[i]->inode);
	advi_vec_clear(&fs->nodes);
	advi_vec_clear(&fs->read_first);
	advi_vec_clear(&fs->hot);
	advi_map_clear(&fs->folders);
	advi_arena_clear(&fs->arena);
	free(fs);
}

static struct node *add_node(struct squashfs *fs, const char *path, unsigned mode)
{
	struct node *node = advi_arena_alloc(&fs->arena, sizeof(*node));
	size_t slash;

	node->path = advi_arena_dup(&fs->arena, path);
	for (slash = strlen(path); slash > 0 && path[slash - 1] != '/'; slash--)
		;
	node->name = node->path + slash;
	node->mode = mode;
	advi_vec_push(&fs->nodes, node);
	if (S_ISDIR(mode))
		advi_map_add(&fs->folders, advi_str(path), NULL)->pointer = node;
	return node;
}

/* Codecs by the name people use; kernels may lack some, so others stay to be chosen. */
static int new_compressor(struct squashfs *fs, const struct advi_sink_options *options,
			  struct adv_err *err)
{
	const char *codec = options->codec ? options->codec : "zstd";
	int id = strcmp(codec, "lzo") == 0 ? -1 : sqfs_compressor_id_from_name(codec);
	size_t block = options->block_bytes ? options->block_bytes : DEFAULT_BLOCK;
	sqfs_compressor_config_t config;

	if (block < SQFS_MIN_BLOCK_SIZE || block > SQFS_MAX_BLOCK_SIZE || (block & (block - 1)))
		return advi_fail(err, ADV_EUSAGE,
				 "block size %zu is no power of two from 4 KiB to 1 MiB", block);
	if (id < 0 || sqfs_compressor_config_init(&config, (SQFS_COMPRESSOR)id, block, 0) < 0)
		return advi_fail(err, ADV_EUSAGE,
				 "there is no codec '%s'; use zstd, lz4, xz or gzip", codec);
	if (options->level)
		config.level = options->level;
	else if (id == SQFS_COMP_ZSTD)
		config.level = 3;
	if (sqfs_compressor_create(&config, &fs->compressor) < 0)
		return advi_fail(err, ADV_EUSAGE, "codec '%s' has no level %u", codec,
				 (unsigned)config.level);
	config.flags |= SQFS_COMP_FLAG_UNCOMPRESS;
	if (sqfs_compressor_create(&config, &fs->unpacker) < 0 ||
	    sqfs_super_init(&fs->super, block, options->epoch, (SQFS_COMPRESSOR)id) < 0)
		return advi_fail(err, ADV_EENV, "libsquashfs can't use codec '%s'", codec);
	return 0;
}

static unsigned count_threads(unsigned wanted)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return wanted ? wanted : cores < 1 ? 1 : cores > 64 ? 64 : (unsigned)cores;
}

static int new_writers(struct squashfs *fs, unsigned threads, struct adv_err *err)
{
	sqfs_block_processor_desc_t desc = {
		.size = sizeof(desc),
		.max_block_size = fs->super.block_size,
		.num_workers = threads,
		.max_backlog = threads * BACKLOG,
		.cmp = fs->compressor,
		.file = &fs->file->base,
		.uncmp = fs->unpacker,
	};
	int r;

	fs->writer = desc.wr = sqfs_block_writer_create(&fs->file->base, DEVICE_BLOCK, 0);
	fs->fragments = desc.tbl = sqfs_frag_table_create(0);
	fs->ids = sqfs_id_table_create(0);
	fs->inodes = sqfs_meta_writer_create(&fs->file->base, fs->compressor, 0);
	fs->listings = sqfs_meta_writer_create(&fs->file->base, fs->compressor,
					       SQFS_META_WRITER_KEEP_IN_MEMORY);
	if (!fs->writer || !fs->fragments || !fs->ids || !fs->inodes || !fs->listings)
		return check(fs, SQFS_ERROR_ALLOC, err);
	fs->folder_writer =
		sqfs_dir_writer_create(fs->listings, SQFS_DIR_WRITER_CREATE_EXPORT_TABLE);
	if (!fs->folder_writer)
		return check(fs, SQFS_ERROR_ALLOC, err);
	r = sqfs_block_processor_create_ex(&desc, &fs->blocks);
	return check(fs, r, err);
}

static int squashfs_open(struct advi_sink **out, FILE *file,
			 const struct advi_sink_options *options, struct adv_err *err)
{
	struct squashfs *fs = advi_calloc(1, sizeof(*fs));
	int r;

	fs->base.ops = &advi_sink_squashfs;
	fs->epoch = options->epoch;
	fs->wants_hot = options->hot;
	fs->file = advi_sqfs_file_new(fileno(file), 0);
	*out = &fs->base;
	add_node(fs, "", S_IFDIR | 0755);
	r = new_compressor(fs, options, err);
	if (r < 0)
		return r;
	r = check(fs, sqfs_super_write(&fs->super, &fs->file->base), err);
	if (r == 0) {
		int options_written =
			fs->compressor->write_options(fs->compressor, &fs->file->base);

		if (options_written > 0)
			fs->super.flags |= SQFS_FLAG_COMPRESSOR_OPTIONS;
		r = check(fs, options_written, err);
	}
	return r == 0 ? new_writers(fs, count_threads(options->threads), err) : r;
}

static int squashfs_folder(struct advi_sink *sink, const char *path, struct adv_err *err)
{
	(void)err;
	add_node(squashfs_of(sink), path, S_IFDIR | 0755);
	return 0;
}

static int squashfs_link(struct advi_sink *sink, const char *path, const char *text,
			 struct adv_err *err)
{
	struct squashfs *fs = squashfs_of(sink);

	(void)err;
	add_node(fs, path, S_IFLNK | 0777)->link = advi_arena_dup(&fs->arena, text);
	return 0;
}

static int squashfs_begin(struct advi_sink *sink, const char *path, unsigned mode, uint64_t size,
			  struct adv_err *err)
{
	struct squashfs *fs = squashfs_of(sink);
	struct node *node = add_node(fs, path, S_IFREG | mode);

	(void)size;
	if (fs->wants_hot && advi_map_get(fs->wants_hot, advi_str(path)))
		advi_vec_push(&fs->read_first, node);
	return check(fs, sqfs_block_processor_begin_file(fs->blocks, &node->inode, NULL, 0), err);
}

static int squashfs_data(struct advi_sink *sink, struct advi_str data, struct adv_err *err)
{
	struct squashfs *fs = squashfs_of(sink);

	return check(fs, sqfs_block_processor_append(fs->blocks, data.ptr, data.len), err);
}

static int squashfs_end(struct advi_sink *sink, struct adv_err *err)
{
	struct squashfs *fs = squashfs_of(sink);

	return check(fs, sqfs_block_processor_end_file(fs->blocks), err);
}

static int by_path(const void *a, const void *b)
{
	const struct node *const *left = a, *const *right = b;

	return strcmp((*left)->path, (*right)->path);
}

/* Strings every node to its folder; byte order of paths gives byte order of siblings. */
static void link_nodes(struct squashfs *fs)
{
	advi_vec_sort(&fs->nodes, by_path);
	for (size_t i = 1; i < fs->nodes.count; i++) {
		struct node *node = fs->nodes.at[i];
		size_t length = (size_t)(node->name - node->path);
		struct advi_str folder = {node->path, length ? length - 1 : 0};
		struct advi_map_entry *entry = advi_map_get(&fs->folders, folder);
		struct node *parent = entry->pointer;

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
static void number_nodes(struct squashfs *fs, struct node **folders, size_t *folder_count)
{
	uint32_t number = 1;

	folders[0] = fs->nodes.at[0];
	folders[0]->number = number++;
	*folder_count = 1;
	for (size_t i = 0; i < *folder_count; i++) {
		for (struct node *child = folders[i]->first; child; child = child->next) {
			child->number = number++;
			if (S_ISDIR(child->mode))
				folders[(*folder_count)++] = child;
		}
	}
}

static int write_inode(struct squashfs *fs, struct node *node, struct adv_err *err)
{
	sqfs_inode_generic_t *inode = node->inode;
	sqfs_u64 block;
	sqfs_u32 offset;
	int r;

	inode->base.mode = (sqfs_u16)node->mode;
	inode->base.mod_time = fs->epoch;
	inode->base.inode_number = node->number;
	r = sqfs_id_table_id_to_index(fs->ids, 0, &inode->base.uid_idx);
	if (r == 0)
		r = sqfs_id_table_id_to_index(fs->ids, 0, &inode->base.gid_idx);
	sqfs_meta_writer_get_position(fs->inodes, &block, &offset);
	node->reference = block << 16 | offset;
	if (r == 0)
		r = sqfs_meta_writer_write_inode(fs->inodes, inode);
	sqfs_free(inode);
	node->inode = NULL;
	return check(fs, r, err);
}

static void make_link_inode(struct node *node)
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

/* Python asks for the source of each .pyc that it reads, whether or not that could matter. */
static struct node *source_of(const struct squashfs *fs, const struct node *file)
{
	char path[ADVI_MEMBER_PATH_BYTES];
	const struct node wanted = {.path = path}, *key = &wanted;
	struct node **found;

	if (!advi_pyc_source_path(advi_str(file->path), path, sizeof(path)))
		return NULL;
	found = bsearch(&key, fs->nodes.at, fs->nodes.count, sizeof(struct node *), by_path);
	return found && S_ISREG((*found)->mode) ? *found : NULL;
}

static void heat(struct squashfs *fs, struct node *file)
{
	if (!file || file->hot)
		return;
	file->hot = true;
	advi_vec_push(&fs->hot, file);
}

static void heat_files(struct squashfs *fs)
{
	for (size_t i = 0; i < fs->read_first.count; i++) {
		heat(fs, source_of(fs, fs->read_first.at[i]));
		heat(fs, fs->read_first.at[i]);
	}
}

/* Marks folders on the way to what is read first. */
static void heat_folders(struct squashfs *fs)
{
	for (size_t i = 0; i < fs->hot.count; i++)
		for (struct node *folder = fs->hot.at[i]->parent; folder && !folder->hot;
		     folder = folder->parent)
			folder->hot = true;
}

/* Inodes of files in a folder that are not read first. Links are read with their folder. */
static int write_cold_files(struct squashfs *fs, struct node *folder, struct adv_err *err)
{
	int r = 0;

	for (struct node *child = folder->first; child && r == 0; child = child->next)
		if (S_ISREG(child->mode) && !child->hot)
			r = write_inode(fs, child, err);
	return r;
}

/* A folder's links, its listing, then itself. Files and folders in it were written before. */
static int write_folder(struct squashfs *fs, struct node *folder, struct adv_err *err)
{
	uint32_t above = folder->parent ? folder->parent->number : (uint32_t)fs->nodes.count + 1;
	int r = 0;

	for (struct node *child = folder->first; child && r == 0; child = child->next) {
		if (!S_ISLNK(child->mode))
			continue;
		make_link_inode(child);
		r = write_inode(fs, child, err);
	}
	if (r < 0)
		return r;
	r = sqfs_dir_writer_begin(fs->folder_writer, 0);
	for (struct node *child = folder->first; child && r == 0; child = child->next)
		r = sqfs_dir_writer_add_entry(fs->folder_writer, child->name, child->number,
					      child->reference, (sqfs_u16)child->mode);
	if (r == 0)
		r = sqfs_dir_writer_end(fs->folder_writer);
	if (r < 0)
		return check(fs, r, err);
	folder->inode = sqfs_dir_writer_create_inode(fs->folder_writer,
						     2 + (size_t)folder->subfolders, NONE, above);
	return folder->inode ? write_inode(fs, folder, err) : check(fs, SQFS_ERROR_ALLOC, err);
}

/*
 * Kernels keep 8 blocks of inodes and listings unpacked, of 8 KiB each. So what is read first lies
 * together: inodes of files in their order, then folders, those below others just before them.
 */
static int write_inodes(struct squashfs *fs, struct node **folders, size_t count,
			struct adv_err *err)
{
	int r = 0;

	for (size_t i = count; i-- > 0 && r == 0;) {
		r = write_cold_files(fs, folders[i], err);
		if (r == 0 && !folders[i]->hot)
			r = write_folder(fs, folders[i], err);
	}
	for (size_t i = 0; i < fs->hot.count && r == 0; i++)
		r = write_inode(fs, fs->hot.at[i], err);
	for (size_t i = fs->nodes.count; i-- > 0 && r == 0;)
		if (S_ISDIR(fs->nodes.at[i]->mode) && fs->nodes.at[i]->hot)
			r = write_folder(fs, fs->nodes.at[i], err);
	return r;
}

static int write_tree(struct squashfs *fs, struct adv_err *err)
{
	ADVI_AUTO_PTR struct node **folders =
		advi_calloc(fs->folders.entries.count, sizeof(*folders));
	size_t count;
	int r;

	link_nodes(fs);
	number_nodes(fs, folders, &count);
	heat_files(fs);
	heat_folders(fs);
	fs->super.inode_count = (sqfs_u32)fs->nodes.count;
	fs->super.inode_table_start = fs->file->size;
	r = write_inodes(fs, folders, count, err);
	if (r < 0)
		return r;
	r = sqfs_meta_writer_flush(fs->inodes);
	if (r == 0)
		r = sqfs_meta_writer_flush(fs->listings);
	fs->super.root_inode_ref = folders[0]->reference;
	fs->super.directory_table_start = fs->file->size;
	if (r == 0)
		r = sqfs_meta_write_write_to_file(fs->listings);
	return check(fs, r, err);
}

static int write_tables(struct squashfs *fs, struct adv_err *err)
{
	const struct node *root = fs->nodes.at[0];
	sqfs_file_t *file = &fs->file->base;
	uint64_t padding;
	int r = sqfs_frag_table_write(fs->fragments, file, &fs->super, fs->compressor);

	if (r == 0)
		r = sqfs_dir_writer_write_export_table(fs->folder_writer, file, fs->compressor,
						       root->number, root->reference, &fs->super);
	if (r == 0)
		r = sqfs_id_table_write(fs->ids, file, &fs->super, fs->compressor);
	fs->super.flags |= SQFS_FLAG_NO_XATTRS;
	fs->super.bytes_used = fs->file->size;
	if (r == 0)
		r = sqfs_super_write(&fs->super, file);
	padding = (DEVICE_BLOCK - fs->file->size % DEVICE_BLOCK) % DEVICE_BLOCK;
	if (r == 0 && padding)
		r = file->truncate(file, fs->file->size + padding);
	return check(fs, r, err);
}

static int squashfs_finish(struct advi_sink *sink, struct adv_err *err)
{
	struct squashfs *fs = squashfs_of(sink);
	int r = check(fs, sqfs_block_processor_finish(fs->blocks), err);

	if (r == 0)
		r = write_tree(fs, err);
	return r == 0 ? write_tables(fs, err) : r;
}

const struct advi_sink_ops advi_sink_squashfs = {
	.name = "squashfs",
	.suffix = ".squashfs",
	.open = squashfs_open,
	.folder = squashfs_folder,
	.link = squashfs_link,
	.begin = squashfs_begin,
	.data = squashfs_data,
	.end = squashfs_end,
	.finish = squashfs_finish,
	.free = squashfs_free,
};
