/* SPDX-License-Identifier: BSD-3-Clause */
/* conda-meta: what makes a tree an environment (CEP 32, CEP 22). */
#ifndef ADVI_BUNDLE_META_H
#define ADVI_BUNDLE_META_H

#include "bundle/install.h"
#include "bundle/source.h"

/*
 * Adds the files of conda-meta to the layout: a record a package, and unless it is a layer, whose
 * base has them, history and frozen.
 */
void advi_meta_lay_out(struct advi_layout *layout, struct advi_package **packages, size_t count,
		       bool layer);

/* Writes them, once every package was installed; packages in the order of installing. */
int advi_meta_write(struct advi_install *install, struct advi_package **packages, size_t count,
		    const struct advi_source *source, struct adv_err *err);

/* Where the image's own copy of the manifest lies; no *.json right in conda-meta, those are
 * records. */
#define ADVI_INNER_MANIFEST "conda-meta/advisor/manifest.json"
/* The same of a layer, which is seen beside that of its base. */
#define ADVI_LAYER_MANIFEST "conda-meta/advisor/layer.json"

#endif
