/* SPDX-License-Identifier: BSD-3-Clause */
/* Run records written as others were: the same keys in the same order, only values differ. */
#ifndef ADVI_USAGE_SHAPE_H
#define ADVI_USAGE_SHAPE_H

#include "base/vec.h"
#include "usage/record.h"

/* A value of a record, and the text before it: text[from .. from + length). */
struct advi_shape_step {
	uint32_t from, length;
	uint8_t value;   /* enum, in shape.c */
	uint16_t offset; /* where in the record's fields it goes; UINT16_MAX: nowhere */
};

/* A record that was read, cut at its values. */
struct advi_shape {
	char *text;          /* all of it; NULL: no record */
	size_t length, rest; /* of the text; where that behind the last value begins */
	ADVI_VEC(struct advi_shape_step) steps;
};

enum { ADVI_SHAPES = 4 };

/*
 * The shapes that were met last. A shape reads what it is sure of, which is what one program writes
 * record after record; anything else (escapes, other blanks, another order) is left to the reader
 * of all records, which says the same of what both read. Zero is empty.
 */
struct advi_shapes {
	struct advi_shape all[ADVI_SHAPES];
	size_t last; /* the one that fitted last */
	bool unmet;  /* the record read last has a known shape, most likely, and new values */
	advi_paths none;
};

void advi_shapes_clear(struct advi_shapes *shapes);
/* As advi_xalt_read_known does; false when no shape fits, and 'out' says nothing then. */
bool advi_shapes_read(struct advi_shapes *shapes, struct advi_str record,
		      const struct advi_xalt_memory *memory, struct advi_record_seen *out);
/* Takes the shape of a record that is well-formed and that no shape fitted, if it is a run's. */
void advi_shapes_learn(struct advi_shapes *shapes, struct advi_str record);

#endif
