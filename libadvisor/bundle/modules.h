/* SPDX-License-Identifier: BSD-3-Clause */
/* What can be imported of an image: the top-level modules of its packages. */
#ifndef ADVI_BUNDLE_MODULES_H
#define ADVI_BUNDLE_MODULES_H

#include "base/map.h"
#include "bundle/manifest.h"

/* One module; strings live in the arena of advi_modules. */
struct advi_module {
	const char *package, *version, *name;
};

/* Sorted by package and name. Zero is empty. */
struct advi_modules {
	struct advi_arena arena;
	ADVI_VEC(struct advi_module) all;
	size_t packages; /* that were looked at */
};

void advi_modules_clear(struct advi_modules *modules);
/*
 * Finds the modules of what was asked for when the image was built, by conda's records in the
 * image; when nobody asked by name, of every package. ADV_EINPUT for an image that can't be read.
 *   base  of a layer: who has its Python; then every package is meant. Else NULL
 */
int advi_modules_find(struct advi_modules *out, const char *image,
		      const struct advi_manifest *manifest, const struct advi_manifest *base,
		      struct adv_err *err);

/*
 * Adds the names of the modules that files of a package make importable, each once.
 *   site  where Python looks for packages: "lib/python3.11/site-packages"
 */
void advi_modules_of(struct advi_map *out, const advi_names *files, const char *site);

#endif
