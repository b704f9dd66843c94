/* SPDX-License-Identifier: BSD-3-Clause */
/* What a store holds and what it was made of. */
#include "usage/status.h"

#include <sys/stat.h>

#include "usage/piece.h"
#include "usage/workload.h"

struct loading {
	struct advi_status *out;
	const struct adv_store *store;
};

static uint64_t number(sqlite3_stmt *row, int column)
{
	sqlite3_int64 value = sqlite3_column_int64(row, column);

	return value > 0 ? (uint64_t)value : 0;
}

static const char *text(struct advi_status *out, sqlite3_stmt *row, int column)
{
	return advi_arena_str(&out->arena, advi_sql_column(row, column));
}

static void take_sources(struct advi_status *out, sqlite3_stmt *row)
{
	out->sources = number(row, 0);
	out->single = number(row, 1);
	out->bytes = number(row, 2);
	out->records = number(row, 3);
	out->rejected = number(row, 4);
}

static void take_runs(struct advi_status *out, sqlite3_stmt *row)
{
	out->runs = number(row, 0);
	out->python_runs = number(row, 1);
	out->users = number(row, 2);
	out->first = (uint32_t)number(row, 3);
	out->last = (uint32_t)number(row, 4);
	out->accounted = number(row, 5);
}

static void take_tallies(struct advi_status *out, sqlite3_stmt *row)
{
	uint32_t first = (uint32_t)number(row, 1), last = (uint32_t)number(row, 2);

	out->counts = number(row, 0);
	out->first = first && (!out->first || first < out->first) ? first : out->first;
	out->last = last > out->last ? last : out->last;
}

static void take_jobs(struct advi_status *out, sqlite3_stmt *row)
{
	out->jobs = number(row, 0);
	out->pieces = number(row, 1);
	out->spare = number(row, 2);
	out->records += out->pieces;
	out->rejected += out->pieces;
}

static void take_waiting(struct advi_status *out, sqlite3_stmt *row)
{
	struct advi_status_waiting *one = advi_vec_new(&out->waiting);

	one->month = (uint32_t)number(row, 0);
	one->runs = number(row, 1);
	one->imports = number(row, 2);
	out->waiting_runs += one->runs;
	out->waiting_imports += one->imports;
}

static void take_named(struct advi_status *out, sqlite3_stmt *row)
{
	advi_vec_push(&out->named, ((struct advi_status_source){
					   .name = text(out, row, 0),
					   .format = text(out, row, 1),
					   .bytes = number(row, 2),
					   .records = number(row, 3),
					   .runs = number(row, 4),
					   .rejected = number(row, 5),
				   }));
}

static void take_reason(struct advi_status *out, sqlite3_stmt *row)
{
	advi_vec_push(&out->reasons,
		      ((struct advi_status_reason){text(out, row, 0), number(row, 1)}));
}

static void take_reject(struct advi_status *out, sqlite3_stmt *row)
{
	advi_vec_push(&out->rejects,
		      ((struct advi_status_reject){text(out, row, 0), text(out, row, 2),
						   number(row, 1)}));
}

/* A UUID of version 7 begins with the milliseconds since 1970. */
#define UUID_MONTH                                                                                 \
	"CASE WHEN substr(hex(uuid), 13, 1)='7' THEN CAST(strftime('%Y%m',"                        \
	" ((instr('0123456789ABCDEF', substr(hex(uuid), 1, 1))-1)*(1<<44)"                         \
	"+(instr('0123456789ABCDEF', substr(hex(uuid), 2, 1))-1)*(1<<40)"                          \
	"+(instr('0123456789ABCDEF', substr(hex(uuid), 3, 1))-1)*(1<<36)"                          \
	"+(instr('0123456789ABCDEF', substr(hex(uuid), 4, 1))-1)*(1<<32)"                          \
	"+(instr('0123456789ABCDEF', substr(hex(uuid), 5, 1))-1)*(1<<28)"                          \
	"+(instr('0123456789ABCDEF', substr(hex(uuid), 6, 1))-1)*(1<<24))/1000, 'unixepoch')"      \
	" AS INTEGER) ELSE 0 END"

/* Refused as long as nothing more comes. */
#define PIECES_REASON                                                                              \
	"iif(whole, 'has a piece for every place, and they don''t fit together',"                  \
	" 'lacks pieces, which no log has had so far')"

