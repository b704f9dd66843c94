/* SPDX-License-Identifier: BSD-3-Clause */
/* What a chunk of lines says: a lane's output, which a sink takes. */
#ifndef ADVI_USAGE_BATCH_H
#define ADVI_USAGE_BATCH_H

#include "base/arena.h"
#include "io/chunk.h"
#include "usage/recall.h"

/*
 * What some words came to, as a lane numbers it: an import (a package record, all but its run), or
 * the objects that a run had mapped. A batch has those that were met in it for the first time.
 */
struct advi_batch_list {
	bool mapped;
	struct advi_import_seen import;
	uint32_t first, count; /* of the batch's paths, when 'mapped' */
};

struct advi_batch_run {
	struct advi_run_seen seen; /* without its list of mapped objects */
	uint32_t list;             /* which is this one, or ADVI_NO_LIST */
	uint32_t script;           /* what it imports beside those: that one, or ADVI_NO_LIST */
};

/*
 * What some runs import in one order: numbers.at[first .. first + count) of lists. A lane numbers
 * them, each for one list of mapped objects, and a batch has those that it tells first.
 */
struct advi_batch_script {
	uint32_t first, count;
};

enum advi_batch_kind {
	ADVI_BATCH_RUN,     /* runs.at[first] */
	ADVI_BATCH_IMPORTS, /* numbers.at[first .. first + count) of lists are what a run imports */
	ADVI_BATCH_LINE /* bytes [first, first + count) of the chunk: nothing that a lane reads */
};

struct advi_batch_entry {
	uint8_t kind; /* enum advi_batch_kind */
	uint32_t first, count;
	unsigned char uuid[ADVI_UUID_BYTES]; /* of imports */
};

struct advi_batch {
	struct advi_chunk chunk;
	struct advi_arena decoded; /* texts that had escapes; all others lie in the chunk */
	bool anew;                 /* the lane numbers its lists and scripts from 0 again */
	uint64_t records;          /* lines that are not blank */
	ADVI_VEC(struct advi_batch_list) lists;
	advi_paths paths;
	ADVI_VEC(struct advi_batch_run) runs;
	ADVI_VEC(struct advi_batch_script) scripts;
	ADVI_VEC(uint32_t) numbers;
	ADVI_VEC(struct advi_batch_entry) entries; /* in the order of the lines */
};

/* Empties it, and keeps its memory. */
void advi_batch_reset(struct advi_batch *batch);
void advi_batch_clear(struct advi_batch *batch);

#endif
