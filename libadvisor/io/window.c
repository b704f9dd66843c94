/* SPDX-License-Identifier: BSD-3-Clause */
/* A window that slides over a file's decompressed bytes. */
#include "io/window.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 1 << 20 };

/* Below this no ratio is asked for: small files of zeros are no bombs. */
static const uint64_t free_bytes = (uint64_t)64 << 20;

/* A read that signals don't cut short. */
static ssize_t read_some(int fd, void *to, size_t count)
{
	ssize_t got;

	do
		got = read(fd, to, count);
	while (got < 0 && errno == EINTR);
	return got;
}

/*
 * Whether the file begins as JSON does. A plain one is read by the system's own call, without
 * the copies that libarchive makes.
 */
static bool is_plain(int fd)
{
	char first;

	return read_some(fd, &first, 1) == 1 && strchr("{[ \t\r\n", first) &&
	       lseek(fd, 0, SEEK_SET) == 0;
}

int advi_window_open(struct advi_window *window, const char *path,
		     const struct advi_window_caps *caps, struct adv_err *err)
{
	*window = (struct advi_window){.path = path, .caps = *caps};
	window->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (window->fd < 0)
		return advi_fail_errno(err, "can't open '%s'", path);
	window->digest = advi_digest_new("SHA256");
	if (is_plain(window->fd))
		return 0;
	close(window->fd);
	window->fd = -1;
	return advi_stream_open(&window->stream, path, err);
}

void advi_window_clear(struct advi_window *window)
{
	char hex[ADVI_HEX_SIZE];

	if (window->digest)
		advi_digest_end(window->digest, hex);
	if (window->path && window->fd >= 0)
		close(window->fd);
	advi_stream_free(window->stream);
	free(window->memory);
	*window = (struct advi_window){.fd = -1};
}

void advi_window_digest(struct advi_window *window, char hex[ADVI_HEX_SIZE])
{
	advi_digest_end(advi_take(window->digest), hex);
}

uint64_t advi_window_offset(const struct advi_window *window)
{
	return window->total - (uint64_t)(window->end - window->at);
}

/* Moves what is held to the front and makes room for as much again, a block at least. */
static size_t make_room(struct advi_window *window)
{
	size_t held = (size_t)(window->end - window->at);
	size_t more = held > BLOCK_BYTES ? held : BLOCK_BYTES;

	if (held && window->at != window->memory)
		memmove(window->memory, window->at, held);
	if (held + more + ADVI_WINDOW_PAD > window->room) {
		window->room = held + more + ADVI_WINDOW_PAD;
		window->memory = advi_realloc(window->memory, window->room, 1);
	}
	window->at = window->memory;
	window->end = window->memory + held;
	return more;
}

static int check_caps(const struct advi_window *window, struct adv_err *err)
{
	const struct advi_window_caps *caps = &window->caps;

	if (window->total > caps->bytes)
		return advi_fail(err, ADV_EINPUT, "'%s' holds more than the %llu MiB allowed",
				 window->path, (unsigned long long)(caps->bytes >> 20));
	if (window->stream && window->total > free_bytes &&
	    window->total / caps->ratio > advi_stream_taken(window->stream))
		return advi_fail(err, ADV_EINPUT,
				 "'%s' grows more than %llu times when it is decompressed: it "
				 "is no honest file",
				 window->path, (unsigned long long)caps->ratio);
	return 0;
}

int advi_window_more(struct advi_window *window, struct adv_err *err)
{
	size_t held = (size_t)(window->end - window->at), room, got;
	struct advi_str block;

	if (window->last)
		return 0;
	if (held >= window->caps.held)
		return advi_fail(err, ADV_EINPUT, "'%s', byte %llu: a value is longer than %zu MiB",
				 window->path, (unsigned long long)advi_window_offset(window),
				 window->caps.held >> 20);
	room = make_room(window);
	if (window->stream) {
		int r = advi_stream_read(window->stream, &block, err);

		if (r < 0)
			return r;
		got = block.len;
		if (got > room) /* what libarchive gives is a block at most */
			return advi_fail(err, ADV_EINPUT, "'%s' can't be read", window->path);
		memcpy(window->memory + held, block.ptr, got);
	} else {
		ssize_t n = read_some(window->fd, window->memory + held, room);

		if (n < 0)
			return advi_fail_errno(err, "can't read '%s'", window->path);
		got = (size_t)n;
	}
	window->last = got == 0;
	window->total += got;
	window->end = window->memory + held + got;
	memset(window->memory + held + got, 0, ADVI_WINDOW_PAD);
	if (got)
		advi_digest_add(window->digest, (struct advi_str){window->memory + held, got});
	return got ? check_caps(window, err) < 0 ? ADV_EINPUT : 1 : 0;
}
