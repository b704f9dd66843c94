/* SPDX-License-Identifier: BSD-3-Clause */
/* What a run imports: items, sets of them, and the join of imports to runs. */
#include "usage/items.h"

#include "io/fingerprint.h"
#include "usage/pack.h"
#include "usage/record.h"

enum { ITEM_COLUMNS = 6, OWNER = ITEM_COLUMNS + 1 };

/* In the order of struct advi_item's columns as bind_item and load know them. */
#define COLUMNS "module, root, dotted, path_bytes, evidence, version"

static int look_for_waiting(struct advi_join *join, struct adv_err *err)
{
	ADVI_AUTO_SQL *any = NULL;
	int r = advi_sql_prepare(&any, join->store->db, join->store->path,
				 "SELECT 1 FROM waiting LIMIT 1", err);

	if (r == 0)
		r = advi_sql_step(any, join->store->path, err);
	join->waits = r > 0;
	return r < 0 ? r : 0;
}

int advi_join_open(struct advi_join *join, struct adv_store *store, struct adv_err *err)
{
	const struct {
		sqlite3_stmt **to;
		const char *sql;
	} rows[] = {
		{&join->find_run, "SELECT set_id FROM run WHERE uuid=?"},
		{&join->set_run, "UPDATE run SET set_id=? WHERE uuid=?"},
		{&join->set_items,
		 "SELECT " COLUMNS " FROM import WHERE set_id=? ORDER BY module, evidence"},
		{&join->find_set, "SELECT id FROM import_set WHERE digest=?"},
		{&join->add_set, "INSERT INTO import_set(digest, items) VALUES(?, ?)"},
		{&join->waiting,
		 "SELECT " COLUMNS " FROM waiting WHERE uuid=? ORDER BY module, evidence"},
		{&join->wait, "INSERT OR REPLACE INTO waiting(" COLUMNS ", uuid)"
			      " VALUES(?, ?, ?, ?, ?, ?, ?)"},
		{&join->unwait, "DELETE FROM waiting WHERE uuid=?"},
		{&join->order,
		 "SELECT (a.path, a.kind, ifnull((SELECT name FROM version WHERE id=?2), '')) <"
		 " (b.path, b.kind, ifnull((SELECT name FROM version WHERE id=?4), ''))"
		 " FROM root a, root b WHERE a.id=?1 AND b.id=?3"},
	};

	int r = 0;

	*join = (struct advi_join){.store = store};
	for (size_t i = 0; i < ADVI_COUNT(rows) && r == 0; i++)
		r = advi_sql_prepare(rows[i].to, store->db, store->path, rows[i].sql, err);
	return r < 0 ? r : look_for_waiting(join, err);
}

void advi_join_clear(struct advi_join *join)
{
	sqlite3_stmt *const all[] = {join->find_run, join->set_run, join->set_items,
				     join->find_set, join->add_set, join->waiting,
				     join->wait,     join->unwait,  join->order};

	for (size_t i = 0; i < ADVI_COUNT(all); i++)
		sqlite3_finalize(all[i]);
	*join = (struct advi_join){0};
}

/* Negative when 'a' comes before 'b' by module, then by what needs no text. */
static int by_module(const void *left, const void *right)
{
	const struct advi_item *a = left, *b = right;

	if (a->module != b->module)
		return a->module < b->module ? -1 : 1;
	if (a->evidence != b->evidence)
		return a->evidence < b->evidence ? -1 : 1;
	if (a->dotted != b->dotted)
		return a->dotted ? 1 : -1;
	if (a->path_bytes != b->path_bytes)
		return a->path_bytes > b->path_bytes ? -1 : 1;
	if (a->root != b->root)
		return a->root < b->root ? -1 : 1;
	return (a->version > b->version) - (a->version < b->version);
}

/* Whether 'a' comes before 'b' in the order of their texts: 1 or 0, or an error. */
static int text_first(struct advi_join *join, const struct advi_item *a, const struct advi_item *b,
		      struct adv_err *err)
{
	int r, first = 0;

	sqlite3_bind_int64(join->order, 1, a->root);
	sqlite3_bind_int64(join->order, 2, a->version);
	sqlite3_bind_int64(join->order, 3, b->root);
	sqlite3_bind_int64(join->order, 4, b->version);
	r = advi_sql_step(join->order, join->store->path, err);
	if (r > 0)
		first = sqlite3_column_int(join->order, 0);
	sqlite3_reset(join->order);
	return r < 0 ? r : first;
}

