/* SPDX-License-Identifier: BSD-3-Clause */
/* Sources that the store knows. */
#include "usage/known.h"

#include <stdio.h>

#include "base/buf.h"
#include "io/digest.h"

enum { HEAD_BYTES = 64 << 10, KEY_BYTES = 8, CANDIDATES = 10000 };

int advi_sources_open(struct advi_sources *sources, struct adv_store *store, struct adv_err *err)
{
	const struct {
		sqlite3_stmt **to;
		const char *sql;
	} rows[] = {
		{&sources->find, "SELECT 1 FROM source WHERE fingerprint=?"},
		{&sources->any, "SELECT EXISTS(SELECT 1 FROM source WHERE head IN (?1, ?2))"
				" OR EXISTS(SELECT 1 FROM source WHERE fingerprint=?3)"},
		{&sources->like,
		 "SELECT fingerprint, bytes, resume, format, grown, ifnull(name, '')"
		 " FROM source WHERE head=?1 OR head=?2 OR fingerprint=?3"
		 " ORDER BY name IS NOT ?5, bytes DESC, fingerprint LIMIT ?4"},
		{&sources->add,
		 "INSERT INTO source(fingerprint, head, name, format, bytes, resume, records, runs,"
		 " rejected, grown) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"
		 /* only a table of a database is added again, with what came to it */
		 " ON CONFLICT DO UPDATE SET bytes=excluded.bytes, resume=excluded.resume,"
		 " records=records+excluded.records, runs=runs+excluded.runs,"
		 " rejected=rejected+excluded.rejected"},
		/* What was cut off at the shorter one's end is read again. */
		{&sources->carry,
		 "UPDATE source SET records=source.records+o.records-(o.resume<o.bytes),"
		 " runs=source.runs+o.runs, rejected=source.rejected+o.rejected-(o.resume<o.bytes)"
		 " FROM source o WHERE o.fingerprint=?1 AND o.grown=0 AND source.fingerprint=?2"},
		{&sources->grow,
		 "UPDATE source SET name=NULL, records=0, runs=0, rejected=0, grown=1"
		 " WHERE fingerprint=?"},
		{&sources->move_tallies, "UPDATE tally SET source=?2 WHERE source=?1"},
		{&sources->drop_tallies, "DELETE FROM tally WHERE source=?1"},
		{&sources->move_rejects,
		 "UPDATE OR IGNORE reject SET source=?2 WHERE source=?1 AND at<?3"},
		{&sources->drop_rejects, "DELETE FROM reject WHERE source=?1"},
		{&sources->reject,
		 "INSERT OR IGNORE INTO reject(source, at, reason) VALUES(?, ?, ?)"},
		{&sources->own_tallies, "UPDATE tally SET source=?1 WHERE rowid>?2"},
	};

	ADVI_AUTO(buf) struct advi_buf sha256 = ADVI_BUF_INIT(8);
	int r = advi_store_get(store, "sha256", &sha256, err);

	*sources = (struct advi_sources){.store = store, .sha256 = sha256.len > 0};
	for (size_t i = 0; i < ADVI_COUNT(rows) && r == 0; i++)
		r = advi_sql_prepare(rows[i].to, store->db, store->path, rows[i].sql, err);
	return r;
}

void advi_sources_clear(struct advi_sources *sources)
{
	sqlite3_stmt *const all[] = {
		sources->find,         sources->any,          sources->like,
		sources->add,          sources->grow,         sources->move_tallies,
		sources->drop_tallies, sources->move_rejects, sources->drop_rejects,
		sources->reject,       sources->own_tallies,  sources->carry};

	for (size_t i = 0; i < ADVI_COUNT(all); i++)
		sqlite3_finalize(all[i]);
	*sources = (struct advi_sources){0};
}

void advi_source_head(struct advi_source_head *out, struct advi_str beginning, struct advi_str name)
{
	struct advi_fingerprint named = advi_fingerprint_of(name);
	struct advi_str line = beginning;

	if (line.len > HEAD_BYTES)
		line.len = HEAD_BYTES;
	line.len = advi_str_find(line, '\n');
	*out = (struct advi_source_head){.cut = line.len == beginning.len};
	if (line.len < beginning.len && beginning.ptr[line.len] == '\n')
		line.len++;
	out->whole_line = !out->cut && line.len < beginning.len;
	out->line = advi_fingerprint_of(line);
	memcpy(out->by_line, out->line.bytes, KEY_BYTES);
	memcpy(out->by_name, named.bytes, KEY_BYTES);
}

static void bind_fingerprint(sqlite3_stmt *statement, int at,
			     const struct advi_fingerprint *fingerprint)
{
	sqlite3_bind_blob(statement, at, fingerprint->bytes, sizeof(fingerprint->bytes),
			  SQLITE_STATIC);
}

int advi_sources_find(struct advi_sources *sources, const struct advi_fingerprint *fingerprint,
		      struct adv_err *err)
{
	int r;

	bind_fingerprint(sources->find, 1, fingerprint);
	r = advi_sql_step(sources->find, sources->store->path, err);
	sqlite3_reset(sources->find);
	return r;
}

int advi_sources_find_old(struct advi_sources *sources, struct advi_str content,
			  struct adv_err *err)
{
	struct advi_fingerprint fingerprint;
	char hex[ADVI_HEX_SIZE];
	unsigned byte;

