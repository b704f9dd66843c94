/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading one source: known, grown, or new. */
#include <inttypes.h>

#include "base/mem.h"
#include "io/file.h"
#include "usage/ingest.h"
#include "usage/source.h"

enum {
	GROUP_BYTES = 16 << 20, /* small sources that share a transaction: at most so many bytes */
	GROUP_SOURCES = 4096,
	NOTED_SOURCES = 5 /* with refused records, told to the watch one by one */
};

/* A source that is being read. */
struct reading {
	struct advi_ingest *ingest;
	const char *path;
	const struct advi_file_part *part; /* of the file, or NULL: all of it */
	struct advi_buf name;              /* as the store may keep it */
	struct advi_stream *stream;
	struct stat before; /* the file; st_mode 0: it is none that could be looked at again */
	struct advi_source source;
	const struct advi_log_format *format;
	struct advi_source_head head;
	advi_knowns known;        /* what it may begin with */
	struct advi_known *from;  /* the longest that it does begin with, or NULL */
	bool complete;            /* and there is nothing more in it */
	bool read_on;             /* what comes behind 'from' is read, not all of it */
	struct advi_print *print; /* of all up to from->bytes */
};

static void advi_reading_clear(struct reading *reading)
{
	advi_buf_clear(&reading->name);
	advi_vec_clear(&reading->known);
	advi_print_free(reading->print);
}

/* Tells the watch what was refused of the source that was read last. */
static void note_rejects(struct advi_ingest *ingest, const char *path)
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

/* --- what a source begins with --- */

/* Adds content to a fingerprint and looks after each known length whether it is that source. */
struct matching {
	struct reading *reading;
	struct advi_print *print;
	uint64_t at;
	size_t next; /* of the known ones */
};

static void match(struct matching *matching, struct advi_str text)
{
	struct reading *reading = matching->reading;

	for (; matching->next < reading->known.count; matching->next++) {
		struct advi_known *known = &reading->known.at[matching->next];
		struct advi_fingerprint now;
		uint64_t more = known->bytes - matching->at;

		if (more > text.len)
			break;
		advi_print_add(matching->print, (struct advi_str){text.ptr, more});
		matching->at += more;
		text = advi_str_from(text, more);
		now = advi_print_now(matching->print);
		if (!advi_fingerprint_eq(&now, &known->fingerprint))
			continue;
		reading->from = known;
		advi_print_free(reading->print);
		reading->print = advi_print_copy(matching->print);
	}
	matching->at += text.len;
	advi_print_add(matching->print, text);
}

/* Reads a file as far as the longest known source goes, and one byte more. */
static int match_file(struct matching *matching, struct adv_err *err)
{
	struct reading *reading = matching->reading;
	const struct advi_known *longest = &reading->known.at[reading->known.count - 1];
	struct advi_stream *stream = NULL;
	struct advi_str block;
	const struct advi_file_part *part = reading->part;
	int r = part ? advi_stream_open_range(&stream, part->path, part->from, part->to, err)
		     : advi_stream_open(&stream, reading->path, err);

	while (r == 0 && matching->at <= longest->bytes) {
		r = advi_stream_read(stream, &block, err);
		if (r < 0 || !block.len)
			break;
		match(matching, block);
		r = advi_ingest_progress(reading->ingest, err);
	}
	reading->complete = r == 0 && reading->from && matching->at == reading->from->bytes;
	advi_stream_free(stream);
	return r;
}

/* Says so when a file of that name was read whose beginning was another. */
static void note_change(const struct reading *reading)
{
	for (size_t i = 0; i < reading->known.count; i++)
		if (reading->known.at[i].same_name && !reading->known.at[i].grown) {
			advi_note(reading->ingest->watch,
				  "'%s' is not what it was when it was read before; it is read as "
				  "a new one",
				  reading->path);
			return;
		}
}

