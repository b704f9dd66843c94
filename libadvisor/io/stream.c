/* SPDX-License-Identifier: BSD-3-Clause */
/* A file's bytes whatever it is compressed with, and its lines. */
#include "io/stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 1 << 20, FIRST_BYTES = 64 << 10, PATH_CAP = 64 << 10 };

struct advi_stream {
	struct archive *archive; /* that data is read from: 'outer', or a member of it undone */
	struct archive *outer;
	bool members; /* it is read member by member */
	char *path;
	bool empty; /* nothing in it: libarchive has no entry for that */
	bool begun; /* the first member was asked for */
	char *block;
	char *packed;           /* a member's data before it is undone */
	size_t packed_bytes;    /* read ahead into it */
	struct advi_buf member; /* the name of the member */
	struct adv_err late;    /* why the member can't be read, told when it is */
	struct advi_buf held;   /* read ahead by advi_stream_peek, given by the next read */
	struct advi_print *print;
	uint64_t print_but; /* bytes that are still left out of it */
	uint64_t given;     /* of the file, or of the member */
	_Atomic uint64_t taken;
	advi_stream_hear_fn *hear;
	void *hear_context;
	size_t unheard; /* bytes read since it was called */
	uint64_t left;  /* of a range, the bytes that it still has at most */
	int fd;         /* of a range, or of plain text; -1: libarchive reads */
	int archived;   /* what libarchive reads; -1: standard input, or nothing */
	struct stat file;
};

/* Whether it is trouble of the machine, not of the data. */
static int code_of(int sys)
{
	return sys == EIO || sys == EACCES || sys == EPERM || sys == EMFILE ? ADV_EENV : ADV_EINPUT;
}

/* libarchive's complaint. */
static int complain(const struct advi_stream *stream, struct adv_err *err)
{
	const char *text = archive_error_string(stream->archive);

	return advi_fail(err, code_of(archive_errno(stream->archive)), "can't read '%s': %s",
			 stream->path, text ? text : "damaged");
}

/* Back from a member that was compressed by itself to the archive. */
static void close_member(struct advi_stream *stream)
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

static void take_name(struct advi_stream *stream, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	advi_buf_reset(&stream->member);
	if (archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry))
		advi_buf_text(&stream->member, name && *name ? name : "member");
}

/* Not mtree, a text that names files of this machine; not zip's end, looked for in every file. */
static void support_archives(struct archive *archive)
{
	archive_read_support_format_tar(archive);
	archive_read_support_format_cpio(archive);
	archive_read_support_format_zip_streamable(archive);
	archive_read_support_format_7zip(archive);
	archive_read_support_format_rar(archive);
	archive_read_support_format_rar5(archive);
	archive_read_support_format_xar(archive);
	archive_read_support_format_cab(archive);
}

static struct archive *new_reader(void)
{
	struct archive *archive = archive_read_new();

	if (!archive)
		abort();
	archive_read_support_filter_all(archive);
	archive_read_support_format_raw(archive);
	archive_read_support_format_empty(archive);
	return archive;
}

static struct advi_stream *new_stream(const char *path)
{
	struct advi_stream *stream = advi_calloc(1, sizeof(*stream));

	stream->fd = stream->archived = -1;
	stream->held.cap = SIZE_MAX / 2;
	stream->path = advi_strdup(strcmp(path, "-") == 0 ? "standard input" : path);
	stream->member.cap = PATH_CAP;
	stream->block = advi_malloc(BLOCK_BYTES);
	return stream;
}

/*
 * Most logs are plain JSON, and many are small: nothing that libarchive undoes begins with a
 * bracket and has no NUL near it. Whether the file is such a one; then its beginning is held.
 */
static bool begin_json(struct advi_stream *stream, int fd)
{
	enum { NEAR = 512 }; /* as much as a tar's header, which has a NUL */
	char *head = stream->block;
	ssize_t got;

	/* Reading ahead from a pipe would take its data. */
	if (!S_ISREG(stream->file.st_mode))
		return false;
	got = read(fd, head, FIRST_BYTES);
	if (got <= 0 || (head[0] != '{' && head[0] != '[') ||
	    memchr(head, '\0', got < NEAR ? (size_t)got : NEAR)) {
		if (got > 0)
			lseek(fd, 0, SEEK_SET);
		return false;
	}
	advi_buf_add(&stream->held, (struct advi_str){head, (size_t)got});
	stream->taken = (uint64_t)got;
	/* Of a small file all is there. */
	stream->left = got == stream->file.st_size ? 0 : UINT64_MAX;
	return true;
}

/*
 * A file opened by ourselves: libarchive, when it opens a pipe, reads it to its end before it
 * closes it, and some have none.
 */
