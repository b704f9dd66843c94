/* SPDX-License-Identifier: BSD-3-Clause */
/* Imports on their way to their runs: gathered in memory, joined and written run by run. */
#ifndef ADVI_USAGE_GATHER_H
#define ADVI_USAGE_GATHER_H

#include "base/map.h"
#include "usage/items.h"
#include "usage/runs.h"

typedef ADVI_VEC(uint32_t) advi_imports; /* indexes into the gathering's items */

/* An import of a run that is not the one whose records come now. */
struct advi_stray {
	uint32_t run, import;
};

/* A set that is in the store: its id, and the uses that it stands for. */
struct advi_known_set {
	sqlite3_int64 id;
	uint32_t uses;
};

/*
 * The set that some imports are, remembered by who has them, for as long as the gathering remembers
 * it. Zero: not known yet.
 */
struct advi_set_memo {
	uint32_t age, set; /* plus 1 */
};

struct advi_gather {
	struct advi_join *join; /* borrowed, as 'runs' */
	struct advi_runs *runs;
	ADVI_VEC(struct advi_item) items; /* every item met, each once */
	struct advi_map_slot *slots;      /* items by their hash */
	size_t slot_count;
	struct advi_map sets; /* imports, rising -> index into known */
	ADVI_VEC(struct advi_known_set) known;
	uint32_t age; /* how often they were forgotten */

	/* The run whose records come now: most come side by side. */
	bool open, has_row;
	struct advi_run_row row; /* its uuid, and all of it when has_row */
	uint32_t whole; /* its imports are this known set, plus 1; 0: they are in 'imports' */
	advi_imports imports;

	struct advi_map by_uuid; /* of the runs of strays -> index */
	ADVI_VEC(struct advi_stray) strays;
	uint64_t runs_added; /* runs that were new */
};

void advi_gather_init(struct advi_gather *gather, struct advi_join *join, struct advi_runs *runs);
void advi_gather_clear(struct advi_gather *gather);
/* Forgets everything, since ids that were made are taken back with their transaction. */
void advi_gather_forget(struct advi_gather *gather);

/* The number of an item, made when it is new. */
uint32_t advi_gather_item(struct advi_gather *gather, const struct advi_item *item);
/* Adds items by number to what a run imports. */
int advi_gather_add(struct advi_gather *gather, const unsigned char *uuid, const uint32_t *imports,
		    size_t count, struct adv_err *err);
/* A run; its imports may have come before or will come later. */
int advi_gather_run(struct advi_gather *gather, const struct advi_run_row *row,
		    struct adv_err *err);
/*
 * A run whose imports most likely are these and no others: what set they are is only looked for
 * when the memo does not know.
 */
int advi_gather_whole(struct advi_gather *gather, const struct advi_run_row *row,
		      const uint32_t *imports, size_t count, struct advi_set_memo *memo,
		      struct adv_err *err);
/* Writes the run whose records came last, at the end of a source. */
int advi_gather_settle(struct advi_gather *gather, struct adv_err *err);
/* Writes everything; what has no run yet waits in the store. */
int advi_gather_flush(struct advi_gather *gather, struct adv_err *err);
/* Whether there are so many items that they should be forgotten. */
bool advi_gather_full(const struct advi_gather *gather);
/* Forgets items when there are so many, which is 1: then their numbers mean nothing any more. */
int advi_gather_trim(struct advi_gather *gather, struct adv_err *err);

#endif
