/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that lives and dies with its handle. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

enum { CHUNK_BYTES = 64 * 1024 };

struct advi_arena_chunk {
	struct advi_arena_chunk *next;
	alignas(max_align_t) char bytes[];
};

void advi_arena_clear(struct advi_arena *arena)
{
	while (arena->chunks) {
		struct advi_arena_chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	*arena = (struct advi_arena){0};
}

static void *take(struct advi_arena *arena, size_t size, size_t align)
{
	size_t start = (arena->used + align - 1) / align * align;

	if (!arena->chunks || start + size > arena->room) {
		size_t room = size > CHUNK_BYTES / 4 ? size : CHUNK_BYTES;
		struct advi_arena_chunk *chunk = advi_malloc(sizeof(*chunk) + room);

		chunk->next = arena->chunks;
		arena->chunks = chunk;
		arena->room = room;
		arena->total += room;
		start = 0;
	}
	arena->used = start + size;
	return arena->chunks->bytes + start;
}

void *advi_arena_alloc(struct advi_arena *arena, size_t size)
{
	void *memory = take(arena, size, alignof(max_align_t));

	memset(memory, 0, size);
	return memory;
}

const char *advi_arena_str(struct advi_arena *arena, struct advi_str text)
{
	char *copy = take(arena, text.len + 1, 1);

	if (text.len)
		memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	return copy;
}

const char *advi_arena_dup(struct advi_arena *arena, const char *text)
{
	return text ? advi_arena_str(arena, advi_str(text)) : NULL;
}

struct advi_str advi_arena_slice(struct advi_arena *arena, struct advi_str text)
{
	return (struct advi_str){advi_arena_str(arena, text), text.len};
}

const char *advi_arena_printf(struct advi_arena *arena, const char *format, ...)
{
	va_list args, again;
	char *text;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	if (length < 0)
		length = 0;
	text = take(arena, (size_t)length + 1, 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	va_end(args);
	return text;
}
