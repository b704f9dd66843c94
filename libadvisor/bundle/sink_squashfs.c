/* SPDX-License-Identifier: BSD-3-Clause */
/* Images as squashfs (libsquashfs): blocks while files come, then inodes and tables. */
#include <errno.h>
#include <sqfs/block.h>
#include <sqfs/block_processor.h>
#include <sqfs/block_writer.h>
#include <sqfs/compressor.h>
#include <sqfs/error.h>
#include <sqfs/frag_table.h>
#include <sqfs/super.h>
#include <unistd.h>

#include "bundle/sink.h"
#include "bundle/sqfs_file.h"
#include "bundle/sqfs_inodes.h"

enum {
	DEVICE_BLOCK = 4096, /* images are padded to this, as loop devices want it */
	BACKLOG = 8,         /* blocks in flight a worker */
	DEFAULT_BLOCK = 128 * 1024
};

struct squashfs {
	struct advi_sink base;
	struct advi_sqfs_inodes tree;
	const struct advi_map *hot; /* paths; borrowed, NULL: none */
	struct advi_sqfs_file *file;
	sqfs_super_t super;
	sqfs_compressor_t *compressor, *unpacker;
	sqfs_block_writer_t *writer;
	sqfs_frag_table_t *fragments;
	sqfs_block_processor_t *blocks;
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
	advi_sqfs_inodes_clear(&fs->tree);
	sqfs_destroy(fs->fragments);
	sqfs_destroy(fs->writer);
	sqfs_destroy(fs->unpacker);
	sqfs_destroy(fs->compressor);
	sqfs_destroy(fs->file);
	free(fs);
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
	if (!fs->writer || !fs->fragments)
		return check(fs, SQFS_ERROR_ALLOC, err);
	r = advi_sqfs_inodes_open(&fs->tree, &fs->file->base, fs->compressor);
	if (r < 0)
		return check(fs, r, err);
	r = sqfs_block_processor_create_ex(&desc, &fs->blocks);
	return check(fs, r, err);
}

static int squashfs_open(struct advi_sink **out, FILE *file,
			 const struct advi_sink_options *options, struct adv_err *err)
{
	struct squashfs *fs = advi_calloc(1, sizeof(*fs));
	int r;

	fs->base.ops = &advi_sink_squashfs;
	fs->tree.epoch = options->epoch;
	fs->hot = options->hot;
	fs->file = advi_sqfs_file_new(fileno(file), 0);
	*out = &fs->base;
	advi_sqfs_inodes_add(&fs->tree, "", S_IFDIR | 0755);
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
	advi_sqfs_inodes_add(&squashfs_of(sink)->tree, path, S_IFDIR | 0755);
	return 0;
}

static int squashfs_link(struct advi_sink *sink, const char *path, const char *text,
			 struct adv_err *err)
{
	struct advi_sqfs_inodes *tree = &squashfs_of(sink)->tree;

	(void)err;
	advi_sqfs_inodes_add(tree, path, S_IFLNK | 0777)->link = advi_arena_dup(&tree->arena, text);
	return 0;
}

static int squashfs_begin(struct advi_sink *sink, const char *path, unsigned mode, uint64_t size,
			  struct adv_err *err)
{
	struct squashfs *fs = squashfs_of(sink);
	struct advi_sqfs_node *node = advi_sqfs_inodes_add(&fs->tree, path, S_IFREG | mode);

	(void)size;
	if (fs->hot && advi_map_get(fs->hot, advi_str(path)))
		advi_vec_push(&fs->tree.read_first, node);
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

static int write_tables(struct squashfs *fs, struct adv_err *err)
{
	const struct advi_sqfs_node *root = fs->tree.nodes.at[0];
	sqfs_file_t *file = &fs->file->base;
	uint64_t padding;
	int r = sqfs_frag_table_write(fs->fragments, file, &fs->super, fs->compressor);

	if (r == 0)
		r = sqfs_dir_writer_write_export_table(fs->tree.folder_writer, file, fs->compressor,
						       root->number, root->reference, &fs->super);
	if (r == 0)
		r = sqfs_id_table_write(fs->tree.ids, file, &fs->super, fs->compressor);
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
		r = check(fs, advi_sqfs_inodes_write(&fs->tree, &fs->super, &fs->file->base), err);
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
