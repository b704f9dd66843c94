/* SPDX-License-Identifier: BSD-3-Clause */
/* Names that stand in a store once, by their ids. */
#ifndef ADVI_USAGE_INTERN_H
#define ADVI_USAGE_INTERN_H

#include "base/map.h"
#include "usage/store.h"

/* A table of names. Zero is closed. */
struct advi_intern {
	struct adv_store *store;
	sqlite3_stmt *find, *add;
	struct advi_map known; /* ids by key */
};

/* 'find' asks for the id of a text (and a kind), 'add' inserts it unless it is there. */
int advi_intern_open(struct advi_intern *table, struct adv_store *store, const char *find,
		     const char *add, struct adv_err *err);
void advi_intern_clear(struct advi_intern *table);
/* Forgets ids, since the transaction that made them is taken back. */
void advi_intern_forget(struct advi_intern *table);
/*
 * Where the id of a key is remembered, 0 when it is not known yet. Valid until the next call. The
 * key is what logs say, the text what the store keeps: a pseudonym is only made once.
 */
uint64_t *advi_intern_slot(struct advi_intern *table, struct advi_str key);
/* Finds or adds a text; 'kind' is the second parameter, or negative. Writes the id to 'slot'. */
int advi_intern_text(struct advi_intern *table, struct advi_str text, int kind, uint64_t *slot,
		     struct adv_err *err);

#endif
