/* SPDX-License-Identifier: BSD-3-Clause */
/* Stores into one: as if their sources had been read into it. */
#include <inttypes.h>
#include <unistd.h>

#include "base/mem.h"
#include "usage/merge.h"
#include "usage/sink.h"

/* Stores that share a transaction; SQLite attaches at most ten. */
enum { GROUP = 8, ROWS_TOLD = 10000 };

struct merge {
	struct adv_store *store;
	const struct adv_watch *watch;
	struct adv_ingest_summary *summary;
	struct advi_sink sink;
	uint64_t rows; /* for the watch */
	struct adv_err first;
};

/* The items of one of the other store's sets. */
struct set {
	sqlite3_int64 id;
	size_t first, count; /* of items */
};

/* One store that is added, attached as 'schema'. */
struct part {
	struct merge *merge;
	const char *path;
	char schema[8]; /* "p0." */
	advi_items items;
	ADVI_VEC(struct set) sets;
	ADVI_VEC(uint32_t) numbers; /* of the items that are handed over */
};

static int damaged(const struct part *part, const char *what, struct adv_err *err)
{
	return advi_fail(err, ADV_EINPUT,
			 "store '%s': it is damaged (%s); make it anew from the logs", part->path,
			 what);
}

/* SQL in which '@' stands before the other store's tables. */
static void write_sql(struct advi_buf *out, const struct part *part, const char *sql)
{
	for (; *sql; sql++)
		*sql == '@' ? advi_buf_text(out, part->schema) : advi_buf_byte(out, *sql);
}

static int run_sql(const struct part *part, const char *sql, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 16);

	write_sql(&text, part, sql);
	return advi_sql_run(part->merge->store->db, part->merge->store->path, text.ptr, err);
}

typedef int row_fn(struct part *part, sqlite3_stmt *row, struct adv_err *err);

static int each_row(struct part *part, const char *sql, row_fn *each, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 16);
	ADVI_AUTO_SQL *rows = NULL;
	struct merge *merge = part->merge;
	int r;

	write_sql(&text, part, sql);
	r = advi_sql_prepare(&rows, merge->store->db, part->path, text.ptr, err);
	while (r == 0 && (r = advi_sql_step(rows, part->path, err)) > 0) {
		r = each(part, rows, err);
		if (r == 0 && ++merge->rows % ROWS_TOLD == 0)
			r = advi_progress(merge->watch, "merging stores", "rows", merge->rows, 0,
					  err);
	}
	return r;
}

/* --- what is merged by names and fingerprints --- */

/*
 * A source that is new here comes with what belongs to it. One that has grown there is known by
 * what it has grown to, so that what it was is dropped here.
 */
static const char sources[] =
	"INSERT OR IGNORE INTO user(name) SELECT name FROM @user ORDER BY id;"
	"INSERT OR IGNORE INTO project(name) SELECT name FROM @project ORDER BY id;"
	"INSERT OR IGNORE INTO job(name) SELECT name FROM @job ORDER BY id;"
	"INSERT OR IGNORE INTO module(name) SELECT name FROM @module ORDER BY id;"
	"INSERT OR IGNORE INTO version(name) SELECT name FROM @version ORDER BY id;"
	"INSERT OR IGNORE INTO root(path, kind) SELECT path, kind FROM @root ORDER BY id;"
	"INSERT OR IGNORE INTO reject(source, at, reason) SELECT source, at, reason FROM @reject"
	" WHERE source NOT IN (SELECT fingerprint FROM source);"
	"INSERT INTO tally(source, month, user, project, module, place, runs)"
	" SELECT t.source, t.month, u.id, p.id, m.id, t.place, t.runs FROM @tally t"
	" LEFT JOIN @user tu ON tu.id=t.user LEFT JOIN user u ON u.name=tu.name"
	" LEFT JOIN @project tp ON tp.id=t.project LEFT JOIN project p ON p.name=tp.name"
	" LEFT JOIN @module tm ON tm.id=t.module LEFT JOIN module m ON m.name=tm.name"
	" WHERE t.source NOT IN (SELECT fingerprint FROM source);"
	"DELETE FROM reject WHERE source IN (SELECT s.fingerprint FROM source s JOIN @source o"
	" USING(fingerprint) WHERE o.grown=1 AND s.grown=0);"
	"DELETE FROM tally WHERE source IN (SELECT s.fingerprint FROM source s JOIN @source o"
	" USING(fingerprint) WHERE o.grown=1 AND s.grown=0);"
	"UPDATE source SET name=NULL, records=0, runs=0, rejected=0, grown=1 WHERE grown=0 AND"
	" fingerprint IN (SELECT fingerprint FROM @source WHERE grown=1);"
	"DELETE FROM piece WHERE source IN (SELECT fingerprint FROM @source WHERE grown=1);"
	/*
	 * Of a source that is here, what is put together must not come again. Those that make a
	 * record whole are put together at the end, by who has the key.
	 */
	"INSERT OR IGNORE INTO piece SELECT * FROM @piece WHERE source NOT IN"
	" (SELECT fingerprint FROM source);"
	"INSERT OR IGNORE INTO source(fingerprint, head, name, format, bytes, resume, records, runs,"
	" rejected, grown) SELECT fingerprint, head, name, format, bytes, resume, records, runs,"
	" rejected, grown FROM @source;"
	"INSERT INTO progress(origin, part, at) SELECT origin, part, at FROM @progress WHERE true"
	" ON CONFLICT DO UPDATE SET at=max(at, excluded.at);";

