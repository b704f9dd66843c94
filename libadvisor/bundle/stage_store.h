/* SPDX-License-Identifier: BSD-3-Clause */
/* The folder of who stages, on a node: its lock, its images with their markers, their users. */
#ifndef ADVI_BUNDLE_STAGE_STORE_H
#define ADVI_BUNDLE_STAGE_STORE_H

#include "base/arena.h"
#include "base/vec.h"
#include "bundle/folder.h"
#include "io/digest.h"

/* What a file was like; equal stamps on one boot are one content. */
struct advi_stamp {
	uint64_t device, inode, size, modified, changed; /* times in nanoseconds since 1970 */
};

void advi_stamp_of(struct advi_stamp *stamp, const struct stat *info);
bool advi_stamp_same(const struct advi_stamp *a, const struct advi_stamp *b);

/* What a marker says. Strings live in the arena it was read into. */
struct advi_marker {
	const char *boot; /* the boot that all else holds for */
	const char *digest, *name, *method;
	const char *mount, *prefix;      /* without links, and as it was asked for */
	const char *built;               /* where it was built for, if that is not 'prefix' */
	struct advi_stamp source, image; /* image: zero when there is no copy any more */
	uint64_t bytes;                  /* of the image */
	const char *fingerprint;         /* of its packages, or NULL */
	/* of a layer, NULL else: how it is joined with its base, where that is, which it is when it
	 * is staged, and where Python finds the layer's modules below its mount */
	const char *way, *over, *base, *site_packages;
};

enum { ADVI_STAGE_NAME_BYTES = 255, ADVI_JOB_BYTES = 64 };

/* What is in the folder of one image. */
struct advi_staged {
	const char *digest;
	bool image, tree, marked;
	struct advi_marker marker; /* when marked */
	advi_names users;          /* "job-1", "session-7-123" */
};

struct advi_store {
	struct advi_folder to, own;
	int lock; /* -1 */
	char boot[40];
	/* what was found when it was listed last; by digest */
	struct advi_arena arena;
	ADVI_VEC(struct advi_staged) staged;
};

#define ADVI_STORE_INIT                                                                            \
	{                                                                                          \
		ADVI_FOLDER_INIT, ADVI_FOLDER_INIT, -1                                             \
	}

/*
 * Opens the folder in 'to'; nothing is locked. Where it is absent it is made, or without 'make'
 * ADV_NO is returned.
 */
int advi_store_open(struct advi_store *store, const char *to, bool make,
		    const struct adv_watch *watch, struct adv_err *err);
void advi_store_clear(struct advi_store *store);

/* Whether the lock was got: LOCK_SH or LOCK_EX of flock; never waits. LOCK_UN gives it back. */
bool advi_store_lock(struct advi_store *store, int how);

/* Finds out what is there. Files that can't be trusted or read count as absent. */
int advi_store_list(struct advi_store *store, struct adv_err *err);
/* The image of a digest in the last list, or NULL. */
struct advi_staged *advi_store_find(const struct advi_store *store, const char *digest);

/* "DIGEST.suffix" in new memory; the caller frees it. */
char *advi_store_name(const char *digest, const char *suffix);
/* The path of the same, for people and for the kernel's tables. */
char *advi_store_path(const struct advi_store *store, const char *digest, const char *suffix);

/* How a FUSE mount of an image is called in the kernel's tables; the caller frees it. */
char *advi_store_fuse_name(const struct advi_store *store, const char *digest);

/* Writes a marker, whole or not at all. */
int advi_store_mark(struct advi_store *store, const struct advi_marker *marker,
		    struct adv_err *err);

/* Adds a user; that it is there already is fine. */
int advi_store_add_user(struct advi_store *store, const char *digest, const char *user,
			struct adv_err *err);
void advi_store_drop_user(struct advi_store *store, const char *digest, const char *user);
/*
 * "job-ID", or for NULL "session-SID-START" of the caller; the caller frees it. ADV_EUSAGE for an
 * ID that can't be in the name of a file.
 */
int advi_store_user(char **out, const char *job, struct adv_err *err);
/* Whether a user may still be there: a job, until it is released; a session, while it lives. */
bool advi_store_user_lives(const char *user);

/* Removes the files of an image, all but its copy with 'keep'; users go in any case. */
int advi_store_remove(struct advi_store *store, const char *digest, bool keep, struct adv_err *err);
/* Removes what a killed stager left. */
void advi_store_tidy(struct advi_store *store);

#endif
