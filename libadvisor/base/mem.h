/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that is there or the program ends: sizes from outside are capped before they get here. */
#ifndef ADVI_BASE_MEM_H
#define ADVI_BASE_MEM_H

#include <stddef.h>
#include <stdlib.h>

/* As malloc, calloc, realloc and strdup, but never NULL: out of memory prints a line and aborts. */
void *advi_malloc(size_t size) __attribute__((returns_nonnull, malloc));
void *advi_calloc(size_t count, size_t size) __attribute__((returns_nonnull, malloc));
void *advi_realloc(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
char *advi_strdup(const char *text) __attribute__((returns_nonnull, malloc));

/* A printf into new memory; the caller frees it. */
char *advi_format(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

/* Moves ownership out of a pointer variable, leaving NULL. */
#define advi_take(pointer)                                                                         \
	({                                                                                         \
		__typeof__(pointer) advi_taken_ = (pointer);                                       \
		(pointer) = NULL;                                                                  \
		advi_taken_;                                                                       \
	})

/* A pointer from malloc that is freed at the end of its scope. */
#define ADVI_AUTO_PTR __attribute__((cleanup(advi_autofree)))
static inline void advi_autofree(void *pointer)
{
	free(*(void **)pointer);
}

/* A value whose _clear function runs at the end of its scope: ADVI_AUTO(buf) struct advi_buf b; */
#define ADVI_AUTO(noun) __attribute__((cleanup(advi_##noun##_clear)))

#define ADVI_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
