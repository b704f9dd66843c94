/* SPDX-License-Identifier: BSD-3-Clause */
/* Putting files and links where the layout wants them, with digests and counts. */
#ifndef ADVI_BUNDLE_PLACE_H
#define ADVI_BUNDLE_PLACE_H

#include "bundle/install.h"
#include "io/archive.h"

/* A file that waits for the end of its package. */
struct advi_held {
	const struct advi_path *path;
	struct advi_buf data;
	unsigned mode;
	char sha256[ADVI_HEX_SIZE]; /* of data; empty: not known */
};

/* A large object of which not all that matters was kept: it has to pass by again. */
struct advi_place_again {
	const struct advi_path *path;
	struct advi_elf_stream stream;
};

/* One package on its way into an image. Zero but for the first two is empty. */
struct advi_place {
	struct advi_install *install;
	struct advi_package *package;
	ADVI_VEC(struct advi_held) held;
	uint64_t held_bytes;   /* of what needs not wait for the package's end */
	uint64_t python_bytes; /* of what does */
	ADVI_VEC(struct advi_place_again) again;
};

void advi_place_clear(struct advi_place *place);

/*
 * Takes 'data' over (it is empty afterwards) and keeps it, until flush or until much is held.
 * 'sha256' is its digest, or NULL when that is not known. ADV_EINPUT for too much Python.
 */
int advi_place_hold(struct advi_place *place, const struct advi_path *path, unsigned mode,
		    struct advi_buf *data, const char *sha256, struct adv_err *err);
/* The same without regard to how much is held, for advi_compile_held. */
void advi_place_add(struct advi_place *place, const struct advi_path *path, unsigned mode,
		    struct advi_buf *data);
/* What is held for a target, or NULL; while advi_compile_held runs. */
const struct advi_held *advi_place_find(const struct advi_place *place, const char *target);
/* Writes what is held. */
int advi_place_write(struct advi_place *place, struct advi_held *held, struct adv_err *err);
/* Whether this package's content is what will stand there, and does not yet. */
bool advi_place_open(const struct advi_place *place, const struct advi_path *path);
/* Passes a member's data through; 'hex' gets its digest. */
int advi_place_stream(struct advi_place *place, const struct advi_path *path,
		      const struct advi_member *member, struct advi_archive *archive,
		      char hex[ADVI_HEX_SIZE], struct adv_err *err);
int advi_place_link(struct advi_place *place, const struct advi_path *path, struct advi_str text,
		    struct adv_err *err);
/* Lets a file pass by again, if it is one that has to: until place->again is empty. */
int advi_place_again(struct advi_place *place, const struct advi_path *path, uint64_t size,
		     struct advi_archive *archive, struct adv_err *err);
/* Writes what is held in byte order; .py and .pyc only when it is the package's end. */
int advi_place_flush(struct advi_place *place, bool end, struct adv_err *err);

#endif
