/* SPDX-License-Identifier: BSD-3-Clause */
/* The usage store's tables, made and brought up to date. */
#ifndef ADVI_USAGE_SCHEMA_H
#define ADVI_USAGE_SCHEMA_H

#include "usage/store.h"

/* Makes the tables of an empty store. */
int advi_schema_make(const struct adv_store *store, struct adv_err *err);
/*
 * Brings a store of an earlier version up to date, in one transaction. Returns 0; ADV_EINPUT for a
 * version that nobody knows; ADV_EENV when the file can't be written.
 */
int advi_schema_migrate(const struct adv_store *store, long long version, struct adv_err *err);

#endif
