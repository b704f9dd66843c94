/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of a stream. */
#ifndef ADVI_IO_LINES_H
#define ADVI_IO_LINES_H

#include "io/stream.h"

/* A line of a stream. */
struct advi_line {
	struct advi_str text; /* without its line end; empty when it was too long */
	uint64_t offset;      /* bytes before it, decompressed, from 0 */
	uint64_t number;      /* from 1 */
	bool too_long;        /* it was longer than the cap and passed over */
	bool cut;             /* the last one, and no line end follows it */
};

/* Reads a stream line by line. Zero 'buf.cap' bytes is the longest line given. */
struct advi_lines {
	struct advi_stream *stream; /* borrowed */
	struct advi_buf part;       /* the beginning of a line whose end is not read yet */
	struct advi_str block;      /* what is left of the block read last */
	uint64_t offset, number;
	bool passing; /* within a line that is too long */
	char end;     /* the byte that ends a line */
};

void advi_lines_init(struct advi_lines *lines, struct advi_stream *stream, size_t longest_bytes);
void advi_lines_clear(struct advi_lines *lines);
/* 1 with the next line (valid until the next call), 0 at the end, negative on an error. */
int advi_lines_next(struct advi_lines *lines, struct advi_line *line, struct adv_err *err);

#endif
