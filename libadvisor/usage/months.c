/* SPDX-License-Identifier: BSD-3-Clause */
/* The months that a store has usage of; numbers such as 202503. */
#include "usage/months.h"

#include "usage/sql.h"

bool advi_month_ok(int64_t number)
{
	return number >= 101 && number <= 999912 && number % 100 >= 1 && number % 100 <= 12;
}

int advi_store_months(const struct adv_store *store, uint32_t *first, uint32_t *last,
		      struct adv_err *err)
{
	ADVI_AUTO_SQL *statement = NULL;
	sqlite3_int64 from, to;
	int r = advi_sql_prepare(
		&statement, store->db, store->path,
		"SELECT min(month), max(month) FROM (SELECT month FROM run WHERE set_id IS NOT NULL"
		" UNION ALL SELECT month FROM tally)",
		err);

	*first = *last = 0;
	if (r < 0 || (r = advi_sql_step(statement, store->path, err)) <= 0)
		return r;
	if (sqlite3_column_type(statement, 0) == SQLITE_NULL)
		return 0;
	from = sqlite3_column_int64(statement, 0);
	to = sqlite3_column_int64(statement, 1);
	if (!advi_month_ok(from) || !advi_month_ok(to))
		return advi_fail(err, ADV_EINPUT,
				 "store '%s': it is damaged (a run of no month); make it anew from "
				 "the logs",
				 store->path);
	*first = (uint32_t)from;
	*last = (uint32_t)to;
	return 0;
}
