/* SPDX-License-Identifier: BSD-3-Clause */
/* Where typed records go. */
#include "usage/sink.h"

#include "base/mem.h"
#include "usage/root.h"

enum {
	GATHERED_ITEMS = 2000000, /* kept in memory before they are joined: 32 MB */
	GATHERED_RUNS = 200000    /* and of so many runs: 40 MB */
};

static int open_names(struct advi_sink *sink, struct adv_err *err)
{
	const struct {
		struct advi_intern *table;
		const char *find, *add;
	} rows[] = {
		{&sink->users, "SELECT id FROM user WHERE name=?",
		 "INSERT INTO user(name) VALUES(?)"},
		{&sink->projects, "SELECT id FROM project WHERE name=?",
		 "INSERT INTO project(name) VALUES(?)"},
		{&sink->jobs, "SELECT id FROM job WHERE name=?", "INSERT INTO job(name) VALUES(?)"},
		{&sink->modules, "SELECT id FROM module WHERE name=?",
		 "INSERT INTO module(name) VALUES(?)"},
		{&sink->roots, "SELECT id FROM root WHERE path=? AND kind=?",
		 "INSERT INTO root(path, kind) VALUES(?, ?)"},
		{&sink->versions, "SELECT id FROM version WHERE name=?",
		 "INSERT INTO version(name) VALUES(?)"},
	};
	int r = 0;

	for (size_t i = 0; i < ADVI_COUNT(rows) && r == 0; i++)
		r = advi_intern_open(rows[i].table, sink->store, rows[i].find, rows[i].add, err);
	return r;
}

static int prepare(struct advi_sink *sink, struct adv_err *err)
{
	const struct {
		sqlite3_stmt **to;
		const char *sql;
	} rows[] = {
		{&sink->add_run,
		 "INSERT OR IGNORE INTO run(uuid, month, user, project, job, ticks, nodes,"
		 " probability, environment) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"},
		/* Of two runs with one uuid the greater by its values counts, in any order. */
		{&sink->better_run,
		 "UPDATE run SET month=?2, user=?3, project=?4, job=?5, ticks=?6, nodes=?7, "
		 "probability=?8,"
		 " environment=?9 WHERE uuid=?1 AND (ticks, nodes, probability, month,"
		 " (SELECT name FROM user WHERE id=run.user),"
		 " ifnull((SELECT name FROM project WHERE id=run.project), ''),"
		 " ifnull((SELECT name FROM job WHERE id=run.job), ''),"
		 " ifnull((SELECT path FROM root WHERE id=run.environment), '')) <"
		 " (?6, ?7, ?8, ?2, (SELECT name FROM user WHERE id=?3),"
		 " ifnull((SELECT name FROM project WHERE id=?4), ''),"
		 " ifnull((SELECT name FROM job WHERE id=?5), ''),"
		 " ifnull((SELECT path FROM root WHERE id=?9), ''))"},
		{&sink->add_tally, "INSERT INTO tally(month, user, project, module, place, runs)"
				   " VALUES(?, ?, ?, ?, ?, ?)"},
		{&sink->find_source, "SELECT 1 FROM source WHERE fingerprint=?"},
		{&sink->add_source,
		 "INSERT INTO source(fingerprint, name, format, bytes, records, runs,"
		 " rejected) VALUES(?, ?, ?, ?, ?, ?, ?)"},
		{&sink->add_reject, "INSERT INTO reject(source, at, reason) VALUES(?, ?, ?)"},
	};

	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		int r = advi_sql_prepare(rows[i].to, sink->store->db, sink->store->path,
					 rows[i].sql, err);

		if (r < 0)
			return r;
	}
	return 0;
}

int advi_sink_open(struct advi_sink *sink, struct adv_store *store, const struct adv_site *site,
		   struct advi_pseudonyms *pseudonyms, struct adv_err *err)
{
	int r;

	*sink = (struct advi_sink){.store = store, .site = site, .pseudonyms = *pseudonyms};
	*pseudonyms = (struct advi_pseudonyms){0};
	if ((r = open_names(sink, err)) < 0 || (r = prepare(sink, err)) < 0)
		return r;
	return advi_join_open(&sink->join, store, err);
}

