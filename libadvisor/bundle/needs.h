/* SPDX-License-Identifier: BSD-3-Clause */
/* What an image needs of a node: kernel, glibc, processor, driver, libraries of others. */
#ifndef ADVI_BUNDLE_NEEDS_H
#define ADVI_BUNDLE_NEEDS_H

#include "bundle/layout.h"
#include "bundle/libs.h"
#include "io/json_write.h"

/* Strings live in the arena; NULL or 0 where nothing is needed. Zero is empty. */
struct advi_needs {
	struct advi_arena arena;
	const char *kernel;       /* "4.14" */
	const char *glibc;        /* "2.28": of what packages say and of what their files need */
	const char *glibc_file;   /* that needs the newest; NULL: a package says it */
	uint64_t level;           /* of x86-64: 3 is x86_64_v3 */
	advi_names virtual_specs; /* "__cuda >=12.0", as packages say it; in byte order */
	struct advi_libs libs;    /* that are neither here nor in every node */
};

void advi_needs_clear(struct advi_needs *needs);

/* What the packages and the codec of the image ask for; 'codec' is NULL for what is no squashfs. */
void advi_needs_of_packages(struct advi_needs *needs, struct advi_package *const *packages,
			    size_t count, const char *codec);
/* What the files of the layout ask for of glibc, once they were written. */
void advi_needs_of_files(struct advi_needs *needs, const struct advi_layout *layout);

/* Which libraries neither the layout nor every node has; 'mount' is where it is seen. */
void advi_needs_of_libs(struct advi_needs *needs, const struct advi_layout *layout,
			const char *mount);

/* Writes the member "requirements". */
void advi_needs_write(const struct advi_needs *needs, struct advi_jout *out);

#endif
