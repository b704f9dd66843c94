/* SPDX-License-Identifier: BSD-3-Clause */
/* The usage store's tables, made and brought up to date. */
#include "usage/schema.h"

#include "base/mem.h"

/*
 * Names are interned. A run points to the set of what it imports; sets are interned too, since
 * most runs of a person repeat a few. 'path_bytes' and 'dotted' say how an item was recorded:
 * they decide which record of a module names its place, whatever the order of reading (items.h);
 * 'evidence' says how it came to be known. 'waiting' holds imports whose run has not been seen.
 * Months are numbers such as 202503. A source is known by the first 16 bytes of its content's
 * SHA-256; one of a single good record, of which there are millions, has no name.
 */
static const char names[] =
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE source(fingerprint BLOB PRIMARY KEY, name TEXT, format TEXT NOT NULL,"
	" bytes INTEGER NOT NULL, records INTEGER NOT NULL, runs INTEGER NOT NULL,"
	" rejected INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE reject(source BLOB NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL);"
	"CREATE TABLE user(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE project(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE job(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE module(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE root(id INTEGER PRIMARY KEY, path TEXT NOT NULL, kind INTEGER NOT NULL,"
	" UNIQUE(path, kind));"
	"CREATE TABLE import_set(id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE);"
	"CREATE TABLE tally(month INTEGER NOT NULL, user INTEGER, project INTEGER,"
	" module INTEGER NOT NULL, place TEXT NOT NULL, runs INTEGER NOT NULL);";

/*
 * Version 2: evidence, versions of packages, runs whose length nobody knows (no ticks), and pieces
 * of records whose other pieces have not been seen (piece.h), encrypted.
 */
static const char items[] =
	"CREATE TABLE run(uuid BLOB PRIMARY KEY, month INTEGER NOT NULL, user INTEGER NOT NULL,"
	" project INTEGER, job INTEGER, ticks INTEGER, nodes INTEGER NOT NULL,"
	" probability REAL NOT NULL, environment INTEGER, set_id INTEGER) WITHOUT ROWID;"
	"CREATE TABLE piece(record BLOB NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL,"
	" value BLOB NOT NULL, PRIMARY KEY(record, at)) WITHOUT ROWID;"
	"CREATE TABLE version(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE import(set_id INTEGER NOT NULL, module INTEGER NOT NULL,"
	" evidence INTEGER NOT NULL, root INTEGER NOT NULL, version INTEGER NOT NULL,"
	" dotted INTEGER NOT NULL, path_bytes INTEGER NOT NULL,"
	" PRIMARY KEY(set_id, evidence, module)) WITHOUT ROWID;"
	"CREATE TABLE waiting(uuid BLOB NOT NULL, module INTEGER NOT NULL,"
	" evidence INTEGER NOT NULL, root INTEGER NOT NULL, version INTEGER NOT NULL,"
	" dotted INTEGER NOT NULL, path_bytes INTEGER NOT NULL,"
	" PRIMARY KEY(uuid, module, evidence)) WITHOUT ROWID;";

/* From version 1, which has nothing of these. A set that is met again gets a digest of today's. */
static const char before[] = "ALTER TABLE import RENAME TO import_1;"
			     "ALTER TABLE waiting RENAME TO waiting_1;"
			     "ALTER TABLE run RENAME TO run_1;";
static const char after[] =
	"INSERT INTO import(set_id, module, evidence, root, version, dotted, path_bytes)"
	" SELECT set_id, module, 0, root, 0, dotted, path_bytes FROM import_1;"
	"INSERT INTO waiting(uuid, module, evidence, root, version, dotted, path_bytes)"
	" SELECT uuid, module, 0, root, 0, dotted, path_bytes FROM waiting_1;"
	"INSERT INTO run(uuid, month, user, project, job, ticks, nodes, probability, environment,"
	" set_id) SELECT uuid, month, user, project, job, ticks, nodes, probability, environment,"
	" set_id FROM run_1;"
	"DROP TABLE import_1; DROP TABLE waiting_1; DROP TABLE run_1;";

static int run(const struct adv_store *store, const char *const parts[3], struct adv_err *err)
{
	ADVI_AUTO_PTR char *sql = advi_format(
		"BEGIN EXCLUSIVE; %s %s %s PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT;",
		parts[0], parts[1], parts[2], ADVI_STORE_APPLICATION, ADVI_STORE_VERSION);
	int r = advi_sql_run(store->db, store->path, sql, err);

	if (r < 0 && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return r;
}

int advi_schema_make(const struct adv_store *store, struct adv_err *err)
{
	return run(store, (const char *const[]){names, items, ""}, err);
}

int advi_schema_migrate(const struct adv_store *store, long long version, struct adv_err *err)
{
	int r;

	if (version == ADVI_STORE_VERSION)
		return 0;
	if (version != 1)
		return advi_fail(
			err, ADV_EINPUT,
			"store '%s': it is of version %lld, and this program reads version %d; %s",
			store->path, version, ADVI_STORE_VERSION,
			version > ADVI_STORE_VERSION ? "use a newer program"
						     : "make it anew from the logs");
	r = run(store, (const char *const[]){before, items, after}, err);
	return r < 0 ? advi_while(err, r, "bringing a store of version 1 up to date") : 0;
}
