/* SPDX-License-Identifier: BSD-3-Clause */
/* Names that stand in a store once, by their ids. */
#include "usage/intern.h"

enum { KNOWN_NAMES = 1000000 }; /* remembered; more are asked of the store again */

int advi_intern_open(struct advi_intern *table, struct adv_store *store, const char *find,
		     const char *add, struct adv_err *err)
{
	int r = advi_sql_prepare(&table->find, store->db, store->path, find, err);

	table->store = store;
	return r < 0 ? r : advi_sql_prepare(&table->add, store->db, store->path, add, err);
}

void advi_intern_clear(struct advi_intern *table)
{
	sqlite3_finalize(table->find);
	sqlite3_finalize(table->add);
	advi_map_clear(&table->known);
	*table = (struct advi_intern){0};
}

void advi_intern_forget(struct advi_intern *table)
{
	advi_map_clear(&table->known);
}

uint64_t *advi_intern_slot(struct advi_intern *table, struct advi_str key)
{
	if (table->known.entries.count >= KNOWN_NAMES)
		advi_map_clear(&table->known);
	return &advi_map_add(&table->known, key, NULL)->number;
}

int advi_intern_text(struct advi_intern *table, struct advi_str text, int kind, uint64_t *slot,
		     struct adv_err *err)
{
	/* Adding first, which does nothing when it is there: most that come here are new. */
	sqlite3_stmt *const both[] = {table->add, table->find};
	int r = 0;

	for (size_t i = 0; i < ADVI_COUNT(both) && r == 0 && !*slot; i++) {
		advi_sql_text(both[i], 1, text);
		if (kind >= 0)
			sqlite3_bind_int(both[i], 2, kind);
		r = advi_sql_step(both[i], table->store->path, err);
		if (r > 0)
			*slot = (uint64_t)sqlite3_column_int64(both[i], 0);
		else if (r == 0 && both[i] == table->add && sqlite3_changes(table->store->db) > 0)
			*slot = (uint64_t)sqlite3_last_insert_rowid(table->store->db);
		sqlite3_reset(both[i]);
	}
	return r < 0 ? r : 0;
}
