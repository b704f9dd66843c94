/* SPDX-License-Identifier: BSD-3-Clause */
/* The usage store's insides: its handle and its tables. */
#ifndef ADVI_USAGE_STORE_H
#define ADVI_USAGE_STORE_H

#include <advisor/store.h>

#include "site/site.h"
#include "usage/sql.h"

enum {
	ADVI_STORE_APPLICATION = 0x41445655, /* "ADVU", in the file's header */
	ADVI_STORE_VERSION = 4
};

struct adv_store {
	sqlite3 *db;
	char *path;
	struct adv_site *site; /* the recipe it was made with; NULL before the first ingest */
};

/* Values by name: "site" (the recipe), "mark" (of the key of its pseudonyms). */
int advi_store_get(const struct adv_store *store, const char *key, struct advi_buf *out,
		   struct adv_err *err);
int advi_store_set(struct adv_store *store, const char *key, struct advi_str value,
		   struct adv_err *err);
/* Makes 'site' the recipe that questions are answered by, within a transaction of the caller. */
int advi_store_keep_site(struct adv_store *store, const struct adv_site *site, struct adv_err *err);

#endif
