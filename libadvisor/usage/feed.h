/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows in memory as a table that one statement inserts from: half the price of a statement a row.
 */
#ifndef ADVI_USAGE_FEED_H
#define ADVI_USAGE_FEED_H

#include "usage/sql.h"

enum { ADVI_FEED_ROWS = 512 }; /* that are gathered before they are inserted */

/* Gives the value of a column, from 0, of a row, from 0. */
typedef void advi_feed_fn(const void *context, size_t row, int column, sqlite3_context *to);

struct advi_feed {
	sqlite3 *db;
	char name[24];
	sqlite3_stmt *insert;
	advi_feed_fn *column;
	const void *context;
	size_t count; /* rows */
};

/*
 * Makes the table 'name', with columns a, b, c, ... j; 'insert' is the statement that selects from
 * it. The feed stays where it is until it is closed; closing a zero one is fine.
 */
int advi_feed_open(struct advi_feed *feed, sqlite3 *db, const char *path, const char *name,
		   const char *insert, advi_feed_fn *column, const void *context,
		   struct adv_err *err);
void advi_feed_close(struct advi_feed *feed);
/* Inserts 'count' rows. */
int advi_feed_run(struct advi_feed *feed, const char *path, size_t count, struct adv_err *err);

#endif
