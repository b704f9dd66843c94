/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading logs into a store: files in order, a transaction for each large one or for some small. */
#include "usage/assembly.h"
#include "usage/ingest.h"

#include <inttypes.h>

#include "base/mem.h"
#include "io/file.h"
#include "usage/database.h"
#include "usage/source.h"

int advi_ingest_progress(void *context, struct adv_err *err)
{
	struct advi_ingest *ingest = context;
	uint64_t taken = ingest->stream ? advi_stream_taken(ingest->stream) : 0;

	return advi_progress(ingest->watch, "reading logs", "bytes", ingest->done + taken,
			     ingest->total, err);
}

int advi_ingest_begin(struct advi_ingest *ingest, struct adv_err *err)
{
	int r;

	if (ingest->open)
		return 0;
	r = advi_sink_begin(&ingest->sink, err);
	ingest->open = r == 0;
	ingest->store_failed |= r < 0;
	return r;
}

int advi_ingest_commit(struct advi_ingest *ingest, struct adv_err *err)
{
	struct adv_ingest_summary *sum = ingest->summary;
	const struct adv_ingest_summary *pending = &ingest->sink.pending;
	int r;

	if (!ingest->open)
		return 0;
	ingest->open = false;
	r = advi_sink_commit(&ingest->sink, err);
	if (r < 0) {
		ingest->store_failed = true;
		return r;
	}
	sum->sources += pending->sources;
	sum->records += pending->records;
	sum->runs += pending->runs;
	sum->uses += pending->uses;
	sum->rejected += pending->rejected;
	sum->bytes += pending->bytes;
	return 0;
}

void advi_ingest_rollback(struct advi_ingest *ingest)
{
	if (ingest->open)
		advi_sink_rollback(&ingest->sink);
	ingest->open = false;
}

struct walk {
	struct advi_ingest *ingest;
	advi_ingest_file_fn *each;
	void *context;
};

static int on_file(void *context, const char *path, const struct stat *info, struct adv_err *err)
{
	const struct walk *walk = context;
	const struct stat *own = walk->ingest->own;

	for (size_t i = 0; i < ADVI_COUNT(walk->ingest->own); i++)
		if (own[i].st_ino == info->st_ino && own[i].st_dev == info->st_dev)
			return 0;
	return advi_source_wanted(path) ? walk->each(walk->context, path, info, err) : 0;
}

int advi_ingest_files(struct advi_ingest *ingest, const char *path, advi_ingest_file_fn *each,
		      void *context, struct adv_err *err)
{
	struct walk walk = {ingest, each, context};
	struct stat info = {0};
	size_t skipped = 0;
	int r;

	if (strcmp(path, "-") == 0 || stat(path, &info) < 0 || !S_ISDIR(info.st_mode))
		return each(context, path, &info, err);
	r = advi_walk(path, on_file, &walk, ingest->watch, &skipped, err);
	ingest->summary->sources_failed += skipped;
	if (skipped && !ingest->first.code)
		advi_fail(&ingest->first, ADV_EINPUT, "some folders below '%s' can't be read",
			  path);
	return r;
}

static int read_file(void *context, const char *path, const struct stat *info, struct adv_err *err)
{
	(void)info;
	return advi_ingest_read(context, path, err);
}

/* A file, whatever its name, or a folder. */
static int read_operand(struct advi_ingest *ingest, const char *path, struct adv_err *err)
{
	return advi_ingest_files(ingest, path, read_file, ingest, err);
}

const char *advi_ingest_listed(const char *line, uint64_t *size)
{
	struct advi_str text = advi_str(line);
	size_t tab = advi_str_find(text, '\t');

	return advi_str_u64((struct advi_str){line, tab}, size) && tab < text.len ? line + tab + 1
										  : line;
}

static int read_listed(void *context, const char *line, struct adv_err *err)
{
	uint64_t size = UINT64_MAX;
	const char *path = advi_ingest_listed(line, &size);

	return size == UINT64_MAX || advi_source_wanted(path) ? read_operand(context, path, err)
							      : 0;
}

static uint64_t size_of(const char *const *paths, size_t count)
{
	uint64_t total = 0;
	struct stat info;

	for (size_t i = 0; i < count; i++) {
		if (stat(paths[i], &info) < 0 || !S_ISREG(info.st_mode))
			return 0;
		total += (uint64_t)info.st_size;
	}
	return total;
}

/* Checks that the store's names and those to come are made by one key, or by none. */
static int match_key(struct adv_store *store, const struct adv_ingest_options *options,
		     const char *key, const struct adv_watch *watch,
		     struct advi_pseudonyms *pseudonyms, char now[ADVI_HEX_SIZE],
		     struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf mark = ADVI_BUF_INIT(ADVI_HEX_SIZE);
	int r = advi_store_get(store, "mark", &mark, err);

	if (r < 0)
		return r;
	pseudonyms->names = options->names;
	pseudonyms->path = key;
	if (mark.len && options->names != advi_str_is(advi_buf_str(&mark), "names"))
		return advi_fail(err, ADV_EUSAGE,
				 "the store '%s' was made %s --names; go on so, or make another",
				 store->path, options->names ? "without" : "with");
	if (!options->names &&
	    (r = advi_pseudonyms_open(pseudonyms, key, !mark.len, watch, err)) < 0)
		return r;
	advi_pseudonyms_mark(pseudonyms, now);
	if (mark.len && !advi_str_is(advi_buf_str(&mark), now))
		return advi_fail(
			err, ADV_EUSAGE,
			"the store '%s' was made with another key than '%s'; its users would be "
			"taken for others",
			store->path, key);
	return 0;
}

