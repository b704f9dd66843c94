/* SPDX-License-Identifier: BSD-3-Clause */
/* A folder as an image. */
#ifndef ADVI_BUNDLE_SINK_TREE_H
#define ADVI_BUNDLE_SINK_TREE_H

#include "bundle/sink.h"

/* Files go into 'folder', which is there and empty, and belong to who runs this. */
int advi_sink_tree(struct advi_sink **out, const char *folder, struct adv_err *err);

#endif