static int open_archive(struct advi_stream *stream, int fd, struct adv_err *err)
{
	struct archive_entry *entry;
	int r = archive_read_open_fd(stream->archive, fd, BLOCK_BYTES);

	if (r == ARCHIVE_OK)
		r = archive_read_next_header(stream->archive, &entry);
	stream->empty = r == ARCHIVE_EOF;
	if (r != ARCHIVE_OK && r != ARCHIVE_EOF)
		return complain(stream, err);
	r = archive_format(stream->outer) & ARCHIVE_FORMAT_BASE_MASK;
	stream->members = r && r != ARCHIVE_FORMAT_RAW && r != ARCHIVE_FORMAT_EMPTY;
	if (stream->members)
		take_name(stream, entry);
	return 0;
}

static int open_file(struct advi_stream *stream, const char *path, bool members,
		     struct adv_err *err)
{
	bool file = strcmp(path, "-") != 0;
	int fd = file ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;

	if (fd < 0)
		return advi_fail(err, code_of(errno), "can't open '%s': %s", path, strerror(errno));
	if (file && fstat(fd, &stream->file) == 0 && begin_json(stream, fd)) {
		stream->fd = fd;
		return 0;
	}
	stream->archived = file ? fd : -1;
	stream->archive = stream->outer = new_reader();
	if (members)
		support_archives(stream->outer);
	return open_archive(stream, fd, err);
}

static int open_stream(struct advi_stream **out, const char *path, bool members,
		       struct adv_err *err)
{
	struct advi_stream *stream = new_stream(path);
	int r = open_file(stream, path, members, err);

	if (r < 0) {
		advi_stream_free(stream);
		return r;
	}
	*out = stream;
	return 0;
}

int advi_stream_open(struct advi_stream **out, const char *path, struct adv_err *err)
{
	return open_stream(out, path, false, err);
}

int advi_stream_open_members(struct advi_stream **out, const char *path, struct adv_err *err)
{
	return open_stream(out, path, true, err);
}

int advi_stream_open_range(struct advi_stream **out, const char *path, uint64_t from, uint64_t to,
			   struct adv_err *err)
{
	struct advi_stream *stream = new_stream(path);
	int r;

	stream->left = to > from ? to - from : 0;
	stream->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (stream->fd < 0 || fstat(stream->fd, &stream->file) < 0 ||
	    lseek(stream->fd, (off_t)from, SEEK_SET) < 0) {
		r = advi_fail_errno(err, "can't open '%s'", path);
		advi_stream_free(stream);
		return r;
	}
	*out = stream;
	return 0;
}

void advi_stream_free(struct advi_stream *stream)
{
	if (!stream)
		return;
	close_member(stream);
	archive_read_free(stream->outer);
	if (stream->fd >= 0)
		close(stream->fd);
	if (stream->archived >= 0)
		close(stream->archived);
	advi_buf_clear(&stream->held);
	advi_buf_clear(&stream->member);
	free(stream->path);
	free(stream->block);
	free(stream->packed);
	free(stream);
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
	if (!stream->hear || stream->unheard < BLOCK_BYTES)
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
		return complain(stream, err);
	*out = (size_t)got;
	return tell(stream, *out, err);
}

static int read_block(struct advi_stream *stream, struct advi_str *out, struct adv_err *err)
{
	out->ptr = stream->block;
	return read_bytes(stream, stream->block, BLOCK_BYTES, &out->len, err);
}

static la_ssize_t read_packed(struct archive *inner, void *context, const void **block)
{
	struct advi_stream *stream = context;
	la_ssize_t got = (la_ssize_t)stream->packed_bytes;

	*block = stream->packed;
	stream->packed_bytes = 0;
	if (!got)
		got = archive_read_data(stream->outer, stream->packed, BLOCK_BYTES);
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
		stream->packed = advi_malloc(BLOCK_BYTES);
	memcpy(stream->packed, stream->held.ptr, stream->held.len);
	stream->packed_bytes = stream->held.len;
	advi_buf_reset(&stream->held);
	stream->archive = inner = new_reader();
	r = archive_read_open(inner, stream, NULL, read_packed, NULL);
	if (r == ARCHIVE_OK)
		r = archive_read_next_header(inner, &entry);
	stream->empty = r == ARCHIVE_EOF;
	if (r != ARCHIVE_OK && r != ARCHIVE_EOF)
		complain(stream, &stream->late);
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
	close_member(stream);
	for (; !first || !stream->member.len; first = stream->member.len > 0) {
		r = archive_read_next_header(stream->outer, &entry);
		if (r == ARCHIVE_EOF)
			return 0;
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return complain(stream, err);
		take_name(stream, entry);
	}
	*name = stream->member.ptr;
	r = advi_stream_peek(stream, 1, &head, err);
	if (r < 0)
		return r;
	if (is_packed(head))
		open_packed(stream);
	return 1;
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
		stream->block = advi_realloc(stream->block,
					     out->len > BLOCK_BYTES ? out->len : BLOCK_BYTES, 1);
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

void advi_lines_init(struct advi_lines *lines, struct advi_stream *stream, size_t longest_bytes)
{
	*lines = (struct advi_lines){
		.stream = stream, .part = ADVI_BUF_INIT(longest_bytes), .end = '\n'};
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
		size_t end = advi_str_find(lines->block, lines->end);
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
