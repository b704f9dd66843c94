/* SPDX-License-Identifier: BSD-3-Clause */
/* What an image is built from: a plan, or a bundle recipe. */
#ifndef ADVI_BUNDLE_SOURCE_H
#define ADVI_BUNDLE_SOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "conda/record.h"

/* A package that is wanted. */
struct advi_wanted {
	struct advi_record record; /* what the source says of it; url is fit to be shown */
	const char *from;          /* where it is fetched, credentials included: a URL or a path */
};

/* Strings live in the arena; NULL or 0 where the source says nothing. Zero is empty. */
struct advi_source {
	struct advi_arena arena;
	const char *kind; /* "plan", "recipe" */
	const char *name, *mount, *format, *codec;
	const char *base;     /* of a recipe: the lockfile that its packages stand on */
	const char *platform; /* of a lockfile for several: "linux-64" */
	uint64_t level, block_bytes;
	bool relocatable;
	const char *sha256;      /* fingerprint of the file */
	const char *plan_sha256; /* of the plan that it names or is */
	struct advi_list specs;  /* what people asked for, when the source knows */
	ADVI_VEC(struct advi_wanted) wanted;
	size_t pip_count; /* packages that the lockfile leaves to pip */
};

void advi_source_clear(struct advi_source *source);

/*
 * Reads a plan ("schema": "advisor.plan/1") or a recipe (schema: advisor.bundle/1) with the files
 * that it names, which are relative to its folder. ADV_EINPUT with file and line otherwise.
 */
int advi_source_read(struct advi_source *source, const char *path, struct adv_err *err);

/* Adds the packages of a lockfile in any form that names their URLs. */
int advi_source_add_lockfile(struct advi_source *source, const char *path, struct adv_err *err);
/* Adds a package by URL or path; 'file' is the one that names it. 'sha256' may be NULL. */
int advi_source_add(struct advi_source *source, const char *file, struct advi_str from,
		    const char *sha256, struct adv_err *err);
/* A path that 'file' names, relative to its folder, in the source's arena. */
const char *advi_source_beside(struct advi_source *source, const char *file, const char *name);

#endif
