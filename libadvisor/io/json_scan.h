/* SPDX-License-Identifier: BSD-3-Clause */
/* A pull parser over JSON text in memory: no tree, no allocation but for escaped strings. */
#ifndef ADVI_IO_JSON_SCAN_H
#define ADVI_IO_JSON_SCAN_H

#include "base/arena.h"
#include "base/buf.h"

enum advi_json_kind {
	ADVI_JSON_NULL,
	ADVI_JSON_BOOL,
	ADVI_JSON_NUMBER,
	ADVI_JSON_STRING,
	ADVI_JSON_ARRAY,
	ADVI_JSON_OBJECT,
	ADVI_JSON_BAD /* what comes next begins no value, or something went wrong before */
};

enum { ADVI_JSON_DEPTH = 64 };

/*
 * A cursor. The first problem sticks: from then on every call fails, and 'problem' says what it
 * was, 'at' where. So a reader asks for what it expects and checks once, at the end.
 * RFC 8259; text must be UTF-8. Everything that is passed over is checked as well.
 */
struct advi_json {
	const char *start, *at, *end;
	const char *problem; /* NULL while all is well; a literal */
	unsigned depth;
	bool first;                /* just after '{' or '[' */
	struct advi_buf scratch;   /* the string being decoded */
	struct advi_arena decoded; /* strings that had escapes */
};

void advi_json_init(struct advi_json *json, struct advi_str text);
void advi_json_clear(struct advi_json *json);

/* What comes next, without taking it. */
enum advi_json_kind advi_json_peek(struct advi_json *json);
/* Enters an object or array. */
bool advi_json_object(struct advi_json *json);
bool advi_json_array(struct advi_json *json);
/*
 * The next key of the object entered last, its value to be taken next; false at its end (which
 * it leaves) and on a problem. The key is as advi_json_string gives it.
 */
bool advi_json_key(struct advi_json *json, struct advi_str *key);
/* Whether the array entered last has one more item, to be taken next; at its end it leaves it. */
bool advi_json_item(struct advi_json *json);
/*
 * A string, decoded. Without escapes it is a slice of the text, otherwise of the scanner's
 * own memory, valid until advi_json_reset or _clear. Lone surrogates
 * become U+FFFD.
 */
bool advi_json_string(struct advi_json *json, struct advi_str *out);
/* A number as it is written, however long or large: a slice of the text. */
bool advi_json_number_text(struct advi_json *json, struct advi_str *out);
bool advi_json_number(struct advi_json *json, double *out);
/* A number that is a whole one from 0 to 2^64-1. */
bool advi_json_u64(struct advi_json *json, uint64_t *out);
bool advi_json_bool(struct advi_json *json, bool *out);
/* Passes over one value of any kind, checking it. */
bool advi_json_skip(struct advi_json *json);
/* The text from the cursor on; after advi_json_peek it begins with the value that comes next. */
static inline struct advi_str advi_json_rest(const struct advi_json *json)
{
	return (struct advi_str){json->at, (size_t)(json->end - json->at)};
}
/* Takes a value of so many bytes that is known to be a valid one. */
static inline void advi_json_pass(struct advi_json *json, size_t bytes)
{
	json->at += bytes;
}
/* Whether all went well and nothing but white space is left. */
bool advi_json_end(struct advi_json *json);
/* Reports a problem of the reader's own, such as a wrong type. Returns false. */
bool advi_json_fail(struct advi_json *json, const char *problem);
/* Frees decoded strings, for readers of many values. */
void advi_json_reset(struct advi_json *json);
/* The line and column, both from 1, of where the cursor is. */
void advi_json_where(const struct advi_json *json, size_t *line, size_t *column);

#endif
