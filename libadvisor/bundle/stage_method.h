/* SPDX-License-Identifier: BSD-3-Clause */
/* Ways to make an image seen at its path: one row each, tried in order. */
#ifndef ADVI_BUNDLE_STAGE_METHOD_H
#define ADVI_BUNDLE_STAGE_METHOD_H

#include "bundle/stage_mounts.h"

/* Where an image is to be seen. */
struct advi_target {
	struct advi_folder above;
	char *name; /* in 'above' */
	char *path; /* of both */
};

#define ADVI_TARGET_INIT                                                                           \
	{                                                                                          \
		ADVI_FOLDER_INIT, NULL, NULL                                                       \
	}

/* Finds the folder above, made where it is absent. */
int advi_target_open(struct advi_target *target, const char *path, struct adv_err *err);
void advi_target_clear(struct advi_target *target);
/*
 * The folder to mount on, made where it is absent: '*fd' names it and can't be read. ADV_EENV when
 * it is not empty, or not ours.
 */
int advi_target_point(int *fd, const struct advi_target *target, struct adv_err *err);

/* An image that was verified, and what is known of it. */
struct advi_verified {
	const char *digest;
	int fd;                /* readable */
	bool squashfs;         /* else a packed tar */
	uint64_t bytes, files; /* of its tree */
};

struct advi_method {
	const char *name;
	bool tar; /* can show packed tars, too */
	/* Returns 0, or ADV_EENV with the reason, after which another method may do. NULL: it is
	 * none that images are mounted by. */
	int (*mount)(struct advi_store *store, const struct advi_verified *image,
		     const struct advi_target *target, const struct adv_watch *watch,
		     struct adv_err *err);
	/* Takes it off. ADV_NO when something is in it, unless 'force'. */
	int (*unmount)(struct advi_store *store, const struct advi_mounted *mounted, bool force,
		       struct adv_err *err);
};

enum { ADVI_LOOP_PATH = 32 };

/*
 * Binds a file to a loop device, which goes when nothing uses it any more. Returns its descriptor
 * and writes its path; ADV_EENV.
 */
int advi_loop_open(char path[ADVI_LOOP_PATH], int file, struct adv_err *err);
/*
 * Starts squashfuse_ll, which mounts an open image on the folder 'at' and stays in the background.
 * Whether it answers yet is another matter. ADV_EENV, with what it says.
 */
int advi_fuse_start(int image, const char *options, const char *at, struct adv_err *err);

extern const struct advi_method advi_method_kernel, advi_method_fuse, advi_method_extract;
/* Of a layer over its base; it has no way to mount, which takes both. */
extern const struct advi_method advi_method_overlay;

/* The method called 'name'; NULL when there is none. */
const struct advi_method *advi_method_find(struct advi_str name);
/* Whether the names in "kernel,fuse" are methods; ADV_EUSAGE, and why "squashfuse" is none. */
int advi_methods_check(const char *names, struct adv_err *err);

/* umount2 of what is mounted at 'path'; ADV_NO when it is busy. */
int advi_unmount(const char *path, bool force, struct adv_err *err);
/* The tree of a digest at a link that a user without rights to mount has instead of a mount. */
bool advi_tree_linked(const struct advi_store *store, const struct advi_target *target,
		      char digest[ADVI_HEX_SIZE]);

#endif
