/* SPDX-License-Identifier: BSD-3-Clause */
/* Pieces of records whose other pieces have not been seen, kept in the store from log to log. */
#ifndef ADVI_USAGE_PIECE_H
#define ADVI_USAGE_PIECE_H

#include "usage/block.h"
#include "usage/pseudonym.h"
#include "usage/store.h"

enum { ADVI_PIECE_RECORD_BYTES = 16 };

/*
 * A piece holds what a store must not: command lines, environments, names. So it is sealed with a
 * key derived from that of the pseudonyms, and of its record stands in the store only a digest.
 */
struct advi_pieces {
	struct adv_store *store;
	struct advi_pseudonyms *pseudonyms;
	sqlite3_stmt *add, *load, *drop, *find;
	bool any; /* there may be some */
};

int advi_pieces_open(struct advi_pieces *pieces, struct adv_store *store,
		     struct advi_pseudonyms *pseudonyms, struct adv_err *err);
void advi_pieces_clear(struct advi_pieces *pieces);

/* What stands for a record, by all that its blocks share. */
void advi_piece_record(struct advi_str id, unsigned char out[ADVI_PIECE_RECORD_BYTES]);
/* Keeps one piece; when it is there already, that stays. */
int advi_pieces_add(struct advi_pieces *pieces, const unsigned char *record, unsigned version,
		    unsigned count, const struct advi_slice *slice, struct adv_err *err);
/*
 * Puts a record together when all of it is there, and drops its pieces. 1: 'out' has it, or
 * '*problem' says why it can't be put together; 0: something is missing.
 */
int advi_pieces_take(struct advi_pieces *pieces, const unsigned char *record, struct advi_buf *out,
		     const char **problem, struct adv_err *err);
/* Drops the pieces of a record. */
int advi_pieces_drop(struct advi_pieces *pieces, const unsigned char *record, struct adv_err *err);
/* A record of which all pieces are there, as after a merge: 1, or 0 when there is none. */
int advi_pieces_next(struct advi_pieces *pieces, unsigned char record[ADVI_PIECE_RECORD_BYTES],
		     struct adv_err *err);

#endif
