/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The XALT database (libmariadb). Tables and widths of columns are those that XALT's createDB
 * makes: xalt_run, xalt_pkg, xalt_object and join_run_object.
 */
#include "usage/database.h"

#include "config.h"

#ifndef HAVE_MARIADB

int advi_database_read(struct advi_ingest *ingest, const char *url, struct adv_err *err)
{
	(void)ingest;
	(void)url;
	return advi_fail(
		err, ADV_EENV,
		"this program was built without libmariadb and can't read databases; install "
		"libmariadb-dev (Fedora: mariadb-connector-c-devel, conda-forge: "
		"mariadb-connector-c), configure and build it again");
}

#else

#include <inttypes.h>
#include <math.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <stdio.h>

#include "base/mem.h"

enum {
	PAGE_ROWS = 200000, /* of a transaction */
	ROWS_TOLD = 5000,
	NAME_WIDTH = 64,   /* of xalt_pkg.pkg_name: what fills it may have been cut */
	PATH_WIDTH = 1024, /* of pkg_path and object_path */
	CONNECT_SECONDS = 20,
	UNENDED_DAYS = 30 /* a run that has not ended for longer never will */
};

struct cell {
	struct advi_str text;
	bool null;
};

struct database {
	struct advi_ingest *ingest;
	MYSQL *mysql;
	char origin[512]; /* who it is, whatever the way to it: "host:port/database" */
	uint64_t rows;    /* for the watch */
};

/* One table that is read in the order of its ids. */
struct table {
	const char *name, *id, *sql; /* sql: two %s, for the ids that are wanted */
	const char *needs;           /* a column that old ones lack, and what to say instead */
	const char *instead;
	int columns;
	int (*take)(struct database *database, uint64_t id, const struct cell *cells,
		    struct adv_err *err);
};

static int complain(const struct database *database, struct adv_err *err)
{
	return advi_fail(err, ADV_EENV, "the database says: %s", mysql_error(database->mysql));
}

static int connect_to(struct database *database, const struct advi_database_url *url,
		      struct adv_err *err)
{
	unsigned seconds = CONNECT_SECONDS;
	MYSQL *mysql = database->mysql;

	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (url->defaults)
		mysql_options(mysql, MYSQL_READ_DEFAULT_FILE, url->defaults);
	mysql_options(mysql, MYSQL_READ_DEFAULT_GROUP, "conda-advisor");
	if (!mysql_real_connect(mysql, url->host, url->user, secure_getenv("MYSQL_PWD"),
				url->database, url->port, url->socket, 0))
		return complain(database, err);
	return 0;
}

/* Runs a query and calls 'each' for its rows as they come. */
static int each_row(struct database *database, const char *sql, int columns,
		    int (*each)(void *context, const struct cell *cells, struct adv_err *err),
		    void *context, struct adv_err *err)
{
	struct cell cells[16];
	MYSQL_RES *result;
	MYSQL_ROW row;
	int r = 0;

	if (mysql_real_query(database->mysql, sql, strlen(sql)) ||
	    !(result = mysql_use_result(database->mysql)))
		return complain(database, err);
	while (r == 0 && (row = mysql_fetch_row(result))) {
		const unsigned long *lengths = mysql_fetch_lengths(result);

		for (int i = 0; i < columns; i++)
			cells[i] = (struct cell){{row[i] ? row[i] : "", row[i] ? lengths[i] : 0},
						 !row[i]};
		r = each(context, cells, err);
		if (r == 0 && ++database->rows % ROWS_TOLD == 0)
			r = advi_progress(database->ingest->watch, "reading the database", "rows",
					  database->rows, 0, err);
	}
	if (r == 0 && mysql_errno(database->mysql))
		r = complain(database, err);
	if (r < 0)
		while (mysql_fetch_row(result))
			; /* the rest must be read before anything else is asked */
	mysql_free_result(result);
	return r;
}

static int take_number(void *context, const struct cell *cells, struct adv_err *err)
{
	(void)err;
	if (!cells[0].null && !advi_str_u64(cells[0].text, context))
		*(uint64_t *)context = 0;
	return 0;
}

static int ask_number(struct database *database, const char *sql, uint64_t *out,
		      struct adv_err *err)
{
	*out = 0;
	return each_row(database, sql, 1, take_number, out, err);
}

