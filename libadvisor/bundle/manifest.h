/* SPDX-License-Identifier: BSD-3-Clause */
/* The manifest of an image: what is in it, from what, with which digests. */
#ifndef ADVI_BUNDLE_MANIFEST_H
#define ADVI_BUNDLE_MANIFEST_H

#include <stdio.h>

#include <advisor/bundle.h>

#include "base/vec.h"
#include "bundle/layout.h"
#include "bundle/libs.h"
#include "bundle/needs.h"
#include "bundle/source.h"
#include "io/json_scan.h"
#include "io/json_write.h"

struct advi_layer;

/* What a manifest is written from; everything is borrowed. */
struct advi_manifest_source {
	const struct advi_source *source;
	struct advi_package **packages; /* in the order of installing */
	size_t count;
	const struct advi_layout *layout;
	const struct adv_bundle_summary *summary;
	const char *name, *mount, *format;
	const struct advi_needs *needs;
	const struct advi_layer *layer; /* NULL: it stands on its own */
	bool relocatable;               /* it was built to be anywhere */
	const char *fingerprint;        /* of its packages: see advi_base_fingerprint */
	uint32_t epoch;
	/* of the finished image; NULL for the copy within, which can't know, and lists no files */
	const char *image_sha256, *image_xxh3;
	const char *sbom_sha256; /* of the image's bill of materials; NULL with the above */
};

/* Appends the document (schema "advisor.manifest/1"). */
void advi_manifest_write(const struct advi_manifest_source *from, FILE *file);

/* The same as a text, which the caller clears. */
struct advi_buf advi_manifest_text(const struct advi_manifest_source *from);

/* "IMAGE.manifest.json"; the caller frees it. */
char *advi_manifest_path(const char *image);

/* A file, link or folder as the manifest has it. Strings live in the manifest's arena. */
struct advi_manifest_entry {
	enum advi_node_kind kind;
	unsigned mode;
	uint64_t size;
	const char *sha256, *link;
	const struct advi_elf *elf; /* of a program or shared object */
	struct advi_prefix_at prefix;
	bool seen; /* for who compares */
};

struct advi_manifest_package {
	const char *name, *version, *build, *channel, *url, *sha256, *license;
	const char *fn, *md5, *subdir, *site_packages;
	struct advi_list depends, constrains;
	uint64_t files, bytes, size;
};

/* What the manifest of a layer says of its base, and of what it is like without an overlay. */
struct advi_manifest_layer {
	const char *prefix; /* where both are seen as one; NULL: the image is no layer */
	const char *base_name, *fingerprint;
	const char *elsewhere;         /* where it is mounted when there is no overlay */
	const char *site_packages;     /* below that; NULL: it has nothing for Python */
	bool overlay, pth, pythonpath; /* the ways that work */
};

/* A manifest that was read. Zero is empty. */
struct advi_manifest {
	struct advi_arena arena;
	const char *name, *mount, *format, *image_sha256, *image_xxh3;
	const char *sbom_sha256; /* of the bill of materials, or NULL */
	const char *fingerprint; /* NULL: an older program wrote it */
	struct advi_manifest_layer layer;
	struct advi_list requested; /* names of packages that were asked for, when that is known */
	bool relocatable;           /* it may be anywhere */
	uint64_t prefixes[ADVI_PREFIX_USES]; /* how many files have the mount path how */
	bool places_known;                   /* false: an older program wrote it, and not where */
	uint64_t epoch;
	struct adv_bundle_summary summary;
	ADVI_VEC(struct advi_manifest_package) packages;
	ADVI_VEC(struct advi_manifest_entry) entries;
	struct advi_map index; /* path -> index into entries */
};

void advi_manifest_clear(struct advi_manifest *manifest);
/* Reads a manifest; 'name' is its file, for errors. ADV_EINPUT when it is none. */
int advi_manifest_read(struct advi_manifest *manifest, struct advi_str text, const char *name,
		       struct adv_err *err);
/* Reads the manifest beside an image, or when there is none the copy within it. */
int advi_manifest_load(struct advi_manifest *manifest, const char *image, struct adv_err *err);

/* --- its parts --- */

void advi_manifest_write_elf(struct advi_jout *out, const struct advi_elf *elf);
/* Reads what that wrote; the document fails when it can't be. */
const struct advi_elf *advi_manifest_read_elf(struct advi_json *json, struct advi_arena *arena);
/* Reads an array of texts, 'most' at most. */
void advi_manifest_read_texts(struct advi_json *json, struct advi_arena *arena,
			      struct advi_list *out, size_t most);
/* Writes and reads where the mount path stands in a file. */
void advi_manifest_write_prefix(struct advi_jout *out, const struct advi_prefix_at *prefix);
void advi_manifest_read_prefix(struct advi_json *json, struct advi_arena *arena,
			       struct advi_prefix_at *out);
/* Writes and reads the members "prefix" and "relocatable" of the whole image. */
void advi_manifest_write_prefixes(struct advi_jout *out, const struct advi_layout *layout,
				  bool relocatable, bool layer);
void advi_manifest_read_prefixes(struct advi_json *json, struct advi_manifest *out);
/* Reads the member "layer". */
void advi_manifest_read_layer(struct advi_json *json, struct advi_arena *arena,
			      struct advi_manifest_layer *out);

#endif
