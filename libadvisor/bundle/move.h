/* SPDX-License-Identifier: BSD-3-Clause */
/* Another path where the manifest says that the mount path stands. */
#ifndef ADVI_BUNDLE_MOVE_H
#define ADVI_BUNDLE_MOVE_H

#include "bundle/layout.h"

/*
 * Puts 'to' where 'from' stands in a file: text grows or shrinks, and gets a first line that works;
 * binary keeps every length. ADV_EINPUT, with nothing changed, when 'to' is longer than there is
 * room for, and when the file is not as 'prefix' says.
 *   path  of the file, for errors
 */
int advi_move_prefix(struct advi_buf *data, const struct advi_prefix_at *prefix,
		     struct advi_str from, struct advi_str to, const char *path,
		     struct adv_err *err);

#endif
