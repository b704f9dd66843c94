/* SPDX-License-Identifier: BSD-3-Clause */
/* Which files of an image Python reads for some statements, and in which order. */
#ifndef ADVI_BUNDLE_TRACE_H
#define ADVI_BUNDLE_TRACE_H

#include "bundle/install.h"

/*
 * Installs the packages into a temporary folder and runs the statements with the Python there: in a
 * room, at the mount path, where a room can be had, else where they are, which is told.
 *   out   gets the paths, as the layout has them, in the order of reading
 *   like  of the image in the making; its sink is not used
 * Returns 0; ADV_EINPUT when a statement fails; ADV_EENV when that Python does not run here;
 * ADV_ECANCEL.
 */
int advi_trace(struct advi_map *out, const struct advi_install *like,
	       struct advi_package **packages, size_t count, const char *statements,
	       struct adv_err *err);

#endif
