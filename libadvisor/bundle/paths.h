/* SPDX-License-Identifier: BSD-3-Clause */
/* Which paths a package has, and what is to be done with each (CEP 34). */
#ifndef ADVI_BUNDLE_PATHS_H
#define ADVI_BUNDLE_PATHS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "io/json_scan.h"

enum advi_path_type {
	ADVI_PATH_FILE,   /* "hardlink", and whatever deprecated metadata lists */
	ADVI_PATH_LINK,   /* "softlink" */
	ADVI_PATH_FOLDER, /* "directory" */
	ADVI_PATH_ENTRY,  /* a script that is made for an entry point; no member of the archive */
	ADVI_PATH_PYC     /* a .pyc that is made of a source; no member either */
};

/* One path. Strings live in the arena of the package. */
struct advi_path {
	const char *source;      /* in the archive; for an entry point the command */
	const char *target;      /* in the prefix; NULL: not installed */
	const char *placeholder; /* NULL: the bytes as they are */
	const char *sha256;      /* of the bytes in the archive; NULL: not known */
	uint64_t size;           /* bytes in the archive, when has_size */
	enum advi_path_type type;
	bool binary, has_size, no_link;
};

struct advi_paths {
	struct advi_path *at;
	size_t count, room;
};

/* A member below info/ as it was read; its text is empty when the package has none. */
struct advi_info_texts {
	struct advi_str files, has_prefix, no_link, no_softlink;
};

/*
 * Reads info/paths.json. Paths below info/ are left out; ADV_EINPUT for one that leaves the
 * prefix, for one below conda-meta/, and for what is no paths.json of version 1.
 */
int advi_paths_read_json(struct advi_paths *out, struct advi_arena *arena, struct advi_str text,
			 struct adv_err *err);
/* The same from the deprecated info/files, info/has_prefix, info/no_link and info/no_softlink. */
int advi_paths_read_files(struct advi_paths *out, struct advi_arena *arena,
			  const struct advi_info_texts *texts, struct adv_err *err);

/* Says what is wrong with a JSON document, and in which line. Returns ADV_EINPUT. */
int advi_info_fail(const struct advi_json *json, const char *name, struct adv_err *err);

/* A path in the form of a target in the arena; ADV_EINPUT when it leaves the prefix. */
int advi_path_clean(const char **out, struct advi_arena *arena, struct advi_str path,
		    struct adv_err *err);

#endif