/* What is new, and how many sources are not. */
static const char counts[] =
	"SELECT count(*) FILTER(WHERE new), ifnull(sum(records) FILTER(WHERE new), 0),"
	" ifnull(sum(rejected) FILTER(WHERE new), 0), count(*) FILTER(WHERE NOT new)"
	" FROM (SELECT records, rejected, fingerprint NOT IN (SELECT fingerprint FROM source) AS new"
	" FROM @source WHERE grown=0)";

/* Made by version 1 from several files of counts: nobody can say which of them are here already. */
static const char nameless[] = "SELECT 1 FROM @tally WHERE source IS NULL LIMIT 1";
static const char dangling[] =
	"SELECT 1 FROM @tally t LEFT JOIN @module m ON m.id=t.module LEFT JOIN @user u ON"
	" u.id=t.user LEFT JOIN @project p ON p.id=t.project WHERE m.id IS NULL OR"
	" (t.user IS NOT NULL AND u.id IS NULL) OR (t.project IS NOT NULL AND p.id IS NULL) LIMIT 1";

/* Ready-made counts of one name, of which perhaps one has grown from the other: nobody can say. */
static const char renewed[] =
	"SELECT o.name FROM @source o JOIN source s ON s.name=o.name AND s.format=o.format WHERE"
	" o.format LIKE 'counts%' AND o.grown=0 AND s.grown=0 AND o.fingerprint<>s.fingerprint"
	" AND o.fingerprint NOT IN (SELECT fingerprint FROM source)"
	" AND s.fingerprint NOT IN (SELECT fingerprint FROM @source)";

static int note_renewed(struct part *part, sqlite3_stmt *row, struct adv_err *err)
{
	struct advi_str name = advi_sql_column(row, 0);

	(void)err;
	advi_note(part->merge->watch,
		  "store '%s': its ready-made counts '%.*s' are not those of that name that were "
		  "merged before; both count",
		  part->path, ADVI_ARGS(name));
	return 0;
}

static int is_nameless(struct part *part, sqlite3_stmt *row, struct adv_err *err)
{
	(void)row;
	return advi_fail(err, ADV_EUSAGE,
			 "store '%s': its ready-made counts were read by version 1, which didn't "
			 "keep their files apart; read those again into a new store",
			 part->path);
}

static int is_dangling(struct part *part, sqlite3_stmt *row, struct adv_err *err)
{
	(void)row;
	return damaged(part, "a count of an unknown user, project or module", err);
}

static int add_account(struct part *part, sqlite3_stmt *row, struct adv_err *err)
{
	struct advi_account account = {
		.job = advi_sql_column(row, 0),
		.user = sqlite3_column_int(row, 1),
		.project = sqlite3_column_int(row, 2),
		.nodes = (uint32_t)sqlite3_column_int64(row, 3),
		.ticks = sqlite3_column_type(row, 4) == SQLITE_NULL ? -1
								    : sqlite3_column_int64(row, 4),
		.first = (uint32_t)sqlite3_column_int64(row, 5),
		.last = (uint32_t)sqlite3_column_int64(row, 6),
	};

	return advi_accounts_add(&part->merge->sink.accounts, &account, err);
}

/* --- runs and imports --- */

#define ITEM                                                                                       \
	"m.id, r.id, i.dotted, i.path_bytes, i.evidence, CASE i.version WHEN 0 THEN 0 ELSE v.id END"
