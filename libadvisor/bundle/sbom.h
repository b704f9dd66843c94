/* SPDX-License-Identifier: BSD-3-Clause */
/* The bill of materials of an image: CycloneDX 1.6, as JSON. */
#ifndef ADVI_BUNDLE_SBOM_H
#define ADVI_BUNDLE_SBOM_H

#include <stdio.h>

#include "bundle/manifest.h"

/*
 * Writes the bill of an image; manifest->image_sha256 must be known. The same manifest gives the
 * same bytes: the serial number comes from the image's digest, and there is a time only when the
 * image has one (SOURCE_DATE_EPOCH).
 */
void advi_sbom_write(const struct advi_manifest *manifest, FILE *file);

/* "pkg:conda/numpy@1.26.4?build=...&channel=...&subdir=...&type=conda" (package-url, type conda).
 */
void advi_sbom_purl(struct advi_buf *out, const struct advi_manifest_package *package);

#endif
