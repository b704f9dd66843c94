/* SPDX-License-Identifier: BSD-3-Clause */
/* The order in which packages are installed: what a package depends on comes before it. */
#ifndef ADVI_BUNDLE_ORDER_H
#define ADVI_BUNDLE_ORDER_H

#include "bundle/package.h"

/*
 * Brings packages into topological order. Where that leaves a choice the smaller name is first;
 * where packages depend on each other in a circle, it is opened at an arch package before a
 * noarch one, then at the smaller name. The order the packages came in does not matter.
 * ADV_EINPUT when a name is there twice.
 */
int advi_order(struct advi_package **packages, size_t count, struct adv_err *err);

#endif
