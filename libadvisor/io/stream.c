/* SPDX-License-Identifier: BSD-3-Clause */
/* A file's bytes whatever it is compressed with, and its lines. */
#include "io/stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 1 << 20 };

struct advi_stream {
	struct archive *archive;
	char *path;
	bool empty; /* nothing in it: libarchive has no entry for that */
	char *block;
	struct advi_buf held; /* read ahead by advi_stream_peek, given by the next read */
	struct advi_digest *digest;
};

/* libarchive's complaint, as bad data or as trouble of the machine. */
static int complain(const struct advi_stream *stream, struct adv_err *err)
{
	int sys = archive_errno(stream->archive);
	const char *text = archive_error_string(stream->archive);
	bool system = sys == EIO || sys == EACCES || sys == EPERM || sys == EMFILE;

	return advi_fail(err, system ? ADV_EENV : ADV_EINPUT, "can't read '%s': %s", stream->path,
			 text ? text : "damaged");
}

int advi_stream_open(struct advi_stream **out, const char *path, struct adv_err *err)
{
	struct advi_stream *stream = advi_calloc(1, sizeof(*stream));
	struct archive_entry *entry;
	int r;

	stream->held.cap = SIZE_MAX / 2;
	stream->path = advi_strdup(strcmp(path, "-") == 0 ? "standard input" : path);
	stream->archive = archive_read_new();
	if (!stream->archive)
		abort();
	archive_read_support_filter_all(stream->archive);
	archive_read_support_format_raw(stream->archive);
	archive_read_support_format_empty(stream->archive);
	r = archive_read_open_filename(stream->archive, strcmp(path, "-") == 0 ? NULL : path,
				       BLOCK_BYTES);
	if (r == ARCHIVE_OK)
		r = archive_read_next_header(stream->archive, &entry);
	stream->empty = r == ARCHIVE_EOF;
	if (r != ARCHIVE_OK && r != ARCHIVE_EOF) {
		r = complain(stream, err);
		advi_stream_free(stream);
		return r;
	}
	stream->block = advi_malloc(BLOCK_BYTES);
	*out = stream;
	return 0;
}

void advi_stream_free(struct advi_stream *stream)
{
	if (!stream)
		return;
	archive_read_free(stream->archive);
	advi_buf_clear(&stream->held);
	free(stream->path);
	free(stream->block);
	free(stream);
}

/* The next block from libarchive. */
static int read_block(struct advi_stream *stream, struct advi_str *out, struct adv_err *err)
{
	la_ssize_t got;

	*out = (struct advi_str){stream->block, 0};
	if (stream->empty)
		return 0;
	got = archive_read_data(stream->archive, stream->block, BLOCK_BYTES);
	if (got < 0)
		return complain(stream, err);
	out->len = (size_t)got;
	return 0;
}

int advi_stream_peek(struct advi_stream *stream, size_t want, struct advi_str *out,
		     struct adv_err *err)
{
	while (stream->held.len < want) {
		struct advi_str block;
		int r = read_block(stream, &block, err);

		if (r < 0)
			return r;
		if (!block.len)
			break;
		advi_buf_add(&stream->held, block);
	}
	*out = advi_buf_str(&stream->held);
	return 0;
}

void advi_stream_digest(struct advi_stream *stream, struct advi_digest *digest)
{
	stream->digest = digest;
}

uint64_t advi_stream_taken(const struct advi_stream *stream)
{
	la_int64_t taken = stream->empty ? 0 : archive_filter_bytes(stream->archive, -1);

	return taken > 0 ? (uint64_t)taken : 0;
}

int advi_stream_read(struct advi_stream *stream, struct advi_str *out, struct adv_err *err)
{
	if (stream->held.len) {
		/* What was held is given from the block's place, so that it lasts until the next
		 * read. */
		free(stream->block);
		out->len = stream->held.len;
		stream->block = advi_buf_take(&stream->held);
		stream->block = advi_realloc(stream->block,
					     out->len > BLOCK_BYTES ? out->len : BLOCK_BYTES, 1);
		out->ptr = stream->block;
	} else {
		int r = read_block(stream, out, err);

		if (r < 0)
			return r;
	}
	if (stream->digest && out->len)
		advi_digest_add(stream->digest, *out);
	return 0;
}

int advi_stream_read_all(struct advi_stream *stream, struct advi_buf *out, struct adv_err *err)
{
	struct advi_str block;
	int r;

	while ((r = advi_stream_read(stream, &block, err)) == 0 && block.len) {
		advi_buf_add(out, block);
		if (out->full)
			return advi_fail(err, ADV_EINPUT,
					 "'%s' holds more than the %zu MiB allowed", stream->path,
					 out->cap >> 20);
	}
	return r;
}

void advi_lines_init(struct advi_lines *lines, struct advi_stream *stream, size_t longest_bytes)
{
	*lines = (struct advi_lines){.stream = stream, .part = ADVI_BUF_INIT(longest_bytes)};
}

void advi_lines_clear(struct advi_lines *lines)
{
	advi_buf_clear(&lines->part);
}

/* Takes 'length' bytes and a line end from the block, and gives the line they complete. */
static void finish(struct advi_lines *lines, size_t length, struct advi_line *line)
{
	struct advi_str tail = {lines->block.ptr, length};

	lines->block = advi_str_from(lines->block, length + 1);
	lines->offset += length + 1;
	if (lines->part.len == 0 && !lines->passing && tail.len <= lines->part.cap) {
		line->text = tail;
		return;
	}
	if (!lines->passing)
		advi_buf_add(&lines->part, tail);
	line->too_long = lines->passing || lines->part.full;
	line->text = line->too_long ? ADVI_STR("") : advi_buf_str(&lines->part);
}

int advi_lines_next(struct advi_lines *lines, struct advi_line *line, struct adv_err *err)
{
	*line = (struct advi_line){.offset = lines->offset, .number = ++lines->number};
	advi_buf_reset(&lines->part);
	lines->passing = false;
	for (;;) {
		size_t end = advi_str_find(lines->block, '\n');
		int r;

		if (end < lines->block.len) {
			finish(lines, end, line);
			return 1;
		}
		if (!lines->passing)
			advi_buf_add(&lines->part, lines->block);
		if (lines->part.full) {
			lines->passing = true;
			advi_buf_reset(&lines->part);
		}
		lines->offset += lines->block.len;
		r = advi_stream_read(lines->stream, &lines->block, err);
		if (r < 0)
			return r;
		if (!lines->block.len)
			break;
	}
	line->cut = true;
	line->too_long = lines->passing;
	line->text = advi_buf_str(&lines->part);
	return line->text.len || line->too_long;
}