static int take_origin(void *context, const struct cell *cells, struct adv_err *err)
{
	struct database *database = context;

	(void)err;
	snprintf(database->origin, sizeof(database->origin), "%.*s", ADVI_ARGS(cells[0].text));
	return 0;
}

/* --- rows as records --- */

static double number_of(struct cell cell)
{
	char text[64];
	char *end;
	double value;

	if (cell.null || !cell.text.len || cell.text.len >= sizeof(text))
		return NAN;
	memcpy(text, cell.text.ptr, cell.text.len);
	text[cell.text.len] = '\0';
	value = strtod(text, &end);
	return *end ? NAN : value;
}

static bool is_text(struct advi_str text, size_t longest)
{
	return advi_is_text(text, longest) && advi_str_utf8(text);
}

static int refuse(struct database *database, uint64_t id, const char *why)
{
	advi_sink_reject(&database->ingest->sink, id, why);
	return 0;
}

/* "[\"/sw/bin/python": of a command line the server gives no more. */
static struct advi_str called_of(struct advi_str text)
{
	size_t quote = advi_str_find(text, '"');

	return advi_str_starts(text, ADVI_STR("[")) ? advi_str_from(text, quote + 1) : ADVI_STR("");
}

static int take_run(struct database *database, uint64_t id, const struct cell *c,
		    struct adv_err *err)
{
	const double most = 1e9;
	double start = number_of(c[6]), end = number_of(c[7]), seconds = number_of(c[8]);
	double probability = number_of(c[9]), nodes = number_of(c[10]);
	struct advi_interpreter interpreter = {.called = called_of(c[11].text),
					       .binary = c[5].text};
	struct advi_run_seen run = {.user = c[1].text,
				    .project = advi_known_name(c[2].text),
				    .job = advi_known_name(c[3].text),
				    .host = advi_known_name(c[4].text)};

	if (!(end > 0))
		return 0;
	if (!advi_uuid_read(c[0].text, run.uuid))
		return refuse(database, id, "has no usable run_uuid");
	run.month = start >= 1 ? advi_month_of(start) : 0;
	if (!run.month)
		return refuse(database, id, "has no usable start_time");
	if (!is_text(run.user, ADVI_NAME_BYTES))
		return refuse(database, id, "names no user");
	if (seconds > most || nodes > most)
		return refuse(database, id, "has a run_time or num_nodes out of range");
	run.ticks = seconds > 0 ? llround(seconds * 1e4) : 0;
	run.nodes = nodes >= 1 ? (uint32_t)nodes : 1;
	run.probability = probability > 0 && probability < 1 ? probability : 1;
	run.environment = advi_environment_of(&interpreter);
	return advi_sink_run(&database->ingest->sink, &run, err);
}

/* A path that fills its column and says nothing of packages has lost what would. */
static bool is_cut(struct advi_str path)
{
	return path.len >= PATH_WIDTH && !advi_path_module(path).len;
}

static int take_package(struct database *database, uint64_t id, const struct cell *c,
			struct adv_err *err)
{
	struct advi_import_seen import = {.name = c[1].text, .path = c[2].text};

	import.module = (struct advi_str){import.name.ptr, advi_str_find(import.name, '.')};
	if (!advi_uuid_read(c[0].text, import.uuid))
		return refuse(database, id, "has no usable run_uuid");
	if (!is_text(import.module, ADVI_NAME_BYTES))
		return refuse(database, id, "has no usable pkg_name");
	if (import.module.len >= NAME_WIDTH)
		return refuse(database, id, "has a pkg_name that was cut off");
	if (!is_text(import.path, ADVI_PATH_BYTES))
		return refuse(database, id, "has no usable pkg_path");
	if (is_cut(import.path))
		return refuse(database, id, "has a pkg_path that was cut off");
	return advi_sink_import(&database->ingest->sink, &import, err);
}

static int take_object(struct database *database, uint64_t id, const struct cell *c,
		       struct adv_err *err)
{
	unsigned char uuid[ADVI_UUID_BYTES];

