/* SPDX-License-Identifier: BSD-3-Clause */
/* Markers: that an image is staged, and from what. */
#ifndef ADVI_BUNDLE_STAGE_MARKER_H
#define ADVI_BUNDLE_STAGE_MARKER_H

#include "bundle/stage_store.h"

/* Reads the marker 'name' in a folder of ours; false when it is absent, damaged or not ours. */
bool advi_marker_read(struct advi_marker *marker, struct advi_arena *arena,
		      const struct advi_folder *folder, const char *name);

#endif
