/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading logs into a store: files in order, a transaction for each large one or for some small. */
#include <inttypes.h>

#include "base/mem.h"
#include "io/file.h"
#include "usage/format.h"
#include "usage/source.h"

enum {
	GROUP_BYTES = 16 << 20, /* small sources that share a transaction: at most so many bytes */
	GROUP_SOURCES = 4096,
	NOTED_SOURCES = 5 /* with refused records, told to the watch one by one */
};

struct ingest {
	struct adv_store *store;
	const struct advi_log_format *format; /* asked for, or NULL */
	const struct adv_watch *watch;
	struct adv_ingest_summary *summary;
	struct advi_sink sink;
	struct advi_pseudonyms *pseudonyms; /* the sink's */
	struct stat own[2];                 /* the store and its key: not to be read */
	uint64_t done, total;               /* bytes as files have them, for the watch */
	const struct advi_stream *stream;
	bool open;         /* a transaction is */
	bool store_failed; /* not the source but the store is the trouble */
	uint64_t noted;
	struct adv_err first; /* of the sources that failed */
};

static int on_progress(void *context, uint64_t bytes, struct adv_err *err)
{
	struct ingest *ingest = context;
	uint64_t taken = ingest->stream ? advi_stream_taken(ingest->stream) : 0;

	(void)bytes;
	return advi_progress(ingest->watch, "reading logs", "bytes", ingest->done + taken,
			     ingest->total, err);
}

static int begin(struct ingest *ingest, struct adv_err *err)
{
	int r;

	if (ingest->open)
		return 0;
	r = advi_sink_begin(&ingest->sink, err);
	ingest->open = r == 0;
	ingest->store_failed |= r < 0;
	return r;
}

static int commit(struct ingest *ingest, struct adv_err *err)
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

static void rollback(struct ingest *ingest)
{
	if (ingest->open)
		advi_sink_rollback(&ingest->sink);
	ingest->open = false;
}

/* Tells the watch what was refused of the source that was read last. */
static void note_rejects(struct ingest *ingest, const char *path)
{
	const struct advi_sink *sink = &ingest->sink;

	if (!sink->source.rejected || ingest->noted > NOTED_SOURCES)
		return;
	if (ingest->noted++ == NOTED_SOURCES)
		advi_note(ingest->watch,
			  "more files have refused records; the store lists them all");
	else
		advi_note(ingest->watch,
			  "'%s': %" PRIu64 " record%s refused; at byte %" PRIu64 ": %s", path,
			  sink->source.rejected, sink->source.rejected == 1 ? "" : "s",
			  sink->rejects.at[0].offset, sink->rejects.at[0].reason);
}

static struct advi_fingerprint fingerprint_of(struct advi_digest *digest)
{
	struct advi_fingerprint out;
	char hex[ADVI_HEX_SIZE];
	unsigned byte;

	advi_digest_end(digest, hex);
	for (size_t i = 0; i < sizeof(out.bytes); i++) {
		sscanf(hex + 2 * i, "%2x", &byte);
		out.bytes[i] = (unsigned char)byte;
	}
	return out;
}

/* Writes what is kept of a source that was read to its end. */
static int keep(struct ingest *ingest, const char *path, const struct advi_fingerprint *fingerprint,
		const struct advi_log_format *format, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf name = ADVI_BUF_INIT(ADVI_PATH_BYTES);
	int r;

	advi_source_name(&name, ingest->pseudonyms, path);
	note_rejects(ingest, path);
	r = advi_sink_source(&ingest->sink, fingerprint, advi_buf_str(&name), format->name, err);
	ingest->store_failed |= r < 0;
	return r;
}

/* Whether a source of this content was read before; such a one is only counted. */
static int is_known(struct ingest *ingest, const struct advi_fingerprint *fingerprint,
		    struct adv_err *err)
{
	int r = advi_sink_knows(&ingest->sink, fingerprint, err);

	ingest->store_failed |= r < 0;
	ingest->summary->sources_known += r > 0;
	return r;
}

