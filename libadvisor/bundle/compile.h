/* SPDX-License-Identifier: BSD-3-Clause */
/* What noarch packages leave uncompiled, and the Python of the image that compiles it. */
#ifndef ADVI_BUNDLE_COMPILE_H
#define ADVI_BUNDLE_COMPILE_H

#include "bundle/install.h"
#include "bundle/pyc_compile.h"
#include "bundle/scratch.h"

struct advi_place;

/* The Python of an image, unpacked as far as it compiles. Zero is none. */
struct advi_compile {
	struct advi_scratch scratch;
	struct advi_compiler *compiler;
};

void advi_compile_clear(struct advi_compile *compile);
/*
 * Counts the sources of noarch Python packages that have no .pyc (package->pyc_missing). Unless
 * 'keep' is set, unpacks as much of the image's Python as it needs to run here, starts it, and adds
 * a path for each .pyc that it is to make to its package and to the layout. out->compiler is NULL
 * when there is nothing to compile, or when Python does not run here, which is told.
 *   like  of the image in the making; its sink is not used
 * Returns 0, ADV_EINPUT for a bad package, ADV_ECANCEL.
 */
int advi_compile_prepare(struct advi_compile *out, const struct advi_install *like,
			 struct advi_package **packages, size_t count, unsigned threads, bool keep,
			 struct adv_err *err);

/* Compiles what is held of a package and has a path to go to; the results are held, too. */
int advi_compile_held(struct advi_place *place, struct adv_err *err);

#endif
