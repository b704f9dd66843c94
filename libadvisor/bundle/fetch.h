/* SPDX-License-Identifier: BSD-3-Clause */
/* Package files: from the cache, from this machine or from a channel, and verified. */
#ifndef ADVI_BUNDLE_FETCH_H
#define ADVI_BUNDLE_FETCH_H

#include <advisor/net.h>

#include "bundle/package.h"
#include "bundle/source.h"

/*
 * Makes sure that every package file is on this machine and is what the source says, downloading
 * into the cache what is missing. Fills packages[i].record and .file (count of them, zero before)
 * from source->wanted[i]; record.sha256 and .size are always known afterwards.
 * ADV_EINPUT for a file that is another one, ADV_EENV when one can't be had.
 */
int advi_fetch_packages(struct advi_package *packages, const struct advi_source *source,
			const struct adv_net *net, const struct adv_watch *watch,
			struct adv_err *err);

#endif