#define ITEM_NAMES                                                                                  \
	" LEFT JOIN @module im ON im.id=i.module LEFT JOIN module m ON m.name=im.name"              \
	" LEFT JOIN @root ir ON ir.id=i.root LEFT JOIN root r ON r.path=ir.path AND r.kind=ir.kind" \
	" LEFT JOIN @version iv ON iv.id=i.version LEFT JOIN version v ON v.name=iv.name"

/* ITEM from column 1 on. */
static int item_of(struct part *part, sqlite3_stmt *row, struct advi_item *out, struct adv_err *err)
{
	*out = (struct advi_item){
		.module = (uint32_t)sqlite3_column_int64(row, 1),
		.root = (uint32_t)sqlite3_column_int64(row, 2),
		.dotted = sqlite3_column_int(row, 3) != 0,
		.path_bytes = (uint32_t)sqlite3_column_int64(row, 4),
		.evidence = (uint8_t)sqlite3_column_int(row, 5),
		.version = (uint32_t)sqlite3_column_int64(row, 6),
	};
	return out->module && out->root && sqlite3_column_type(row, 6) != SQLITE_NULL
		       ? 0
		       : damaged(part, "an import of an unknown module, root or version", err);
}

static int add_item(struct part *part, sqlite3_stmt *row, struct adv_err *err)
{
	sqlite3_int64 id = sqlite3_column_int64(row, 0);

	if (!part->sets.count || part->sets.at[part->sets.count - 1].id != id)
		advi_vec_push(&part->sets, ((struct set){id, part->items.count, 0}));
	part->sets.at[part->sets.count - 1].count++;
	return item_of(part, row, advi_vec_new(&part->items), err);
}

static int by_id(const void *key, const void *element)
{
	sqlite3_int64 id = *(const sqlite3_int64 *)key, other = ((const struct set *)element)->id;

	return (id > other) - (id < other);
}

/* Adds items to what a run imports. */
static int give(struct part *part, const unsigned char *uuid, const struct advi_item *items,
		size_t count, struct adv_err *err)
{
	struct advi_gather *gather = &part->merge->sink.gather;
	int r = advi_gather_trim(gather, err);

	if (r < 0)
		return r;
	part->numbers.count = 0;
	for (size_t i = 0; i < count; i++)
		advi_vec_push(&part->numbers, advi_gather_item(gather, &items[i]));
	return advi_gather_add(gather, uuid, part->numbers.at, count, err);
}

static const unsigned char *uuid_of(sqlite3_stmt *row)
{
	const void *uuid = sqlite3_column_blob(row, 0);

	return uuid && sqlite3_column_bytes(row, 0) == ADVI_UUID_BYTES ? uuid : NULL;
}

static int add_run(struct part *part, sqlite3_stmt *row, struct adv_err *err)
{
	const unsigned char *uuid = uuid_of(row);
	sqlite3_int64 id = sqlite3_column_int64(row, 9);
	const struct set *set = NULL;
	struct advi_run_row out = {
		.month = (uint32_t)sqlite3_column_int64(row, 1),
		.user = sqlite3_column_int(row, 2),
		.project = sqlite3_column_int(row, 3),
		.job = sqlite3_column_int(row, 4),
		.ticks = sqlite3_column_type(row, 5) == SQLITE_NULL ? -1
								    : sqlite3_column_int64(row, 5),
		.nodes = (uint32_t)sqlite3_column_int64(row, 6),
		.probability = sqlite3_column_double(row, 7),
		.environment = sqlite3_column_int(row, 8),
	};
	int r;

	if (part->sets.count)
		set = bsearch(&id, part->sets.at, part->sets.count, sizeof(*set), by_id);
	if (!uuid || !out.user || (id && !set) || sqlite3_column_int(row, 10))
		return damaged(part, "a run of an unknown user, project, job or set", err);
	memcpy(out.uuid, uuid, ADVI_UUID_BYTES);
	r = advi_gather_run(&part->merge->sink.gather, &out, err);
	return r < 0 || !set ? r
			     : give(part, out.uuid, &part->items.at[set->first], set->count, err);
}

static int add_waiting(struct part *part, sqlite3_stmt *row, struct adv_err *err)
{
	const unsigned char *uuid = uuid_of(row);
	struct advi_item item;
	int r = uuid ? item_of(part, row, &item, err) : damaged(part, "an import of no run", err);

	return r < 0 ? r : give(part, uuid, &item, 1, err);
}

