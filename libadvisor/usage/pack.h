/* SPDX-License-Identifier: BSD-3-Clause */
/* What a set imports as one value of a store: a row an item costs more than reading its record. */
#ifndef ADVI_USAGE_PACK_H
#define ADVI_USAGE_PACK_H

#include "base/buf.h"
#include "usage/items.h"

/*
 * Items one after the other, by evidence and module; of each the numbers module, twice its evidence
 * (plus 1 when it is dotted), root, version and path_bytes, seven bits a byte, the lowest first,
 * all but the last byte with the eighth bit set.
 */
void advi_pack_item(struct advi_buf *out, const struct advi_item *item);
/* Takes the first item off: 1, 0 when there is none, or negative when the value is damaged. */
int advi_unpack_item(struct advi_str *packed, struct advi_item *out);

/*
 * Lets SQL do the same: a table "unpacked(VALUE)" with columns module, evidence, root, version,
 * dotted, path_bytes, and an aggregate "packed" of those. The view "import" of stores needs them.
 */
int advi_pack_open(sqlite3 *db, const char *path, struct adv_err *err);

#endif
