/* SPDX-License-Identifier: BSD-3-Clause */
/* A window that slides over a file's decompressed bytes, for readers that need little at a time. */
#ifndef ADVI_IO_WINDOW_H
#define ADVI_IO_WINDOW_H

#include "io/digest.h"
#include "io/stream.h"

/* So many bytes after the window's end can be read; they are zero. */
enum { ADVI_WINDOW_PAD = 32 };

/* What the bytes of a file may be, decompressed. */
struct advi_window_caps {
	uint64_t bytes; /* of all */
	uint64_t ratio; /* times as many as are in the file, beyond 64 MiB */
	size_t held;    /* of the window at once */
};

/* Bytes [at, end) are read and not taken; the reader moves 'at' on. */
struct advi_window {
	const char *at, *end;
	bool last; /* nothing follows 'end' */
	char *memory;
	size_t room;                /* bytes of 'memory' */
	uint64_t total;             /* bytes read, decompressed */
	const char *path;           /* borrowed */
	int fd;                     /* of a plain file, else -1 */
	struct advi_stream *stream; /* of any other */
	struct advi_digest *digest; /* over what was read, decompressed */
	struct advi_window_caps caps;
};

/* Opens a file; what does not begin like JSON is taken for compressed. */
int advi_window_open(struct advi_window *window, const char *path,
		     const struct advi_window_caps *caps, struct adv_err *err);
void advi_window_clear(struct advi_window *window);
/*
 * Makes the window end later: 'at' and 'end' may move in memory. Returns 1, 0 when nothing is
 * left, ADV_EINPUT when a cap is passed or the data is damaged, ADV_EENV.
 */
int advi_window_more(struct advi_window *window, struct adv_err *err);
/* The SHA-256 of all that was read, decompressed. To be called once. */
void advi_window_digest(struct advi_window *window, char hex[ADVI_HEX_SIZE]);
/* How many bytes were taken. */
uint64_t advi_window_offset(const struct advi_window *window);

#endif