/* Finds what the source begins with, the longest there is. */
static int find_from(struct reading *reading, struct adv_err *err)
{
	struct advi_str beginning = reading->source.head;
	struct matching matching = {.reading = reading};
	int r = advi_sources_like(&reading->ingest->sink.sources, &reading->head,
				  advi_buf_str(&reading->name), &reading->known, err);

	reading->ingest->store_failed |= r < 0;
	if (r < 0 || !reading->known.count || (!reading->source.whole && !reading->before.st_mode))
		return r;
	matching.print = advi_print_new();
	if (reading->source.whole)
		match(&matching, beginning);
	else
		r = match_file(&matching, err);
	advi_print_free(matching.print);
	if (r == 0 && !reading->from)
		note_change(reading);
	return r;
}

/* --- one source --- */

/* Writes what is kept of a source that was read to its end. */
static int keep(struct reading *reading, const struct advi_fingerprint *fingerprint, uint64_t bytes,
		struct adv_err *err)
{
	struct advi_ingest *ingest = reading->ingest;
	const struct advi_source_head *head = &reading->head;
	struct advi_source_row row = {
		.fingerprint = *fingerprint,
		.head = head->whole_line                            ? head->by_line
			: head->cut && ingest->sink.source.rejected ? head->by_name
								    : NULL,
		.name = advi_buf_str(&reading->name),
		.base = reading->part ? reading->part->from : 0,
		.named = reading->part != NULL,
		.format = reading->format->name,
		.bytes = bytes,
	};
	int r;

	note_rejects(ingest, reading->path);
	r = advi_sink_source(&ingest->sink, &row, reading->from, reading->read_on, err);
	ingest->store_failed |= r < 0;
	return r;
}

/* Whether a source was read before, by its content as far as that is at hand: it is only counted.
 */
static int is_known(struct advi_ingest *ingest, const struct advi_fingerprint *fingerprint,
		    struct advi_str content, struct adv_err *err)
{
	int r = advi_sources_find(&ingest->sink.sources, fingerprint, err);

	if (r == 0 && content.len)
		r = advi_sources_find_old(&ingest->sink.sources, content, err);
	ingest->store_failed |= r < 0;
	ingest->summary->sources_known += r > 0;
	return r;
}

static int read_records(struct reading *reading, struct adv_err *err)
{
	struct advi_ingest *ingest = reading->ingest;
	int r = reading->format->read(&reading->source, &ingest->sink, err);

	ingest->store_failed |= ingest->sink.failed;
	return r;
}

/* Of what was seen to its end already: nothing can go wrong in the middle of it. */
static int read_small(struct reading *reading, const struct advi_fingerprint *fingerprint,
		      struct adv_err *err)
{
	struct advi_ingest *ingest = reading->ingest;
	uint64_t base = reading->part ? reading->part->from : 0;
	uint64_t bytes = reading->source.start - base + reading->source.head.len;
	int r = advi_ingest_begin(ingest, err);

	if (r < 0)
		return r;
	r = read_records(reading, err);
	if (r < 0) {
		/* Of a table whose header is wrong no row was taken. */
		advi_sink_drop_source(&ingest->sink);
		return r;
	}
	r = keep(reading, fingerprint, bytes, err);
	if (r == 0 && (ingest->sink.pending.bytes >= GROUP_BYTES ||
		       ingest->sink.pending.sources >= GROUP_SOURCES))
		r = advi_ingest_commit(ingest, err);
	return r;
}

/* Whether the file is still what it was when it was opened, or longer. */
static int check_file(const struct reading *reading, struct adv_err *err)
{
	const struct stat *before = &reading->before;
	struct stat now;

	if (!before->st_mode || stat(reading->path, &now) < 0 || now.st_ino != before->st_ino ||
	    now.st_dev != before->st_dev)
		return 0;
	if (now.st_size < before->st_size)
		return advi_fail(err, ADV_EINPUT, "it has become shorter while it was read");
	if (now.st_size == before->st_size && (now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
					       now.st_mtim.tv_nsec != before->st_mtim.tv_nsec))
		advi_note(reading->ingest->watch, "'%s' has been written to while it was read",
			  reading->path);
	return 0;
}