static void forget_gathered(struct advi_sink *sink)
{
	for (size_t i = 0; i < sink->gathered.count; i++)
		advi_vec_clear(&sink->gathered.at[i].items);
	advi_vec_clear(&sink->gathered);
	advi_map_clear(&sink->by_uuid);
	sink->gathered_items = 0;
}

/* Calls 'what' for every table of names. */
static void each_table(struct advi_sink *sink, void (*what)(struct advi_intern *table))
{
	struct advi_intern *const tables[] = {&sink->users,   &sink->projects, &sink->jobs,
					      &sink->modules, &sink->roots,    &sink->versions};

	for (size_t i = 0; i < ADVI_COUNT(tables); i++)
		what(tables[i]);
}

void advi_sink_clear(struct advi_sink *sink)
{
	sqlite3_stmt *const all[] = {sink->add_run,     sink->better_run, sink->add_tally,
				     sink->find_source, sink->add_source, sink->add_reject};

	for (size_t i = 0; i < ADVI_COUNT(all); i++)
		sqlite3_finalize(all[i]);
	each_table(sink, advi_intern_clear);
	advi_join_clear(&sink->join);
	forget_gathered(sink);
	advi_vec_clear(&sink->rejects);
	advi_pseudonyms_clear(&sink->pseudonyms);
}

static int name_id(struct advi_intern *table, struct advi_str name, struct adv_err *err)
{
	uint64_t *slot = advi_intern_slot(table, name);
	int r = *slot ? 0 : advi_intern_text(table, name, -1, slot, err);

	return r < 0 ? r : (int)*slot;
}

static int user_id(struct advi_sink *sink, struct advi_str name, struct adv_err *err)
{
	uint64_t *slot = advi_intern_slot(&sink->users, name);
	int r = 0;

	if (!*slot)
		r = advi_intern_text(&sink->users, advi_pseudonym(&sink->pseudonyms, name), -1,
				     slot, err);
	return r < 0 ? r : (int)*slot;
}

static int root_id(struct advi_sink *sink, struct advi_str path, enum advi_root_kind kind,
		   struct adv_err *err)
{
	char key[ADVI_PATH_BYTES + 1];
	ADVI_AUTO(buf) struct advi_buf hidden = ADVI_BUF_INIT(32 * ADVI_PATH_BYTES);
	uint64_t *slot;
	int r;

	key[0] = (char)('0' + kind);
	memcpy(key + 1, path.ptr, path.len);
	slot = advi_intern_slot(&sink->roots, (struct advi_str){key, path.len + 1});
	if (*slot)
		return (int)*slot;
	advi_root_hide(&hidden, sink->site, &sink->pseudonyms, path);
	r = advi_intern_text(&sink->roots, advi_buf_str(&hidden), (int)kind, slot, err);
	return r < 0 ? r : (int)*slot;
}

static struct advi_gathered *gathered_of(struct advi_sink *sink, const unsigned char *uuid)
{
	struct advi_str key = {(const char *)uuid, ADVI_UUID_BYTES};
	struct advi_map_entry *entry;
	struct advi_gathered *gathered;
	bool is_new;

	/* Most records follow others of their run. */
	if (sink->gathered.count) {
		gathered = &sink->gathered.at[sink->gathered.count - 1];
		if (memcmp(gathered->uuid, uuid, ADVI_UUID_BYTES) == 0)
			return gathered;
	}
	entry = advi_map_add(&sink->by_uuid, key, &is_new);
	if (!is_new)
		return &sink->gathered.at[entry->number];
	entry->number = sink->gathered.count;
	gathered = advi_vec_new(&sink->gathered);
	memcpy(gathered->uuid, uuid, ADVI_UUID_BYTES);
	return gathered;
}

static int by_uuid(const void *a, const void *b)
{
	return memcmp(((const struct advi_gathered *)a)->uuid,
		      ((const struct advi_gathered *)b)->uuid, ADVI_UUID_BYTES);
}

/* Joins what was gathered, in the order in which the store's pages lie. */
static int join_gathered(struct advi_sink *sink, struct adv_err *err)
{
	int r = 0;

	advi_vec_sort(&sink->gathered, by_uuid);
	for (size_t i = 0; i < sink->gathered.count && r == 0; i++) {
		struct advi_gathered *one = &sink->gathered.at[i];

		r = advi_items_settle(&sink->join, &one->items, err);
		if (r == 0)
			r = advi_join_add(&sink->join, one->uuid, &one->items, err);
	}
	forget_gathered(sink);
	return r;
}

