/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs as rows of a store. */
#include "usage/runs.h"

static void result_id(sqlite3_context *to, sqlite3_int64 id)
{
	id ? sqlite3_result_int64(to, id) : sqlite3_result_null(to);
}

/* In the order of the table's columns. */
static void column(const void *context, size_t at, int number, sqlite3_context *to)
{
	const struct advi_runs *runs = context;
	const struct advi_new_run *run = &runs->new.at[at];
	const struct advi_run_row *row = &run->row;

	switch (number) {
	case 0:
		sqlite3_result_blob(to, row->uuid, ADVI_UUID_BYTES, SQLITE_STATIC);
		break;
	case 1:
		sqlite3_result_int64(to, row->month);
		break;
	case 2:
		result_id(to, row->user);
		break;
	case 3:
		result_id(to, row->project);
		break;
	case 4:
		result_id(to, row->job);
		break;
	case 5:
		if (row->ticks >= 0)
			sqlite3_result_int64(to, row->ticks);
		break;
	case 6:
		sqlite3_result_int64(to, row->nodes);
		break;
	case 7:
		sqlite3_result_double(to, row->probability);
		break;
	case 8:
		result_id(to, row->environment);
		break;
	default:
		result_id(to, run->set);
	}
}

int advi_runs_open(struct advi_runs *runs, struct adv_store *store, struct adv_err *err)
{
	int r;

	*runs = (struct advi_runs){.store = store};
	if ((r = advi_jobs_open(&runs->jobs, store, err)) < 0)
		return r;
	r = advi_feed_open(&runs->feed, store->db, store->path, "new_run",
			   "INSERT INTO run(uuid, month, user, project, job, ticks, nodes,"
			   " probability, environment, set_id) SELECT * FROM new_run",
			   column, runs, err);
	if (r == 0)
		r = advi_sql_prepare(&runs->last, store->db, store->path,
				     "SELECT max(uuid) FROM run", err);
	if (r < 0)
		return r;
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
	sqlite3_finalize(runs->last);
	advi_jobs_clear(&runs->jobs);
	advi_feed_close(&runs->feed);
	advi_vec_clear(&runs->new);
	advi_map_clear(&runs->new_uuids);
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

static int add_at_once(struct advi_runs *runs, const struct advi_run_row *row, sqlite3_int64 set,
		       bool *is_new, struct adv_err *err)
{
	int r;

	/* Which of two is the better one may lie in the names of their jobs. */
	if ((r = advi_jobs_settle(&runs->jobs, err)) < 0)
		return r;
	bind(runs->add, row);
	bind_id(runs->add, 10, set);
	r = advi_sql_step(runs->add, runs->store->path, err);
	*is_new = r == 0 && sqlite3_changes(runs->store->db) > 0;
	if (r < 0 || *is_new)
		return r;
	bind(runs->better, row);
	return advi_sql_step(runs->better, runs->store->path, err);
}

static int find_greatest(struct advi_runs *runs, struct adv_err *err)
{
	const void *uuid;
	int r = advi_sql_step(runs->last, runs->store->path, err);

	if (r < 0)
		return r;
	uuid = sqlite3_column_blob(runs->last, 0);
	memset(runs->greatest, 0, sizeof(runs->greatest));
	if (uuid && sqlite3_column_bytes(runs->last, 0) == ADVI_UUID_BYTES)
		memcpy(runs->greatest, uuid, ADVI_UUID_BYTES);
	runs->has_greatest = true;
	sqlite3_reset(runs->last);
	return 0;
}

int advi_runs_add(struct advi_runs *runs, const struct advi_run_row *row, sqlite3_int64 set,
		  bool *is_new, struct adv_err *err)
{
	struct advi_str uuid = {(const char *)row->uuid, ADVI_UUID_BYTES};
	bool held;
	int r = runs->has_greatest ? 0 : find_greatest(runs, err);

	if (r < 0)
		return r;
	held = advi_map_get(&runs->new_uuids, uuid) != NULL;
	if (held && (r = advi_runs_settle(runs, err)) < 0)
		return r;
	if (held || memcmp(row->uuid, runs->greatest, ADVI_UUID_BYTES) <= 0)
		return add_at_once(runs, row, set, is_new, err);
	*is_new = true;
	advi_map_add(&runs->new_uuids, uuid, NULL);
	advi_vec_push(&runs->new, ((struct advi_new_run){*row, set}));
	return runs->new.count < ADVI_FEED_ROWS ? 0 : advi_runs_settle(runs, err);
}

static int by_uuid(const void *left, const void *right)
{
	const struct advi_new_run *a = left, *b = right;

	return memcmp(a->row.uuid, b->row.uuid, ADVI_UUID_BYTES);
}

int advi_runs_settle(struct advi_runs *runs, struct adv_err *err)
{
	size_t count = runs->new.count;
	int r = advi_jobs_settle(&runs->jobs, err);

	if (r < 0 || !count)
		return r;
	advi_vec_sort(&runs->new, by_uuid);
	r = advi_feed_run(&runs->feed, runs->store->path, count, err);
	memcpy(runs->greatest, runs->new.at[count - 1].row.uuid, ADVI_UUID_BYTES);
	runs->new.count = 0;
	advi_map_clear(&runs->new_uuids);
	return r;
}

void advi_runs_forget(struct advi_runs *runs)
{
	advi_jobs_forget(&runs->jobs);
	runs->new.count = 0;
	advi_map_clear(&runs->new_uuids);
	runs->has_greatest = false;
}
