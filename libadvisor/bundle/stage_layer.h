/* SPDX-License-Identifier: BSD-3-Clause */
/* A layer on a node: mounted at a place of its own, and joined with its base. */
#ifndef ADVI_BUNDLE_STAGE_LAYER_H
#define ADVI_BUNDLE_STAGE_LAYER_H

#include "bundle/stage.h"

#define ADVI_JOIN_OVERLAY "overlay"
#define ADVI_JOIN_PYTHONPATH "pythonpath"

/* How a layer and its base are used together. Strings live in the source's arena. */
struct advi_join {
	const char *way;  /* one of the above; NULL: the image is no layer */
	const char *over; /* base's prefix */
	const char *base; /* digest of the base that is staged there; NULL: it is installed */
};

/*
 * Joins a layer that is seen at 'target' with the base at its prefix: as an overlay there, or else
 * by nothing but the environment. ADV_EINPUT when what is there is another base than the layer was
 * built on, ADV_EENV when there is none, or no way works.
 */
int advi_stage_join(struct advi_join *out, struct advi_stage_call *call,
		    struct advi_stage_source *source, const struct advi_target *target,
		    struct adv_err *err);
/* Whether the layer that a marker tells of is still joined with its base. */
bool advi_stage_is_joined(struct advi_stage_call *call, const struct advi_marker *marker);

/* Whether what is on top at 'path' shows an image: itself, or below an overlay of ours. */
const struct advi_mounted *advi_mounts_shown(const struct advi_mounts *mounts, const char *path,
					     const char *digest);

#endif
