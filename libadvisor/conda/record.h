/* SPDX-License-Identifier: BSD-3-Clause */
/* A package record: what a channel says about one package file. */
#ifndef ADVI_CONDA_RECORD_H
#define ADVI_CONDA_RECORD_H

#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"

/* A list of strings in the owner's arena. */
struct advi_list {
	const char *const *at;
	size_t count;
};

/* Strings live in the arena of whoever read the record; NULL where the source says nothing. */
struct advi_record {
	const char *name, *version, *build;
	const char *fn;      /* "numpy-1.26.4-py311h64a7726_0.conda" */
	const char *subdir;  /* "linux-64", "noarch" */
	const char *channel; /* the channel as the site names it, without credentials */
	const char *url;     /* of the file, without credentials */
	const char *md5, *sha256;
	const char *license, *license_family, *noarch, *python_site_packages_path;
	const char *track_features; /* separated by commas */
	struct advi_list depends, constrains;
	uint64_t build_number;
	uint64_t size;            /* bytes of the file; 0: not known */
	uint64_t installed_bytes; /* of its files, where it is installed; 0: not known */
	uint64_t timestamp;       /* ms since 1970; 0: not known */
};

/* Records that somebody else owns. */
typedef ADVI_VEC(const struct advi_record *) advi_record_refs;

/* What a text holds that matters where it may stand: the sum of these. */
enum advi_text_kind {
	ADVI_TEXT_BLANK = 1,   /* blanks or control characters */
	ADVI_TEXT_SLASH = 2,   /* slashes of either kind */
	ADVI_TEXT_SPEC = 4,    /* what a MatchSpec has beside names */
	ADVI_TEXT_URL = 8,     /* '?' or '#' */
	ADVI_TEXT_WIDE = 32,   /* other than ASCII */
	ADVI_TEXT_REVOKED = 16 /* it is the dependency that marks a record as revoked */
};
uint8_t advi_text_kind(struct advi_str text);
/* Which of those a part of a record must not be. */
enum {
	ADVI_NOT_IN_VERSION = ADVI_TEXT_BLANK | ADVI_TEXT_SLASH | ADVI_TEXT_WIDE,
	ADVI_NOT_IN_BUILD = ADVI_NOT_IN_VERSION,
	ADVI_NOT_IN_NAME = ADVI_NOT_IN_VERSION | ADVI_TEXT_SPEC,
	ADVI_NOT_IN_FN = ADVI_NOT_IN_VERSION | ADVI_TEXT_URL
};

/* What is wrong with a record of a channel as a whole (a literal), or NULL: all readers ask it. */
const char *advi_record_problem(const struct advi_record *record);

/* Copies a record with everything that it points to. */
void advi_record_copy(struct advi_record *to, const struct advi_record *from,
		      struct advi_arena *arena);

/*
 * Whether two records are of one package: the same name, version and build, and when both are of
 * one file, the same content as far as digests are known. So .conda and .tar.bz2 of a build are
 * one, a build of the same name from another channel is not.
 */
bool advi_record_same(const struct advi_record *a, const struct advi_record *b);

#endif
