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
	uint64_t size;      /* bytes of the file; 0: not known */
	uint64_t timestamp; /* ms since 1970; 0: not known */
};

/* Records that somebody else owns. */
typedef ADVI_VEC(const struct advi_record *) advi_record_refs;

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
