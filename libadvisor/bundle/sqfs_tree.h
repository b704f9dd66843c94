/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading squashfs images, member by member (libsquashfs). */
#ifndef ADVI_BUNDLE_SQFS_TREE_H
#define ADVI_BUNDLE_SQFS_TREE_H

#include "io/archive.h"

struct advi_sqfs_tree;

/* As advi_image_open and its kin, for squashfs alone. */
int advi_sqfs_tree_open(struct advi_sqfs_tree **out, const char *path, struct adv_err *err);
void advi_sqfs_tree_free(struct advi_sqfs_tree *tree);
int advi_sqfs_tree_next(struct advi_sqfs_tree *tree, struct advi_member *member,
			struct adv_err *err);
int advi_sqfs_tree_read(struct advi_sqfs_tree *tree, struct advi_str *out, struct adv_err *err);

#endif