int advi_items_settle(struct advi_join *join, advi_items *items, struct adv_err *err)
{
	size_t kept = 0;

	advi_vec_sort(items, by_module);
	for (size_t i = 0; i < items->count; i++) {
		struct advi_item *item = &items->at[i], *last = kept ? &items->at[kept - 1] : NULL;
		int first;

		if (!last || last->module != item->module || last->evidence != item->evidence) {
			items->at[kept++] = *item;
			continue;
		}
		if (last->dotted != item->dotted || last->path_bytes != item->path_bytes ||
		    (last->root == item->root && last->version == item->version))
			continue;
		first = text_first(join, item, last, err);
		if (first < 0)
			return first;
		if (first)
			*last = *item;
	}
	items->count = kept;
	return 0;
}

static void bind_item(sqlite3_stmt *statement, const struct advi_item *item)
{
	sqlite3_bind_int64(statement, 1, item->module);
	sqlite3_bind_int64(statement, 2, item->root);
	sqlite3_bind_int(statement, 3, item->dotted);
	sqlite3_bind_int64(statement, 4, item->path_bytes);
	sqlite3_bind_int(statement, 5, item->evidence);
	sqlite3_bind_int64(statement, 6, item->version);
}

/* Appends the rows of a statement whose last parameter is bound. */
static int load(struct advi_join *join, sqlite3_stmt *statement, advi_items *out,
		struct adv_err *err)
{
	int r;

	while ((r = advi_sql_step(statement, join->store->path, err)) > 0) {
		struct advi_item *item = advi_vec_new(out);

		item->module = (uint32_t)sqlite3_column_int64(statement, 0);
		item->root = (uint32_t)sqlite3_column_int64(statement, 1);
		item->dotted = sqlite3_column_int(statement, 2) != 0;
		item->path_bytes = (uint32_t)sqlite3_column_int64(statement, 3);
		item->evidence = (uint8_t)sqlite3_column_int(statement, 4);
		item->version = (uint32_t)sqlite3_column_int64(statement, 5);
	}
	return r;
}

/* Writes every item with a statement whose parameter OWNER is bound. */
static int save(struct advi_join *join, sqlite3_stmt *statement, const advi_items *items,
		struct adv_err *err)
{
	int r = 0;

	for (size_t i = 0; i < items->count && r == 0; i++) {
		bind_item(statement, &items->at[i]);
		r = advi_sql_step(statement, join->store->path, err);
	}
	return r;
}

enum { DIGEST_SIZE = 2 * sizeof(struct advi_fingerprint) + 1 };

/* 128 bits tell sets apart. */
static void digest_of(const advi_items *items, char hex[DIGEST_SIZE])
{
	ADVI_AUTO_PTR uint32_t *words = advi_calloc(items->count, ITEM_COLUMNS * sizeof(*words));
	struct advi_fingerprint digest;

	for (size_t i = 0; i < items->count; i++) {
		const struct advi_item *item = &items->at[i];

		words[ITEM_COLUMNS * i] = item->module;
		words[ITEM_COLUMNS * i + 1] = item->root;
		words[ITEM_COLUMNS * i + 2] = item->path_bytes;
		words[ITEM_COLUMNS * i + 3] = item->dotted;
		words[ITEM_COLUMNS * i + 4] = item->evidence;
		words[ITEM_COLUMNS * i + 5] = item->version;
	}
	digest = advi_fingerprint_of((struct advi_str){
		(const char *)words, items->count * ITEM_COLUMNS * sizeof(*words)});
	advi_hex_encode(hex, digest.bytes, sizeof(digest.bytes));
}

/* Settled items are in the order of their modules; readers want them by evidence before. */
static void pack(struct advi_buf *out, const advi_items *items)
{
	int most = 0;

	for (size_t i = 0; i < items->count; i++)
		most = items->at[i].evidence > most ? items->at[i].evidence : most;
	for (int evidence = 0; evidence <= most; evidence++)
		for (size_t i = 0; i < items->count; i++)
			if (items->at[i].evidence == evidence)
				advi_pack_item(out, &items->at[i]);
}

static int add_set(struct advi_join *join, const char *hex, const advi_items *items,
		   sqlite3_int64 *id, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf packed = ADVI_BUF_INIT(SIZE_MAX / 2);
	sqlite3_stmt *add = join->add_set;
	int r;

	pack(&packed, items);
	advi_sql_text(add, 1, advi_str(hex));
	sqlite3_bind_blob64(add, 2, packed.ptr ? packed.ptr : "", packed.len, SQLITE_STATIC);
	r = advi_sql_step(add, join->store->path, err);
	*id = sqlite3_last_insert_rowid(join->store->db);
	return r;
}

int advi_join_intern(struct advi_join *join, const advi_items *items, sqlite3_int64 *id,
		     struct adv_err *err)
{
	char hex[DIGEST_SIZE];
	const char *path = join->store->path;
	int r;