	if (!advi_uuid_read(c[0].text, uuid))
		return refuse(database, id, "has no usable run_uuid");
	if (!is_text(c[1].text, ADVI_PATH_BYTES))
		return refuse(database, id, "has no usable object_path");
	return advi_sink_mapped(&database->ingest->sink, uuid, c[1].text, err);
}

static const struct table tables[] = {
	{"xalt_run", "run_id",
	 "SELECT run_id, run_uuid, user, account, job_id, syshost, exec_path, start_time, end_time,"
	 " run_time, %s, num_nodes, SUBSTRING_INDEX(CONVERT(UNCOMPRESS(cmdline) USING utf8mb4),"
	 " '\"', 2) FROM xalt_run WHERE run_id > %" PRIu64 " ORDER BY run_id LIMIT %d",
	 "probability", "1", 13, take_run},
	{"xalt_pkg", "pkg_id",
	 "SELECT p.pkg_id, r.run_uuid, p.pkg_name, %s FROM xalt_pkg p JOIN xalt_run r ON"
	 " r.run_id = p.run_id WHERE p.pkg_id > %" PRIu64 " AND p.program = 'python'"
	 " ORDER BY p.pkg_id LIMIT %d",
	 "pkg_path", "''", 4, take_package},
	{"join_run_object", "join_id",
	 "SELECT j.join_id, r.run_uuid, %s FROM join_run_object j JOIN xalt_object o ON"
	 " o.obj_id = j.obj_id JOIN xalt_run r ON r.run_id = j.run_id WHERE j.join_id > %" PRIu64
	 " AND (o.object_path LIKE '%%/site-packages/%%' OR o.object_path LIKE"
	 " '%%/dist-packages/%%') ORDER BY j.join_id LIMIT %d",
	 NULL, "o.object_path", 3, take_object},
};

/* --- how far a table was read --- */

static int read_mark(struct database *database, const struct table *table, uint64_t *out,
		     struct adv_err *err)
{
	const struct adv_store *store = database->ingest->store;
	ADVI_AUTO_SQL *find = NULL;
	int r = advi_sql_prepare(&find, store->db, store->path,
				 "SELECT at FROM progress WHERE origin=? AND part=?", err);

	*out = 0;
	if (r < 0)
		return r;
	advi_sql_text(find, 1, advi_str(database->origin));
	advi_sql_text(find, 2, advi_str(table->name));
	r = advi_sql_step(find, store->path, err);
	if (r > 0)
		*out = (uint64_t)sqlite3_column_int64(find, 0);
	return r < 0 ? r : 0;
}

static int write_mark(struct database *database, const struct table *table, uint64_t at,
		      struct adv_err *err)
{
	const struct adv_store *store = database->ingest->store;
	ADVI_AUTO_SQL *keep = NULL;
	int r = advi_sql_prepare(&keep, store->db, store->path,
				 "INSERT INTO progress(origin, part, at) VALUES(?, ?, ?)"
				 " ON CONFLICT DO UPDATE SET at=excluded.at WHERE at<>excluded.at",
				 err);

	if (r < 0)
		return r;
	advi_sql_text(keep, 1, advi_str(database->origin));
	advi_sql_text(keep, 2, advi_str(table->name));
	sqlite3_bind_int64(keep, 3, (sqlite3_int64)at);
	return advi_sql_step(keep, store->path, err);
}

/* --- a table, page by page --- */

struct page {
	struct database *database;
	const struct table *table;
	uint64_t last, rows;
};

static int take_row(void *context, const struct cell *cells, struct adv_err *err)
{
	struct page *page = context;

	if (!advi_str_u64(cells[0].text, &page->last))
		return advi_fail(err, ADV_EINPUT, "%s.%s is no number", page->table->name,
				 page->table->id);
	page->rows++;
	page->database->ingest->sink.source.records++;
	return page->table->take(page->database, page->last, cells + 1, err);
}

/* What a page has brought belongs to the table's row among the sources. */
static int keep_page(struct page *page, uint64_t mark, struct adv_err *err)
{
	struct advi_ingest *ingest = page->database->ingest;
	ADVI_AUTO(buf) struct advi_buf name = ADVI_BUF_INIT(1024);
	struct advi_source_row row = {.format = "xalt-db", .named = true, .bytes = page->last};
	int r = write_mark(page->database, page->table, mark, err);

	advi_buf_printf(&name, "%s.%s", page->database->origin, page->table->name);
	row.name = advi_buf_str(&name);
	row.fingerprint = advi_fingerprint_of(row.name);
	if (r == 0)
		r = advi_sink_source(&ingest->sink, &row, NULL, false, err);
	ingest->store_failed |= r < 0;
	return r < 0 ? r : advi_ingest_commit(ingest, err);
}

