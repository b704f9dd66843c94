/* SPDX-License-Identifier: BSD-3-Clause */
/* The Python of a set of packages: where it lives, and where it looks for modules. */
#ifndef ADVI_BUNDLE_PYTHON_H
#define ADVI_BUNDLE_PYTHON_H

#include "bundle/package.h"

/* Strings live in the arena of its package. */
struct advi_python {
	const struct advi_package *package; /* NULL: the set has none */
	const char *name;                   /* "python3.11", "python3.13t" */
	const char *tag;                    /* "cpython-311", in the names of its .pyc */
	const char *site_packages;          /* "lib/python3.11/site-packages", or as CEP 17 says */
};

/* The Python of its package; 'package->record' is enough. ADV_EINPUT as below. */
int advi_python_describe(struct advi_python *python, struct advi_package *package,
			 struct adv_err *err);
/*
 * Finds the package "python" of a set. ADV_EINPUT for a version that is none and for a
 * site-packages path that leaves the prefix.
 */
int advi_python_find(struct advi_python *python, struct advi_package **packages, size_t count,
		     struct adv_err *err);

/* The .pyc that belongs to the source "a/b.py": "a/__pycache__/b.cpython-311.pyc". */
const char *advi_python_pyc(const struct advi_python *python, struct advi_arena *arena,
			    const char *source);

/* Whether a path of the package "python" is what it needs to start, and to compile. */
bool advi_python_is_core(const struct advi_python *python, const char *target);
/* Whether a path is a shared library where programs find it: right in lib. */
bool advi_python_is_library(const char *target);

#endif
