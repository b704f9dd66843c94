/* SPDX-License-Identifier: BSD-3-Clause */
/* A layer: an image with what its base lacks, checked against that base. */
#ifndef ADVI_BUNDLE_LAYER_H
#define ADVI_BUNDLE_LAYER_H

#include <advisor/bundle.h>

#include "bundle/base.h"
#include "bundle/layout.h"

enum advi_way { ADVI_WAY_OVERLAY, ADVI_WAY_PTH, ADVI_WAY_PYTHONPATH, ADVI_WAYS };

/* A way to use base and layer together, and what is against it. */
struct advi_layer_way {
	advi_names problems; /* none: it works */
	advi_names limits;   /* what works less well than in one place */
};

/* Strings live in the arena. Zero is empty. */
struct advi_layer {
	struct advi_arena arena;
	struct advi_base base;
	const char *elsewhere;     /* where the layer is mounted when there is no overlay */
	const char *site_packages; /* of the layer, below where it is mounted; NULL: it has none */
	uint64_t shared;           /* files that base has with the same content */
	advi_names clashes;        /* paths that base has with other content */
	struct advi_layer_way ways[ADVI_WAYS];
};

void advi_layer_clear(struct advi_layer *layer);

/*
 * Whether a package belongs into the layer: 1; 0 when base has the very same; ADV_EINPUT when base
 * has another of that name, since base stays as it is.
 */
int advi_layer_takes(const struct advi_layer *layer, const struct advi_record *record,
		     struct adv_err *err);
/* Whether base and layer fit: ADV_EINPUT names the package, what it needs, and what there is. */
int advi_layer_fits(const struct advi_layer *layer, struct advi_package *const *packages,
		    size_t count, struct adv_err *err);
/* Finds paths of the layout that base has, too: node->in_base. */
void advi_layer_meet(struct advi_layer *layer, struct advi_layout *layout);
/*
 * Whether what is to stand at a path that base has is the same there; then it needs not be in the
 * layer. What is not the same is remembered as a clash.
 *   hex  of a file; NULL for a link with 'link'
 */
int advi_layer_shares(struct advi_layer *layer, struct advi_node *node, unsigned mode,
		      const char *hex, const char *link, bool *shares, struct adv_err *err);

/*
 * When all is written: which libraries are missing, and by which ways layer and base go together.
 * 'missing' gets those of the overlay.
 */
void advi_layer_settle(struct advi_layer *layer, const struct advi_layout *layout,
		       struct advi_libs *missing);
/* ADV_EINPUT when there are clashes, or libraries that 'host' (patterns) doesn't name. */
int advi_layer_judge(const struct advi_layer *layer, const struct advi_libs *missing,
		     const struct advi_list *host, const struct adv_watch *watch,
		     struct adv_err *err);

/* Writes the member "layer". */
void advi_layer_write(const struct advi_layer *layer, struct advi_jout *out);

#endif
