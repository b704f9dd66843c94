/* SPDX-License-Identifier: BSD-3-Clause */
/* The usage store's tables, made and brought up to date. */
#include "usage/schema.h"

#include "base/buf.h"
#include "usage/piece.h"

/*
 * Names are interned. A run points to the set of what it imports; sets are interned too, since
 * most runs of a person repeat a few. 'path_bytes' and 'dotted' say how an item was recorded:
 * they decide which record of a module names its place, whatever the order of reading (items.h);
 * 'evidence' says how it came to be known. 'waiting' holds imports whose run has not been seen.
 * Months are numbers such as 202503.
 */
static const char names[] =
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE user(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE project(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE job(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE module(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE root(id INTEGER PRIMARY KEY, path TEXT NOT NULL, kind INTEGER NOT NULL,"
	" UNIQUE(path, kind));"
	"CREATE TABLE import_set(id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE,"
	" items BLOB NOT NULL DEFAULT x'');";

/*
 * Version 2: what is kept of sources. One is known by the fingerprint of all that was in it (of
 * version 1 by the first 16 bytes of its SHA-256); 'head' (known.h) finds the ones that a longer
 * file may begin with, and 'resume' is where such a file is read on. When it was, it has a row of
 * its own that takes over everything, and of the shorter one stays that it is known: 'grown'. A
 * source of a single good record, of which there are millions, has no name and no head. A tally
 * without a source is of version 1.
 */
static const char sources[] =
	"CREATE TABLE source(fingerprint BLOB PRIMARY KEY, head BLOB, name TEXT,"
	" format TEXT NOT NULL, bytes INTEGER NOT NULL, resume INTEGER NOT NULL,"
	" records INTEGER NOT NULL, runs INTEGER NOT NULL, rejected INTEGER NOT NULL,"
	" grown INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX source_head ON source(head) WHERE head IS NOT NULL;"
	"CREATE TABLE reject(source BLOB NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL,"
	" PRIMARY KEY(source, at, reason)) WITHOUT ROWID;"
	"CREATE TABLE tally(source BLOB, month INTEGER NOT NULL, user INTEGER, project INTEGER,"
	" module INTEGER NOT NULL, place TEXT NOT NULL, runs INTEGER NOT NULL);"
	/* How far a database was read, by its name and table. */
	"CREATE TABLE progress(origin TEXT NOT NULL, part TEXT NOT NULL, at INTEGER NOT NULL,"
	" PRIMARY KEY(origin, part)) WITHOUT ROWID;";

/*
 * Jobs as the scheduler accounts for them, and the runs as they count with what that repairs
 * (accounting.h). 'job' is "host:number", or ":number" of any host; 'first' and 'last' are the
 * months that the job may have runs in.
 */
static const char jobs[] =
	"CREATE TABLE accounting(job TEXT PRIMARY KEY, user INTEGER, project INTEGER,"
	" nodes INTEGER NOT NULL, ticks INTEGER, first INTEGER NOT NULL,"
	" last INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE VIEW counted AS"
	" WITH idle(job, runs) AS (SELECT job, count(*) FROM run"
	"  WHERE ticks IS NULL AND job IS NOT NULL GROUP BY job),"
	/* Once a job, and nothing of it while nothing is accounted for: runs are many more. */
	" own AS MATERIALIZED (SELECT job.id, a.user, a.project, a.nodes, a.first, a.last,"
	"  a.ticks/(SELECT runs FROM idle WHERE idle.job=job.id) AS ticks"
	"  FROM job CROSS JOIN accounting a WHERE EXISTS(SELECT 1 FROM accounting) AND a.job="
	"  ifnull((SELECT job FROM accounting WHERE accounting.job=job.name),"
	"  substr(job.name, instr(job.name, ':'))))"
	" SELECT run.uuid, run.month, run.user, ifnull(run.project, a.project) AS project, run.job,"
	" ifnull(run.ticks, a.ticks) AS ticks,"
	" CASE WHEN run.nodes=1 AND a.nodes>1 THEN a.nodes ELSE run.nodes END AS nodes,"
	" run.probability, run.environment, run.set_id, a.id IS NOT NULL AS accounted"
	" FROM run LEFT JOIN own a ON a.id=run.job"
	" AND (a.user IS NULL OR a.user=run.user) AND run.month BETWEEN a.first AND a.last;";

/*
 * Pieces of records whose other pieces have not been seen (piece.h), encrypted. Version 3: several
 * that differ may be for one place; 'source' and 'start' say where a piece was, and 'run' whose run
 * the record is all of.
 */
static const char pieces[] =
	"CREATE TABLE piece(record BLOB NOT NULL, at INTEGER NOT NULL, mark BLOB NOT NULL,"
	" source BLOB NOT NULL, count INTEGER NOT NULL, start INTEGER NOT NULL, run BLOB NOT NULL,"
	" value BLOB NOT NULL, PRIMARY KEY(record, at, mark, source)) WITHOUT ROWID;"
	"CREATE INDEX piece_source ON piece(source);";

/* Version 2: evidence, versions of packages, runs whose length nobody knows (no ticks). */
static const char items[] =
	"CREATE TABLE run(uuid BLOB PRIMARY KEY, month INTEGER NOT NULL, user INTEGER NOT NULL,"
	" project INTEGER, job INTEGER, ticks INTEGER, nodes INTEGER NOT NULL,"
	" probability REAL NOT NULL, environment INTEGER, set_id INTEGER) WITHOUT ROWID;"
	"CREATE TABLE version(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE waiting(uuid BLOB NOT NULL, module INTEGER NOT NULL,"
	" evidence INTEGER NOT NULL, root INTEGER NOT NULL, version INTEGER NOT NULL,"
	" dotted INTEGER NOT NULL, path_bytes INTEGER NOT NULL,"
	" PRIMARY KEY(uuid, module, evidence)) WITHOUT ROWID;";

/* Version 4: what a set imports is one value (pack.h). */
static const char imports[] =
	"CREATE VIEW import AS SELECT s.id AS set_id, i.module, i.evidence, i.root, i.version,"
	" i.dotted, i.path_bytes FROM import_set s, unpacked(s.items) i;";
/* From versions 2 and 3, which had a row an item. */
static const char from_rows[] =
	"ALTER TABLE import_set ADD COLUMN items BLOB NOT NULL DEFAULT x'';"
	"UPDATE import_set SET items=(SELECT packed(module, evidence, root, version, dotted,"
	" path_bytes) FROM (SELECT * FROM import WHERE set_id=import_set.id ORDER BY evidence,"
	" module)); DROP TABLE import;";

/* From version 1, which has nothing of these. A set that is met again gets a digest of today's. */
static const char before[] = "ALTER TABLE import RENAME TO import_1;"
			     "ALTER TABLE waiting RENAME TO waiting_1;"
			     "ALTER TABLE run RENAME TO run_1;"
			     "ALTER TABLE source RENAME TO source_1;"
			     "ALTER TABLE reject RENAME TO reject_1;"
			     "ALTER TABLE tally RENAME TO tally_1;";
/* Counts of several files can't be told apart any more, and those of one are that one's. */
static const char after[] =
	"INSERT INTO meta VALUES('sha256', '1');"
	"INSERT INTO source SELECT fingerprint, NULL, name, format, bytes, bytes, records, runs,"
	" rejected, 0 FROM source_1;"
	"INSERT OR IGNORE INTO reject SELECT source, at, reason FROM reject_1;"
	"INSERT INTO tally SELECT (SELECT fingerprint FROM source_1 WHERE format='counts'"
	"  AND (SELECT count(*) FROM source_1 WHERE format='counts')=1),"
	" month, user, project, module, place, runs FROM tally_1;"
	"DROP TABLE source_1; DROP TABLE reject_1; DROP TABLE tally_1;"
	"ALTER TABLE import_set ADD COLUMN items BLOB NOT NULL DEFAULT x'';"
	"UPDATE import_set SET items=(SELECT packed(module, 0, root, 0, dotted, path_bytes) FROM"
	" (SELECT * FROM import_1 WHERE set_id=import_set.id ORDER BY module));"
	"INSERT INTO waiting(uuid, module, evidence, root, version, dotted, path_bytes)"
	" SELECT uuid, module, 0, root, 0, dotted, path_bytes FROM waiting_1;"
	"INSERT INTO run(uuid, month, user, project, job, ticks, nodes, probability, environment,"
	" set_id) SELECT uuid, month, user, project, job, ticks, nodes, probability, environment,"
	" set_id FROM run_1;"
	"DROP TABLE import_1; DROP TABLE waiting_1; DROP TABLE run_1;";

/* From version 2: of where its pieces were nothing is known. */
static const char before_3[] = "ALTER TABLE piece RENAME TO piece_2;";
static const char after_3[] =
	"INSERT OR IGNORE INTO piece SELECT record, at, substr(value, 1, " ADVI_PIECE_MARK "),"
	" x'00', count, 0, x'', value FROM piece_2;"
	"DROP TABLE piece_2;";

static const struct {
	const char *steps[7];
} ways[ADVI_STORE_VERSION] = {
	{{names, items, sources, jobs, pieces, imports}}, /* from nothing */
	{{before, items, sources, jobs, after, pieces, imports}},
	{{before_3, pieces, after_3, from_rows, imports}},
	{{from_rows, imports}},
};

/* Brings the tables from a version to today's. */
static int run(const struct adv_store *store, long long version, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf sql = ADVI_BUF_INIT(1 << 16);
	int r;

	advi_buf_text(&sql, "BEGIN EXCLUSIVE;");
	for (size_t i = 0; i < ADVI_COUNT(ways[version].steps) && ways[version].steps[i]; i++)
		advi_buf_text(&sql, ways[version].steps[i]);
	advi_buf_printf(&sql, "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT;",
			ADVI_STORE_APPLICATION, ADVI_STORE_VERSION);
	r = advi_sql_run(store->db, store->path, sql.ptr, err);
	if (r < 0 && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return r;
}

int advi_schema_make(const struct adv_store *store, struct adv_err *err)
{
	return run(store, 0, err);
}

int advi_schema_migrate(const struct adv_store *store, long long version, struct adv_err *err)
{
	int r;

	if (version == ADVI_STORE_VERSION)
		return 0;
	if (version < 1 || version > ADVI_STORE_VERSION)
		return advi_fail(
			err, ADV_EINPUT,
			"store '%s': it is of version %lld, and this program reads version %d; %s",
			store->path, version, ADVI_STORE_VERSION,
			version > ADVI_STORE_VERSION ? "use a newer program"
						     : "make it anew from the logs");
	r = run(store, version, err);
	return r < 0 ? advi_while(err, r, "bringing a store of version %lld up to date", version)
		     : 0;
}
