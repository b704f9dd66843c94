/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that lives and dies with its handle. */
#ifndef ADVI_BASE_ARENA_H
#define ADVI_BASE_ARENA_H

#include "base/str.h"

struct advi_arena_chunk;

/* Zero is empty. */
struct advi_arena {
	struct advi_arena_chunk *chunks;
	size_t used, room; /* bytes of the newest chunk */
	size_t total;      /* bytes of all chunks */
};

void advi_arena_clear(struct advi_arena *arena);
/* Zeroed memory, aligned for any type, until the arena is cleared. */
void *advi_arena_alloc(struct advi_arena *arena, size_t size);
/* A NUL-terminated copy. */
const char *advi_arena_str(struct advi_arena *arena, struct advi_str text);
const char *advi_arena_dup(struct advi_arena *arena, const char *text);
/* A copy as a slice (NUL-terminated too). */
struct advi_str advi_arena_slice(struct advi_arena *arena, struct advi_str text);
const char *advi_arena_printf(struct advi_arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
