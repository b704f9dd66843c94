/* SPDX-License-Identifier: BSD-3-Clause */
/* SQLite with our errors. */
#ifndef ADVI_USAGE_SQL_H
#define ADVI_USAGE_SQL_H

#include <sqlite3.h>

#include "base/err.h"
#include "base/str.h"

/* Says what SQLite complains of: ADV_EINPUT when the file itself is bad, otherwise ADV_EENV. */
int advi_sql_fail(sqlite3 *db, const char *path, struct adv_err *err);
/* Runs statements that give no rows. */
int advi_sql_run(sqlite3 *db, const char *path, const char *sql, struct adv_err *err);
int advi_sql_prepare(sqlite3_stmt **out, sqlite3 *db, const char *path, const char *sql,
		     struct adv_err *err);
/* One step: 1 with a row, 0 at the end (the statement is reset then), negative on an error. */
int advi_sql_step(sqlite3_stmt *statement, const char *path, struct adv_err *err);

/* Binds text that lives until the statement is reset; empty text is NULL. */
static inline void advi_sql_text(sqlite3_stmt *statement, int at, struct advi_str text)
{
	if (text.len)
		sqlite3_bind_text(statement, at, text.ptr, (int)text.len, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, at);
}

/* The text of a column, valid until the next step. */
static inline struct advi_str advi_sql_column(sqlite3_stmt *statement, int at)
{
	const char *text = (const char *)sqlite3_column_text(statement, at);

	return (struct advi_str){text ? text : "",
				 text ? (size_t)sqlite3_column_bytes(statement, at) : 0};
}

static inline void advi_sql_done(sqlite3_stmt **statement)
{
	sqlite3_finalize(*statement);
}
#define ADVI_AUTO_SQL __attribute__((cleanup(advi_sql_done))) sqlite3_stmt

#endif
