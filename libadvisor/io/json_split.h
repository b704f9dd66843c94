/* SPDX-License-Identifier: BSD-3-Clause */
/* Cutting a stream of JSON text into values that fit into memory, however large the whole is. */
#ifndef ADVI_IO_JSON_SPLIT_H
#define ADVI_IO_JSON_SPLIT_H

#include "io/json_scan.h"
#include "io/stream.h"

enum {
	ADVI_SPLIT_STARTS = 8,      /* beginnings of good values that are remembered */
	ADVI_SPLIT_START_BYTES = 64 /* of one */
};

/* One value, or what stood where one should be. */
struct advi_value {
	struct advi_str text;
	uint64_t offset;     /* bytes before it, decompressed */
	const char *problem; /* NULL, or why there is no text: a literal */
};

/*
 * What is cut: values that stand one behind the other, with anything between them. Arrays are
 * opened and give their items (but for lists of strings, when 'lists' is set); an object is given
 * whole, unless it is larger than 'longest', damaged or cut short: then it is opened and its
 * members' values are given, or it is refused when 'is_record' knows one of its keys. Nothing else
 * is checked of a value but where it ends: its reader refuses it.
 *
 * What can't be JSON ends a value at once. After a refused one, cutting goes on at the next place
 * that looks like a beginning: the indentation of the damaged value, or the first key of an earlier
 * one.
 */
struct advi_split {
	struct advi_stream *stream; /* borrowed */
	bool lists;
	bool (*is_record)(struct advi_str key);
	size_t longest; /* bytes of one value */

	/* The rest is its own. */
	struct advi_buf held;
	uint64_t base;    /* offset of held's first byte */
	size_t at, start; /* in held: the next byte; the value that is being passed */
	size_t bare;      /* blanks before 'start' in its line, or SIZE_MAX: not only blanks */
	bool ended;       /* the stream has */
	enum {
		ADVI_SPLIT_OUTSIDE,
		ADVI_SPLIT_INSIDE,
		ADVI_SPLIT_PASSING, /* within a value that was refused */
		ADVI_SPLIT_LOST     /* looking for a beginning */
	} state;
	bool told;              /* of the noise at 'at' */
	const char *pending;    /* why a container was opened; told unless a member is refused */
	uint64_t blamed, until; /* offsets: of that container, of the damage */
	unsigned depth;         /* of brackets within the value */
	char open[ADVI_JSON_DEPTH];   /* these brackets */
	unsigned outer;               /* containers that were opened */
	char around[ADVI_JSON_DEPTH]; /* these */
	bool quoted, escaped;         /* within a string; after a backslash */
	char last;                    /* the last byte that was not blank */
	char starts[ADVI_SPLIT_STARTS][ADVI_SPLIT_START_BYTES + 1];
	size_t start_count;
};

void advi_split_init(struct advi_split *split, struct advi_stream *stream, size_t longest);
void advi_split_clear(struct advi_split *split);
/* 1 with the next value (valid until the next call), 0 at the end, negative on an error. */
int advi_split_next(struct advi_split *split, struct advi_value *out, struct adv_err *err);
/*
 * Opens the value that was given last, since its reader can't read it for that reason (a literal):
 * what is in it is given next. False when it is no object, or a record.
 */
bool advi_split_open(struct advi_split *split, const char *problem);
/* The value that was given last was refused: what was opened because of it is not blamed, too. */
void advi_split_refused(struct advi_split *split);

#endif
