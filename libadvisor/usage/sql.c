/* SPDX-License-Identifier: BSD-3-Clause */
/* SQLite with our errors. */
#include "usage/sql.h"

#include "base/mem.h"

/* What a person can do about SQLite's primary result codes; others are told as SQLite says. */
static const struct advice {
	int sql, code;
	const char *text;
} advice[] = {
	{SQLITE_BUSY, ADV_EENV, "another program is writing to it; try again when it is done"},
	{SQLITE_LOCKED, ADV_EENV, "another program is writing to it; try again when it is done"},
	{SQLITE_FULL, ADV_EENV,
	 "the disk is full; the store is as it was before; make room and run it again"},
	{SQLITE_IOERR, ADV_EENV, "reading or writing failed; the store is as it was before"},
	{SQLITE_READONLY, ADV_EENV, "it may not be written to"},
	{SQLITE_CANTOPEN, ADV_EENV, "it can't be opened"},
	{SQLITE_PERM, ADV_EENV, "it may not be opened"},
	{SQLITE_NOTADB, ADV_EINPUT, "it is no usage store"},
	{SQLITE_CORRUPT, ADV_EINPUT, "it is damaged; make it anew from the logs"},
	{SQLITE_TOOBIG, ADV_EINPUT, "it holds a value that is too large"},
};

int advi_sql_fail(sqlite3 *db, const char *path, struct adv_err *err)
{
	int sql = sqlite3_errcode(db) & 0xFF;
	int sys = sql == SQLITE_IOERR || sql == SQLITE_CANTOPEN ? sqlite3_system_errno(db) : 0;

	for (size_t i = 0; i < ADVI_COUNT(advice); i++)
		if (advice[i].sql == sql) {
			advi_fail(err, advice[i].code, "store '%s': %s%s%s%s", path, advice[i].text,
				  sys ? " (" : "", sys ? strerror(sys) : "", sys ? ")" : "");
			return advice[i].code;
		}
	return advi_fail(err, ADV_EINPUT, "store '%s': %s", path, sqlite3_errmsg(db));
}

int advi_sql_run(sqlite3 *db, const char *path, const char *sql, struct adv_err *err)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return advi_sql_fail(db, path, err);
}

int advi_sql_prepare(sqlite3_stmt **out, sqlite3 *db, const char *path, const char *sql,
		     struct adv_err *err)
{
	if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) == SQLITE_OK)
		return 0;
	return advi_sql_fail(db, path, err);
}

int advi_sql_step(sqlite3_stmt *statement, const char *path, struct adv_err *err)
{
	int sql = sqlite3_step(statement);
	int r;

	if (sql == SQLITE_ROW)
		return 1;
	r = sql == SQLITE_DONE ? 0 : advi_sql_fail(sqlite3_db_handle(statement), path, err);
	sqlite3_reset(statement);
	return r;
}