/* How a record names a module, beside the module itself. */
struct entry {
	struct advi_str path, version; /* version: empty: not known */
	uint8_t evidence;
	bool dotted;
};

/* Adds a module to what a run imports. */
static int add_item(struct advi_sink *sink, const unsigned char *uuid, struct advi_str name,
		    const struct entry *entry, struct adv_err *err)
{
	enum advi_root_kind kind;
	struct advi_str top = {name.ptr, advi_str_find(name, '.')};
	struct advi_str path = advi_root_of(entry->path, top, &kind);
	int module, root, version = 0;

	if ((module = name_id(&sink->modules, name, err)) < 0)
		return module;
	if ((root = root_id(sink, path, kind, err)) < 0)
		return root;
	if (entry->version.len && (version = name_id(&sink->versions, entry->version, err)) < 0)
		return version;
	advi_vec_push(
		&gathered_of(sink, uuid)->items,
		((struct advi_item){(uint32_t)module, (uint32_t)root, (uint32_t)version,
				    (uint32_t)entry->path.len, entry->evidence, entry->dotted}));
	sink->gathered_items++;
	return 0;
}

/* "nvidia/cublas/lib/libcublas.so.12", below site-packages, as a name: "nvidia.cublas.lib". */
static struct advi_str dotted_path(struct advi_str path, struct advi_str module,
				   char out[ADVI_NAME_BYTES])
{
	size_t from = (size_t)(module.ptr - path.ptr), length = 0;
	struct advi_str rest = advi_str_from(path, from), part;

	while (advi_str_split(&rest, '/', &part) && rest.len) {
		if (advi_str_find(part, '.') < part.len || length + part.len + 1 > ADVI_NAME_BYTES)
			break;
		if (length)
			out[length++] = '.';
		memcpy(out + length, part.ptr, part.len);
		length += part.len;
	}
	return (struct advi_str){out, length};
}

static int take_lib(struct advi_sink *sink, const unsigned char *uuid, struct advi_str path,
		    struct adv_err *err)
{
	struct advi_str module = advi_path_module(path), part;
	struct entry entry = {.path = path, .evidence = ADVI_EVIDENCE_MAPPED};
	char name[ADVI_NAME_BYTES];
	int r;

	if (!module.len || module.len > ADVI_NAME_BYTES)
		return 0;
	r = add_item(sink, uuid, module, &entry, err);
	part = advi_site_part(sink->site, dotted_path(path, module, name));
	if (r == 0 && part.len) {
		entry.evidence |= ADVI_EVIDENCE_PART;
		r = add_item(sink, uuid, part, &entry, err);
	}
	return r;
}

static int join_when_many(struct advi_sink *sink, struct adv_err *err)
{
	return sink->gathered_items < GATHERED_ITEMS && sink->gathered.count < GATHERED_RUNS
		       ? 0
		       : join_gathered(sink, err);
}

static int take_run(struct advi_sink *sink, const struct advi_run_seen *run, struct adv_err *err)
{
	sqlite3_stmt *const both[] = {sink->add_run, sink->better_run};
	ADVI_AUTO(buf) struct advi_buf job = ADVI_BUF_INIT(4 * ADVI_NAME_BYTES);
	advi_items waited = {0};
	struct advi_gathered *gathered;
	int user, project = 0, job_id = 0, environment = 0, r = 0;
	bool is_new = false;

	advi_buf_printf(&job, "%.*s:%.*s", ADVI_ARGS(run->host), ADVI_ARGS(run->job));
	if ((user = user_id(sink, run->user, err)) < 0 ||
	    (run->project.len && (project = name_id(&sink->projects, run->project, err)) < 0) ||
	    (run->job.len && (job_id = name_id(&sink->jobs, advi_buf_str(&job), err)) < 0) ||
	    (run->environment.len &&
	     (environment = root_id(sink, run->environment, ADVI_ROOT_PREFIX, err)) < 0))
		return user < 0 ? user : project < 0 ? project : job_id < 0 ? job_id : environment;
	for (size_t i = 0; i < ADVI_COUNT(both) && r == 0 && !is_new; i++) {
		sqlite3_bind_blob(both[i], 1, run->uuid, ADVI_UUID_BYTES, SQLITE_STATIC);
		sqlite3_bind_int64(both[i], 2, run->month);
		sqlite3_bind_int(both[i], 3, user);
		project ? sqlite3_bind_int(both[i], 4, project) : sqlite3_bind_null(both[i], 4);
		job_id ? sqlite3_bind_int(both[i], 5, job_id) : sqlite3_bind_null(both[i], 5);
		sqlite3_bind_int64(both[i], 6, run->ticks);
		sqlite3_bind_int64(both[i], 7, run->nodes);
		sqlite3_bind_double(both[i], 8, run->probability);
		environment ? sqlite3_bind_int(both[i], 9, environment)
			    : sqlite3_bind_null(both[i], 9);
		r = advi_sql_step(both[i], sink->store->path, err);
		is_new = i == 0 && sqlite3_changes(sink->store->db) > 0;
	}
	/* Those of a repeated record too: what counts must not depend on which one came first. */
	for (size_t i = 0; i < run->lib_count && r == 0; i++)
		r = take_lib(sink, run->uuid, run->libs[i], err);
	if (r < 0 || !is_new)
		return r;
	sink->source.runs++;
	r = advi_join_take(&sink->join, run->uuid, &waited, err);
	if (waited.count) {
		gathered = gathered_of(sink, run->uuid);
		for (size_t i = 0; i < waited.count; i++)
			advi_vec_push(&gathered->items, waited.at[i]);
		sink->gathered_items += waited.count;
	}
	advi_vec_clear(&waited);
	return r;
}

