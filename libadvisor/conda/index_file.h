/* SPDX-License-Identifier: BSD-3-Clause */
/* The index file: a subdir's records in a form that is read in place. */
#ifndef ADVI_CONDA_INDEX_FILE_H
#define ADVI_CONDA_INDEX_FILE_H

#include <sys/stat.h>

#include "base/err.h"
#include "conda/record.h"
#include "io/digest.h"

/*
 * It is a cache, made by this program for the machine's own byte order; a file of another order,
 * version or size of rows is made anew. A header, then five sections, each at a multiple of 8:
 *
 *   texts   every text once, as bytes: what it is made of (enum advi_text_kind), the text, a zero.
 *           A text is named by where it begins; 0 is "not said". The section ends with a zero, so
 *           whatever a number within it names is a text.
 *   names   of packages, sorted by bytes, each with its first row; one more ends the last.
 *   rows    a record each; those of a name stand together.
 *   lists   of texts, each once: where each begins in the items; one more ends the last. List 0 is
 *           empty.
 *   items   texts of the lists.
 */

enum advi_index_section {
	ADVI_INDEX_TEXTS,
	ADVI_INDEX_NAMES,
	ADVI_INDEX_ROWS,
	ADVI_INDEX_LISTS,
	ADVI_INDEX_ITEMS,
	ADVI_INDEX_SECTIONS
};

enum { ADVI_INDEX_CONDA = 1, ADVI_INDEX_MD5 = 2, ADVI_INDEX_SHA256 = 4 };

struct advi_index_name {
	uint32_t text, row;
};

struct advi_index_row {
	uint32_t name; /* which of the names */
	uint32_t flags;
	uint32_t version, build; /* texts */
	uint32_t fn;             /* 0: "name-version-build" with .conda or .tar.bz2 */
	uint32_t license, license_family, noarch, python_site_packages_path, track_features;
	uint32_t depends, constrains; /* lists */
	uint64_t build_number, size, timestamp;
	uint8_t md5[16], sha256[32]; /* where the flags say so */
};

/* The repodata file that an index was made from: the same one, or its like by content. */
struct advi_index_origin {
	uint64_t size, device, inode, mtime_ns, ctime_ns;
	uint8_t sha256[32]; /* of the file as it lies there */
};

struct advi_index_header {
	char magic[8];
	uint32_t version, order, row_bytes;
	uint32_t base_url;     /* text: base_url of CEP 15, or 0 */
	uint32_t told, unused; /* list: why the first records that were refused are */
	uint64_t rejected;
	uint64_t file_bytes;
	struct {
		uint64_t at, count; /* bytes from the start; elements */
	} sections[ADVI_INDEX_SECTIONS];
	struct advi_index_origin origin;
	uint8_t sha256[32]; /* of the repodata, decompressed */
	uint8_t check[32];  /* SHA-256 of the header before this */
};

/* An index in memory, mapped or not. */
struct advi_index_image {
	const struct advi_index_header *header;
	const char *texts;
	const struct advi_index_name *names;
	const struct advi_index_row *rows;
	const uint32_t *lists, *items;
	size_t text_bytes, name_count, row_count, list_count, item_count;
	void *map;    /* to be unmapped, or NULL */
	void *memory; /* to be freed, or NULL */
	size_t bytes;
};

/* Fills in what a header says by itself, and its check. */
void advi_index_seal(struct advi_index_header *header);
/*
 * Finds the sections of 'bytes' of memory (aligned to 8). False when it is no index of this
 * version, or its header or a section's bounds are wrong. After that every number is checked
 * where it is used, by the functions below.
 */
bool advi_index_attach(struct advi_index_image *image, const void *memory, size_t bytes);
/* Maps a file. False when there is none, or advi_index_attach says so. */
bool advi_index_map(struct advi_index_image *image, const char *path);
void advi_index_detach(struct advi_index_image *image);

/* The text of a number, always a string; NULL for 0. */
const char *advi_index_text(const struct advi_index_image *image, uint32_t text);
/* The rows [*first, *end) of a name; none when they are out of bounds. */
void advi_index_rows(const struct advi_index_image *image, size_t name, size_t *first, size_t *end);
/* The items of a list and how many; none when it is out of bounds. */
const uint32_t *advi_index_list(const struct advi_index_image *image, uint32_t list, size_t *count);
/* Which of the names 'name' is, or SIZE_MAX. */
size_t advi_index_find(const struct advi_index_image *image, struct advi_str name);

/* The origin of a file that was looked at, but for its digest. */
struct advi_index_origin advi_index_origin(const struct stat *info);
/* Whether an index is of the file at 'path', by its stamps or, if need be, by its bytes. */
bool advi_index_is_of(const struct advi_index_image *image, const char *index_path,
		      const char *path);

#endif
