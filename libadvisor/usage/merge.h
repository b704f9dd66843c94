/* SPDX-License-Identifier: BSD-3-Clause */
/* What merging stores rests on. */
#ifndef ADVI_USAGE_MERGE_H
#define ADVI_USAGE_MERGE_H

#include "usage/store.h"

/* Whether two recipes tell places apart in the same way: what a store keeps of paths rests on it.
 */
bool advi_merge_same_places(const struct adv_site *a, const struct adv_site *b);
/*
 * Brings another store up to date and sees whether it fits: it has the same key and places, which a
 * new store takes over. ADV_EUSAGE when it does not, ADV_EINPUT when it can't be read.
 */
int advi_merge_fit(struct adv_store *store, const char *path, struct adv_err *err);

#endif
