/* SPDX-License-Identifier: BSD-3-Clause */
/* Pieces of records, kept in the store from log to log. */
#include "usage/piece.h"

#include "io/digest.h"
#include "io/seal.h"
#include "usage/record.h"

/* What a piece is about, for its seal: its record and its place in it. */
struct about {
	unsigned char record[ADVI_PIECE_RECORD_BYTES];
	uint32_t at, count;
};

int advi_pieces_open(struct advi_pieces *pieces, struct adv_store *store,
		     struct advi_pseudonyms *pseudonyms, struct adv_err *err)
{
	const struct {
		sqlite3_stmt **to;
		const char *sql;
	} rows[] = {
		{&pieces->add,
		 "INSERT OR IGNORE INTO piece(record, at, count, value) VALUES(?, ?, ?, ?)"},
		{&pieces->load, "SELECT at, count, value FROM piece WHERE record=? ORDER BY at"},
		{&pieces->drop, "DELETE FROM piece WHERE record=?"},
		{&pieces->find, "SELECT record FROM piece GROUP BY record"
				" HAVING count(*)=max(count) ORDER BY record LIMIT 1"},
	};
	ADVI_AUTO_SQL *any = NULL;
	int r = 0;

	*pieces = (struct advi_pieces){.store = store, .pseudonyms = pseudonyms};
	for (size_t i = 0; i < ADVI_COUNT(rows) && r == 0; i++)
		r = advi_sql_prepare(rows[i].to, store->db, store->path, rows[i].sql, err);
	if (r == 0)
		r = advi_sql_prepare(&any, store->db, store->path, "SELECT 1 FROM piece LIMIT 1",
				     err);
	if (r == 0)
		r = advi_sql_step(any, store->path, err);
	pieces->any = r > 0;
	return r < 0 ? r : 0;
}

void advi_pieces_clear(struct advi_pieces *pieces)
{
	sqlite3_stmt *const all[] = {pieces->add, pieces->load, pieces->drop, pieces->find};

	for (size_t i = 0; i < ADVI_COUNT(all); i++)
		sqlite3_finalize(all[i]);
}

void advi_piece_record(struct advi_str id, unsigned char out[ADVI_PIECE_RECORD_BYTES])
{
	advi_uuid_make(out, &id, 1);
}

static void bind_record(sqlite3_stmt *statement, const unsigned char *record)
{
	sqlite3_bind_blob(statement, 1, record, ADVI_PIECE_RECORD_BYTES, SQLITE_STATIC);
}

static struct about about_of(const unsigned char *record, unsigned at, unsigned count)
{
	struct about about = {.at = at, .count = count};

	memcpy(about.record, record, sizeof(about.record));
	return about;
}

int advi_pieces_add(struct advi_pieces *pieces, const unsigned char *record, unsigned version,
		    unsigned count, const struct advi_slice *slice, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf plain = ADVI_BUF_INIT(2 * ADVI_SLICE_BYTES);
	ADVI_AUTO(buf) struct advi_buf sealed = ADVI_BUF_INIT(2 * ADVI_SLICE_BYTES);
	struct about about = about_of(record, slice->at, count);
	int r = advi_pseudonyms_need_key(pieces->pseudonyms, err);

	if (r < 0)
		return r;
	advi_buf_byte(&plain, (char)('0' + version));
	advi_buf_add(&plain, slice->value);
	advi_seal(&sealed, pieces->pseudonyms->key,
		  (struct advi_str){(const char *)&about, sizeof(about)}, advi_buf_str(&plain));
	bind_record(pieces->add, record);
	sqlite3_bind_int64(pieces->add, 2, slice->at);
	sqlite3_bind_int64(pieces->add, 3, count);
	sqlite3_bind_blob(pieces->add, 4, sealed.ptr, (int)sealed.len, SQLITE_STATIC);
	pieces->any = true;
	return advi_sql_step(pieces->add, pieces->store->path, err);
}

/* The slices of a record, opened. */
struct opened {
	struct advi_arena arena;
	advi_slices slices;
	unsigned version, count;
	bool damaged;
};

static void open_piece(struct advi_pieces *pieces, const unsigned char *record, struct opened *to)
{
	ADVI_AUTO(buf) struct advi_buf plain = ADVI_BUF_INIT(2 * ADVI_SLICE_BYTES);
	unsigned at = (unsigned)sqlite3_column_int64(pieces->load, 0);
	unsigned count = (unsigned)sqlite3_column_int64(pieces->load, 1);
	struct about about = about_of(record, at, count);
	struct advi_str sealed = {sqlite3_column_blob(pieces->load, 2),
				  (size_t)sqlite3_column_bytes(pieces->load, 2)};

	if (!advi_unseal(&plain, pieces->pseudonyms->key,
			 (struct advi_str){(const char *)&about, sizeof(about)}, sealed) ||
	    !plain.len) {
		to->damaged = true;
		return;
	}
	to->version = (unsigned)(plain.ptr[0] - '0');
	to->count = count;
	advi_vec_push(
		&to->slices,
		((struct advi_slice){
			at, advi_arena_slice(&to->arena, advi_str_from(advi_buf_str(&plain), 1))}));
}

int advi_pieces_take(struct advi_pieces *pieces, const unsigned char *record, struct advi_buf *out,
		     const char **problem, struct adv_err *err)
{
	struct opened all = {0};
	bool whole;
	int r = advi_pseudonyms_need_key(pieces->pseudonyms, err);

	bind_record(pieces->load, record);
	*problem = NULL;
	while (r >= 0 && (r = advi_sql_step(pieces->load, pieces->store->path, err)) > 0)
		open_piece(pieces, record, &all);
	whole = all.damaged || (all.slices.count && all.slices.count == all.count);
	if (r == 0 && all.damaged)
		*problem = "was kept in pieces that can't be read";
	else if (r == 0 && whole)
		*problem = advi_block_join(&all.slices, all.version, out);
	if (r == 0 && whole)
		r = advi_pieces_drop(pieces, record, err);
	advi_vec_clear(&all.slices);
	advi_arena_clear(&all.arena);
	return r < 0 ? r : whole;
}

int advi_pieces_drop(struct advi_pieces *pieces, const unsigned char *record, struct adv_err *err)
{
	bind_record(pieces->drop, record);
	return advi_sql_step(pieces->drop, pieces->store->path, err);
}

int advi_pieces_next(struct advi_pieces *pieces, unsigned char record[ADVI_PIECE_RECORD_BYTES],
		     struct adv_err *err)
{
	int r = pieces->any ? advi_sql_step(pieces->find, pieces->store->path, err) : 0;

	if (r > 0) {
		const void *found = sqlite3_column_blob(pieces->find, 0);

		if (sqlite3_column_bytes(pieces->find, 0) == ADVI_PIECE_RECORD_BYTES)
			memcpy(record, found, ADVI_PIECE_RECORD_BYTES);
		else
			r = 0;
		sqlite3_reset(pieces->find);
	}
	return r;
}
