/* SPDX-License-Identifier: BSD-3-Clause */
/* What a store holds and what it was made of. */
#ifndef ADVI_USAGE_STATUS_H
#define ADVI_USAGE_STATUS_H

#include "base/arena.h"
#include "base/vec.h"
#include "io/digest.h"
#include "usage/store.h"

struct advi_status_source {
	const char *name, *format;
	uint64_t bytes, records, runs, rejected;
};

/* Imports whose runs have not been seen, by the month that the runs' UUIDs tell; 0: they don't. */
struct advi_status_waiting {
	uint32_t month;
	uint64_t runs, imports;
};

struct advi_status_reason {
	const char *reason;
	uint64_t count; /* of those that are listed */
};

struct advi_status_reject {
	const char *source, *reason;
	uint64_t offset;
};

/* Texts are owned by it. */
struct advi_status {
	struct advi_arena arena;
	const char *path, *site; /* site: the recipe's name; NULL: none */
	const char *key; /* the mark of the key; NULL: names are kept, or nothing was read */
	bool names;
	uint64_t file_bytes, bytes, sources, single, records, rejected;
	uint64_t runs, python_runs, users, waiting_runs, waiting_imports;
	uint64_t pieces, spare;   /* records that lack some; those of runs that are counted */
	uint64_t counts;          /* runs that were counted elsewhere */
	uint64_t jobs, accounted; /* jobs accounted for, runs that found theirs */
	uint32_t first, last;     /* months; 0: none */
	char fingerprint[ADVI_HEX_SIZE];
	ADVI_VEC(struct advi_status_source) named;
	ADVI_VEC(struct advi_status_waiting) waiting;
	ADVI_VEC(struct advi_status_reason) reasons;
	ADVI_VEC(struct advi_status_reject) rejects; /* all that are listed, when asked for */
};

int advi_status_load(struct advi_status *out, const struct adv_store *store, bool rejects,
		     struct adv_err *err);
void advi_status_clear(struct advi_status *status);

#endif
