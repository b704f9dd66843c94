/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole lines of a stream, many at a time. */
#ifndef ADVI_IO_CHUNK_H
#define ADVI_IO_CHUNK_H

#include "io/stream.h"

/* Some lines that follow each other, in memory of their own. Zero is empty. */
struct advi_chunk {
	struct advi_str lines; /* each with its end, but perhaps the last one of the stream */
	uint64_t offset, end;  /* bytes before them, and up to their end, from 0 */
	bool too_long; /* a single line, of which nothing is kept; others may be so long, too */
	bool cut;      /* the last line is the stream's last, and no line end follows it */
	char *memory;
	size_t room;
};

void advi_chunk_clear(struct advi_chunk *chunk);

/* Cuts a stream into chunks: what fits into a processor's cache, or one long line. */
struct advi_chunks {
	struct advi_stream *stream; /* borrowed */
	size_t longest;             /* bytes of a line that is kept at most; roughly */
	struct advi_buf rest;       /* the beginning of a line whose end is not read yet */
	uint64_t offset;
};

void advi_chunks_init(struct advi_chunks *chunks, struct advi_stream *stream, size_t longest_bytes);
void advi_chunks_clear(struct advi_chunks *chunks);
/* 1 with the next chunk in 'out', whose memory is used again; 0 at the end; negative on an error.
 */
int advi_chunks_next(struct advi_chunks *chunks, struct advi_chunk *out, struct adv_err *err);

#endif