static const struct {
	const char *sql;
	row_fn *each;
} rows[] = {
	{"SELECT a.job, u.id, p.id, a.nodes, a.ticks, a.first, a.last FROM @accounting a"
	 " LEFT JOIN @user au ON au.id=a.user LEFT JOIN user u ON u.name=au.name"
	 " LEFT JOIN @project ap ON ap.id=a.project LEFT JOIN project p ON p.name=ap.name",
	 add_account},
	{"SELECT i.set_id, " ITEM " FROM @import i" ITEM_NAMES " ORDER BY i.set_id", add_item},
	{"SELECT x.uuid, x.month, u.id, p.id, j.id, x.ticks, x.nodes, x.probability, e.id, x.set_id,"
	 " x.project IS NOT NULL AND p.id IS NULL OR x.job IS NOT NULL AND j.id IS NULL OR"
	 " x.environment IS NOT NULL AND e.id IS NULL FROM @run x"
	 " LEFT JOIN @user xu ON xu.id=x.user LEFT JOIN user u ON u.name=xu.name"
	 " LEFT JOIN @project xp ON xp.id=x.project LEFT JOIN project p ON p.name=xp.name"
	 " LEFT JOIN @job xj ON xj.id=x.job LEFT JOIN job j ON j.name=xj.name"
	 " LEFT JOIN @root xe ON xe.id=x.environment"
	 " LEFT JOIN root e ON e.path=xe.path AND e.kind=xe.kind ORDER BY x.uuid",
	 add_run},
	{"SELECT i.uuid, " ITEM " FROM @waiting i" ITEM_NAMES " ORDER BY i.uuid", add_waiting},
};

static int count_sources(struct part *part, sqlite3_stmt *row, struct adv_err *err)
{
	struct adv_ingest_summary *pending = &part->merge->sink.pending;

	(void)err;
	pending->sources += (uint64_t)sqlite3_column_int64(row, 0);
	pending->records += (uint64_t)sqlite3_column_int64(row, 1);
	pending->rejected += (uint64_t)sqlite3_column_int64(row, 2);
	pending->sources_known += (uint64_t)sqlite3_column_int64(row, 3);
	return 0;
}

/* Adds an attached store, within the open transaction. */
static int add_part(struct part *part, struct adv_err *err)
{
	int r;

	if ((r = each_row(part, nameless, is_nameless, err)) < 0 ||
	    (r = each_row(part, dangling, is_dangling, err)) < 0 ||
	    (r = each_row(part, counts, count_sources, err)) < 0 ||
	    (r = each_row(part, renewed, note_renewed, err)) < 0 ||
	    (r = run_sql(part, sources, err)) < 0)
		return r;
	for (size_t i = 0; i < ADVI_COUNT(rows) && r == 0; i++)
		r = each_row(part, rows[i].sql, rows[i].each, err);
	return r;
}

static void advi_part_clear(struct part *part)
{
	advi_vec_clear(&part->items);
	advi_vec_clear(&part->sets);
	advi_vec_clear(&part->numbers);
}

/* --- one store after the other --- */

static int attach(struct part *part, struct adv_err *err)
{
	ADVI_AUTO_SQL *attach = NULL;
	ADVI_AUTO_PTR char *sql = advi_format("ATTACH ? AS %.2s", part->schema);
	sqlite3 *db = part->merge->store->db;
	int r = advi_sql_prepare(&attach, db, part->path, sql, err);

	if (r < 0)
		return r;
	advi_sql_text(attach, 1, advi_str(part->path));
	return advi_sql_step(attach, part->path, err);
}

static void detach_all(struct merge *merge, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		ADVI_AUTO_PTR char *sql = advi_format("DETACH p%zu", i);

		sqlite3_exec(merge->store->db, sql, NULL, NULL, NULL);
	}
}

/* A store that can't be read is told and costs only itself. */
static int note_failure(struct merge *merge, int r, struct adv_err *err)
{
	if (r != ADV_EINPUT)
		return r;
	advi_note(merge->watch, "%s", err->text);
	if (!merge->summary->sources_failed++)
		merge->first = *err;
	return 0;
}

/* Adds one store; of one that turns out to be damaged nothing stays. */
static int add_attached(struct part *part, struct adv_err *err)
{
	sqlite3 *db = part->merge->store->db;
	struct advi_sink *sink = &part->merge->sink;
	int r = advi_sql_run(db, part->merge->store->path, "SAVEPOINT part", err);

	if (r < 0)
		return r;
	r = add_part(part, err);
	if (r == 0)
		r = advi_gather_flush(&sink->gather, err);
	if (r == ADV_EINPUT) {
		advi_gather_forget(&sink->gather);
		sqlite3_exec(db, "ROLLBACK TO part; RELEASE part", NULL, NULL, NULL);
		return note_failure(part->merge, r, err);
	}
	return r < 0 ? r : advi_sql_run(db, part->merge->store->path, "RELEASE part", err);
}

