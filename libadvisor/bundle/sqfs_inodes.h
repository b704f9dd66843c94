/* SPDX-License-Identifier: BSD-3-Clause */
/* Inodes and folders of a squashfs image. What is asked for first lies together. */
#ifndef ADVI_BUNDLE_SQFS_INODES_H
#define ADVI_BUNDLE_SQFS_INODES_H

#include <sqfs/dir_writer.h>
#include <sqfs/id_table.h>
#include <sqfs/inode.h>
#include <sqfs/io.h>
#include <sqfs/meta_writer.h>
#include <sqfs/super.h>

#include "base/map.h"
#include "base/vec.h"

/* One thing in the tree; it never moves, since libsquashfs keeps the address of 'inode'. */
struct advi_sqfs_node {
	const char *path, *name; /* name: the last component */
	const char *link;
	sqfs_inode_generic_t *inode; /* of a file: as the block processor leaves it */
	struct advi_sqfs_node *parent, *first, *last, *next; /* children in byte order of names */
	unsigned mode;                                       /* with the type, as in stat */
	uint32_t number, subfolders;
	uint64_t reference;
	bool hot; /* asked for first, or a folder with something that is */
};

/* All of an image; zeroed is empty. */
struct advi_sqfs_inodes {
	struct advi_arena arena;
	ADVI_VEC(struct advi_sqfs_node *) nodes;      /* the root first */
	ADVI_VEC(struct advi_sqfs_node *) read_first; /* files, in their order, by the caller */
	ADVI_VEC(struct advi_sqfs_node *) hot; /* the same, and what is asked for before each */
	struct advi_map folders;               /* path -> struct advi_sqfs_node * */
	uint32_t epoch;                        /* the time of each, by the caller */
	sqfs_id_table_t *ids;
	sqfs_meta_writer_t *inodes, *listings;
	sqfs_dir_writer_t *folder_writer;
};

/* Makes the tables; file and compressor are borrowed. 0 or an error of libsquashfs, as below. */
int advi_sqfs_inodes_open(struct advi_sqfs_inodes *tree, sqfs_file_t *file,
			  sqfs_compressor_t *compressor);
void advi_sqfs_inodes_clear(struct advi_sqfs_inodes *tree);

/* Adds what stands at 'path', the root ("") first; the node is the tree's. */
struct advi_sqfs_node *advi_sqfs_inodes_add(struct advi_sqfs_inodes *tree, const char *path,
					    unsigned mode);

/*
 * Writes inodes and listings to the end of the file, when every file's blocks are done, and says in
 * 'super' where they are. Its other tables are the caller's to write.
 */
int advi_sqfs_inodes_write(struct advi_sqfs_inodes *tree, sqfs_super_t *super, sqfs_file_t *file);

#endif
