/* SPDX-License-Identifier: BSD-3-Clause */
/* Typed records by the ids of the store's names. */
#include "base/mem.h"
#include "usage/root.h"
#include "usage/sink.h"

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
