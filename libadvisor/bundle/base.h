/* SPDX-License-Identifier: BSD-3-Clause */
/* The environment that a layer stands on: an image, or one that is installed. */
#ifndef ADVI_BUNDLE_BASE_H
#define ADVI_BUNDLE_BASE_H

#include "bundle/libs.h"
#include "bundle/manifest.h"
#include "conda/record.h"

/* Strings live in the arena. Zero is empty. */
struct advi_base {
	struct advi_arena arena;
	const char *name;         /* for people, and for the layer's manifest */
	const char *prefix;       /* where it is, or will be, mounted */
	const char *image_sha256; /* NULL: it is installed */
	char fingerprint[ADVI_HEX_SIZE];
	ADVI_VEC(struct advi_record) records; /* by name */
	struct advi_package python;           /* its record alone; no name: there is none */

	struct advi_manifest manifest; /* of an image */
	const char *image;             /* its file, when that is there; NULL */
	const char *folder;            /* of one that is installed; NULL */
	struct advi_map known;         /* path -> index into files: what was looked for there */
	ADVI_VEC(struct advi_tree_file) files;
};

/*
 * Reads a base.
 *   path  an image with its manifest beside it, that manifest, a folder with one image, or the
 *         folder of an installed environment, which must be absolute
 * ADV_EINPUT when it is none of these, when it is a layer itself, and for a manifest that does not
 * tell what a layer must know.
 */
int advi_base_read(struct advi_base *base, const char *path, struct adv_err *err);
void advi_base_clear(struct advi_base *base);

/* Its record of a package, or NULL. */
const struct advi_record *advi_base_record(const struct advi_base *base, struct advi_str name);
/* What is at a path below the prefix, links not followed; false when nothing is. */
bool advi_base_find(struct advi_base *base, struct advi_str path, struct advi_tree_file *out);
/* The SHA-256 of a file that it has. */
int advi_base_digest(struct advi_base *base, const char *path, char hex[ADVI_HEX_SIZE],
		     struct adv_err *err);

/*
 * What makes out an environment: its packages, by name, version, build and digest. Equal
 * fingerprints are equal files, where the prefix is the same.
 */
void advi_base_fingerprint(const struct advi_record *const *records, size_t count,
			   char hex[ADVI_HEX_SIZE]);

#endif
