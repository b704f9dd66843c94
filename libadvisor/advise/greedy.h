/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A good choice of a model's items without a proof: by moves that gain most, lazily counted, and by
 * exchanges. The first idea for the integer program, and the choice itself where there is no CBC.
 */
#ifndef ADVI_ADVISE_GREEDY_H
#define ADVI_ADVISE_GREEDY_H

#include "advise/model.h"

/* A single item, or all that a goal lacks: the last items of a goal may be worth nothing alone. */
struct advi_move {
	struct advi_span items; /* of the greedy's own pool */
	double score;           /* when it was last counted; INFINITY: it must be counted */
	bool dead;
};

/* What makes one move better than another. */
enum advi_rule {
	ADVI_BY_VALUE, /* an item that is asked for */
	ADVI_BY_COST,  /* the part of the budget that it takes */
	ADVI_RULES
};

struct advi_greedy {
	const struct advi_model *model;
	double total; /* what all goals together are worth */
	ADVI_VEC(uint32_t) pool;
	ADVI_VEC(struct advi_move) moves;
	ADVI_VEC(struct advi_goal) goals; /* the model's, then those of quotas */
	uint32_t *quota_of;               /* of each of the latter */
	uint32_t *first_goal,
		*goals_of; /* of an item: goals_of[first_goal[i] .. first_goal[i + 1]) */
	uint32_t *move_of; /* of a goal: its move, or UINT32_MAX */
	/* where it is */
	bool *asked;
	uint32_t *there;   /* of each item: by how many of those asked for */
	uint32_t *missing; /* of each goal */
	uint64_t cost[ADVI_RESOURCES];
	uint64_t *reached; /* of each quota */
	/* scratch of counting a move */
	uint32_t *item_mark, *goal_mark, *goal_gain, mark;
	ADVI_VEC(uint32_t) touched;
	ADVI_VEC(uint32_t) order; /* items, as they were asked for since the last beginning */
	uint64_t work; /* elementary steps so far: a measure of time that is the same everywhere */
};

void advi_greedy_init(struct advi_greedy *greedy, const struct advi_model *model);
void advi_greedy_clear(struct advi_greedy *greedy);
/*
 * Goes on from 'asked' (of each item), which it changes, until nothing more can be gained.
 * 'may' (of each item): what may be asked for; NULL: all.
 */
void advi_greedy_fill(struct advi_greedy *greedy, bool *asked, enum advi_rule rule,
		      const bool *may);
/*
 * Leaves in 'order' the items of 'asked': those that are pinned, then the others as they would have
 * been chosen if there were none besides.
 */
void advi_greedy_replay(struct advi_greedy *greedy, const bool *asked);

/* Puts into 'asked' a good choice: pinned items, then the better of both rules. */
void advi_greedy_choose(struct advi_greedy *greedy, bool *asked);
/*
 * Takes out one item after the other and fills up again, and keeps what is better, until no such
 * exchange is, or 'work' is done.
 */
void advi_swap(struct advi_greedy *greedy, bool *asked, uint64_t work);

/*
 * No choice is worth more than this: every goal's value is shared out among what it needs, every
 * cost among those that bring it, and the best parts of each budget are taken.
 */
uint64_t advi_greedy_bound(const struct advi_model *model);

#endif
