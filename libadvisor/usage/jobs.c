/* SPDX-License-Identifier: BSD-3-Clause */
/* Jobs as rows of a store. */
#include "usage/jobs.h"

enum { KNOWN_JOBS = 8192, LONGEST_NAME = 4096 };

static void column(const void *context, size_t at, int number, sqlite3_context *to)
{
	const struct advi_jobs *jobs = context;
	const struct advi_new_job *job = &jobs->new.at[at];

	if (number == 0)
		sqlite3_result_int64(to, job->id);
	else if (number == 1)
		sqlite3_result_text(to, job->name.ptr, (int)job->name.len, SQLITE_STATIC);
}

int advi_jobs_open(struct advi_jobs *jobs, struct adv_store *store, struct adv_err *err)
{
	int r;

	*jobs = (struct advi_jobs){.store = store, .greatest = ADVI_BUF_INIT(LONGEST_NAME)};
	r = advi_feed_open(&jobs->feed, store->db, store->path, "new_job",
			   "INSERT INTO job(id, name) SELECT a, b FROM new_job", column, jobs, err);
	if (r == 0)
		r = advi_sql_prepare(&jobs->find, store->db, store->path,
				     "SELECT id FROM job WHERE name=?", err);
	return r < 0 ? r
		     : advi_sql_prepare(&jobs->ends, store->db, store->path,
					"SELECT (SELECT ifnull(max(id), 0) FROM job),"
					" (SELECT max(name) FROM job)",
					err);
}

void advi_jobs_clear(struct advi_jobs *jobs)
{
	sqlite3_finalize(jobs->find);
	sqlite3_finalize(jobs->ends);
	advi_feed_close(&jobs->feed);
	advi_map_clear(&jobs->known);
	advi_vec_clear(&jobs->new);
	advi_buf_clear(&jobs->greatest);
	*jobs = (struct advi_jobs){0};
}

static void keep_greatest(struct advi_jobs *jobs, struct advi_str name)
{
	if (advi_str_cmp(name, advi_buf_str(&jobs->greatest)) <= 0)
		return;
	advi_buf_reset(&jobs->greatest);
	advi_buf_add(&jobs->greatest, name);
}

static int find_ends(struct advi_jobs *jobs, struct adv_err *err)
{
	int r = advi_sql_step(jobs->ends, jobs->store->path, err);

	if (r < 0)
		return r;
	jobs->last = sqlite3_column_int64(jobs->ends, 0);
	advi_buf_reset(&jobs->greatest);
	keep_greatest(jobs, advi_sql_column(jobs->ends, 1));
	sqlite3_reset(jobs->ends);
	jobs->begun = true;
	return 0;
}

/* Its id in the store, or 0. */
static int find(struct advi_jobs *jobs, struct advi_str name, uint64_t *id, struct adv_err *err)
{
	int r;

	if (advi_str_cmp(name, advi_buf_str(&jobs->greatest)) > 0)
		return 0;
	advi_sql_text(jobs->find, 1, name);
	r = advi_sql_step(jobs->find, jobs->store->path, err);
	if (r > 0)
		*id = (uint64_t)sqlite3_column_int64(jobs->find, 0);
	sqlite3_reset(jobs->find);
	return r < 0 ? r : 0;
}

int advi_jobs_id(struct advi_jobs *jobs, struct advi_str name, struct adv_err *err)
{
	struct advi_map_entry *entry = advi_map_get(&jobs->known, name);
	uint64_t id = 0;
	int r = 0;

	if (entry)
		return (int)entry->number;
	if (jobs->known.entries.count >= KNOWN_JOBS || jobs->new.count >= ADVI_FEED_ROWS)
		r = advi_jobs_settle(jobs, err);
	if (jobs->known.entries.count >= KNOWN_JOBS)
		advi_map_clear(&jobs->known);
	if (r == 0 && !jobs->begun)
		r = find_ends(jobs, err);
	if (r < 0 || (r = find(jobs, name, &id, err)) < 0)
		return r;
	entry = advi_map_add(&jobs->known, name, NULL);
	entry->number = id ? id : (uint64_t)++jobs->last;
	if (!id)
		advi_vec_push(&jobs->new, ((struct advi_new_job){entry->key, jobs->last}));
	return (int)entry->number;
}

static int by_name(const void *left, const void *right)
{
	const struct advi_new_job *a = left, *b = right;

	return advi_str_cmp(a->name, b->name);
}

int advi_jobs_settle(struct advi_jobs *jobs, struct adv_err *err)
{
	size_t count = jobs->new.count;
	int r;

	if (!count)
		return 0;
	advi_vec_sort(&jobs->new, by_name);
	r = advi_feed_run(&jobs->feed, jobs->store->path, count, err);
	keep_greatest(jobs, jobs->new.at[count - 1].name);
	jobs->new.count = 0;
	return r;
}

void advi_jobs_forget(struct advi_jobs *jobs)
{
	jobs->new.count = 0;
	advi_map_clear(&jobs->known);
	jobs->begun = false;
}
