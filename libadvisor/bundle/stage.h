/* SPDX-License-Identifier: BSD-3-Clause */
/* What staging, releasing and asking have in common. */
#ifndef ADVI_BUNDLE_STAGE_H
#define ADVI_BUNDLE_STAGE_H

#include <advisor/stage.h>

#include "bundle/stage_method.h"
#include "bundle/stage_source.h"

/* An image that is staged; the caller's handle. */
struct adv_stage {
	struct advi_arena arena;
	const char *digest, *name, *prefix, *method;
	const char *built; /* the path that its files name when it is seen elsewhere, or NULL */
	/* of a layer: where it is, and what of it Python is told when there is no overlay */
	const char *layer, *site_packages;
};

/* One call. */
struct advi_stage_call {
	struct advi_store store;
	struct advi_mounts mounts;
	struct adv_stage_options options;
	const struct adv_watch *watch;
	char *user;
};

#define ADVI_STAGE_CALL_INIT                                                                       \
	{                                                                                          \
		.store = ADVI_STORE_INIT                                                           \
	}

void advi_stage_call_clear(struct advi_stage_call *call);

/*
 * Waits for the lock alone, as long as the options allow. 'look' (may be NULL) is asked under the
 * shared lock whenever that is free; what it returns other than 0 ends the waiting.
 */
int advi_stage_lock(struct advi_stage_call *call, int (*look)(void *context, struct adv_err *err),
		    void *context, struct adv_err *err);

/* Whether something that the kernel says is mounted answers: a FUSE mount may have lost its daemon.
 */
bool advi_mounted_answers(const struct advi_mounted *mounted);
/* Whether a layer on an image is in use, or still seen; by the lists of images and mounts. */
bool advi_stage_has_layer(const struct advi_stage_call *call, const char *digest);
/* Takes off every mount of an image. ADV_NO when one is busy. */
int advi_stage_unmount(struct advi_stage_call *call, const char *digest, bool force,
		       struct adv_err *err);
/* Takes off and removes all images without users but 'digest' (may be NULL), as far as that goes.
 */
void advi_stage_drop_unused(struct advi_stage_call *call, const char *digest);

#endif
