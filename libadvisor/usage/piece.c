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
		 "INSERT OR IGNORE INTO piece(record, at, mark, source, count, start, run, value)"
		 " VALUES(?1, ?2, substr(?6, 1, " ADVI_PIECE_MARK "), x'', ?3, ?4, ?5, ?6)"},
		{&pieces->load, "SELECT at, count, value, start FROM piece WHERE record=?"
				" ORDER BY at, source, start"},
		{&pieces->drop, "DELETE FROM piece WHERE record=?"},
		{&pieces->spend, "DELETE FROM piece WHERE record=?1 AND at=?2"
				 " AND mark=substr(?3, 1, " ADVI_PIECE_MARK ")"},
		{&pieces->find, "SELECT record FROM piece WHERE record>? GROUP BY record"
				" HAVING count(DISTINCT at)=max(count) ORDER BY record LIMIT 1"},
		{&pieces->own, "UPDATE OR REPLACE piece SET source=?1 WHERE source=x''"},
		{&pieces->move, "UPDATE OR REPLACE piece SET source=?1 WHERE source=?2"},
		{&pieces->leave, "DELETE FROM piece WHERE source=?2 AND ?1 IS NOT NULL"},
		{&pieces->count, "SELECT count(*) FROM (" ADVI_PIECES_WAITING ")"},
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
	sqlite3_stmt *const all[] = {pieces->add,   pieces->load,  pieces->drop,
				     pieces->spend, pieces->find,  pieces->own,
				     pieces->move,  pieces->leave, pieces->count};

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

/* What stands in the store for a slice. */
static int seal(struct advi_pieces *pieces, const struct advi_piece_of *of,
		const struct advi_slice *slice, struct advi_buf *out, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf plain = ADVI_BUF_INIT(2 * ADVI_SLICE_BYTES);
	struct about about = about_of(of->record, slice->at, of->count);
	int r = advi_pseudonyms_need_key(pieces->pseudonyms, err);

	if (r < 0)
		return r;
	advi_buf_byte(&plain, (char)('0' + of->version));
	advi_buf_add(&plain, slice->value);
	advi_seal(out, pieces->pseudonyms->key,
		  (struct advi_str){(const char *)&about, sizeof(about)}, advi_buf_str(&plain));
	return 0;
}

int advi_pieces_add(struct advi_pieces *pieces, const struct advi_piece_of *of,
		    const struct advi_slice *slice, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf sealed = ADVI_BUF_INIT(2 * ADVI_SLICE_BYTES);
	int r = seal(pieces, of, slice, &sealed, err);

	if (r < 0)
		return r;
	bind_record(pieces->add, of->record);
	sqlite3_bind_int64(pieces->add, 2, slice->at);
	sqlite3_bind_int64(pieces->add, 3, of->count);
	sqlite3_bind_int64(pieces->add, 4, (sqlite3_int64)slice->offset);
	sqlite3_bind_blob(pieces->add, 5, of->run ? of->run : (const unsigned char *)"",
			  of->run ? ADVI_UUID_BYTES : 0, SQLITE_STATIC);
	sqlite3_bind_blob(pieces->add, 6, sealed.ptr, (int)sealed.len, SQLITE_STATIC);
	pieces->any = pieces->fresh = true;
	return advi_sql_step(pieces->add, pieces->store->path, err);
}

/* The slices of a record, opened. */
struct opened {
	struct advi_arena arena;
	advi_slices slices;
	unsigned version, count;
	bool damaged;
};

static bool is_there(const struct opened *all, const struct advi_slice *slice)
{
	for (size_t i = all->slices.count; i-- > 0 && all->slices.at[i].at == slice->at;)
		if (advi_str_eq(all->slices.at[i].value, slice->value))
			return true;
	return false;
}

static void open_piece(struct advi_pieces *pieces, const unsigned char *record, struct opened *to)
{
	ADVI_AUTO(buf) struct advi_buf plain = ADVI_BUF_INIT(2 * ADVI_SLICE_BYTES);
	unsigned count = (unsigned)sqlite3_column_int64(pieces->load, 1);
	struct advi_slice slice = {.at = (unsigned)sqlite3_column_int64(pieces->load, 0),
				   .offset = (uint64_t)sqlite3_column_int64(pieces->load, 3)};
	struct about about = about_of(record, slice.at, count);
	struct advi_str sealed = {sqlite3_column_blob(pieces->load, 2),
				  (size_t)sqlite3_column_bytes(pieces->load, 2)};

	if (slice.at >= count || count > ADVI_BLOCKS ||
	    !advi_unseal(&plain, pieces->pseudonyms->key,
			 (struct advi_str){(const char *)&about, sizeof(about)}, sealed) ||
	    !plain.len) {
		to->damaged = true;
		return;
	}
	to->version = (unsigned)(plain.ptr[0] - '0');
	to->count = count;
	slice.value = advi_str_from(advi_buf_str(&plain), 1);
	/* Several sources may have it. */
	if (is_there(to, &slice))
		return;
	slice.value = advi_arena_slice(&to->arena, slice.value);
	advi_vec_push(&to->slices, slice);
}