/* Writes what holds for the whole store: its recipe, and the mark of its key. */
static int keep_terms(struct advi_ingest *ingest, const struct adv_site *site, const char *mark,
		      struct adv_err *err)
{
	int r = advi_ingest_begin(ingest, err);

	if (r == 0 && site)
		r = advi_store_keep_site(ingest->store, site, err);
	if (r == 0)
		r = advi_store_set(ingest->store, "mark", advi_str(mark), err);
	if (r < 0)
		advi_ingest_rollback(ingest);
	return r < 0 ? r : advi_ingest_commit(ingest, err);
}

/* Counts records whose last pieces came with another store. */
static int settle_pieces(struct advi_ingest *ingest, struct adv_err *err)
{
	struct advi_sink *sink = &ingest->sink;
	int r;

	if (!sink->pieces.any)
		return 0;
	if ((r = advi_ingest_begin(ingest, err)) < 0)
		return r;
	r = advi_assembly_settle(sink, err);
	sink->pending.records += sink->source.records;
	sink->pending.runs += sink->source.runs;
	sink->pending.rejected += sink->source.rejected;
	advi_sink_drop_source(sink);
	ingest->store_failed |= r < 0;
	return r;
}

/* What was read stays read, whatever ended the reading. */
static int finish(struct advi_ingest *ingest, int r, struct adv_err *err)
{
	struct adv_err last = ADV_ERR_INIT;
	int done;

	if (r < 0 && r != ADV_ECANCEL) {
		advi_ingest_rollback(ingest);
		return r;
	}
	done = advi_ingest_commit(ingest, &last);
	if (done == 0)
		done = advi_sink_finish(&ingest->sink, ingest->summary, &last);
	if (done < 0 && r == 0) {
		if (err)
			*err = last;
		return done;
	}
	if (r == 0 && ingest->summary->sources_failed) {
		if (err)
			*err = ingest->first;
		if (ingest->summary->sources_failed > 1)
			return advi_while(err, ADV_EINPUT,
					  "%" PRIu64 " files could not be read; the first one",
					  ingest->summary->sources_failed);
		return ADV_EINPUT;
	}
	return r;
}

static int read_accounting(struct advi_ingest *ingest, const struct adv_ingest_options *options,
			   struct adv_err *err)
{
	const struct advi_log_format *asked = ingest->format;
	int r = 0;

	ingest->sink.syshost = options->syshost;
	ingest->accounting = true;
	ingest->format = NULL;
	for (size_t i = 0; i < options->accounting_count && r == 0; i++)
		r = read_operand(ingest, options->accounting[i], err);
	ingest->format = asked;
	ingest->accounting = false;
	return r;
}

static int read_logs(struct advi_ingest *ingest, const char *const *paths, size_t count,
		     const struct adv_ingest_options *options, struct adv_err *err)
{
	const char *list = options->files_from;
	int r = 0;

	if (options->shard)
		return advi_ingest_shard(ingest, options->shard, paths, count, list, err);
	for (size_t i = 0; i < count && r == 0; i++)
		r = read_operand(ingest, paths[i], err);
	if (r < 0 || !list)
		return r;
	r = advi_source_list(list, read_listed, ingest, err);
	return advi_ingest_note(ingest, list, r, err);
}

int adv_ingest(struct adv_store *store, const struct adv_site *site, const char *const *paths,
	       size_t count, const struct adv_ingest_options *options,
	       const struct adv_watch *watch, struct adv_ingest_summary *summary,
	       struct adv_err *err)
{
	static const struct adv_ingest_options defaults = ADV_INGEST_OPTIONS_INIT;
	struct adv_ingest_summary own;
	struct advi_ingest ingest = {
		.store = store, .watch = watch, .summary = summary ? summary : &own};
	ADVI_AUTO(pseudonyms) struct advi_pseudonyms pseudonyms = {0};
	ADVI_AUTO_PTR char *key = NULL;
	char mark[ADVI_HEX_SIZE];
	int r;

	options = options ? options : &defaults;
	*ingest.summary = (struct adv_ingest_summary){0};
	if (!site && !store->site)
		return advi_fail(err, ADV_EUSAGE, "the store '%s' has no site recipe yet; name one",
				 store->path);
	ingest.format = options->format ? advi_format_named(options->format) : NULL;
	if (options->format && !ingest.format)
		return advi_fail(err, ADV_EUSAGE, "there is no log format '%s'; there are %s",
				 options->format, advi_format_names());
	key = options->key ? advi_strdup(options->key) : advi_format("%s.key", store->path);
	r = match_key(store, options, key, watch, &pseudonyms, mark, err);
	if (r < 0)
		return r;
	r = advi_sink_open(&ingest.sink, store, site ? site : store->site, &pseudonyms, err);
	if (r == 0)
		advi_sink_threads(&ingest.sink, options->threads);
	ingest.pseudonyms = &ingest.sink.pseudonyms;
	ingest.total = options->files_from ? 0 : size_of(paths, count);
	stat(store->path, &ingest.own[0]);
	stat(key, &ingest.own[1]);
	if (r == 0)
		r = keep_terms(&ingest, site, mark, err);
	if (r == 0)
		r = read_accounting(&ingest, options, err);
	if (r == 0 && options->from_db)
		r = advi_database_read(&ingest, options->from_db, err);
	if (r == 0)
		r = read_logs(&ingest, paths, count, options, err);
	if (r == 0)
		r = settle_pieces(&ingest, err);
	r = finish(&ingest, r, err);
	advi_sink_clear(&ingest.sink);
	return r;
}