/* A source in a transaction of its own, which is taken back when its end is not reached. */
static int read_large(struct reading *reading, struct adv_err *err)
{
	struct advi_ingest *ingest = reading->ingest;
	struct advi_print *print;
	struct advi_fingerprint fingerprint;
	int r;

	if ((r = advi_ingest_commit(ingest, err)) < 0 || (r = advi_ingest_begin(ingest, err)) < 0)
		return r;
	print = reading->read_on ? advi_take(reading->print) : advi_print_new();
	advi_stream_print(reading->stream, print,
			  reading->read_on ? reading->from->bytes - reading->from->resume : 0);
	r = read_records(reading, err);
	advi_stream_print(reading->stream, NULL, 0);
	fingerprint = advi_print_now(print);
	advi_print_free(print);
	if (r == 0)
		r = check_file(reading, err);
	if (r < 0 || (r = is_known(ingest, &fingerprint, ADVI_STR(""), err)) != 0) {
		advi_ingest_rollback(ingest);
		return r < 0 ? r : 0;
	}
	if ((r = keep(reading, &fingerprint, advi_stream_given(reading->stream), err)) < 0)
		return r;
	return advi_ingest_commit(ingest, err);
}

static int choose_format(struct reading *reading, struct adv_err *err)
{
	const struct advi_log_format *asked =
		reading->part ? reading->part->format : reading->ingest->format;
	const struct advi_log_format *old;

	old = reading->from ? advi_format_named(reading->from->format) : NULL;
	reading->read_on =
		old && (!asked || asked == old) && advi_format_by_line(old, reading->source.head);
	reading->format = reading->read_on ? old : asked;
	if (!reading->format)
		reading->format = advi_format_of(reading->source.head);
	if (reading->ingest->accounting &&
	    !(reading->format && advi_format_accounts(reading->format)))
		return advi_fail(err, ADV_EINPUT,
				 "it is neither what 'sacct --parsable2' prints nor an accounting "
				 "log of PBS");
	return reading->format ? 0
			       : advi_fail(err, ADV_EINPUT, "it is of no known format (%s)",
					   advi_format_names());
}

static int peek(struct reading *reading, struct adv_err *err)
{
	struct advi_source *source = &reading->source;
	int r = advi_stream_peek(reading->stream, ADVI_HEAD_BYTES, &source->head, err);

	source->whole = source->head.len < ADVI_HEAD_BYTES;
	return r;
}

/* Goes to where what was read before ends. */
static int read_on(struct reading *reading, struct adv_err *err)
{
	int r;

	reading->source.start += reading->from->resume;
	r = advi_stream_skip(reading->stream, reading->from->resume, err);
	return r < 0 ? r : peek(reading, err);
}

/* The fingerprint of all, of which the end lies in memory. */
static struct advi_fingerprint end_of(struct reading *reading)
{
	uint64_t known = reading->from->bytes - reading->from->resume;

	advi_print_add(reading->print, advi_str_from(reading->source.head, known));
	return advi_print_now(reading->print);
}