static int take_import(struct advi_sink *sink, const struct advi_import_seen *import,
		       struct adv_err *err)
{
	struct entry entry = {import->path, import->version, 0,
			      import->module.len < import->name.len};
	struct advi_str part;
	int r = add_item(sink, import->uuid, import->module, &entry, err);

	part = advi_site_part(sink->site, import->name);
	if (r == 0 && part.len && part.len <= ADVI_NAME_BYTES) {
		entry.evidence = ADVI_EVIDENCE_PART;
		entry.dotted = part.len < import->name.len;
		r = add_item(sink, import->uuid, part, &entry, err);
	}
	return r < 0 ? r : join_when_many(sink, err);
}

static int take_count(struct advi_sink *sink, const struct advi_count_seen *count,
		      struct adv_err *err)
{
	sqlite3_stmt *add = sink->add_tally;
	int user = 0, project = 0, module;

	if ((count->user.len && (user = user_id(sink, count->user, err)) < 0) ||
	    (count->project.len && (project = name_id(&sink->projects, count->project, err)) < 0))
		return user < 0 ? user : project;
	if ((module = name_id(&sink->modules, count->module, err)) < 0)
		return module;
	sqlite3_bind_int64(add, 1, count->month);
	user ? sqlite3_bind_int(add, 2, user) : sqlite3_bind_null(add, 2);
	project ? sqlite3_bind_int(add, 3, project) : sqlite3_bind_null(add, 3);
	sqlite3_bind_int(add, 4, module);
	advi_sql_text(add, 5, advi_str(adv_place_name((enum adv_place)count->place)));
	sqlite3_bind_int64(add, 6, (sqlite3_int64)count->runs);
	sink->source.uses += count->runs;
	return advi_sql_step(add, sink->store->path, err);
}

int advi_sink_run(struct advi_sink *sink, const struct advi_run_seen *run, struct adv_err *err)
{
	int r = take_run(sink, run, err);

	sink->failed |= r < 0;
	return r;
}

int advi_sink_import(struct advi_sink *sink, const struct advi_import_seen *import,
		     struct adv_err *err)
{
	int r = take_import(sink, import, err);

	sink->failed |= r < 0;
	return r;
}

int advi_sink_count(struct advi_sink *sink, const struct advi_count_seen *count,
		    struct adv_err *err)
{
	int r = take_count(sink, count, err);

	sink->failed |= r < 0;
	return r;
}

void advi_sink_reject(struct advi_sink *sink, uint64_t offset, const char *reason)
{
	sink->source.rejected++;
	if (sink->rejects.count < ADVI_REJECTS_LISTED)
		advi_vec_push(&sink->rejects, ((struct advi_reject){offset, reason}));
}

int advi_sink_begin(struct advi_sink *sink, struct adv_err *err)
{
	sink->pending = sink->source = (struct adv_ingest_summary){0};
	sink->join.uses = 0;
	return advi_sql_run(sink->store->db, sink->store->path, "BEGIN IMMEDIATE", err);
}

