/* SPDX-License-Identifier: BSD-3-Clause */
/* Typed growing arrays. */
#ifndef ADVI_BASE_VEC_H
#define ADVI_BASE_VEC_H

#include <stdbool.h>

#include "base/mem.h"

/* struct { T *at; size_t count, room; }; zero is empty. Elements are at[0 .. count). */
#define ADVI_VEC(type)                                                                             \
	struct {                                                                                   \
		type *at;                                                                          \
		size_t count, room;                                                                \
	}

/* A list of strings that somebody else owns. */
typedef ADVI_VEC(const char *) advi_names;

/* Whether a text is among them. */
bool advi_names_have(const advi_names *names, const char *text);

/* Appends a zeroed element and gives its address, valid until the next push. */
#define advi_vec_new(vec)                                                                          \
	((__typeof__((vec)->at))advi_vec_grow((void **)&(vec)->at, &(vec)->count, &(vec)->room,    \
					      sizeof(*(vec)->at)))
/* Appends a value. */
#define advi_vec_push(vec, value)                                                                  \
	do {                                                                                       \
		__typeof__(*(vec)->at) advi_pushed_ = (value);                                     \
		if ((vec)->count == (vec)->room)                                                   \
			advi_vec_widen((void **)&(vec)->at, &(vec)->room, sizeof(*(vec)->at));     \
		(vec)->at[(vec)->count++] = advi_pushed_;                                          \
	} while (0)
/* Frees the array (not what its elements own). */
#define advi_vec_clear(vec)                                                                        \
	do {                                                                                       \
		free((vec)->at);                                                                   \
		(vec)->at = NULL;                                                                  \
		(vec)->count = (vec)->room = 0;                                                    \
	} while (0)
#define advi_vec_sort(vec, compare)                                                                \
	do {                                                                                       \
		if ((vec)->count > 1)                                                              \
			qsort((vec)->at, (vec)->count, sizeof(*(vec)->at), compare);               \
	} while (0)

void advi_vec_widen(void **at, size_t *room, size_t size);
void *advi_vec_grow(void **at, size_t *count, size_t *room, size_t size);

#endif
