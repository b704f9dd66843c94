/* SPDX-License-Identifier: BSD-3-Clause */
/* Leaving out, to a fixpoint, what cannot take part, and keeping the reason of each. */
#ifndef ADVI_SOLVE_PRUNE_H
#define ADVI_SOLVE_PRUNE_H

#include "solve/pool.h"

/* Why a record is out. */
enum advi_absence {
	ADVI_OUT_NOT,         /* it is not */
	ADVI_OUT_PIN,         /* the recipe pins its name; 'by' is the rule */
	ADVI_OUT_SPEC,        /* its name was asked for otherwise; 'by' is the rule */
	ADVI_OUT_FROZEN,      /* the environment has another record of its name: 'by' */
	ADVI_OUT_MISSING,     /* nothing that is in satisfies its dependency 'by' */
	ADVI_OUT_EXCLUDED,    /* a record that stays, 'by', excludes it by its constrains */
	ADVI_OUT_EXCLUDES,    /* its constrains 'by' excludes all of a name that must be there */
	ADVI_OUT_CLAIM,       /* its name was asked for otherwise; 'by' is the claim (scene.h) */
	ADVI_OUT_UNSUPPORTED, /* nothing goes with it that is left of the name of record 'by', which
			       * must be there; 'by' is the best of that */
	ADVI_OUT_DOMINATED    /* record 'by' can always stand for it; only a solver is told so */
};

struct advi_reason {
	uint8_t out;    /* enum advi_absence */
	uint32_t by;    /* item, dependency or rule, by kind */
	uint32_t order; /* of leaving: what it rests on left before */
};

struct advi_scratch;

/* Which records are in. Two states of one pool are independent of each other. */
struct advi_kept {
	const struct advi_pool *pool;
	struct advi_reason *reasons; /* by item */
	uint32_t *satisfiers;        /* by dependency: items that are in and satisfy it */
	uint32_t *left;              /* by name: items that are in */
	uint8_t *hard;               /* by name: one must be there */
	uint8_t *waits;              /* by name: it is among 'names' */
	uint32_t order;
	uint32_t empty_name; /* the first hard name of which nothing is left, or UINT32_MAX */
	advi_numbers work;   /* items that left and whose consequences are not drawn yet */
	advi_numbers names;  /* that must be there and of which less is left than was looked at */
	struct advi_scratch *scratch;
};

/* Everything is in; then what follows from the records alone leaves. */
void advi_kept_init(struct advi_kept *kept, const struct advi_pool *pool);
void advi_kept_copy(struct advi_kept *kept, const struct advi_kept *from);
void advi_kept_clear(struct advi_kept *kept);

static inline bool advi_kept_in(const struct advi_kept *kept, uint32_t item)
{
	return kept->reasons[item].out == ADVI_OUT_NOT;
}

/* Each of these takes effect with the next advi_kept_settle. */
/*
 * Of a name only 'items' may stay, which stand in the pool's order, best first. What leaves does
 * so for reason 'out'; 'by' is the caller's number.
 */
void advi_kept_keep_only(struct advi_kept *kept, uint32_t name, const advi_numbers *items,
			 enum advi_absence out, uint32_t by);
/* A record of this name must be there. */
void advi_kept_require(struct advi_kept *kept, uint32_t name);
/* This record is there. */
void advi_kept_freeze(struct advi_kept *kept, uint32_t item);
/* This record leaves, if it is in. */
void advi_kept_leave(struct advi_kept *kept, uint32_t item, enum advi_absence out, uint32_t by);
/* Draws all consequences. Returns whether every hard name still has a record. */
bool advi_kept_settle(struct advi_kept *kept);

#endif
