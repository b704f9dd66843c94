/* SPDX-License-Identifier: BSD-3-Clause */
/* Where typed records go. */
#include "usage/sink.h"

#include <unistd.h>

#include "base/mem.h"
#include "usage/root.h"

enum { USUAL_READERS = 4 }; /* more than the taking keeps up with */

static int open_names(struct advi_sink *sink, struct adv_err *err)
{
	const struct {
		struct advi_intern *table;
		const char *find, *add;
	} rows[] = {
		{&sink->users, "SELECT id FROM user WHERE name=?",
		 "INSERT OR IGNORE INTO user(name) VALUES(?)"},
		{&sink->projects, "SELECT id FROM project WHERE name=?",
		 "INSERT OR IGNORE INTO project(name) VALUES(?)"},
		{&sink->modules, "SELECT id FROM module WHERE name=?",
		 "INSERT OR IGNORE INTO module(name) VALUES(?)"},
		{&sink->roots, "SELECT id FROM root WHERE path=? AND kind=?",
		 "INSERT OR IGNORE INTO root(path, kind) VALUES(?, ?)"},
		{&sink->versions, "SELECT id FROM version WHERE name=?",
		 "INSERT OR IGNORE INTO version(name) VALUES(?)"},
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
		{&sink->add_tally, "INSERT INTO tally(month, user, project, module, place, runs)"
				   " VALUES(?, ?, ?, ?, ?, ?)"},
	};

	for (size_t i = 0; i < ADVI_COUNT(rows); i++) {
		int r = advi_sql_prepare(rows[i].to, sink->store->db, sink->store->path,
					 rows[i].sql, err);

		if (r < 0)
			return r;
	}
	return 0;
}

static void make_readers(struct advi_sink *sink, size_t count)
{
	sink->readers = advi_realloc(sink->readers, count, sizeof(*sink->readers));
	for (; sink->reader_count < count; sink->reader_count++) {
		sink->readers[sink->reader_count] = (struct advi_reader){0};
		advi_lane_init(&sink->readers[sink->reader_count].lane);
	}
}

void advi_sink_threads(struct advi_sink *sink, unsigned threads)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (!threads)
		threads = processors < 1               ? 1
			  : processors > USUAL_READERS ? USUAL_READERS
						       : (unsigned)processors;
	make_readers(sink, threads < ADVI_READERS ? threads : ADVI_READERS);
}

int advi_sink_open(struct advi_sink *sink, struct adv_store *store, const struct adv_site *site,
		   struct advi_pseudonyms *pseudonyms, struct adv_err *err)
{
	int r;

	*sink = (struct advi_sink){.store = store, .site = site, .pseudonyms = *pseudonyms};
	*pseudonyms = (struct advi_pseudonyms){0};
	advi_gather_init(&sink->gather, &sink->join, &sink->runs);
	make_readers(sink, 1);
	if ((r = open_names(sink, err)) < 0 || (r = prepare(sink, err)) < 0 ||
	    (r = advi_runs_open(&sink->runs, store, err)) < 0 ||
	    (r = advi_sources_open(&sink->sources, store, err)) < 0 ||
	    (r = advi_accounts_open(&sink->accounts, store, err)) < 0 ||
	    (r = advi_pieces_open(&sink->pieces, store, &sink->pseudonyms, err)) < 0)
		return r;
	return advi_join_open(&sink->join, store, err);
}

/* Calls 'what' for every table of names. */
static void each_table(struct advi_sink *sink, void (*what)(struct advi_intern *table))
{
	struct advi_intern *const tables[] = {&sink->users, &sink->projects, &sink->modules,
					      &sink->roots, &sink->versions};

	for (size_t i = 0; i < ADVI_COUNT(tables); i++)
		what(tables[i]);
}

