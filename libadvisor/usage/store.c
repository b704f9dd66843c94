/* SPDX-License-Identifier: BSD-3-Clause */
/* The usage store: an SQLite file, opened, made and checked. */
#include "usage/store.h"

#include <sys/stat.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/file.h"
#include "usage/pack.h"
#include "usage/schema.h"
#include "usage/workload.h"

enum { SITE_CAP = 64 << 20, READER_WAITS_MS = 10000 };

/* The value of a pragma that is one number. */
static int pragma(const struct adv_store *store, const char *sql, sqlite3_int64 *out,
		  struct adv_err *err)
{
	ADVI_AUTO_SQL *statement = NULL;
	int r = advi_sql_prepare(&statement, store->db, store->path, sql, err);

	if (r == 0 && (r = advi_sql_step(statement, store->path, err)) > 0) {
		*out = sqlite3_column_int64(statement, 0);
		r = 0;
	}
	return r;
}

/*
 * A rollback journal, not a write-ahead log: one file, on any file system. The lock is kept until
 * the store is closed, so that a second writer is told at once.
 */
static int begin_writing(struct adv_store *store, struct adv_err *err)
{
	return advi_sql_run(store->db, store->path,
			    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE;"
			    "PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
			    "BEGIN EXCLUSIVE; COMMIT;",
			    err);
}

static int check(struct adv_store *store, bool may_make, struct adv_err *err)
{
	sqlite3_int64 application = 0, version = 0, tables = 0;
	int r;

	if ((r = pragma(store, "PRAGMA application_id", &application, err)) < 0 ||
	    (r = pragma(store, "PRAGMA user_version", &version, err)) < 0 ||
	    (r = pragma(store, "SELECT count(*) FROM sqlite_master", &tables, err)) < 0)
		return r;
	if (!tables && !application && may_make)
		return advi_schema_make(store, err);
	if (!tables && !application)
		return advi_fail(err, ADV_EINPUT,
				 "store '%s': it is empty; an ingest into it was never finished: "
				 "read the logs again",
				 store->path);
	if (application != ADVI_STORE_APPLICATION)
		return advi_fail(
			err, ADV_EINPUT,
			"store '%s': it is no usage store, which is what 'ingest -o' makes "
			"of logs",
			store->path);
	return advi_schema_migrate(store, version, err);
}

static int load_site(struct adv_store *store, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(SITE_CAP);
	int r = advi_store_get(store, "site", &text, err);

	if (r < 0 || !text.len)
		return r;
	r = advi_site_parse(&store->site, advi_buf_str(&text), store->path, err);
	return r < 0 ? advi_while(err, r, "reading the recipe that is kept in the store") : 0;
}

static int open_file(struct adv_store *store, enum adv_store_mode mode, struct adv_err *err)
{
	int r;

	/* Readers write, too, where they may: what a killed ingest left half-done is taken back. */
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    (mode == ADV_STORE_WRITE ? SQLITE_OPEN_CREATE : 0);
	struct stat info;

	if (mode == ADV_STORE_READ && access(store->path, F_OK) < 0) {
		advi_fail_errno(err, "can't open the store '%s'", store->path);
		return ADV_EINPUT;
	}
	if (stat(store->path, &info) == 0 && S_ISDIR(info.st_mode))
		return advi_fail(err, ADV_EINPUT,
				 "store '%s': it is a folder; a store is a file, which 'ingest -o' "
				 "makes",
				 store->path);
	if (sqlite3_open_v2(store->path, &store->db, flags, NULL) != SQLITE_OK) {
		if (!store->db)
			abort();
		return advi_sql_fail(store->db, store->path, err);
	}
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_busy_timeout(store->db, mode == ADV_STORE_READ ? READER_WAITS_MS : 0);
	r = advi_pack_open(store->db, store->path, err);
	return r == 0 && mode == ADV_STORE_WRITE ? begin_writing(store, err) : r;
}

int adv_store_open(struct adv_store **out, const char *path, enum adv_store_mode mode,
		   struct adv_err *err)
{
	ADV_AUTO(store) struct adv_store *store = advi_calloc(1, sizeof(*store));
	int r;

	store->path = advi_strdup(path);
	if ((r = open_file(store, mode, err)) < 0 ||
	    (r = check(store, mode == ADV_STORE_WRITE, err)) < 0 ||
	    (mode == ADV_STORE_READ &&
	     (r = advi_sql_run(store->db, path, "PRAGMA query_only=ON", err)) < 0) ||
	    (r = load_site(store, err)) < 0)
		return r;
	*out = advi_take(store);
	return 0;
}

void adv_store_free(struct adv_store *store)
{
	if (!store)
		return;
	sqlite3_close(store->db);
	adv_site_free(store->site);
	free(store->path);
	free(store);
}

int advi_store_get(const struct adv_store *store, const char *key, struct advi_buf *out,
		   struct adv_err *err)
{
	ADVI_AUTO_SQL *statement = NULL;
	int r = advi_sql_prepare(&statement, store->db, store->path,
				 "SELECT value FROM meta WHERE key=?", err);

	if (r < 0)
		return r;
	advi_sql_text(statement, 1, advi_str(key));
	r = advi_sql_step(statement, store->path, err);
	if (r > 0)
		advi_buf_add(out, advi_sql_column(statement, 0));
	return r < 0 ? r : 0;
}

int advi_store_set(struct adv_store *store, const char *key, struct advi_str value,
		   struct adv_err *err)
{
	/* What is there already is not written again: an ingest of nothing new changes no byte. */
	ADVI_AUTO_SQL *statement = NULL;
	int r = advi_sql_prepare(
		&statement, store->db, store->path,
		"INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE"
		" SET value=excluded.value WHERE value<>excluded.value",
		err);

	if (r < 0)
		return r;
	advi_sql_text(statement, 1, advi_str(key));
	advi_sql_text(statement, 2, value);
	return advi_sql_step(statement, store->path, err);
}

int advi_store_keep_site(struct adv_store *store, const struct adv_site *site, struct adv_err *err)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	struct advi_jout json;
	struct adv_site *copy = NULL;
	int r;

	if (!file)
		abort();
	advi_jout_init(&json, file);
	advi_site_write(site, &json);
	advi_jout_end(&json);
	fclose(file);
	r = advi_store_set(store, "site", (struct advi_str){text, size}, err);
	if (r == 0)
		r = advi_site_parse(&copy, (struct advi_str){text, size}, store->path, err);
	if (r == 0) {
		adv_site_free(store->site);
		store->site = copy;
	}
	free(text);
	return r;
}

const struct adv_site *advi_store_site(const struct adv_store *store)
{
	return store->site;
}
