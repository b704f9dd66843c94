/* SPDX-License-Identifier: BSD-3-Clause */
/* An ingest on its way: what reading one source and reading all of them share. */
#ifndef ADVI_USAGE_INGEST_H
#define ADVI_USAGE_INGEST_H

#include <sys/stat.h>

#include "usage/format.h"

struct advi_ingest {
	struct adv_store *store;
	const struct advi_log_format *format; /* asked for, or NULL */
	bool accounting;                      /* the scheduler's accounting is read, no logs */
	const struct adv_watch *watch;
	struct adv_ingest_summary *summary;
	struct advi_sink sink;
	struct advi_pseudonyms *pseudonyms; /* the sink's */
	struct stat own[2];                 /* the store and its key: not to be read */
	uint64_t done, total;               /* bytes as files have them, for the watch */
	const struct advi_stream *stream;
	bool open;         /* a transaction is */
	bool store_failed; /* not the source but the store is the trouble */
	uint64_t noted;
	struct adv_err first; /* of the sources that failed */
};

/* Tells the watch how far the reading is; the progress of struct advi_source. */
int advi_ingest_progress(void *context, uint64_t bytes, struct adv_err *err);
/* Transactions of the store; beginning an open one and ending none are fine. */
int advi_ingest_begin(struct advi_ingest *ingest, struct adv_err *err);
int advi_ingest_commit(struct advi_ingest *ingest, struct adv_err *err);
void advi_ingest_rollback(struct advi_ingest *ingest);

/* Tells of a source that could not be read: 0, so that the next one goes on, or 'r' when none may.
 */
int advi_ingest_note(struct advi_ingest *ingest, const char *path, int r, struct adv_err *err);

/*
 * Reads one file, or the members of an archive, or what came to it since it was read before. When
 * it is bad, that is told and counted, and 0 is returned: the next one goes on.
 */
int advi_ingest_read(struct advi_ingest *ingest, const char *path, struct adv_err *err);

#endif
