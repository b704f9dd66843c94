/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing JSON documents: one layout, keys in byte order, numbers that read back as they were. */
#ifndef ADVI_IO_JSON_WRITE_H
#define ADVI_IO_JSON_WRITE_H

#include <stdio.h>

#include "base/buf.h"

/*
 * Writes to 'file' (borrowed). An object's keys must come in strictly rising byte order: a
 * document that is the same says the same bytes. Getting that or the nesting wrong is a bug of
 * the caller and asserted. Bytes that are no UTF-8 are written as U+FFFD. Errors of the file are
 * left to ferror().
 */
struct advi_jout {
	FILE *file;
	unsigned depth;
	bool item;                /* something stands before in this object or array */
	bool keyed;               /* a key was written and waits for its value */
	struct advi_buf keys[32]; /* the last key of each open object */
};

void advi_jout_init(struct advi_jout *out, FILE *file);
/* Ends the document with a newline and frees the writer's memory. */
void advi_jout_end(struct advi_jout *out);
void advi_jout_object(struct advi_jout *out);
void advi_jout_object_end(struct advi_jout *out);
void advi_jout_array(struct advi_jout *out);
void advi_jout_array_end(struct advi_jout *out);
void advi_jout_key(struct advi_jout *out, const char *key);
void advi_jout_str(struct advi_jout *out, struct advi_str text);
/* A string, or null for NULL. */
void advi_jout_text(struct advi_jout *out, const char *text);
void advi_jout_u64(struct advi_jout *out, uint64_t number);
/* The shortest decimal that reads back as the same double; null when it is not finite. */
void advi_jout_double(struct advi_jout *out, double number);
void advi_jout_bool(struct advi_jout *out, bool value);
void advi_jout_null(struct advi_jout *out);

/* A key and an array of texts. */
void advi_jout_texts(struct advi_jout *out, const char *key, const char *const *texts,
		     size_t count);

/* Key and value in one call. */
static inline void advi_jout_key_text(struct advi_jout *out, const char *key, const char *text)
{
	advi_jout_key(out, key);
	advi_jout_text(out, text);
}
static inline void advi_jout_key_u64(struct advi_jout *out, const char *key, uint64_t number)
{
	advi_jout_key(out, key);
	advi_jout_u64(out, number);
}
/* null for 0, which is no limit */
static inline void advi_jout_key_limit(struct advi_jout *out, const char *key, uint64_t limit)
{
	advi_jout_key(out, key);
	if (limit)
		advi_jout_u64(out, limit);
	else
		advi_jout_null(out);
}

/* Writes 'text' as a JSON string with its quotes. */
void advi_json_quote(FILE *file, struct advi_str text);

/* A key, and an array of what write(out, &item) makes of each item of a vector. */
#define ADVI_WRITE_EACH(out, key, vec, write)                                                      \
	do {                                                                                       \
		advi_jout_key(out, key);                                                           \
		advi_jout_array(out);                                                              \
		for (size_t i_ = 0; i_ < (vec)->count; i_++)                                       \
			write(out, &(vec)->at[i_]);                                                \
		advi_jout_array_end(out);                                                          \
	} while (0)

#endif
