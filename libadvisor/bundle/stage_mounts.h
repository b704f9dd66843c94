/* SPDX-License-Identifier: BSD-3-Clause */
/* What is mounted, as the kernel tells it: the only witness that is believed. */
#ifndef ADVI_BUNDLE_STAGE_MOUNTS_H
#define ADVI_BUNDLE_STAGE_MOUNTS_H

#include "bundle/stage_store.h"

/* A mount, or a link to an extracted tree. Strings live in the arena of the list. */
struct advi_mounted {
	const char *path;
	const char *digest; /* of the image in our folder that it shows; NULL: it is not ours */
	const char *method; /* "kernel", "fuse", "extract", "overlay" */
	const char *what;   /* for people: "ext4 of /dev/sda1" */
};

struct advi_mounts {
	struct advi_arena arena;
	ADVI_VEC(struct advi_mounted)
	at; /* in the order of mounting: the last of a path is on top */
};

void advi_mounts_clear(struct advi_mounts *mounts);
/* Reads /proc/self/mountinfo. */
int advi_mounts_read(struct advi_mounts *mounts, const struct advi_store *store,
		     struct adv_err *err);
/* What is on top at 'path' (absolute, without links), or NULL. */
const struct advi_mounted *advi_mounts_at(const struct advi_mounts *mounts, const char *path);
/* The mount of one of our images, the last; NULL when it has none. */
const struct advi_mounted *advi_mounts_of(const struct advi_mounts *mounts, const char *digest);

#endif
