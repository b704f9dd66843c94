/* SPDX-License-Identifier: BSD-3-Clause */
/* A package file and what its own metadata says. */
#ifndef ADVI_BUNDLE_PACKAGE_H
#define ADVI_BUNDLE_PACKAGE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "bundle/entry.h"
#include "bundle/paths.h"
#include "conda/record.h"

enum advi_noarch { ADVI_NOARCH_NO, ADVI_NOARCH_GENERIC, ADVI_NOARCH_PYTHON };

/* One package of an image. Zero is empty. */
struct advi_package {
	struct advi_arena arena;   /* owns every string below */
	struct advi_record record; /* what the source says, completed from info/index.json */
	const char *file;          /* the package file on this machine */
	const char *arch, *platform, *features, *license_family; /* index.json, or NULL */
	enum advi_noarch noarch;
	struct advi_paths paths; /* in byte order of source, entry points last */
	struct {
		struct advi_entry *at;
		size_t count, room;
	} entries;
	ADVI_VEC(const char *) scripts;     /* link scripts, which are never run */
	uint64_t files, bytes, pyc_missing; /* counted while it is installed */
};

void advi_package_clear(struct advi_package *package);

/*
 * Reads the metadata in package->file. The record's empty fields are filled from it; ADV_EINPUT
 * when name, version or build are not those of the record, and for metadata that can't be used.
 */
int advi_package_survey(struct advi_package *package, struct adv_err *err);

/* "name-version-build", in the package's arena. */
const char *advi_package_dist(struct advi_package *package);

#endif
