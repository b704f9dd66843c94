/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What choosing is about, in numbers alone: things that can be asked for, what each brings and
 * costs, and what it is worth to have which of them together. It knows no worlds and no users.
 */
#ifndef ADVI_ADVISE_MODEL_H
#define ADVI_ADVISE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

enum advi_resource { ADVI_PACKAGES, ADVI_BYTES, ADVI_FILES, ADVI_RESOURCES };

#define ADVI_UNLIMITED UINT64_MAX

/* A list of items: pool.at[first .. first + count). */
struct advi_span {
	uint32_t first, count;
};

/* A package that a choice may bring. */
struct advi_item {
	const char *name; /* borrowed; decides where all else is equal */
	uint64_t cost[ADVI_RESOURCES];
	struct advi_span
		brings; /* what comes when it is asked for, itself too; none: it can't be */
	bool pinned;    /* it is asked for in any case */
};

/* Worth something when all of 'needs' are there. */
struct advi_goal {
	struct advi_span needs;
	uint64_t value;
};

/*
 * At least so much is to be reached of goals of its own, as far as that is possible. Their values
 * are counts, so what is missing to all quotas is a whole number.
 */
struct advi_quota {
	uint64_t least;
	uint32_t first, count; /* its goals: quota_goals.at[first ...] */
};

/* Where all of 'when' are there, this comes to the cost: what closures by themselves don't tell. */
struct advi_surcharge {
	struct advi_span when;
	uint64_t cost[ADVI_RESOURCES];
};

/* Zero is empty, but for budgets: advi_model_init. */
struct advi_model {
	ADVI_VEC(uint32_t) pool;
	ADVI_VEC(struct advi_item) items;
	ADVI_VEC(struct advi_goal) goals, quota_goals;
	ADVI_VEC(struct advi_quota) quotas;
	ADVI_VEC(struct advi_span) cores; /* never all of one at once */
	ADVI_VEC(struct advi_surcharge) surcharges;
	uint64_t budget[ADVI_RESOURCES];
	uint64_t unit; /* of values: what one user is worth */
};

void advi_model_init(struct advi_model *model, uint64_t unit);
void advi_model_clear(struct advi_model *model);
/* Puts a list into the pool, sorted and each item once. */
struct advi_span advi_model_span(struct advi_model *model, const uint32_t *at, size_t count);

static inline const uint32_t *advi_span_at(const struct advi_model *model, struct advi_span span)
{
	return model->pool.at + span.first;
}
static inline bool advi_item_askable(const struct advi_item *item)
{
	return item->brings.count != 0;
}

/* What comes of asking for a set of items. */
struct advi_tally {
	uint64_t value;     /* of goals */
	uint64_t shortfall; /* what is missing to the quotas, together */
	uint64_t cost[ADVI_RESOURCES];
	bool allowed; /* within the budgets, no core in it, every pinned item in it */
};

/* Counts exactly. 'there', if not NULL, has room for every item and is filled. */
void advi_model_tally(struct advi_tally *out, const struct advi_model *model, const bool *asked,
		      bool *there);
/* What all goals together are worth. */
uint64_t advi_model_total(const struct advi_model *model);

/*
 * Of choices that are worth the same the one is taken that is less to download, where every
 * package counts 4 KiB more than its file has (so the fewer, too); then the one with the names that
 * come first.
 */
enum { ADVI_TIE_PACKAGE = 4096 };
static inline uint64_t advi_tally_tie(const struct advi_tally *tally)
{
	return tally->cost[ADVI_BYTES] + ADVI_TIE_PACKAGE * tally->cost[ADVI_PACKAGES];
}
/* Whether choice 'a' is better than 'b'. */
bool advi_model_better(const struct advi_model *model, const struct advi_tally *a,
		       const bool *asked_a, const struct advi_tally *b, const bool *asked_b);

#endif