static int read_with(struct ingest *ingest, const struct advi_source *source,
		     const struct advi_log_format *format, struct adv_err *err)
{
	int r = format->read(source, &ingest->sink, err);

	ingest->store_failed |= ingest->sink.failed;
	return r;
}

/* A source that was seen to its end already: nothing can go wrong in the middle of it. */
static int read_small(struct ingest *ingest, const char *path, const struct advi_source *source,
		      const struct advi_log_format *format, struct adv_err *err)
{
	struct advi_digest *digest = advi_digest_new("SHA256");
	struct advi_fingerprint fingerprint;
	int r;

	advi_digest_add(digest, source->head);
	fingerprint = fingerprint_of(digest);
	if ((r = is_known(ingest, &fingerprint, err)) != 0)
		return r < 0 ? r : 0;
	if ((r = begin(ingest, err)) < 0)
		return r;
	r = read_with(ingest, source, format, err);
	if (r < 0) {
		/* Of a table whose header is wrong no row was taken. */
		ingest->sink.source = (struct adv_ingest_summary){0};
		return r;
	}
	r = keep(ingest, path, &fingerprint, format, err);
	if (r == 0 && (ingest->sink.pending.bytes >= GROUP_BYTES ||
		       ingest->sink.pending.sources >= GROUP_SOURCES))
		r = commit(ingest, err);
	return r;
}

/* A source in a transaction of its own, which is taken back when its end is not reached. */
static int read_large(struct ingest *ingest, const char *path, const struct advi_source *source,
		      const struct advi_log_format *format, struct adv_err *err)
{
	struct advi_digest *digest;
	struct advi_fingerprint fingerprint;
	int r;

	if ((r = commit(ingest, err)) < 0 || (r = begin(ingest, err)) < 0)
		return r;
	digest = advi_digest_new("SHA256");
	advi_stream_digest(source->stream, digest);
	r = read_with(ingest, source, format, err);
	advi_stream_digest(source->stream, NULL);
	fingerprint = fingerprint_of(digest);
	if (r < 0 || (r = is_known(ingest, &fingerprint, err)) != 0) {
		rollback(ingest);
		return r < 0 ? r : 0;
	}
	if ((r = keep(ingest, path, &fingerprint, format, err)) < 0)
		return r;
	return commit(ingest, err);
}

static int read_stream(struct ingest *ingest, const char *path, struct advi_stream *stream,
		       struct adv_err *err)
{
	struct advi_source source = {stream, .progress = on_progress, .context = ingest};
	const struct advi_log_format *format = ingest->format;
	int r = advi_stream_peek(stream, ADVI_HEAD_BYTES, &source.head, err);

	if (r < 0)
		return r;
	source.whole = source.head.len < ADVI_HEAD_BYTES;
	if (source.whole && !advi_str_trim(source.head).len) {
		ingest->summary->sources++;
		return 0;
	}
	if (!format)
		format = advi_format_of(source.head);
	if (!format)
		return advi_fail(err, ADV_EINPUT, "it is of no known format (%s)",
				 advi_format_names());
	return source.whole ? read_small(ingest, path, &source, format, err)
			    : read_large(ingest, path, &source, format, err);
}

/* A source that could not be read is told, and the next one goes on; 'r' when nothing goes on. */
static int note_failure(struct ingest *ingest, const char *path, int r, struct adv_err *err)
{
	if (r == 0 || r == ADV_ECANCEL || ingest->store_failed)
		return r;
	advi_while(err, r, "reading '%s'", path);
	advi_note(ingest->watch, "%s", err->text);
	if (!ingest->summary->sources_failed++)
		ingest->first = *err;
	return 0;
}

/* Reads a file, or the members of an archive, each a source of its own. */
static int read_members(struct ingest *ingest, const char *path, struct advi_stream *stream,
			struct adv_err *err)
{
	const char *name;
	int r;