	digest_of(items, hex);
	advi_sql_text(join->find_set, 1, advi_str(hex));
	r = advi_sql_step(join->find_set, path, err);
	if (r > 0)
		*id = sqlite3_column_int64(join->find_set, 0);
	sqlite3_reset(join->find_set);
	return r == 0 ? add_set(join, hex, items, id, err) : r < 0 ? r : 0;
}

static int let_wait(struct advi_join *join, const unsigned char *uuid, const advi_items *items,
		    struct adv_err *err)
{
	advi_items merged = {0};
	int r;

	join->waits = true;
	sqlite3_bind_blob(join->waiting, 1, uuid, ADVI_UUID_BYTES, SQLITE_STATIC);
	r = load(join, join->waiting, &merged, err);
	for (size_t i = 0; i < items->count; i++)
		advi_vec_push(&merged, items->at[i]);
	if (r == 0)
		r = advi_items_settle(join, &merged, err);
	if (r == 0) {
		sqlite3_bind_blob(join->wait, OWNER, uuid, ADVI_UUID_BYTES, SQLITE_STATIC);
		r = save(join, join->wait, &merged, err);
	}
	advi_vec_clear(&merged);
	return r;
}

size_t advi_items_uses(const advi_items *items)
{
	size_t uses = 0;

	for (size_t i = 0; i < items->count; i++)
		uses += items->at[i].evidence == 0;
	return uses;
}

/* Gives a run a set that holds 'items' beside what it has. */
static int extend(struct advi_join *join, const unsigned char *uuid, sqlite3_int64 old,
		  const advi_items *items, struct adv_err *err)
{
	advi_items merged = {0};
	sqlite3_int64 id = 0;
	size_t before;
	int r = 0;

	if (old) {
		sqlite3_bind_int64(join->set_items, 1, old);
		r = load(join, join->set_items, &merged, err);
	}
	before = advi_items_uses(&merged);
	for (size_t i = 0; i < items->count; i++)
		advi_vec_push(&merged, items->at[i]);
	if (r == 0)
		r = advi_items_settle(join, &merged, err);
	if (r == 0)
		r = advi_join_intern(join, &merged, &id, err);
	if (r == 0 && id != old) {
		r = advi_join_set(join, uuid, id, advi_items_uses(&merged) - before, err);
		join->replaced |= old != 0;
	}
	advi_vec_clear(&merged);
	return r;
}

int advi_join_find(struct advi_join *join, const unsigned char *uuid, sqlite3_int64 *set,
		   struct adv_err *err)
{
	int r;

	*set = 0;
	sqlite3_bind_blob(join->find_run, 1, uuid, ADVI_UUID_BYTES, SQLITE_STATIC);
	r = advi_sql_step(join->find_run, join->store->path, err);
	if (r > 0)
		*set = sqlite3_column_int64(join->find_run, 0);
	sqlite3_reset(join->find_run);
	return r;
}

int advi_join_set(struct advi_join *join, const unsigned char *uuid, sqlite3_int64 set,
		  uint64_t uses, struct adv_err *err)
{
	sqlite3_bind_int64(join->set_run, 1, set);
	sqlite3_bind_blob(join->set_run, 2, uuid, ADVI_UUID_BYTES, SQLITE_STATIC);
	join->uses += uses;
	return advi_sql_step(join->set_run, join->store->path, err);
}

int advi_join_add(struct advi_join *join, const unsigned char *uuid, const advi_items *items,
		  struct adv_err *err)
{
	sqlite3_int64 old;
	int r = advi_join_find(join, uuid, &old, err);

	if (r < 0)
		return r;
	return r ? extend(join, uuid, old, items, err) : let_wait(join, uuid, items, err);
}

int advi_join_take(struct advi_join *join, const unsigned char *uuid, advi_items *out,
		   struct adv_err *err)
{
	size_t before = out->count;
	int r;

	if (!join->waits)
		return 0;
	sqlite3_bind_blob(join->waiting, 1, uuid, ADVI_UUID_BYTES, SQLITE_STATIC);
	r = load(join, join->waiting, out, err);
	if (r < 0 || out->count == before)
		return r;
	sqlite3_bind_blob(join->unwait, 1, uuid, ADVI_UUID_BYTES, SQLITE_STATIC);
	return advi_sql_step(join->unwait, join->store->path, err);
}

int advi_join_tidy(struct advi_join *join, struct adv_err *err)
{
	if (!join->replaced)
		return 0;
	join->replaced = false;
	return advi_sql_run(join->store->db, join->store->path,
			    "DELETE FROM import_set WHERE id NOT IN"
			    " (SELECT set_id FROM run WHERE set_id IS NOT NULL)",
			    err);
}