	if (!sources->sha256)
		return 0;
	advi_sha256(content, hex);
	for (size_t i = 0; i < sizeof(fingerprint.bytes); i++) {
		sscanf(hex + 2 * i, "%2x", &byte);
		fingerprint.bytes[i] = (unsigned char)byte;
	}
	return advi_sources_find(sources, &fingerprint, err);
}

static void read_known(sqlite3_stmt *row, struct advi_str name, struct advi_known *out)
{
	const void *blob = sqlite3_column_blob(row, 0);
	struct advi_str format = advi_sql_column(row, 3);

	if (blob && (size_t)sqlite3_column_bytes(row, 0) == sizeof(out->fingerprint.bytes))
		memcpy(out->fingerprint.bytes, blob, sizeof(out->fingerprint.bytes));
	out->bytes = (uint64_t)sqlite3_column_int64(row, 1);
	out->resume = (uint64_t)sqlite3_column_int64(row, 2);
	if (out->resume > out->bytes)
		out->resume = out->bytes;
	snprintf(out->format, sizeof(out->format), "%.*s", ADVI_ARGS(format));
	out->grown = sqlite3_column_int(row, 4) != 0;
	out->same_name = advi_str_eq(advi_sql_column(row, 5), name);
}

static int by_bytes(const void *left, const void *right)
{
	const struct advi_known *a = left, *b = right;

	return (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

int advi_sources_like(struct advi_sources *sources, const struct advi_source_head *head,
		      struct advi_str name, advi_knowns *out, struct adv_err *err)
{
	sqlite3_stmt *like = sources->like, *any = sources->any;
	int r;

	/* Of most files nothing is known: that is asked first, and costs less. */
	sqlite3_bind_blob(any, 1, head->by_line, KEY_BYTES, SQLITE_STATIC);
	sqlite3_bind_blob(any, 2, head->by_name, KEY_BYTES, SQLITE_STATIC);
	bind_fingerprint(any, 3, &head->line);
	if ((r = advi_sql_step(any, sources->store->path, err)) > 0)
		r = sqlite3_column_int(any, 0);
	sqlite3_reset(any);
	if (r <= 0)
		return r;

	sqlite3_bind_blob(like, 1, head->by_line, KEY_BYTES, SQLITE_STATIC);
	sqlite3_bind_blob(like, 2, head->by_name, KEY_BYTES, SQLITE_STATIC);
	bind_fingerprint(like, 3, &head->line);
	sqlite3_bind_int(like, 4, CANDIDATES);
	advi_sql_text(like, 5, name);
	while ((r = advi_sql_step(like, sources->store->path, err)) > 0)
		read_known(like, name, advi_vec_new(out));
	advi_vec_sort(out, by_bytes);
	return r;
}

int advi_sources_add(struct advi_sources *sources, const struct advi_source_row *row,
		     const struct advi_reject *rejects, size_t reject_count, struct adv_err *err)
{
	const uint64_t counts[] = {row->bytes, row->resume, row->records, row->runs, row->rejected};
	const char *path = sources->store->path;
	int r;

	bind_fingerprint(sources->add, 1, &row->fingerprint);
	if (row->head)
		sqlite3_bind_blob(sources->add, 2, row->head, KEY_BYTES, SQLITE_STATIC);
	else
		sqlite3_bind_null(sources->add, 2);
	advi_sql_text(sources->add, 3, row->name);
	advi_sql_text(sources->add, 4, advi_str(row->format));
	for (size_t i = 0; i < ADVI_COUNT(counts); i++)
		sqlite3_bind_int64(sources->add, 5 + (int)i, (sqlite3_int64)counts[i]);
	r = advi_sql_step(sources->add, path, err);
	for (size_t i = 0; i < reject_count && r == 0; i++) {
		bind_fingerprint(sources->reject, 1, &row->fingerprint);
		sqlite3_bind_int64(sources->reject, 2, (sqlite3_int64)rejects[i].offset);
		advi_sql_text(sources->reject, 3, advi_str(rejects[i].reason));
		r = advi_sql_step(sources->reject, path, err);
	}
	return r;
}

int advi_sources_grow(struct advi_sources *sources, const struct advi_known *from,
		      const struct advi_fingerprint *to, bool read_on, struct adv_err *err)
{
	sqlite3_stmt *const steps[] = {
		read_on ? sources->carry : sources->drop_tallies,
		read_on ? sources->move_tallies : sources->drop_tallies,
		read_on ? sources->move_rejects : sources->drop_rejects,
		sources->drop_rejects,
		sources->grow,
	};
	int r = 0;

	for (size_t i = 0; i < ADVI_COUNT(steps) && r == 0; i++) {
		bind_fingerprint(steps[i], 1, &from->fingerprint);
		if (sqlite3_bind_parameter_count(steps[i]) >= 2)
			bind_fingerprint(steps[i], 2, to);
		if (sqlite3_bind_parameter_count(steps[i]) >= 3)
			sqlite3_bind_int64(steps[i], 3, (sqlite3_int64)from->resume);
		r = advi_sql_step(steps[i], sources->store->path, err);
	}
	return r;
}

int advi_sources_own_tallies(struct advi_sources *sources,
			     const struct advi_fingerprint *fingerprint, sqlite3_int64 since,
			     struct adv_err *err)
{
	bind_fingerprint(sources->own_tallies, 1, fingerprint);
	sqlite3_bind_int64(sources->own_tallies, 2, since);
	return advi_sql_step(sources->own_tallies, sources->store->path, err);
}