static int spend(struct advi_pieces *pieces, const struct advi_piece_of *of,
		 const struct advi_slice *slice, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf sealed = ADVI_BUF_INIT(2 * ADVI_SLICE_BYTES);
	int r = seal(pieces, of, slice, &sealed, err);

	if (r < 0)
		return r;
	bind_record(pieces->spend, of->record);
	sqlite3_bind_int64(pieces->spend, 2, slice->at);
	sqlite3_bind_blob(pieces->spend, 3, sealed.ptr, (int)sealed.len, SQLITE_STATIC);
	return advi_sql_step(pieces->spend, pieces->store->path, err);
}

int advi_pieces_take(struct advi_pieces *pieces, const unsigned char *record,
		     struct advi_combination *out, const char **problem, struct adv_err *err)
{
	struct opened all = {0};
	struct advi_piece_of of = {.record = record};
	bool whole = false;
	int r = advi_pseudonyms_need_key(pieces->pseudonyms, err);

	bind_record(pieces->load, record);
	*problem = NULL;
	while (r >= 0 && (r = advi_sql_step(pieces->load, pieces->store->path, err)) > 0)
		open_piece(pieces, record, &all);
	if (r == 0 && all.damaged) {
		*problem = "was kept in pieces that can't be read";
		r = advi_pieces_drop(pieces, record, err);
	} else if (r == 0) {
		whole = advi_combine(&all.slices, all.version, all.count, false, out);
		of.version = all.version;
		of.count = all.count;
		for (size_t i = 0; whole && i < out->picks.count && r == 0; i++)
			r = spend(pieces, &of, &all.slices.at[out->picks.at[i]], err);
	}
	whole |= all.damaged;
	advi_vec_clear(&all.slices);
	advi_arena_clear(&all.arena);
	return r < 0 ? r : whole;
}

int advi_pieces_drop(struct advi_pieces *pieces, const unsigned char *record, struct adv_err *err)
{
	bind_record(pieces->drop, record);
	return advi_sql_step(pieces->drop, pieces->store->path, err);
}

int advi_pieces_spend(struct advi_pieces *pieces, const struct advi_piece_of *of,
		      const advi_slices *slices, struct adv_err *err)
{
	int r;

	/* Of nearly all records there are none. */
	bind_record(pieces->load, of->record);
	r = advi_sql_step(pieces->load, pieces->store->path, err);
	sqlite3_reset(pieces->load);
	if (r <= 0)
		return r;
	r = 0;
	for (size_t i = 0; r == 0 && i < slices->count; i++)
		if (slices->at[i].used)
			r = spend(pieces, of, &slices->at[i], err);
	return r;
}

int advi_pieces_next(struct advi_pieces *pieces, unsigned char record[ADVI_PIECE_RECORD_BYTES],
		     struct adv_err *err)
{
	int r = 0;

	bind_record(pieces->find, record);
	if (pieces->any)
		r = advi_sql_step(pieces->find, pieces->store->path, err);
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

int advi_pieces_own(struct advi_pieces *pieces, const struct advi_fingerprint *source,
		    const struct advi_fingerprint *shorter, bool read_on, struct adv_err *err)
{
	sqlite3_stmt *const steps[] = {pieces->fresh ? pieces->own : NULL,
				       !pieces->any || !shorter ? NULL
				       : read_on                ? pieces->move
								: pieces->leave};
	int r = 0;

	for (size_t i = 0; i < ADVI_COUNT(steps) && r == 0; i++) {
		if (!steps[i])
			continue;
		sqlite3_bind_blob(steps[i], 1, source->bytes, sizeof(source->bytes), SQLITE_STATIC);
		if (i > 0)
			sqlite3_bind_blob(steps[i], 2, shorter->bytes, sizeof(shorter->bytes),
					  SQLITE_STATIC);
		r = advi_sql_step(steps[i], pieces->store->path, err);
	}
	pieces->fresh = false;
	return r;
}

int advi_pieces_waiting(struct advi_pieces *pieces, uint64_t *out, struct adv_err *err)
{
	int r = advi_sql_step(pieces->count, pieces->store->path, err);

	if (r > 0)
		*out = (uint64_t)sqlite3_column_int64(pieces->count, 0);
	sqlite3_reset(pieces->count);
	return r < 0 ? r : 0;
}
