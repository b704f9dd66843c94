/* SPDX-License-Identifier: BSD-3-Clause */
/* What is read first, as far as a usage store knows: packages that people import together. */
#ifndef ADVI_BUNDLE_HEAT_H
#define ADVI_BUNDLE_HEAT_H

#include "bundle/layout.h"

/*
 * Adds the paths of an image in the order in which they are likely to be read: what Python needs to
 * start; then package by package, each next to those that it is imported with by most users, with
 * the libraries that it needs. A store knows packages, not the files of an import, so all modules
 * of a package count, but for its tests. Returns 0; ADV_EINPUT for what is no store, ADV_EENV.
 */
int advi_heat_read(struct advi_map *out, const struct advi_layout *layout,
		   struct advi_package **packages, size_t count, const char *store,
		   struct adv_err *err);

/* The order in which packages are to lie; for tests. 'together[i * count + j]': users of both. */
void advi_heat_chain(size_t *order, const uint32_t *together, size_t count);

#endif
