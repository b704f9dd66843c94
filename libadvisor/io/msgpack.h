/* SPDX-License-Identifier: BSD-3-Clause */
/* MessagePack documents (msgpack-c's parser), as a tree or as JSON text. */
#ifndef ADVI_IO_MSGPACK_H
#define ADVI_IO_MSGPACK_H

#include "base/arena.h"
#include "base/buf.h"

enum advi_msgpack_kind {
	ADVI_MSGPACK_NULL, /* and extension types, which nothing here needs */
	ADVI_MSGPACK_BOOL,
	ADVI_MSGPACK_UINT,
	ADVI_MSGPACK_INT, /* below zero */
	ADVI_MSGPACK_DOUBLE,
	ADVI_MSGPACK_TEXT, /* not checked to be UTF-8 */
	ADVI_MSGPACK_BYTES,
	ADVI_MSGPACK_ARRAY,
	ADVI_MSGPACK_MAP
};

/* A value. Its text is a slice of the document. */
struct advi_msgpack {
	enum advi_msgpack_kind kind;
	struct advi_msgpack *next; /* item of the array, or key or value of the map, or NULL */
	union {
		bool flag;
		uint64_t number;
		int64_t negative;
		double real;
		struct advi_str text;
		struct {
			struct advi_msgpack *first, *last; /* of a map: key, value, key, value */
		};
	};
};

/*
 * Reads a document, all of it. Nesting has msgpack-c's limit of 32; there are at most four
 * million values, and no array may claim more items than bytes are left.
 *   arena    where the values are; what is in it after a failure is of no use.
 *   problem  what is wrong with the document (a literal), when NULL is returned.
 */
const struct advi_msgpack *advi_msgpack_read(struct advi_arena *arena, struct advi_str document,
					     const char **problem);
/* The value of a key of a map, the last one where it is there twice; NULL when there is none. */
const struct advi_msgpack *advi_msgpack_get(const struct advi_msgpack *map, const char *key);
/*
 * Appends the value as JSON: bytes as lower-case hexadecimal text, numbers that JSON does not
 * have and extensions as null. Text that is no UTF-8 becomes false, so that a reader refuses what
 * holds it and nothing else; in a key it becomes '/'. Keys that are no texts are left out.
 */
void advi_msgpack_json(struct advi_buf *out, const struct advi_msgpack *value);

#endif
