/* SPDX-License-Identifier: BSD-3-Clause */
/* The end of a build: the image gets its name, and what tells of it comes beside it. */
#ifndef ADVI_BUNDLE_CONCLUDE_H
#define ADVI_BUNDLE_CONCLUDE_H

#include "bundle/manifest.h"
#include "io/file.h"

/*
 * Writes the manifest, the bill of materials and the signature that 'options' ask for, and commits
 * 'image', which was written whole. 'from' has the image's digests.
 */
int advi_conclude(struct advi_out *image, struct advi_manifest_source *from,
		  const struct adv_bundle_options *options, struct adv_err *err);

#endif
