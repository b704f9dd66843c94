/* SPDX-License-Identifier: BSD-3-Clause */
/* The members of an archive, one after another. */
#include "base/mem.h"
#include "io/stream_in.h"

void advi_stream_close_member(struct advi_stream *stream)
{
	if (stream->archive != stream->outer)
		archive_read_free(stream->archive);
	stream->archive = stream->outer;
	stream->packed_bytes = 0;
	stream->empty = false;
	stream->late = (struct adv_err)ADV_ERR_INIT;
	stream->given = 0;
	advi_buf_reset(&stream->held);
}

void advi_stream_take_name(struct advi_stream *stream, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	advi_buf_reset(&stream->member);
	if (archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry))
		advi_buf_text(&stream->member, name && *name ? name : "member");
}

static la_ssize_t read_packed(struct archive *inner, void *context, const void **block)
{
	struct advi_stream *stream = context;
	la_ssize_t got = (la_ssize_t)stream->packed_bytes;

	*block = stream->packed;
	stream->packed_bytes = 0;
	if (!got)
		got = archive_read_data(stream->outer, stream->packed, ADVI_STREAM_BLOCK);
	if (got < 0)
		archive_set_error(inner, archive_errno(stream->outer), "%s",
				  archive_error_string(stream->outer));
	return got;
}

static bool is_packed(struct advi_str data)
{
	static const struct advi_str marks[] = {
		{"\x1f\x8b", 2},
		{"BZh", 3},
		{"\xfd"
		 "7zXZ",
		 5},
		{"\x28\xb5\x2f\xfd", 4},
		{"\x04\x22\x4d\x18", 4},
	};

	for (size_t i = 0; i < ADVI_COUNT(marks); i++)
		if (advi_str_starts(data, marks[i]))
			return true;
	return false;
}

/* Undoes a member's own compression. What was read of it so far is in 'held'. */
static void open_packed(struct advi_stream *stream)
{
	struct archive_entry *entry;
	struct archive *inner;
	int r;

	if (!stream->packed)
		stream->packed = advi_malloc(ADVI_STREAM_BLOCK);
	memcpy(stream->packed, stream->held.ptr, stream->held.len);
	stream->packed_bytes = stream->held.len;
	advi_buf_reset(&stream->held);
	stream->archive = inner = advi_stream_reader();
	r = archive_read_open(inner, stream, NULL, read_packed, NULL);
	if (r == ARCHIVE_OK)
		r = archive_read_next_header(inner, &entry);
	stream->empty = r == ARCHIVE_EOF;
	if (r != ARCHIVE_OK && r != ARCHIVE_EOF)
		advi_stream_complain(stream, &stream->late);
}

int advi_stream_member(struct advi_stream *stream, const char **name, struct adv_err *err)
{
	struct archive_entry *entry;
	bool first = !stream->begun;
	struct advi_str head;
	int r;

	stream->begun = true;
	*name = NULL;
	if (!stream->members)
		return first;
	advi_stream_close_member(stream);
	for (; !first || !stream->member.len; first = stream->member.len > 0) {
		r = archive_read_next_header(stream->outer, &entry);
		if (r == ARCHIVE_EOF)
			return 0;
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return advi_stream_complain(stream, err);
		advi_stream_take_name(stream, entry);
	}
	*name = stream->member.ptr;
	r = advi_stream_peek(stream, 1, &head, err);
	if (r < 0)
		return r;
	if (is_packed(head))
		open_packed(stream);
	return 1;
}
