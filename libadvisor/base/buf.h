/* SPDX-License-Identifier: BSD-3-Clause */
/* A growing buffer with a cap from birth. */
#ifndef ADVI_BASE_BUF_H
#define ADVI_BASE_BUF_H

#include "base/str.h"

/*
 * Bytes [0, len) of 'ptr' are the content; a NUL that is not counted always follows once
 * something was added. What would grow it beyond 'cap' is not added and sets 'full' for good, so
 * a writer can add freely and ask once at the end.
 */
struct advi_buf {
	char *ptr;
	size_t len, room, cap; /* bytes */
	bool full;
};

#define ADVI_BUF_INIT(cap_bytes)                                                                   \
	{                                                                                          \
		NULL, 0, 0, (cap_bytes), false                                                     \
	}

void advi_buf_clear(struct advi_buf *buf);
/* Empties it but keeps its memory. */
void advi_buf_reset(struct advi_buf *buf);
/* Makes room for 'more' bytes beyond len and returns where they go, or NULL when full. */
char *advi_buf_room(struct advi_buf *buf, size_t more);
void advi_buf_add(struct advi_buf *buf, struct advi_str text);
void advi_buf_byte(struct advi_buf *buf, char byte);
void advi_buf_text(struct advi_buf *buf, const char *text);
void advi_buf_printf(struct advi_buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The content as a slice, valid until the next change. */
static inline struct advi_str advi_buf_str(const struct advi_buf *buf)
{
	return (struct advi_str){buf->ptr ? buf->ptr : "", buf->len};
}
/* Moves the content out as a NUL-terminated string (never NULL) that the caller frees. */
char *advi_buf_take(struct advi_buf *buf);

#endif
