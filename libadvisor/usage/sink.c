/* SPDX-License-Identifier: BSD-3-Clause */
/* Where typed records go. */
#include "usage/sink.h"

#include <unistd.h>

#include "base/mem.h"
#include "usage/root.h"

enum { USUAL_READERS = 4 }; /* more than the taking keeps up with */

static int open_names(struct advi_sink *sink, struct adv_err *err)
{
	const struct {
		struct advi_intern *table;
		const char *find, *add;
	} rows[] = {
		{&sink->users, "SELECT id FROM user WHERE name=?",
		 "INSERT OR IGNORE INTO user(name) VALUES(?)"},
		{&sink->projects, "SELECT id FROM project WHERE name=?",
		 "INSERT OR IGNORE INTO project(name) VALUES(?)"},
		{&sink->modules, "SELECT id FROM module WHERE name=?",
		 "INSERT OR IGNORE INTO module(name) VALUES(?)"},
		{&sink->roots, "SELECT id FROM root WHERE path=? AND kind=?",
		 "INSERT OR IGNORE INTO root(path, kind) VALUES(?, ?)"},
		{&sink->versions, "SELECT id FROM version WHERE name=?",
		 "INSERT OR IGNORE INTO version(name) VALUES(?)"},
	};
	int r = 0;

	for (size_t i = 0; i < ADVI_COUNT(rows) && r == 0; i++)
		r = advi_intern_open(rows[i].table, sink->store, rows[i].find, rows[i].add, err);
	return r;
}

static int prepare(struct advi_sink *sink, struct adv_err *err)
{
	const struct {
		sqlite3_stmt **to;
		const char *sql;
	} rows[] = {
		{&sink->add_tally, "INSERT INTO tally(month, user, project, module, place, runs)"
				   " VALUES(?, ?, ?, ?, ?, ?)"},
	};

	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		int r = advi_sql_prepare(rows[i].to, sink->store->db, sink->store->path,
					 rows[i].sql, err);

		if (r < 0)
			return r;
	}
	return 0;
}

static void make_readers(struct advi_sink *sink, size_t count)
{
	sink->readers = advi_realloc(sink->readers, count, sizeof(*sink->readers));
	for (; sink->reader_count < count; sink->reader_count++) {
		sink->readers[sink->reader_count] = (struct advi_reader){0};
		advi_lane_init(&sink->readers[sink->reader_count].lane);
	}
}

void advi_sink_threads(struct advi_sink *sink, unsigned threads)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (!threads)
		threads = processors < 1               ? 1
			  : processors > USUAL_READERS ? USUAL_READERS
						       : (unsigned)processors;
	make_readers(sink, threads < ADVI_READERS ? threads : ADVI_READERS);
}

int advi_sink_open(struct advi_sink *sink, struct adv_store *store, const struct adv_site *site,
		   struct advi_pseudonyms *pseudonyms, struct adv_err *err)
{
	int r;

	*sink = (struct advi_sink){.store = store, .site = site, .pseudonyms = *pseudonyms};
	*pseudonyms = (struct advi_pseudonyms){0};
	advi_gather_init(&sink->gather, &sink->join, &sink->runs);
	make_readers(sink, 1);
	if ((r = open_names(sink, err)) < 0 || (r = prepare(sink, err)) < 0 ||
	    (r = advi_runs_open(&sink->runs, store, err)) < 0 ||
	    (r = advi_sources_open(&sink->sources, store, err)) < 0 ||
	    (r = advi_accounts_open(&sink->accounts, store, err)) < 0 ||
	    (r = advi_pieces_open(&sink->pieces, store, &sink->pseudonyms, err)) < 0)
		return r;
	return advi_join_open(&sink->join, store, err);
}

/* Calls 'what' for every table of names. */
static void each_table(struct advi_sink *sink, void (*what)(struct advi_intern *table))
{
	struct advi_intern *const tables[] = {&sink->users, &sink->projects, &sink->modules,
					      &sink->roots, &sink->versions};

	for (size_t i = 0; i < ADVI_COUNT(tables); i++)
		what(tables[i]);
}

void advi_sink_clear(struct advi_sink *sink)
{
	sqlite3_stmt *const all[] = {sink->add_tally};

	for (size_t i = 0; i < ADVI_COUNT(all); i++)
		sqlite3_finalize(all[i]);
	advi_sources_clear(&sink->sources);
	advi_accounts_clear(&sink->accounts);
	each_table(sink, advi_intern_clear);
	advi_gather_clear(&sink->gather);
	advi_runs_clear(&sink->runs);
	advi_pieces_clear(&sink->pieces);
	advi_join_clear(&sink->join);
	advi_vec_clear(&sink->rejects);
	advi_vec_clear(&sink->libs);
	for (size_t i = 0; i < sink->reader_count; i++) {
		advi_lane_clear(&sink->readers[i].lane);
		advi_intake_clear(&sink->readers[i].intake);
	}
	free(sink->readers);
	advi_batch_clear(&sink->batch);
	advi_pseudonyms_clear(&sink->pseudonyms);
}

static void forget_lists(struct advi_sink *sink)
{
	for (size_t i = 0; i < sink->reader_count; i++) {
		advi_lane_forget(&sink->readers[i].lane);
		advi_intake_clear(&sink->readers[i].intake);
	}
}