void advi_sink_clear(struct advi_sink *sink)
{
	sqlite3_stmt *const all[] = {sink->add_tally};

	for (size_t i = 0; i < ADVI_COUNT(all); i++)
		sqlite3_finalize(all[i]);
	advi_sources_clear(&sink->sources);
	advi_accounts_clear(&sink->accounts);
	each_table(sink, advi_intern_clear);
	advi_gather_clear(&sink->gather);
	advi_runs_clear(&sink->runs);
	advi_pieces_clear(&sink->pieces);
	advi_join_clear(&sink->join);
	advi_vec_clear(&sink->rejects);
	advi_vec_clear(&sink->libs);
	for (size_t i = 0; i < sink->reader_count; i++) {
		advi_lane_clear(&sink->readers[i].lane);
		advi_intake_clear(&sink->readers[i].intake);
	}
	free(sink->readers);
	advi_batch_clear(&sink->batch);
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

/* How a record names a module, beside the module itself. */
struct entry {
	struct advi_str path, version; /* version: empty: not known */
	uint8_t evidence;
	bool dotted;
};

/* The number of an import. */
static int import_of(struct advi_sink *sink, struct advi_str name, const struct entry *entry,
		     uint32_t *out, struct adv_err *err)
{
	enum advi_root_kind kind;
	struct advi_str top = {name.ptr, advi_str_find(name, '.')};
	struct advi_str path = advi_root_of(entry->path, top, &kind), text;
	int module, root, version = 0;

	if ((module = name_id(&sink->modules, name, err)) < 0)
		return module;
	if ((root = root_id(sink, path, kind, err)) < 0)
		return root;
	text = entry->version.len ? entry->version : advi_path_version(entry->path);
	if (text.len && (version = name_id(&sink->versions, text, err)) < 0)
		return version;
	*out = advi_gather_item(&sink->gather,
				&(struct advi_item){(uint32_t)module, (uint32_t)root,
						    (uint32_t)version, (uint32_t)entry->path.len,
						    entry->evidence, entry->dotted});
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

static int take_lib(struct advi_sink *sink, struct advi_str path, advi_imports *out,
		    struct adv_err *err)
{
	struct advi_str module = advi_path_module(path), part;
	struct entry entry = {.path = path, .evidence = ADVI_EVIDENCE_MAPPED};
	char name[ADVI_NAME_BYTES];
	int r;

	if (!module.len || module.len > ADVI_NAME_BYTES)
		return 0;
	r = import_of(sink, module, &entry, advi_vec_new(out), err);
	part = advi_site_part(sink->site, dotted_path(path, module, name));
	if (r == 0 && part.len) {
		entry.evidence |= ADVI_EVIDENCE_PART;
		r = import_of(sink, part, &entry, advi_vec_new(out), err);
	}
	return r;
}

int advi_sink_libs(struct advi_sink *sink, const struct advi_str *paths, size_t count,
		   advi_imports *out, struct adv_err *err)
{
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = take_lib(sink, paths[i], out, err);
	sink->failed |= r < 0;
	return r;
}

/* "host:job", since a number alone says little. */
static int job_id(struct advi_sink *sink, const struct advi_run_seen *run, struct adv_err *err)
{
	char text[2 * ADVI_NAME_BYTES + 1];

	memcpy(text, run->host.ptr ? run->host.ptr : "", run->host.len);
	text[run->host.len] = ':';
	memcpy(text + run->host.len + 1, run->job.ptr, run->job.len);
	return advi_jobs_id(&sink->runs.jobs,
			    (struct advi_str){text, run->host.len + 1 + run->job.len}, err);
}

/* A run by the store's ids. */
static int row_of(struct advi_sink *sink, const struct advi_run_seen *run, struct advi_run_row *row,
		  struct adv_err *err)
{
	int r = 0;

	*row = (struct advi_run_row){.month = run->month,
				     .ticks = run->ticks,
				     .nodes = run->nodes,
				     .probability = run->probability};
	memcpy(row->uuid, run->uuid, sizeof(row->uuid));
	if ((r = row->user = user_id(sink, run->user, err)) < 0 ||
	    (run->project.len &&
	     (r = row->project = name_id(&sink->projects, run->project, err)) < 0) ||
	    (run->job.len && (r = row->job = job_id(sink, run, err)) < 0) ||
	    (run->environment.len &&
	     (r = row->environment = root_id(sink, run->environment, ADVI_ROOT_PREFIX, err)) < 0))
		return r;
	return 0;
}

static int take_run(struct advi_sink *sink, const struct advi_run_seen *run, const uint32_t *libs,
		    size_t lib_count, struct adv_err *err)
{
	struct advi_run_row row;
	int r = row_of(sink, run, &row, err);

	if (r == 0)
		r = advi_gather_run(&sink->gather, &row, err);
	/* Those of a repeated record too: what counts must not depend on which one came first. */
	return r < 0 ? r : advi_gather_add(&sink->gather, row.uuid, libs, lib_count, err);
}

int advi_sink_imports(struct advi_sink *sink, const struct advi_import_seen *import,
		      advi_imports *out, struct adv_err *err)
{
	struct entry entry = {import->path, import->version, 0,
			      import->module.len < import->name.len};
	struct advi_str part;
	int r = import_of(sink, import->module, &entry, advi_vec_new(out), err);

	part = advi_site_part(sink->site, import->name);
	if (r == 0 && part.len && part.len <= ADVI_NAME_BYTES) {
		entry.evidence = ADVI_EVIDENCE_PART;
		entry.dotted = part.len < import->name.len;
		r = import_of(sink, part, &entry, advi_vec_new(out), err);
	}
	sink->failed |= r < 0;
	return r;
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

int advi_sink_run_of(struct advi_sink *sink, const struct advi_run_seen *run, const uint32_t *libs,
		     size_t lib_count, struct adv_err *err)
{
	int r = take_run(sink, run, libs, lib_count, err);

	sink->runs_seen++;
	sink->failed |= r < 0;
	return r;
}

int advi_sink_run_whole(struct advi_sink *sink, const struct advi_run_seen *run,
			const uint32_t *imports, size_t count, struct advi_set_memo *memo,
			struct adv_err *err)
{
	struct advi_run_row row;
	int r = row_of(sink, run, &row, err);

	if (r == 0)
		r = advi_gather_whole(&sink->gather, &row, imports, count, memo, err);
	sink->runs_seen++;
	sink->failed |= r < 0;
	return r;
}

static void forget_lists(struct advi_sink *sink)
{
	for (size_t i = 0; i < sink->reader_count; i++) {
		advi_lane_forget(&sink->readers[i].lane);
		advi_intake_clear(&sink->readers[i].intake);
	}
}

int advi_sink_trim(struct advi_sink *sink, struct adv_err *err)
{
	int r = sink->busy ? 0 : advi_gather_trim(&sink->gather, err);

	if (r != 0)
		forget_lists(sink);
	sink->failed |= r < 0;
	return r < 0 ? r : 0;
}

int advi_sink_run(struct advi_sink *sink, const struct advi_run_seen *run, struct adv_err *err)
{
	int r = advi_sink_trim(sink, err);

	sink->libs.count = 0;
	if (r == 0)
		r = advi_sink_libs(sink, run->libs, run->lib_count, &sink->libs, err);
	return r < 0 ? r : advi_sink_run_of(sink, run, sink->libs.at, sink->libs.count, err);
}

int advi_sink_import(struct advi_sink *sink, const struct advi_import_seen *import,
		     struct adv_err *err)
{
	int r = advi_sink_trim(sink, err);

	sink->libs.count = 0;
	if (r == 0)
		r = advi_sink_imports(sink, import, &sink->libs, err);
	return r < 0 ? r : advi_sink_add(sink, import->uuid, sink->libs.at, sink->libs.count, err);
}

int advi_sink_add(struct advi_sink *sink, const unsigned char *uuid, const uint32_t *imports,
		  size_t count, struct adv_err *err)
{
	int r = advi_gather_add(&sink->gather, uuid, imports, count, err);

	sink->failed |= r < 0;
	return r;
}

int advi_sink_mapped(struct advi_sink *sink, const unsigned char *uuid, struct advi_str path,
		     struct adv_err *err)
{
	int r;

	sink->libs.count = 0;
	r = take_lib(sink, path, &sink->libs, err);
	if (r == 0 && sink->libs.count)
		r = advi_gather_add(&sink->gather, uuid, sink->libs.at, sink->libs.count, err);
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

static int take_job(struct advi_sink *sink, const struct advi_job_seen *job, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf name = ADVI_BUF_INIT(4 * ADVI_NAME_BYTES);
	struct advi_account account = {
		.nodes = job->nodes, .ticks = job->ticks, .first = job->first, .last = job->last};
	struct advi_str host = sink->syshost ? advi_str(sink->syshost) : job->host;

	advi_buf_printf(&name, "%.*s:%.*s", ADVI_ARGS(host), ADVI_ARGS(job->number));
	account.job = advi_buf_str(&name);
	if (job->user.len && (account.user = user_id(sink, job->user, err)) < 0)
		return account.user;
	if (job->project.len && (account.project = name_id(&sink->projects, job->project, err)) < 0)
		return account.project;
	return advi_accounts_add(&sink->accounts, &account, err);
}

int advi_sink_job(struct advi_sink *sink, const struct advi_job_seen *job, struct adv_err *err)
{
	int r = take_job(sink, job, err);

	sink->failed |= r < 0;
	return r;
}

void advi_sink_reject(struct advi_sink *sink, uint64_t offset, const char *reason)
{
	sink->source.rejected++;
	if (sink->rejects.count < ADVI_REJECTS_LISTED)
		advi_vec_push(&sink->rejects, ((struct advi_reject){offset, reason}));
}

static void reset_source(struct advi_sink *sink)
{
	sink->source = (struct adv_ingest_summary){0};
	sink->cut_at = (struct advi_cut){0};
	sink->runs_seen = 0;
	sink->rejects.count = 0;
}

static int last_tally(struct advi_sink *sink, struct adv_err *err)
{
	ADVI_AUTO_SQL *last = NULL;
	const char *path = sink->store->path;
	int r = advi_sql_prepare(&last, sink->store->db, path,
				 "SELECT ifnull(max(rowid), 0) FROM tally", err);

	if (r == 0 && (r = advi_sql_step(last, path, err)) > 0)
		sink->tallies_before = sqlite3_column_int64(last, 0);
	return r < 0 ? r : 0;
}

int advi_sink_begin(struct advi_sink *sink, struct adv_err *err)
{
	int r;

	reset_source(sink);
	sink->pending = (struct adv_ingest_summary){0};
	sink->join.uses = 0;
	r = advi_sql_run(sink->store->db, sink->store->path, "BEGIN IMMEDIATE", err);
	return r < 0 ? r : last_tally(sink, err);
}

int advi_sink_commit(struct advi_sink *sink, struct adv_err *err)
{
	int r = advi_gather_flush(&sink->gather, err);

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
	advi_gather_forget(&sink->gather);
	forget_lists(sink);
	each_table(sink, advi_intern_forget);
	reset_source(sink);
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

static void add_up(struct adv_ingest_summary *to, const struct adv_ingest_summary *from)
{
	to->sources++;
	to->records += from->records;
	to->runs += from->runs;
	to->uses += from->uses;
	to->rejected += from->rejected;
	to->bytes += from->bytes;
}

void advi_sink_drop_source(struct advi_sink *sink)
{
	reset_source(sink);
}

int advi_sink_source(struct advi_sink *sink, struct advi_source_row *row,
		     const struct advi_known *from, bool read_on, struct adv_err *err)
{
	/* A single good record says itself who it is. */
	bool plain = sink->source.records == 1 && !sink->source.rejected && !from && !row->named;
	int r = advi_gather_settle(&sink->gather, err);

	if (r < 0)
		return r;
	sink->source.runs = sink->gather.runs_added;
	sink->gather.runs_added = 0;
	if (plain)
		row->name = ADVI_STR("");
	row->records = sink->source.records;
	row->runs = sink->runs_seen;
	row->rejected = sink->source.rejected;
	row->resume = sink->cut_at.is ? sink->cut_at.offset - row->base : row->bytes;
	r = advi_sources_add(&sink->sources, row, sink->rejects.at, sink->rejects.count, err);
	if (r == 0 && sink->source.uses)
		r = advi_sources_own_tallies(&sink->sources, &row->fingerprint,
					     sink->tallies_before, err);
	if (r == 0 && from) {
		/* Refused records stand where they are in the file. */
		struct advi_known shorter = *from;

		shorter.resume += row->base;
		r = advi_sources_grow(&sink->sources, &shorter, &row->fingerprint, read_on, err);
	}
	if (r == 0 && (sink->source.uses || from))
		r = last_tally(sink, err);
	add_up(&sink->pending, &sink->source);
	reset_source(sink);
	return r;
}
