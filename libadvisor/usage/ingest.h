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

/* Tells the watch how far the reading is; streams are heard by it (advi_stream_hear). */
int advi_ingest_progress(void *ingest, struct adv_err *err);
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

/* Whole lines of a file: bytes [from, to); 'to' is UINT64_MAX for its end, wherever that is. */
struct advi_file_part {
	const char *path;
	uint64_t from, to;
	const struct advi_log_format *format; /* of the file */
};
/* As _read; a part is a source of its own, by its own content. */
int advi_ingest_read_part(struct advi_ingest *ingest, const struct advi_file_part *part,
			  struct adv_err *err);

/* Calls 'each' for what an operand stands for: a file as it is named, or the files of a folder. */
typedef int advi_ingest_file_fn(void *context, const char *path, const struct stat *info,
				struct adv_err *err);
int advi_ingest_files(struct advi_ingest *ingest, const char *path, advi_ingest_file_fn *each,
		      void *context, struct adv_err *err);
/*
 * Of a line of a list, "SIZE<tab>PATH" or "PATH", the path; '*size' stays when it says none. What
 * stands with its size was found in a folder, and is read only when advi_source_wanted.
 */
const char *advi_ingest_listed(const char *line, uint64_t *size);
/*
 * Reads the share of operands and of a list (or NULL) that falls to one of several stores: "2/8".
 * All the shares together are everything, each byte once.
 */
int advi_ingest_shard(struct advi_ingest *ingest, const char *shard, const char *const *paths,
		      size_t count, const char *files_from, struct adv_err *err);

#endif