static int read_stream(struct reading *reading, struct adv_err *err)
{
	struct advi_ingest *ingest = reading->ingest;
	struct advi_source *source = &reading->source;
	struct advi_fingerprint fingerprint;
	bool whole;
	int r;

	if ((r = peek(reading, err)) < 0)
		return r;
	whole = source->whole;
	if (whole && !advi_str_trim(source->head).len) {
		ingest->summary->sources++;
		return 0;
	}
	if (whole) {
		fingerprint = advi_fingerprint_of(source->head);
		if ((r = is_known(ingest, &fingerprint, source->head, err)) != 0)
			return r < 0 ? r : 0;
	}
	advi_source_name(&reading->name, ingest->pseudonyms, reading->path);
	if (reading->part)
		advi_buf_printf(&reading->name, "[%" PRIu64 "-%s", reading->part->from,
				reading->part->to == UINT64_MAX ? "]" : "");
	if (reading->part && reading->part->to != UINT64_MAX)
		advi_buf_printf(&reading->name, "%" PRIu64 "]", reading->part->to);
	advi_source_head(&reading->head, source->head, advi_buf_str(&reading->name));
	if ((r = find_from(reading, err)) < 0)
		return r;
	if (reading->complete) {
		ingest->summary->sources_known++;
		return 0;
	}
	if ((r = choose_format(reading, err)) < 0 ||
	    (reading->read_on && (r = read_on(reading, err)) < 0))
		return r;
	if (!source->whole)
		return read_large(reading, err);
	if (!whole)
		fingerprint = end_of(reading);
	return read_small(reading, &fingerprint, err);
}

/* Reads a source from a stream that stands at its beginning. */
static int read_source(struct advi_ingest *ingest, const char *path,
		       const struct advi_file_part *part, struct advi_stream *stream,
		       struct adv_err *err)
{
	ADVI_AUTO(reading)
	struct reading reading = {
		.ingest = ingest,
		.path = path,
		.part = part,
		.name = ADVI_BUF_INIT(ADVI_PATH_BYTES),
		.stream = stream,
		.source = {stream, .name = path, .start = part ? part->from : 0},
	};

	if (advi_stream_file(stream))
		reading.before = *advi_stream_file(stream);
	return read_stream(&reading, err);
}

int advi_ingest_note(struct advi_ingest *ingest, const char *path, int r, struct adv_err *err)
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
static int read_members(struct advi_ingest *ingest, const char *path, struct advi_stream *stream,
			struct adv_err *err)
{
	const char *name;
	int r;

	while ((r = advi_stream_member(stream, &name, err)) > 0) {
		ADVI_AUTO_PTR char *both = name ? advi_format("%s:%s", path, name) : NULL;

		if (!name)
			return read_source(ingest, path, NULL, stream, err);
		r = advi_source_wanted(name) ? read_source(ingest, both, NULL, stream, err) : 0;
		if ((r = advi_ingest_note(ingest, both, r, err)) < 0 ||
		    (r = advi_ingest_progress(ingest, err)) < 0)
			return r;
	}
	return r;
}

int advi_ingest_read(struct advi_ingest *ingest, const char *path, struct adv_err *err)
{
	struct advi_stream *stream = NULL;
	int r = advi_stream_open_members(&stream, path, err);

	ingest->stream = stream;
	if (r == 0)
		advi_stream_hear(stream, advi_ingest_progress, ingest);
	if (r == 0)
		r = read_members(ingest, path, stream, err);
	ingest->stream = NULL;
	ingest->done += r == 0 ? advi_stream_taken(stream) : 0;
	advi_stream_free(stream);
	return r == 0 ? advi_ingest_progress(ingest, err) : advi_ingest_note(ingest, path, r, err);
}

int advi_ingest_read_part(struct advi_ingest *ingest, const struct advi_file_part *part,
			  struct adv_err *err)
{
	struct advi_stream *stream = NULL;
	int r = advi_stream_open_range(&stream, part->path, part->from, part->to, err);

	ingest->stream = stream;
	if (r == 0)
		advi_stream_hear(stream, advi_ingest_progress, ingest);
	if (r == 0)
		r = read_source(ingest, part->path, part, stream, err);
	ingest->stream = NULL;
	ingest->done += r == 0 ? advi_stream_taken(stream) : 0;
	advi_stream_free(stream);
	return r == 0 ? advi_ingest_progress(ingest, err)
		      : advi_ingest_note(ingest, part->path, r, err);
}
