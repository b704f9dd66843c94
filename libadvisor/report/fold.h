/* SPDX-License-Identifier: BSD-3-Clause */
/* What may leave the house: cells of too few users are folded, and others that would tell them. */
#ifndef ADVI_REPORT_FOLD_H
#define ADVI_REPORT_FOLD_H

#include "base/buf.h"
#include "base/vec.h"

/*
 * All figures that are published together are cells of one fold, and what a reader knows of how
 * they hang together are its relations. A cell of fewer users than 'min_users', and not of none, is
 * folded. More cells are held back (complementary suppression) until, for every folded one, there
 * are two other worlds that agree with all that is shown, with every relation, and with the sizes
 * that the marks admit: in one it is as small as its mark allows, in the other as large. So no
 * reasoning over the figures finds more of it than the mark says. Knowing how this works does not
 * help: a reader is taken to know which cells are folded and which are held back. (Where so few
 * people are counted that nothing else is left, folded cells too are marked as held back.)
 *
 *   advi_fold_init(&fold, site->min_users);
 *   all = advi_fold_users(&fold, 9);
 *   home = advi_fold_users(&fold, 6);
 *   tmp = advi_fold_users(&fold, 3);
 *   advi_fold_union(&fold, all, (uint32_t[]){home, tmp}, 2);
 *   advi_fold_decide(&fold);            min_users 5: tmp is "<5", and home "*", since 9-6=3
 */
enum advi_fold_state {
	ADVI_FOLD_SHOWN,
	ADVI_FOLD_FEW, /* of some users, but fewer than min_users */
	ADVI_FOLD_HELD /* would tell of one that is */
};

struct advi_fold_cell {
	int64_t value;
	int64_t low, high; /* where a reader knows it to be while it is not shown */
	int64_t down, up;  /* of a folded one: both must stay possible */
	enum advi_fold_state state;
	bool folded, printed;
};

enum advi_fold_kind {
	ADVI_FOLD_SUM,    /* total = parts added up */
	ADVI_FOLD_UNION,  /* users of the total are those of the parts, who may overlap */
	ADVI_FOLD_WITHIN, /* as a union that has more to it than the parts */
	ADVI_FOLD_ATMOST  /* of a union only that the total is at most its parts added up */
};

struct advi_fold_relation {
	enum advi_fold_kind kind;
	uint32_t total;
	size_t first, count; /* of 'parts' */
	int64_t sum;         /* of the parts, in the world that is tried */
};

/* Zero-filled is empty, and folds nothing. */
struct advi_fold {
	int64_t min_users;
	ADVI_VEC(struct advi_fold_cell) cells;
	ADVI_VEC(struct advi_fold_relation) relations;
	ADVI_VEC(uint32_t) parts;
};

/* min_users below 2 folds nothing. */
void advi_fold_init(struct advi_fold *fold, uint64_t min_users);
void advi_fold_clear(struct advi_fold *fold);

/* A count of unique users. Each of these returns the cell's index. */
uint32_t advi_fold_users(struct advi_fold *fold, uint64_t users);
/* What that many users did: runs, workloads, node-hours in whole tenths; folded as they are. */
uint32_t advi_fold_figure(struct advi_fold *fold, uint64_t value, uint64_t users);
/*
 * Users whom no cell shows and whom others would tell, such as those who are in a total and not in
 * its only part. Where the total is folded, too, nothing more is asked for than that they can be
 * one or two.
 */
uint32_t advi_fold_unseen(struct advi_fold *fold, uint64_t users);
/* The same of a figure. */
uint32_t advi_fold_unseen_figure(struct advi_fold *fold, uint64_t value, uint64_t users);

/* Relations; the parts are copied. True values must satisfy them (asserted). */
void advi_fold_sum(struct advi_fold *fold, uint32_t total, const uint32_t *parts, size_t count);
void advi_fold_union(struct advi_fold *fold, uint32_t total, const uint32_t *parts, size_t count);
void advi_fold_at_most(struct advi_fold *fold, uint32_t total, const uint32_t *parts, size_t count);
void advi_fold_within(struct advi_fold *fold, uint32_t inner, uint32_t outer);
/* Within, and those of the outer one who are not in the inner one are folded if they are few. */
void advi_fold_rest(struct advi_fold *fold, uint32_t inner, uint32_t outer);

/*
 * Decides. Zeros are always shown. The same cells and relations give the same answer. Returns how
 * many folded cells more is known of than their marks say: 0, unless relations contradict marks.
 */
size_t advi_fold_decide(struct advi_fold *fold);

static inline enum advi_fold_state advi_fold_state(const struct advi_fold *fold, uint32_t cell)
{
	return fold->cells.at[cell].state;
}
/* "1,234"; "<5" of a folded cell of users, "*" of all else that isn't shown. */
void advi_fold_text(const struct advi_fold *fold, uint32_t cell, struct advi_buf *out);

/* --- within the fold --- */

/* Which relations each cell is in. */
struct advi_fold_links {
	size_t *first;      /* by cell, and one more */
	uint32_t *relation; /* indexes */
};
void advi_fold_link(struct advi_fold_links *out, const struct advi_fold *fold);

/* That a cell of a relation was changed. */
struct advi_fold_change {
	uint32_t relation, cell;
};

/* Which way a cell may still go. */
enum advi_fold_way { ADVI_FOLD_ANY_WAY, ADVI_FOLD_UP, ADVI_FOLD_DOWN, ADVI_FOLD_NO_WAY };

/* The world that is tried: the true values, but for what was changed. */
struct advi_fold_world {
	struct advi_fold *fold;
	const struct advi_fold_links *links;
	int64_t *value;
	uint8_t *way;    /* enum advi_fold_way, of each cell */
	unsigned manner; /* of the search */
	ADVI_VEC(uint32_t) changed;
	ADVI_VEC(struct advi_fold_change) queue;
	ADVI_VEC(uint32_t) blockers; /* shown cells that were in the way of what was looked for */
};
void advi_fold_world_init(struct advi_fold_world *world, struct advi_fold *fold,
			  const struct advi_fold_links *links);
void advi_fold_world_clear(struct advi_fold_world *world);
/*
 * Looks for a world in which 'cell' is 'value'. Returns -1 when there is one, or the index of the
 * relation that could not be kept.
 */
int64_t advi_fold_world_find(struct advi_fold_world *world, uint32_t cell, int64_t value);

#endif
