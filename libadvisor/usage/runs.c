/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs as rows of a store. */
#include "usage/runs.h"

int advi_runs_open(struct advi_runs *runs, struct adv_store *store, struct adv_err *err)
{
	int r;

	*runs = (struct advi_runs){.store = store};
	r = advi_sql_prepare(
		&runs->add, store->db, store->path,
		"INSERT OR IGNORE INTO run(uuid, month, user, project, job, ticks, nodes,"
		" probability, environment, set_id) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
		err);
	if (r < 0)
		return r;
	return advi_sql_prepare(
		&runs->better, store->db, store->path,
		"UPDATE run SET month=?2, user=?3, project=?4, job=?5, ticks=?6, nodes=?7,"
		" probability=?8, environment=?9 WHERE uuid=?1 AND (ifnull(ticks, -1), nodes,"
		" probability, month,"
		" (SELECT name FROM user WHERE id=run.user),"
		" ifnull((SELECT name FROM project WHERE id=run.project), ''),"
		" ifnull((SELECT name FROM job WHERE id=run.job), ''),"
		" ifnull((SELECT path FROM root WHERE id=run.environment), '')) <"
		" (ifnull(?6, -1), ?7, ?8, ?2, (SELECT name FROM user WHERE id=?3),"
		" ifnull((SELECT name FROM project WHERE id=?4), ''),"
		" ifnull((SELECT name FROM job WHERE id=?5), ''),"
		" ifnull((SELECT path FROM root WHERE id=?9), ''))",
		err);
}

void advi_runs_clear(struct advi_runs *runs)
{
	sqlite3_finalize(runs->add);
	sqlite3_finalize(runs->better);
	*runs = (struct advi_runs){0};
}

static void bind_id(sqlite3_stmt *statement, int parameter, sqlite3_int64 id)
{
	id ? sqlite3_bind_int64(statement, parameter, id) : sqlite3_bind_null(statement, parameter);
}

static void bind(sqlite3_stmt *statement, const struct advi_run_row *row)
{
	sqlite3_bind_blob(statement, 1, row->uuid, ADVI_UUID_BYTES, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, row->month);
	bind_id(statement, 3, row->user);
	bind_id(statement, 4, row->project);
	bind_id(statement, 5, row->job);
	if (row->ticks < 0)
		sqlite3_bind_null(statement, 6);
	else
		sqlite3_bind_int64(statement, 6, row->ticks);
	sqlite3_bind_int64(statement, 7, row->nodes);
	sqlite3_bind_double(statement, 8, row->probability);
	bind_id(statement, 9, row->environment);
}

int advi_runs_add(struct advi_runs *runs, const struct advi_run_row *row, sqlite3_int64 set,
		  bool *is_new, struct adv_err *err)
{
	int r;

	bind(runs->add, row);
	bind_id(runs->add, 10, set);
	r = advi_sql_step(runs->add, runs->store->path, err);
	*is_new = r == 0 && sqlite3_changes(runs->store->db) > 0;
	if (r < 0 || *is_new)
		return r;
	bind(runs->better, row);
	return advi_sql_step(runs->better, runs->store->path, err);
}