int advi_sink_trim(struct advi_sink *sink, struct adv_err *err)
{
	int r = sink->busy ? 0 : advi_gather_trim(&sink->gather, err);

	if (r != 0)
		forget_lists(sink);
	sink->failed |= r < 0;
	return r < 0 ? r : 0;
}

void advi_sink_reject(struct advi_sink *sink, uint64_t offset, const char *reason)
{
	sink->source.rejected++;
	if (sink->rejects.count < ADVI_REJECTS_LISTED)
		advi_vec_push(&sink->rejects, ((struct advi_reject){offset, reason}));
}

static void reset_source(struct advi_sink *sink)
{
	sink->source = (struct adv_ingest_summary){0};
	sink->cut_at = (struct advi_cut){0};
	sink->runs_seen = 0;
	sink->rejects.count = 0;
}

static int last_tally(struct advi_sink *sink, struct adv_err *err)
{
	ADVI_AUTO_SQL *last = NULL;
	const char *path = sink->store->path;
	int r = advi_sql_prepare(&last, sink->store->db, path,
				 "SELECT ifnull(max(rowid), 0) FROM tally", err);

	if (r == 0 && (r = advi_sql_step(last, path, err)) > 0)
		sink->tallies_before = sqlite3_column_int64(last, 0);
	return r < 0 ? r : 0;
}

int advi_sink_begin(struct advi_sink *sink, struct adv_err *err)
{
	int r;

	reset_source(sink);
	sink->pending = (struct adv_ingest_summary){0};
	sink->join.uses = 0;
	r = advi_sql_run(sink->store->db, sink->store->path, "BEGIN IMMEDIATE", err);
	return r < 0 ? r : last_tally(sink, err);
}

int advi_sink_commit(struct advi_sink *sink, struct adv_err *err)
{
	int r = advi_gather_flush(&sink->gather, err);

	if (r == 0)
		r = advi_sql_run(sink->store->db, sink->store->path, "COMMIT", err);
	if (r < 0)
		advi_sink_rollback(sink);
	else
		sink->pending.uses += sink->join.uses;
	return r;
}

/* Ids of names that were made since the beginning are gone with it. */
void advi_sink_rollback(struct advi_sink *sink)
{
	advi_gather_forget(&sink->gather);
	forget_lists(sink);
	each_table(sink, advi_intern_forget);
	reset_source(sink);
	if (!sqlite3_get_autocommit(sink->store->db))
		sqlite3_exec(sink->store->db, "ROLLBACK", NULL, NULL, NULL);
}

int advi_sink_finish(struct advi_sink *sink, struct adv_ingest_summary *summary,
		     struct adv_err *err)
{
	ADVI_AUTO_SQL *count = NULL;
	const char *path = sink->store->path;
	int r = advi_sql_run(sink->store->db, path, "BEGIN IMMEDIATE", err);

	if (r == 0)
		r = advi_join_tidy(&sink->join, err);
	if (r == 0)
		r = advi_sql_run(sink->store->db, path, "COMMIT", err);
	if (r < 0) {
		advi_sink_rollback(sink);
		return r;
	}
	r = advi_sql_prepare(&count, sink->store->db, path, "SELECT count(*) FROM waiting", err);
	if (r == 0 && (r = advi_sql_step(count, path, err)) > 0)
		summary->waiting = (uint64_t)sqlite3_column_int64(count, 0);
	return r < 0 ? r : advi_pieces_waiting(&sink->pieces, &summary->pieces, err);
}

static void add_up(struct adv_ingest_summary *to, const struct adv_ingest_summary *from)
{
	to->sources++;
	to->records += from->records;
	to->runs += from->runs;
	to->uses += from->uses;
	to->rejected += from->rejected;
	to->bytes += from->bytes;
}

void advi_sink_drop_source(struct advi_sink *sink)
{
	reset_source(sink);
}

int advi_sink_source(struct advi_sink *sink, struct advi_source_row *row,
		     const struct advi_known *from, bool read_on, struct adv_err *err)
{
	/* A single good record says itself who it is. */
	bool plain = sink->source.records == 1 && !sink->source.rejected && !from && !row->named &&
		     !sink->pieces.fresh;
	int r = advi_gather_settle(&sink->gather, err);

	if (r < 0)
		return r;
	sink->source.runs = sink->gather.runs_added;
	sink->gather.runs_added = 0;
	if (plain)
		row->name = ADVI_STR("");
	row->records = sink->source.records;
	row->runs = sink->runs_seen;
	row->rejected = sink->source.rejected;
	row->resume = sink->cut_at.is ? sink->cut_at.offset - row->base : row->bytes;
	r = advi_sources_add(&sink->sources, row, sink->rejects.at, sink->rejects.count, err);
	if (r == 0 && sink->source.uses)
		r = advi_sources_own_tallies(&sink->sources, &row->fingerprint,
					     sink->tallies_before, err);
	if (r == 0 && from) {
		/* Refused records stand where they are in the file. */
		struct advi_known shorter = *from;

		shorter.resume += row->base;
		r = advi_sources_grow(&sink->sources, &shorter, &row->fingerprint, read_on, err);
	}
	if (r == 0)
		r = advi_pieces_own(&sink->pieces, &row->fingerprint,
				    from ? &from->fingerprint : NULL, read_on, err);
	if (r == 0 && (sink->source.uses || from))
		r = last_tally(sink, err);
	add_up(&sink->pending, &sink->source);
	reset_source(sink);
	return r;
}
