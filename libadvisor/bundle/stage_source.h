/* SPDX-License-Identifier: BSD-3-Clause */
/* The image that is to be staged, where it is published, with what its manifest says of it. */
#ifndef ADVI_BUNDLE_STAGE_SOURCE_H
#define ADVI_BUNDLE_STAGE_SOURCE_H

#include "bundle/manifest.h"
#include "bundle/stage_store.h"

struct advi_stage_source {
	struct advi_folder folder; /* that it lies in */
	char *name;                /* in 'folder' */
	char *path;                /* of both */
	int fd;                    /* -1 */
	struct advi_stamp stamp;

	/* of the manifest, once it was read; strings in the arena */
	struct advi_arena arena;
	const char *digest, *title, *mount, *format;
	const char *xxh3;                /* of the image; NULL where the manifest has none */
	uint64_t bytes;                  /* of the image */
	uint64_t tree_bytes, tree_files; /* of what is in it */
	bool relocatable;                /* may be mounted anywhere */
	uint64_t named;                  /* files that name 'mount' nevertheless */
	const char *fingerprint;         /* of its packages; NULL where the manifest has none */
	struct advi_manifest_layer layer;
};

#define ADVI_STAGE_SOURCE_INIT                                                                     \
	{                                                                                          \
		.folder = ADVI_FOLDER_INIT, .fd = -1                                               \
	}

/* Opens an image, or the one image in a folder; the manifest is not read yet. */
int advi_stage_source_open(struct advi_stage_source *source, const char *image,
			   struct adv_err *err);
/* Reads IMAGE.manifest.json from the same folder; ADV_EINPUT when it is absent or lacks a thing. */
int advi_stage_source_read(struct advi_stage_source *source, struct adv_err *err);
void advi_stage_source_clear(struct advi_stage_source *source);

#endif
