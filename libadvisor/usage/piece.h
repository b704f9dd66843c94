/* SPDX-License-Identifier: BSD-3-Clause */
/* Pieces of records whose other pieces have not been seen, kept in the store from log to log. */
#ifndef ADVI_USAGE_PIECE_H
#define ADVI_USAGE_PIECE_H

#include "io/fingerprint.h"
#include "usage/combine.h"
#include "usage/pseudonym.h"
#include "usage/store.h"

enum { ADVI_PIECE_RECORD_BYTES = 16 };

/* So many bytes of what is sealed tell pieces of one place apart: they are of a keyed digest. */
#define ADVI_PIECE_MARK "8"
/*
 * Records that wait, each with the place of a first piece. One of a run that is counted is a copy
 * that came late, or a second end of the run: nobody misses the rest of it.
 */
#define ADVI_PIECES_COUNTED                                                                        \
	" EXISTS(SELECT 1 FROM run WHERE run.uuid=piece.run AND run.ticks IS NOT NULL) "
#define ADVI_PIECES_WAITING                                                                        \
	"SELECT record, min(at) AS at, source, start, count(DISTINCT at)=count AS whole"           \
	" FROM piece WHERE NOT" ADVI_PIECES_COUNTED "GROUP BY record"

/*
 * A piece holds what a store must not: command lines, environments, names. So it is sealed with a
 * key derived from that of the pseudonyms, and of its record stands in the store only a digest.
 */
struct advi_pieces {
	struct adv_store *store;
	struct advi_pseudonyms *pseudonyms;
	sqlite3_stmt *add, *load, *drop, *spend, *find, *own, *move, *leave, *count;
	bool any;   /* there may be some */
	bool fresh; /* there may be some of the source that is being read */
};

/* What a piece is of. */
struct advi_piece_of {
	const unsigned char *record; /* advi_piece_record */
	const unsigned char *run;    /* the uuid of a run record's run, or NULL */
	unsigned version, count;
};

int advi_pieces_open(struct advi_pieces *pieces, struct adv_store *store,
		     struct advi_pseudonyms *pseudonyms, struct adv_err *err);
void advi_pieces_clear(struct advi_pieces *pieces);

/* What stands for a record, by all that its blocks share. */
void advi_piece_record(struct advi_str id, unsigned char out[ADVI_PIECE_RECORD_BYTES]);
/* Keeps one piece; when it is there already, that stays. */
int advi_pieces_add(struct advi_pieces *pieces, const struct advi_piece_of *of,
		    const struct advi_slice *slice, struct adv_err *err);
/*
 * Puts a record together of pieces that are there, as advi_combine does, and drops those. 1: 'out'
 * has it, or '*problem' says why its pieces were dropped; 0: something is missing.
 */
int advi_pieces_take(struct advi_pieces *pieces, const unsigned char *record,
		     struct advi_combination *out, const char **problem, struct adv_err *err);
/* Drops the pieces of a record; only those that are the same as slices that have been used. */
int advi_pieces_drop(struct advi_pieces *pieces, const unsigned char *record, struct adv_err *err);
int advi_pieces_spend(struct advi_pieces *pieces, const struct advi_piece_of *of,
		      const advi_slices *slices, struct adv_err *err);
/* The next record behind 'record' that has pieces for all places: 1, or 0 when there is none. */
int advi_pieces_next(struct advi_pieces *pieces, unsigned char record[ADVI_PIECE_RECORD_BYTES],
		     struct adv_err *err);
/* The fresh ones are of this source, which has grown from 'shorter' (or NULL). */
int advi_pieces_own(struct advi_pieces *pieces, const struct advi_fingerprint *source,
		    const struct advi_fingerprint *shorter, bool read_on, struct adv_err *err);
/* How many records wait for pieces, but for those of runs that are counted already. */
int advi_pieces_waiting(struct advi_pieces *pieces, uint64_t *out, struct adv_err *err);

#endif
