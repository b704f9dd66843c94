/* SPDX-License-Identifier: BSD-3-Clause */
/* A file's bytes whatever it is compressed with. */
#ifndef ADVI_IO_STREAM_H
#define ADVI_IO_STREAM_H

#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "io/fingerprint.h"

struct advi_stream;

/*
 * Opens a file ("-": standard input) for reading; gzip, bzip2, xz, zstd and lz4 are recognised by
 * their first bytes and undone. The caller closes it with _free.
 */
int advi_stream_open(struct advi_stream **out, const char *path, struct adv_err *err);
/*
 * As advi_stream_open, and what is an archive (tar, cpio, zip, 7z, ...) is read member by member:
 * nothing can be read before advi_stream_member.
 */
int advi_stream_open_members(struct advi_stream **out, const char *path, struct adv_err *err);
/*
 * Moves on to the next member that is a regular file, whatever its name; links, folders and devices
 * are passed over. A member that is compressed by itself is undone too. 1 with the name that the
 * archive gives it (valid until the next call), or NULL for a file that is no archive; 0 at the
 * end; negative when the archive is damaged from here on.
 */
int advi_stream_member(struct advi_stream *stream, const char **name, struct adv_err *err);
/* As _open for the bytes [from, to) of a file as it is, nothing undone; 'to' may be beyond its end.
 */
int advi_stream_open_range(struct advi_stream **out, const char *path, uint64_t from, uint64_t to,
			   struct adv_err *err);
void advi_stream_free(struct advi_stream *stream);
static inline void advi_stream_clear(struct advi_stream **stream)
{
	advi_stream_free(*stream);
}
/*
 * The next bytes, in the stream's own memory, valid until the next call; an empty slice is the
 * end. ADV_EINPUT when compressed data is damaged or cut short.
 */
int advi_stream_read(struct advi_stream *stream, struct advi_str *out, struct adv_err *err);
/* The same into the caller's memory: at most 'room' bytes, none at the end. */
int advi_stream_into(struct advi_stream *stream, char *to, size_t room, size_t *got,
		     struct adv_err *err);
/*
 * The bytes that come next without taking them: at least 'want' of them, or all that are left.
 * Valid until the next call.
 */
int advi_stream_peek(struct advi_stream *stream, size_t want, struct advi_str *out,
		     struct adv_err *err);
/* The regular file that is read, as it was when it was opened; NULL for an archive's members,
 * pipes. */
const struct stat *advi_stream_file(const struct advi_stream *stream);
/* Whether the file is given as it lies there: nothing is undone, and it is no archive. */
bool advi_stream_plain(const struct advi_stream *stream);
/* Takes bytes without giving them; ADV_EINPUT when there are not so many. */
int advi_stream_skip(struct advi_stream *stream, uint64_t bytes, struct adv_err *err);
/*
 * 'each' is called whenever a MiB has been read, however long what stands in it; anything but 0
 * ends the reading with that.
 */
typedef int advi_stream_hear_fn(void *context, struct adv_err *err);
void advi_stream_hear(struct advi_stream *stream, advi_stream_hear_fn *each, void *context);
/* Who hears it, to be called in his place, or NULL. */
advi_stream_hear_fn *advi_stream_hearer(const struct advi_stream *stream, void **context);
/*
 * Adds what is read from now on to a fingerprint (borrowed; NULL: no more), without the first 'but'
 * bytes of it.
 */
void advi_stream_print(struct advi_stream *stream, struct advi_print *print, uint64_t but);
/*
 * Bytes given so far of the file or member, those that were passed over included; not what is held
 * by _peek.
 */
uint64_t advi_stream_given(const struct advi_stream *stream);
/*
 * Bytes taken from the file itself so far, as they lie there, compressed or not. May be asked while
 * another thread reads.
 */
uint64_t advi_stream_taken(const struct advi_stream *stream);
/* Everything that is left, appended to 'out'; ADV_EINPUT when that is beyond its cap. */
int advi_stream_read_all(struct advi_stream *stream, struct advi_buf *out, struct adv_err *err);

#endif
