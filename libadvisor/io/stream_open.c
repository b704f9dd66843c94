/* SPDX-License-Identifier: BSD-3-Clause */
/* Streams, opened: what a file is compressed with, and whether it is an archive. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/stream_in.h"

enum { FIRST_BYTES = 64 << 10, PATH_CAP = 64 << 10 };

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

/* Not all that libarchive knows: for lrzip, lzop and grzip it would start programs of those names. */
static void support_compressions(struct archive *archive)
{
	archive_read_support_filter_bzip2(archive);
	archive_read_support_filter_compress(archive);
	archive_read_support_filter_gzip(archive);
	archive_read_support_filter_lz4(archive);
	archive_read_support_filter_lzip(archive);
	archive_read_support_filter_lzma(archive);
	archive_read_support_filter_rpm(archive);
	archive_read_support_filter_uu(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_filter_zstd(archive);
}

struct archive *advi_stream_reader(void)
{
	struct archive *archive = archive_read_new();

	if (!archive)
		abort();
	support_compressions(archive);
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
	stream->block = advi_malloc(ADVI_STREAM_BLOCK);
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
	int r = archive_read_open_fd(stream->archive, fd, ADVI_STREAM_BLOCK);

	if (r == ARCHIVE_OK)
		r = archive_read_next_header(stream->archive, &entry);
	stream->empty = r == ARCHIVE_EOF;
	if (r != ARCHIVE_OK && r != ARCHIVE_EOF)
		return advi_stream_complain(stream, err);
	r = archive_format(stream->outer) & ARCHIVE_FORMAT_BASE_MASK;
	stream->members = r && r != ARCHIVE_FORMAT_RAW && r != ARCHIVE_FORMAT_EMPTY;
	if (stream->members)
		advi_stream_take_name(stream, entry);
	return 0;
}

static int open_file(struct advi_stream *stream, const char *path, bool members,
		     struct adv_err *err)
{
	bool file = strcmp(path, "-") != 0;
	int fd = file ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;

	if (fd < 0)
		return advi_fail(err, advi_stream_code(errno), "can't open '%s': %s", path,
				 strerror(errno));
	if (file && fstat(fd, &stream->file) == 0 && begin_json(stream, fd)) {
		stream->fd = fd;
		return 0;
	}
	stream->archived = file ? fd : -1;
	stream->archive = stream->outer = advi_stream_reader();
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
	advi_stream_close_member(stream);
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
