/* SPDX-License-Identifier: BSD-3-Clause */
/* Making an index: records come in any order, an index file goes out. */
#ifndef ADVI_CONDA_INDEX_MAKE_H
#define ADVI_CONDA_INDEX_MAKE_H

#include <stdio.h>

#include "base/map.h"
#include "conda/index_file.h"
#include "conda/index_intern.h"

/* How many of the refused records are told one by one. */
enum { ADVI_INDEX_TOLD = 5 };
/* Of a row's flags, before it is written: it is left out. */
#define ADVI_INDEX_LEFT_OUT (UINT32_C(1) << 31)

struct advi_index_maker {
	struct advi_texts texts;
	struct advi_lists lists;
	ADVI_VEC(struct advi_index_row) rows; /* as they came; 'name' is the number of a text */
	ADVI_VEC(uint32_t) order;             /* of the rows that are kept, by name */
	ADVI_VEC(struct advi_index_name) names;
	struct advi_map removed; /* file names that are taken back */
	advi_strs told;          /* of refused records; their memory is the arena's */
	struct advi_arena arena;
	uint64_t rejected;
	size_t unusual; /* rows whose file name does not follow from the rest */
	uint32_t base_url, told_list;
};

void advi_index_maker_init(struct advi_index_maker *maker);
void advi_index_maker_clear(struct advi_index_maker *maker);

/* Takes a record. Returns NULL, or why it is refused (a literal): then nothing is taken. */
const char *advi_index_take(struct advi_index_maker *maker, const struct advi_raw *raw);
/* Counts a record that is refused. */
void advi_index_refuse(struct advi_index_maker *maker, struct advi_str fn, const char *reason);

/*
 * When all is in: leaves out what was removed, what is there as .conda too, and all but the last
 * record of one file; brings the rest into order.
 */
void advi_index_settle(struct advi_index_maker *maker);
/* Bytes of the index as it will be written. */
uint64_t advi_index_bytes(const struct advi_index_maker *maker);
/* Writes it, once; 'sha256' and 'origin' are the header's. Errors are left in 'file'. */
void advi_index_write(struct advi_index_maker *maker, const struct advi_index_origin *origin,
		      const uint8_t sha256[32], FILE *file);

#endif
