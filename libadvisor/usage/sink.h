/* SPDX-License-Identifier: BSD-3-Clause */
/* Where typed records go: names interned, imports joined to runs, written source by source. */
#ifndef ADVI_USAGE_SINK_H
#define ADVI_USAGE_SINK_H

#include "usage/accounting.h"
#include "usage/gather.h"
#include "usage/intern.h"
#include "usage/job.h"
#include "usage/known.h"
#include "usage/lane.h"
#include "usage/piece.h"
#include "usage/pseudonym.h"
#include "usage/record.h"
#include "usage/intake.h"

enum { ADVI_REJECTS_LISTED = 1000 }; /* of one source; more are only counted */

/* A last line that was refused because it may not be whole yet. */
struct advi_cut {
	bool is;
	uint64_t offset;
};

enum { ADVI_READERS = 8 };

/* One who reads lines, and what the sink knows of his lists. */
struct advi_reader {
	struct advi_lane lane;
	struct advi_intake intake;
};

struct advi_sink {
	struct adv_store *store;
	const struct adv_site *site;
	struct advi_pseudonyms pseudonyms;
	struct advi_join join;
	struct advi_intern users, projects, modules, roots, versions;
	sqlite3_stmt *add_tally;
	struct advi_sources sources;
	struct advi_pieces pieces;
	struct advi_accounts accounts;
	const char *syshost; /* whose jobs the accounting is of, or NULL */
	struct advi_runs runs;
	struct advi_gather gather;
	advi_imports libs;           /* of the record that is taken */
	struct advi_reader *readers; /* the first one is for records that come one by one, too */
	size_t reader_count;
	struct advi_batch batch;              /* of the first one */
	bool busy;                            /* with a batch: items keep their numbers */
	ADVI_VEC(struct advi_reject) rejects; /* of the source that is being read */
	struct advi_cut cut_at;               /* of the source */
	uint64_t runs_seen;                   /* of the source, whether new or not */
	sqlite3_int64 tallies_before;         /* the last one before it */
	bool failed;                          /* the store could not be read or written */
	struct adv_ingest_summary source;     /* of the source that is being read */
	struct adv_ingest_summary pending;    /* of the open transaction */
};

/* 'pseudonyms' moves into the sink. */
int advi_sink_open(struct advi_sink *sink, struct adv_store *store, const struct adv_site *site,
		   struct advi_pseudonyms *pseudonyms, struct adv_err *err);
/* How many threads read, after _open: 0: as many as there are processors, at most 4. */
void advi_sink_threads(struct advi_sink *sink, unsigned threads);
void advi_sink_clear(struct advi_sink *sink);

/* Each takes one record. Negative: the store could not be written. */
int advi_sink_run(struct advi_sink *sink, const struct advi_run_seen *run, struct adv_err *err);
int advi_sink_import(struct advi_sink *sink, const struct advi_import_seen *import,
		     struct adv_err *err);
/* What an import, or the shared objects that a run had mapped, come to: appended to 'out'. */
int advi_sink_imports(struct advi_sink *sink, const struct advi_import_seen *import,
		      advi_imports *out, struct adv_err *err);
int advi_sink_libs(struct advi_sink *sink, const struct advi_str *paths, size_t count,
		   advi_imports *out, struct adv_err *err);
/* The same as _run and _import for who has that already. */
int advi_sink_run_of(struct advi_sink *sink, const struct advi_run_seen *run, const uint32_t *libs,
		     size_t lib_count, struct adv_err *err);
/* As _run_of for a run that most likely imports these and nothing else: advi_gather_whole. */
int advi_sink_run_whole(struct advi_sink *sink, const struct advi_run_seen *run,
			const uint32_t *imports, size_t count, struct advi_set_memo *memo,
			struct adv_err *err);
int advi_sink_add(struct advi_sink *sink, const unsigned char *uuid, const uint32_t *imports,
		  size_t count, struct adv_err *err);
/* Where nobody holds a number of an item: forgets all when they are many. */
int advi_sink_trim(struct advi_sink *sink, struct adv_err *err);
/* A shared object that a run had mapped at its end. */
int advi_sink_mapped(struct advi_sink *sink, const unsigned char *uuid, struct advi_str path,
		     struct adv_err *err);
int advi_sink_count(struct advi_sink *sink, const struct advi_count_seen *count,
		    struct adv_err *err);
int advi_sink_job(struct advi_sink *sink, const struct advi_job_seen *job, struct adv_err *err);
/* A record that was refused; 'reason' is a literal. */
void advi_sink_reject(struct advi_sink *sink, uint64_t offset, const char *reason);

/* Transactions. A source counts when the one that its end lies in is committed. */
int advi_sink_begin(struct advi_sink *sink, struct adv_err *err);
int advi_sink_commit(struct advi_sink *sink, struct adv_err *err);
void advi_sink_rollback(struct advi_sink *sink);
/* After the last commit: drops what nothing refers to any more, counts what waits. */
int advi_sink_finish(struct advi_sink *sink, struct adv_ingest_summary *summary,
		     struct adv_err *err);
/*
 * Ends a source: 'row' says what it is, the sink adds what it has counted. 'from' (or NULL) is the
 * shorter one that it begins with.
 */
int advi_sink_source(struct advi_sink *sink, struct advi_source_row *row,
		     const struct advi_known *from, bool read_on, struct adv_err *err);
/* Forgets what was counted of a source of which nothing was taken. */
void advi_sink_drop_source(struct advi_sink *sink);

#endif