static const struct {
	const char *sql;
	void (*take)(struct advi_status *out, sqlite3_stmt *row);
	bool rejects; /* only when they are asked for */
} questions[] = {
	{"SELECT count(*), count(*) FILTER(WHERE name IS NULL), sum(bytes), sum(records),"
	 " sum(rejected) FROM source WHERE grown=0",
	 take_sources, false},
	{"SELECT count(*), count(*) FILTER(WHERE set_id IN (SELECT set_id FROM import WHERE"
	 " evidence=0)), count(DISTINCT user), min(month), max(month), sum(accounted) FROM counted",
	 take_runs, false},
	{"SELECT sum(runs), min(month), max(month) FROM tally", take_tallies, false},
	{"SELECT (SELECT count(*) FROM accounting), (SELECT count(*) FROM (" ADVI_PIECES_WAITING
	 ")), (SELECT count(DISTINCT record) FROM piece WHERE" ADVI_PIECES_COUNTED ")",
	 take_jobs, false},
	/* What lies far from today is a UUID by chance. */
	{"SELECT CASE WHEN month BETWEEN 201501 AND 209912 THEN month ELSE 0 END,"
	 " count(DISTINCT uuid), count(*) FROM (SELECT uuid, " UUID_MONTH " AS month FROM waiting)"
	 " GROUP BY 1 ORDER BY 1",
	 take_waiting, false},
	{"SELECT name, format, bytes, records, runs, rejected FROM source WHERE grown=0 AND name IS"
	 " NOT NULL ORDER BY name, bytes, fingerprint",
	 take_named, false},
	{"SELECT reason, count(*) FROM (SELECT reason FROM reject UNION ALL SELECT " PIECES_REASON
	 " FROM (" ADVI_PIECES_WAITING ")) GROUP BY reason ORDER BY 2 DESC, 1",
	 take_reason, false},
	{"SELECT ifnull(name, ''), at, reason FROM (SELECT source, at, reason FROM reject UNION ALL"
	 " SELECT source, start, " PIECES_REASON " FROM (" ADVI_PIECES_WAITING "))"
	 " LEFT JOIN source ON fingerprint=source ORDER BY name, source, at, reason",
	 take_reject, true},
};

static int ask(struct loading *loading, size_t question, struct adv_err *err)
{
	ADVI_AUTO_SQL *rows = NULL;
	const char *path = loading->store->path;
	int r = advi_sql_prepare(&rows, loading->store->db, path, questions[question].sql, err);

	while (r == 0 && (r = advi_sql_step(rows, path, err)) > 0) {
		questions[question].take(loading->out, rows);
		r = 0;
	}
	return r;
}

int advi_status_load(struct advi_status *out, const struct adv_store *store, bool rejects,
		     struct adv_err *err)
{
	struct loading loading = {out, store};
	ADVI_AUTO(buf) struct advi_buf mark = ADVI_BUF_INIT(ADVI_HEX_SIZE);
	struct stat info;
	int r;

	*out = (struct advi_status){.path = store->path};
	if (stat(store->path, &info) == 0)
		out->file_bytes = (uint64_t)info.st_size;
	if ((r = advi_sql_run(store->db, store->path, "BEGIN", err)) < 0 ||
	    (r = advi_store_get(store, "mark", &mark, err)) < 0)
		return r;
	out->names = advi_str_is(advi_buf_str(&mark), "names");
	if (mark.len && !out->names)
		out->key = advi_arena_str(&out->arena, advi_buf_str(&mark));
	out->site = store->site ? store->site->name : NULL;
	for (size_t i = 0; i < ADVI_COUNT(questions) && r == 0; i++)
		if (rejects || !questions[i].rejects)
			r = ask(&loading, i, err);
	if (r == 0)
		r = advi_store_fingerprint(store, out->fingerprint, err);
	sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	if (r < 0)
		advi_status_clear(out);
	return r;
}

void advi_status_clear(struct advi_status *status)
{
	advi_arena_clear(&status->arena);
	advi_vec_clear(&status->named);
	advi_vec_clear(&status->waiting);
	advi_vec_clear(&status->reasons);
	advi_vec_clear(&status->rejects);
}