static int add_group(struct merge *merge, const char *const *paths, size_t count,
		     struct adv_err *err)
{
	struct adv_ingest_summary *sum = merge->summary;
	const char *names[GROUP];
	size_t attached = 0;
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		struct part part = {.merge = merge, .path = paths[i]};

		snprintf(part.schema, sizeof(part.schema), "p%zu.", attached);
		r = advi_merge_fit(merge->store, paths[i], err);
		if (r == 0)
			r = attach(&part, err);
		if (r == 0)
			names[attached++] = paths[i];
		r = note_failure(merge, r, err);
	}
	if (r == 0)
		r = advi_sink_begin(&merge->sink, err);
	for (size_t i = 0; i < attached && r == 0; i++) {
		ADVI_AUTO(part) struct part part = {.merge = merge, .path = names[i]};

		snprintf(part.schema, sizeof(part.schema), "p%zu.", i);
		r = add_attached(&part, err);
	}
	if (r == 0) {
		merge->sink.pending.runs = merge->sink.gather.runs_added;
		merge->sink.gather.runs_added = 0;
		r = advi_sink_commit(&merge->sink, err);
	} else {
		advi_sink_rollback(&merge->sink);
	}
	detach_all(merge, attached);
	if (r < 0)
		return r;
	sum->sources += merge->sink.pending.sources;
	sum->sources_known += merge->sink.pending.sources_known;
	sum->records += merge->sink.pending.records;
	sum->rejected += merge->sink.pending.rejected;
	sum->runs += merge->sink.pending.runs;
	sum->uses += merge->sink.pending.uses;
	return 0;
}

/* Records of which all pieces are here now. They are sealed by the key, which only some have. */
static int complete(struct adv_store *store, const char *key, const struct adv_watch *watch,
		    struct adv_ingest_summary *summary, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = key ? advi_strdup(key) : advi_format("%s.key", store->path);
	ADVI_AUTO(buf) struct advi_buf mark = ADVI_BUF_INIT(ADVI_HEX_SIZE);
	struct adv_ingest_options options = ADV_INGEST_OPTIONS_INIT;
	struct adv_ingest_summary after;
	ADVI_AUTO_SQL *any = NULL;
	int r = advi_sql_prepare(&any, store->db, store->path, "SELECT 1 FROM piece LIMIT 1", err);

	if (r < 0 || (r = advi_sql_step(any, store->path, err)) <= 0)
		return r;
	sqlite3_reset(any);
	if (!store->site || (!key && access(path, R_OK) < 0))
		return 0;
	if ((r = advi_store_get(store, "mark", &mark, err)) < 0)
		return r;
	options.key = path;
	options.names = advi_str_is(advi_buf_str(&mark), "names");
	r = adv_ingest(store, NULL, NULL, 0, &options, watch, &after, err);
	if (r == 0)
		summary->pieces = after.pieces;
	return r;
}

int adv_store_merge(struct adv_store *store, const struct adv_site *site, const char *const *paths,
		    size_t count, const char *key, const struct adv_watch *watch,
		    struct adv_ingest_summary *summary, struct adv_err *err)
{
	struct adv_ingest_summary own;
	struct merge merge = {.store = store, .watch = watch, .summary = summary ? summary : &own};
	struct advi_pseudonyms none = {.names = true};
	int r = 0;

	*merge.summary = (struct adv_ingest_summary){0};
	if (site && store->site && !advi_merge_same_places(site, store->site))
		return advi_fail(err, ADV_EUSAGE,
				 "the recipe has other places than that of the store '%s'",
				 store->path);
	if (site)
		r = advi_store_keep_site(store, site, err);
	if (r == 0)
		r = advi_sink_open(&merge.sink, store, store->site, &none, err);
	for (size_t i = 0; i < count && r == 0; i += GROUP)
		r = add_group(&merge, paths + i, count - i < GROUP ? count - i : GROUP, err);
	merge.sink.join.replaced = true;
	if (r == 0)
		r = advi_sink_finish(&merge.sink, merge.summary, err);
	advi_sink_clear(&merge.sink);
	if (r == 0)
		r = complete(store, key, watch, merge.summary, err);
	if (r == 0 && merge.summary->sources_failed) {
		if (err)
			*err = merge.first;
		return ADV_EINPUT;
	}
	return r;
}
