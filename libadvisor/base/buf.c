/* SPDX-License-Identifier: BSD-3-Clause */
/* A growing buffer with a cap from birth. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

void advi_buf_clear(struct advi_buf *buf)
{
	free(buf->ptr);
	*buf = (struct advi_buf)ADVI_BUF_INIT(buf->cap);
}

void advi_buf_reset(struct advi_buf *buf)
{
	buf->len = 0;
	buf->full = false;
	if (buf->ptr)
		buf->ptr[0] = '\0';
}

char *advi_buf_room(struct advi_buf *buf, size_t more)
{
	size_t room = buf->room ? buf->room : 256;

	if (buf->full || more > buf->cap - buf->len) {
		buf->full = true;
		return NULL;
	}
	while (room < buf->len + more + 1)
		room *= 2;
	if (room != buf->room) {
		buf->ptr = advi_realloc(buf->ptr, room, 1);
		buf->room = room;
	}
	return buf->ptr + buf->len;
}

void advi_buf_add(struct advi_buf *buf, struct advi_str text)
{
	char *to = advi_buf_room(buf, text.len);

	if (!to)
		return;
	if (text.len)
		memcpy(to, text.ptr, text.len);
	buf->len += text.len;
	buf->ptr[buf->len] = '\0';
}

void advi_buf_byte(struct advi_buf *buf, char byte)
{
	advi_buf_add(buf, (struct advi_str){&byte, 1});
}

void advi_buf_text(struct advi_buf *buf, const char *text)
{
	advi_buf_add(buf, advi_str(text));
}

void advi_buf_printf(struct advi_buf *buf, const char *format, ...)
{
	va_list args, again;
	char *to;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	to = length < 0 ? NULL : advi_buf_room(buf, (size_t)length);
	if (to) {
		vsnprintf(to, (size_t)length + 1, format, again);
		buf->len += (size_t)length;
	}
	va_end(again);
	va_end(args);
}

char *advi_buf_take(struct advi_buf *buf)
{
	char *text = buf->ptr ? buf->ptr : advi_strdup("");

	*buf = (struct advi_buf)ADVI_BUF_INIT(buf->cap);
	return text;
}
