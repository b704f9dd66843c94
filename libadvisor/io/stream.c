/* SPDX-License-Identifier: BSD-3-Clause */
/* A file's bytes whatever it is compressed with. */
#include <errno.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/stream_in.h"

int advi_stream_code(int sys)
{
	return sys == EIO || sys == EACCES || sys == EPERM || sys == EMFILE ? ADV_EENV : ADV_EINPUT;
}

int advi_stream_complain(const struct advi_stream *stream, struct adv_err *err)
{
	const char *text = archive_error_string(stream->archive);

	return advi_fail(err, advi_stream_code(archive_errno(stream->archive)),
			 "can't read '%s': %s", stream->path, text ? text : "damaged");
}

void advi_stream_hear(struct advi_stream *stream, advi_stream_hear_fn *each, void *context)
{
	stream->hear = each;
	stream->hear_context = context;
}

advi_stream_hear_fn *advi_stream_hearer(const struct advi_stream *stream, void **context)
{
	*context = stream->hear_context;
	return stream->hear;
}

static int tell(struct advi_stream *stream, size_t bytes, struct adv_err *err)
{
	la_int64_t packed;

	if (stream->fd >= 0)
		stream->taken += bytes;
	else if ((packed = archive_filter_bytes(stream->outer, -1)) > 0)
		stream->taken = (uint64_t)packed;
	stream->unheard += bytes;
	if (!stream->hear || stream->unheard < ADVI_STREAM_BLOCK)
		return 0;
	stream->unheard = 0;
	return stream->hear(stream->hear_context, err);
}

/* The next bytes of what is read as it is. */
static int read_range(struct advi_stream *stream, char *to, size_t room, size_t *out,
		      struct adv_err *err)
{
	size_t want = stream->left < room ? (size_t)stream->left : room;
	ssize_t got;

	if (!want)
		return 0;
	do {
		got = read(stream->fd, to, want);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return advi_fail_errno(err, "can't read '%s'", stream->path);
	stream->left -= (uint64_t)got;
	*out = (size_t)got;
	return tell(stream, *out, err);
}

/* The next bytes from libarchive, or of a range. */
static int read_bytes(struct advi_stream *stream, char *to, size_t room, size_t *out,
		      struct adv_err *err)
{
	la_ssize_t got;

	*out = 0;
	if (stream->fd >= 0)
		return read_range(stream, to, room, out, err);
	if (stream->late.code && err)
		*err = stream->late;
	if (stream->late.code || stream->empty)
		return stream->late.code;
	got = archive_read_data(stream->archive, to, room);
	if (got < 0)
		return advi_stream_complain(stream, err);
	*out = (size_t)got;
	return tell(stream, *out, err);
}

static int read_block(struct advi_stream *stream, struct advi_str *out, struct adv_err *err)
{
	out->ptr = stream->block;
	return read_bytes(stream, stream->block, ADVI_STREAM_BLOCK, &out->len, err);
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

void advi_stream_print(struct advi_stream *stream, struct advi_print *print, uint64_t but)
{
	stream->print = print;
	stream->print_but = but;
}

uint64_t advi_stream_given(const struct advi_stream *stream)
{
	return stream->given;
}

uint64_t advi_stream_taken(const struct advi_stream *stream)
{
	return stream->taken;
}

static void count_given(struct advi_stream *stream, struct advi_str given)
{
	stream->given += given.len;
	if (stream->print && given.len > stream->print_but)
		advi_print_add(stream->print, advi_str_from(given, stream->print_but));
	stream->print_but -= given.len < stream->print_but ? given.len : stream->print_but;
}

int advi_stream_into(struct advi_stream *stream, char *to, size_t room, size_t *got,
		     struct adv_err *err)
{
	struct advi_buf *held = &stream->held;
	int r;

	if (held->len) {
		*got = held->len < room ? held->len : room;
		memcpy(to, held->ptr, *got);
		held->len -= *got;
		memmove(held->ptr, held->ptr + *got, held->len);
		if (!held->len)
			advi_buf_clear(held);
	} else if ((r = read_bytes(stream, to, room, got, err)) < 0) {
		return r;
	}
	count_given(stream, (struct advi_str){to, *got});
	return 0;
}

int advi_stream_read(struct advi_stream *stream, struct advi_str *out, struct adv_err *err)
{
	if (stream->held.len) {
		/* What was held is given from the block's place, so that it lasts until the next
		 * read. */
		free(stream->block);
		out->len = stream->held.len;
		stream->block = advi_buf_take(&stream->held);
		stream->block = advi_realloc(
			stream->block, out->len > ADVI_STREAM_BLOCK ? out->len : ADVI_STREAM_BLOCK,
			1);
		out->ptr = stream->block;
	} else {
		int r = read_block(stream, out, err);

		if (r < 0)
			return r;
	}
	count_given(stream, *out);
	return 0;
}

const struct stat *advi_stream_file(const struct advi_stream *stream)
{
	return S_ISREG(stream->file.st_mode) && !stream->members ? &stream->file : NULL;
}

bool advi_stream_plain(const struct advi_stream *stream)
{
	return stream->fd >= 0 ||
	       (!stream->members && archive_filter_code(stream->outer, 0) == ARCHIVE_FILTER_NONE);
}

int advi_stream_skip(struct advi_stream *stream, uint64_t bytes, struct adv_err *err)
{
	struct advi_str block;
	int r;

	while (bytes) {
		if ((r = advi_stream_read(stream, &block, err)) < 0)
			return r;
		if (!block.len)
			return advi_fail(err, ADV_EINPUT, "'%s' has become shorter", stream->path);
		if (block.len > bytes) {
			/* What was taken too much is given back. */
			stream->given -= block.len - bytes;
			advi_buf_add(&stream->held, advi_str_from(block, bytes));
			break;
		}
		bytes -= block.len;
	}
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