	while ((r = advi_stream_member(stream, &name, err)) > 0) {
		ADVI_AUTO_PTR char *both = name ? advi_format("%s:%s", path, name) : NULL;

		if (!name)
			return read_stream(ingest, path, stream, err);
		r = advi_source_wanted(name) ? read_stream(ingest, both, stream, err) : 0;
		if ((r = note_failure(ingest, both, r, err)) < 0 ||
		    (r = on_progress(ingest, 0, err)) < 0)
			return r;
	}
	return r;
}

static int read_source(struct ingest *ingest, const char *path, struct adv_err *err)
{
	struct advi_stream *stream = NULL;
	int r = advi_stream_open_members(&stream, path, err);

	ingest->stream = stream;
	if (r == 0)
		r = read_members(ingest, path, stream, err);
	ingest->stream = NULL;
	ingest->done += r == 0 ? advi_stream_taken(stream) : 0;
	advi_stream_free(stream);
	return r == 0 ? on_progress(ingest, 0, err) : note_failure(ingest, path, r, err);
}

static int on_file(void *context, const char *path, const struct stat *info, struct adv_err *err)
{
	struct ingest *ingest = context;

	for (size_t i = 0; i < ADVI_COUNT(ingest->own); i++)
		if (ingest->own[i].st_ino == info->st_ino && ingest->own[i].st_dev == info->st_dev)
			return 0;
	return advi_source_wanted(path) ? read_source(ingest, path, err) : 0;
}

/* A file, whatever its name, or a folder. */
static int read_operand(void *context, const char *path, struct adv_err *err)
{
	struct ingest *ingest = context;
	struct stat info;
	size_t skipped = 0;
	int r;

	if (strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
		r = advi_walk(path, on_file, ingest, ingest->watch, &skipped, err);
		ingest->summary->sources_failed += skipped;
		if (skipped && !ingest->first.code)
			advi_fail(&ingest->first, ADV_EINPUT,
				  "some folders below '%s' can't be read", path);
		return r;
	}
	return read_source(ingest, path, err);
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
static int keep_terms(struct ingest *ingest, const struct adv_site *site, const char *mark,
		      struct adv_err *err)
{
	int r = begin(ingest, err);

	if (r == 0 && site)
		r = advi_store_keep_site(ingest->store, site, err);
	if (r == 0)
		r = advi_store_set(ingest->store, "mark", advi_str(mark), err);
	if (r < 0)
		rollback(ingest);
	return r < 0 ? r : commit(ingest, err);
}

/* What was read stays read, whatever ended the reading. */
static int finish(struct ingest *ingest, int r, struct adv_err *err)
{
	struct adv_err last = ADV_ERR_INIT;
	int done;

	if (r < 0 && r != ADV_ECANCEL) {
		rollback(ingest);
		return r;
	}
	done = commit(ingest, &last);
	if (done == 0)
		done = advi_sink_finish(&ingest->sink, &ingest->summary->waiting, &last);
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

int adv_ingest(struct adv_store *store, const struct adv_site *site, const char *const *paths,
	       size_t count, const struct adv_ingest_options *options,
	       const struct adv_watch *watch, struct adv_ingest_summary *summary,
	       struct adv_err *err)
{
	static const struct adv_ingest_options defaults = ADV_INGEST_OPTIONS_INIT;
	struct adv_ingest_summary own;
	struct ingest ingest = {
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
	ingest.pseudonyms = &ingest.sink.pseudonyms;
	ingest.total = options->files_from ? 0 : size_of(paths, count);
	stat(store->path, &ingest.own[0]);
	stat(key, &ingest.own[1]);
	if (r == 0)
		r = keep_terms(&ingest, site, mark, err);
	for (size_t i = 0; i < count && r == 0; i++)
		r = read_operand(&ingest, paths[i], err);
	if (r == 0 && options->files_from)
		r = note_failure(&ingest, options->files_from,
				 advi_source_list(options->files_from, read_operand, &ingest, err),
				 err);
	r = finish(&ingest, r, err);
	advi_sink_clear(&ingest.sink);
	return r;
}