/*
 * The id behind which a run may still end: the loader writes the end of a run into the row that its
 * beginning made.
 */
static int find_unended(struct database *database, uint64_t from, uint64_t *out,
			struct adv_err *err)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
		 "SELECT min(run_id) FROM xalt_run WHERE run_id > %" PRIu64 " AND end_time <= 0 AND"
		 " start_time > (SELECT max(start_time) FROM xalt_run) - %d",
		 from, UNENDED_DAYS * 24 * 60 * 60);
	return ask_number(database, sql, out, err);
}

static int choose_column(struct database *database, const struct table *table, const char **out,
			 struct adv_err *err)
{
	char sql[512];
	uint64_t there = 0;
	int r;

	*out = table->instead;
	if (!table->needs)
		return 0;
	snprintf(sql, sizeof(sql),
		 "SELECT count(*) FROM information_schema.columns WHERE table_schema = DATABASE()"
		 " AND table_name = '%s' AND column_name = '%s'",
		 table->name, table->needs);
	r = ask_number(database, sql, &there, err);
	if (r == 0 && there)
		*out = table->needs;
	return r;
}

static int read_table(struct database *database, const struct table *table, struct adv_err *err)
{
	struct advi_ingest *ingest = database->ingest;
	struct page page = {.database = database, .table = table};
	uint64_t mark, newest, unended = 0;
	const char *column;
	char sql[1024];
	uint64_t before;
	int r;

	snprintf(sql, sizeof(sql), "SELECT max(%s) FROM %s", table->id, table->name);
	if ((r = read_mark(database, table, &mark, err)) < 0 ||
	    (r = ask_number(database, sql, &newest, err)) < 0 ||
	    (r = choose_column(database, table, &column, err)) < 0)
		return r;
	if (newest < mark) {
		advi_note(ingest->watch, "%s of '%s' was made anew; it is read from its beginning",
			  table->name, database->origin);
		mark = 0;
	}
	if (table->take == take_run && (r = find_unended(database, mark, &unended, err)) < 0)
		return r;
	before = page.last = mark;
	do {
		page.rows = 0;
		if ((r = advi_ingest_begin(ingest, err)) < 0)
			return r;
			/* The format is the table's own. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(sql, sizeof(sql), table->sql, column, page.last, PAGE_ROWS);
#pragma GCC diagnostic pop
		r = each_row(database, sql, table->columns, take_row, &page, err);
		ingest->store_failed |= ingest->sink.failed;
		if (r < 0) {
			advi_ingest_rollback(ingest);
			return r;
		}
		if (page.rows < PAGE_ROWS && page.last < newest)
			page.last = newest;
		mark = unended && unended <= page.last ? unended - 1 : page.last;
		if (!page.rows && mark == before) {
			advi_ingest_rollback(ingest);
			return 0;
		}
		r = keep_page(&page, mark, err);
	} while (r == 0 && page.rows == PAGE_ROWS);
	return r;
}

int advi_database_read(struct advi_ingest *ingest, const char *text, struct adv_err *err)
{
	struct database database = {.ingest = ingest};
	struct advi_database_url url;
	int r = advi_database_url_read(&url, text, err);

	if (r == 0) {
		database.mysql = mysql_init(NULL);
		if (!database.mysql)
			abort();
		r = connect_to(&database, &url, err);
		if (r == 0)
			r = each_row(&database,
				     "SELECT CONCAT(@@hostname, ':', @@port, '/', DATABASE())", 1,
				     take_origin, &database, err);
		for (size_t i = 0; i < ADVI_COUNT(tables) && r == 0; i++)
			r = read_table(&database, &tables[i], err);
		mysql_close(database.mysql);
	}
	advi_database_url_clear(&url);
	return r < 0 ? advi_while(err, r, "reading the XALT database") : 0;
}

#endif
