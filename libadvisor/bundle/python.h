/* SPDX-License-Identifier: BSD-3-Clause */
/* The Python of a set of packages: where it lives, and where it looks for modules. */
#ifndef ADVI_BUNDLE_PYTHON_H
#define ADVI_BUNDLE_PYTHON_H

#include "base/map.h"
#include "bundle/package.h"

/* Strings live in the arena of its package. */
struct advi_python {
	const struct advi_package *package; /* NULL: the set has none */
	const char *name;                   /* "python3.11", "python3.13t" */
	const char *tag;                    /* "cpython-311", in the names of its .pyc */
	const char *site_packages;          /* "lib/python3.11/site-packages", or as CEP 17 says */
};

/*
 * Finds the package "python" of a set. ADV_EINPUT for a version that is none and for a
 * site-packages path that leaves the prefix.
 */
int advi_python_find(struct advi_python *python, struct advi_package **packages, size_t count,
		     struct adv_err *err);

/*
 * The .py of a noarch Python package for which 'paths' (the targets of the set) has no .pyc:
 * Python compiles them on every start.
 */
uint64_t advi_python_uncompiled(const struct advi_python *python,
				const struct advi_package *package, const struct advi_map *paths);

#endif
