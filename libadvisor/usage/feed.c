/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows in memory as a table: a virtual table of SQLite's that exists while its feed does. */
#include "usage/feed.h"

#include <stdio.h>

#include "base/mem.h"

struct table {
	sqlite3_vtab base; /* first, as SQLite asks for */
	const struct advi_feed *feed;
};

struct cursor {
	sqlite3_vtab_cursor base;
	const struct advi_feed *feed;
	size_t row;
};

static int connect(sqlite3 *db, void *feed, int count, const char *const *words, sqlite3_vtab **out,
		   char **problem)
{
	struct table *table = advi_calloc(1, sizeof(*table));

	(void)count;
	(void)words;
	(void)problem;
	table->feed = feed;
	*out = &table->base;
	return sqlite3_declare_vtab(db, "CREATE TABLE x(a, b, c, d, e, f, g, h, i, j)");
}

static int disconnect(sqlite3_vtab *table)
{
	free(table);
	return SQLITE_OK;
}

static int plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table;
	info->estimatedCost = 1;
	return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	struct cursor *cursor = advi_calloc(1, sizeof(*cursor));

	cursor->feed = ((const struct table *)table)->feed;
	*out = &cursor->base;
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
	free(cursor);
	return SQLITE_OK;
}

static int rewind_cursor(sqlite3_vtab_cursor *cursor, int plan_number, const char *plan_name,
			 int count, sqlite3_value **values)
{
	(void)plan_number;
	(void)plan_name;
	(void)count;
	(void)values;
	((struct cursor *)cursor)->row = 0;
	return SQLITE_OK;
}

static int go_on(sqlite3_vtab_cursor *cursor)
{
	((struct cursor *)cursor)->row++;
	return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *cursor)
{
	const struct cursor *at = (const struct cursor *)cursor;

	return at->row >= at->feed->count;
}

static int column(sqlite3_vtab_cursor *cursor, sqlite3_context *to, int number)
{
	const struct cursor *at = (const struct cursor *)cursor;

	at->feed->column(at->feed->context, at->row, number, to);
	return SQLITE_OK;
}

static int rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
	*out = (sqlite3_int64)((const struct cursor *)cursor)->row;
	return SQLITE_OK;
}

static const sqlite3_module module = {
	.xConnect = connect,
	.xBestIndex = plan,
	.xDisconnect = disconnect,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = rewind_cursor,
	.xNext = go_on,
	.xEof = at_end,
	.xColumn = column,
	.xRowid = rowid,
};

int advi_feed_open(struct advi_feed *feed, sqlite3 *db, const char *path, const char *name,
		   const char *insert, advi_feed_fn *column_fn, const void *context,
		   struct adv_err *err)
{
	*feed = (struct advi_feed){.db = db, .column = column_fn, .context = context};
	snprintf(feed->name, sizeof(feed->name), "%s", name);
	if (sqlite3_create_module_v2(db, feed->name, &module, feed, NULL) != SQLITE_OK)
		return advi_sql_fail(db, path, err);
	return advi_sql_prepare(&feed->insert, db, path, insert, err);
}

void advi_feed_close(struct advi_feed *feed)
{
	if (!feed->db)
		return;
	sqlite3_finalize(feed->insert);
	sqlite3_create_module_v2(feed->db, feed->name, NULL, NULL, NULL);
	*feed = (struct advi_feed){0};
}

int advi_feed_run(struct advi_feed *feed, const char *path, size_t count, struct adv_err *err)
{
	feed->count = count;
	return count ? advi_sql_step(feed->insert, path, err) : 0;
}
