/* SPDX-License-Identifier: BSD-3-Clause */
/* The usage store: who used what, from where. */
#ifndef ADVISOR_STORE_H
#define ADVISOR_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <advisor/err.h>
#include <advisor/site.h>
#include <advisor/watch.h>

#ifdef __cplusplus
extern "C" {
#endif

struct adv_store;

enum adv_store_mode {
	ADV_STORE_READ, /* it must exist; nothing in it changes */
	ADV_STORE_WRITE /* made when absent */
};

/*
 * Opens a usage store (an SQLite file).
 * Returns 0, ADV_EINPUT when it is no store or of a newer version, ADV_EENV when it can't be
 * opened or another program writes to it.
 */
int adv_store_open(struct adv_store **out, const char *path, enum adv_store_mode mode,
		   struct adv_err *err);
/* NULL is fine. */
void adv_store_free(struct adv_store *store);
ADV_AUTO_DEFINE(store)

/* How to read logs. */
struct adv_ingest_options {
	bool names;         /* keep user names and home paths; otherwise keyed pseudonyms */
	const char *format; /* a log format by name, or NULL: recognised by content */
	const char *key;    /* key file of the pseudonyms, or NULL: beside the store */
	/* A list of further files and folders, or NULL; "-": standard input. Names are separated by
	 * NULs when there is one, otherwise by line ends. */
	const char *files_from;
	const char *const *accounting; /* files of the scheduler's accounting, read first */
	size_t accounting_count;
	/* "2/8": of eight stores that share the files and parts of large ones the second; or NULL
	 */
	const char *shard;
	const char *from_db; /* an XALT database to read, or NULL; its URL as ingest(1) has it */
	const char *syshost; /* whose jobs that is; NULL: what it says itself, or any host */
	/* That read at once, at most 8; 0: as many as there are processors, at most 4. What is read
	 * does not depend on it. */
	unsigned threads;
};
#define ADV_INGEST_OPTIONS_INIT                                                                    \
	{                                                                                          \
		0                                                                                  \
	}

/* What an ingest met. Counts are of this call alone. */
struct adv_ingest_summary {
	uint64_t sources;        /* files read */
	uint64_t sources_known;  /* files passed over, read before */
	uint64_t sources_failed; /* files that could not be read to their end */
	uint64_t records;        /* records met, of any kind */
	uint64_t runs;           /* runs counted */
	uint64_t uses;           /* (run, module) pairs counted */
	uint64_t rejected;       /* records refused; the store lists them with file and offset */
	uint64_t waiting;        /* package records whose run has not been seen */
	uint64_t pieces;         /* records in the store of which pieces are missing */
	uint64_t bytes;          /* decompressed */
};

/*
 * Reads logs into the store; a file that was read before changes nothing. One bad record costs
 * that record, one bad file that file.
 *   paths     files, folders or "-"; count of them.
 *   site      the recipe; the store keeps what it needs of it to answer questions later.
 *   options   NULL for defaults.
 *   summary   filled also on ADV_EINPUT.
 * Returns 0, ADV_EINPUT when a file could not be read (everything else was), ADV_EENV when the
 * store could not be written, ADV_ECANCEL. Nothing of a source that was interrupted counts.
 */
int adv_ingest(struct adv_store *store, const struct adv_site *site, const char *const *paths,
	       size_t count, const struct adv_ingest_options *options,
	       const struct adv_watch *watch, struct adv_ingest_summary *summary,
	       struct adv_err *err);

/*
 * Adds everything that other stores hold, as if their sources had been read into this one; what is
 * in both counts once. Their pseudonyms must be of one key, and their places the same.
 *   site      as for adv_ingest; NULL for a new store: the first one's.
 *   paths     stores, 'count' of them; those of an earlier version are brought up to date first.
 *   key       the key file, with which records of which every store had but a piece are put
 * together; NULL: the store's path with ".key", when that is there. Without it they wait for the
 *             next ingest.
 *   summary   sources and runs that were new; filled also on ADV_EINPUT.
 * Returns 0; ADV_EINPUT when a store could not be read (all others were), ADV_EUSAGE when one does
 * not fit (nothing of it was added), ADV_EENV when this one could not be written, ADV_ECANCEL.
 */
int adv_store_merge(struct adv_store *store, const struct adv_site *site, const char *const *paths,
		    size_t count, const char *key, const struct adv_watch *watch,
		    struct adv_ingest_summary *summary, struct adv_err *err);

#ifdef __cplusplus
}
#endif
#endif