int advi_sink_commit(struct advi_sink *sink, struct adv_err *err)
{
	int r = join_gathered(sink, err);

	if (r == 0)
		r = advi_sql_run(sink->store->db, sink->store->path, "COMMIT", err);
	if (r < 0)
		advi_sink_rollback(sink);
	else
		sink->pending.uses += sink->join.uses;
	return r;
}

/* Ids of names that were made since the beginning are gone with it. */
void advi_sink_rollback(struct advi_sink *sink)
{
	forget_gathered(sink);
	each_table(sink, advi_intern_forget);
	sink->rejects.count = 0;
	if (!sqlite3_get_autocommit(sink->store->db))
		sqlite3_exec(sink->store->db, "ROLLBACK", NULL, NULL, NULL);
}

int advi_sink_finish(struct advi_sink *sink, uint64_t *waiting, struct adv_err *err)
{
	ADVI_AUTO_SQL *count = NULL;
	const char *path = sink->store->path;
	int r = advi_sql_run(sink->store->db, path, "BEGIN IMMEDIATE", err);

	if (r == 0)
		r = advi_join_tidy(&sink->join, err);
	if (r == 0)
		r = advi_sql_run(sink->store->db, path, "COMMIT", err);
	if (r < 0) {
		advi_sink_rollback(sink);
		return r;
	}
	r = advi_sql_prepare(&count, sink->store->db, path, "SELECT count(*) FROM waiting", err);
	if (r == 0 && (r = advi_sql_step(count, path, err)) > 0)
		*waiting = (uint64_t)sqlite3_column_int64(count, 0);
	return r < 0 ? r : 0;
}

int advi_sink_knows(struct advi_sink *sink, const struct advi_fingerprint *fingerprint,
		    struct adv_err *err)
{
	int r;

	sqlite3_bind_blob(sink->find_source, 1, fingerprint->bytes, sizeof(fingerprint->bytes),
			  SQLITE_STATIC);
	r = advi_sql_step(sink->find_source, sink->store->path, err);
	sqlite3_reset(sink->find_source);
	return r;
}

static void add_up(struct adv_ingest_summary *to, const struct adv_ingest_summary *from)
{
	to->sources++;
	to->records += from->records;
	to->runs += from->runs;
	to->uses += from->uses;
	to->rejected += from->rejected;
	to->bytes += from->bytes;
}

static int write_rejects(struct advi_sink *sink, const struct advi_fingerprint *fingerprint,
			 struct adv_err *err)
{
	sqlite3_stmt *add = sink->add_reject;
	int r = 0;

	for (size_t i = 0; i < sink->rejects.count && r == 0; i++) {
		sqlite3_bind_blob(add, 1, fingerprint->bytes, sizeof(fingerprint->bytes),
				  SQLITE_STATIC);
		sqlite3_bind_int64(add, 2, (sqlite3_int64)sink->rejects.at[i].offset);
		advi_sql_text(add, 3, advi_str(sink->rejects.at[i].reason));
		r = advi_sql_step(add, sink->store->path, err);
	}
	sink->rejects.count = 0;
	return r;
}

int advi_sink_source(struct advi_sink *sink, const struct advi_fingerprint *fingerprint,
		     struct advi_str name, const char *format, struct adv_err *err)
{
	sqlite3_stmt *add = sink->add_source;
	bool plain = sink->source.records == 1 && !sink->source.rejected;
	int r;

	sqlite3_bind_blob(add, 1, fingerprint->bytes, sizeof(fingerprint->bytes), SQLITE_STATIC);
	advi_sql_text(add, 2, plain ? ADVI_STR("") : name);
	advi_sql_text(add, 3, advi_str(format));
	sqlite3_bind_int64(add, 4, (sqlite3_int64)sink->source.bytes);
	sqlite3_bind_int64(add, 5, (sqlite3_int64)sink->source.records);
	sqlite3_bind_int64(add, 6, (sqlite3_int64)sink->source.runs);
	sqlite3_bind_int64(add, 7, (sqlite3_int64)sink->source.rejected);
	r = advi_sql_step(add, sink->store->path, err);
	if (r == 0)
		r = write_rejects(sink, fingerprint, err);
	add_up(&sink->pending, &sink->source);
	sink->source = (struct adv_ingest_summary){0};
	return r;
}
