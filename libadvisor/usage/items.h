/* SPDX-License-Identifier: BSD-3-Clause */
/* What a run imports: items, and how records that name the same module become one. */
#ifndef ADVI_USAGE_ITEMS_H
#define ADVI_USAGE_ITEMS_H

#include "base/vec.h"
#include "usage/store.h"

/*
 * How a module came to be known, a set of bits; the numbers stand in stores. 0: an import hook saw
 * its name, which a mere probe for it does too.
 */
enum advi_evidence {
	ADVI_EVIDENCE_MAPPED = 1 << 0, /* a shared object of it was mapped: it was really loaded */
	ADVI_EVIDENCE_PART = 1 << 1    /* "google.cloud": a part that the recipe maps by itself */
};

/*
 * One module that a run imports, and where from. When several records of a run name a module with
 * the same evidence, the one that defines its place is the first by this total order, whatever
 * order they are read in:
 *   1. a record of the module itself, before one of a part of it ("numpy.core");
 *   2. the longer path: a path that was cut off is shorter than the whole one;
 *   3. the root whose path as it stands in the store is first in byte order, then by its kind;
 *   4. the version whose text is first in byte order.
 */
struct advi_item {
	uint32_t module, root; /* ids */
	uint32_t version;      /* id; 0: not known */
	uint32_t path_bytes;   /* of the path as it was logged */
	uint8_t evidence;      /* a set of enum advi_evidence */
	bool dotted;
};

typedef ADVI_VEC(struct advi_item) advi_items;

/* The statements that read and write imports of one store. */
struct advi_join {
	struct adv_store *store;
	sqlite3_stmt *find_run, *set_run, *set_items, *find_set, *add_set;
	sqlite3_stmt *waiting, *wait, *unwait, *order;
	bool replaced; /* some set may have lost its last run */
	bool waits;    /* something may wait */
	uint64_t uses; /* (run, module) pairs that were added, by import */
};

int advi_join_open(struct advi_join *join, struct adv_store *store, struct adv_err *err);
void advi_join_clear(struct advi_join *join);

/* Sorts by module and evidence and keeps of each the item that comes first by the order above. */
int advi_items_settle(struct advi_join *join, advi_items *items, struct adv_err *err);
/* How many of settled items are uses by import. */
size_t advi_items_uses(const advi_items *items);
/* The id of a set of settled items, made when it is new. */
int advi_join_intern(struct advi_join *join, const advi_items *items, sqlite3_int64 *id,
		     struct adv_err *err);
/* Whether a run is in the store: 1 with its set (0: none), 0, or an error. */
int advi_join_find(struct advi_join *join, const unsigned char *uuid, sqlite3_int64 *set,
		   struct adv_err *err);
/* Gives a run without a set one that stands for 'uses' uses. */
int advi_join_set(struct advi_join *join, const unsigned char *uuid, sqlite3_int64 set,
		  uint64_t uses, struct adv_err *err);
/* Adds settled items to a run, or lets them wait when it has not been seen. */
int advi_join_add(struct advi_join *join, const unsigned char *uuid, const advi_items *items,
		  struct adv_err *err);
/* Takes what waits for a run out of the store and appends it to 'out'. */
int advi_join_take(struct advi_join *join, const unsigned char *uuid, advi_items *out,
		   struct adv_err *err);
/* Drops the sets that no run has any more. */
int advi_join_tidy(struct advi_join *join, struct adv_err *err);

#endif
