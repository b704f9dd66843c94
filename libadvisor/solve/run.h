/* SPDX-License-Identifier: BSD-3-Clause */
/* One run of libsolv over what is in. */
#ifndef ADVI_SOLVE_RUN_H
#define ADVI_SOLVE_RUN_H

#include "solve/prune.h"

/* What is asked for: one of 'items' must be there. */
struct advi_request {
	struct advi_matchspec *spec;
	const char *text;   /* canonical */
	uint32_t name;      /* UINT32_MAX: a pattern, or a name that no channel has */
	advi_numbers items; /* that it means, in or not, best first */
};
typedef ADVI_VEC(struct advi_request) advi_requests;

void advi_requests_clear(advi_requests *requests);
/*
 * Parses specs and looks up what they mean, in canonical order: python first, then by text,
 * each text once. Strings live in 'arena'. Returns 0 or ADV_EINPUT.
 */
int advi_requests_add(advi_requests *requests, const struct advi_pool *pool,
		      struct advi_arena *arena, const char *const *specs, size_t count,
		      struct adv_err *err);
/*
 * Both lists in canonical order, each text once. The requests are borrowed: 'out' is freed by
 * advi_vec_clear.
 */
void advi_requests_merge(advi_requests *out, const advi_requests *a, const advi_requests *b);
/* The canonical order of specs, as texts. */
int advi_specs_order(const char *a, const char *b);

/* An unsolvable set of requests, as libsolv sees it. */
struct advi_clash {
	advi_numbers items;    /* records that take part in it */
	advi_numbers needs;    /* dependencies that do, each after its item: pairs */
	advi_numbers requests; /* requests that do */
};
void advi_clash_clear(struct advi_clash *clash);

/* What is to be solved. */
struct advi_job {
	const struct advi_kept *kept;
	const advi_requests *requests;
	size_t firm; /* the first so many must be had; of the others those that can */
	const advi_numbers *favored; /* items to prefer over better ones; may be NULL */
	bool slim; /* builds that others can stand for are left out first: for what takes long */
};

struct advi_outcome {
	bool solved;
	advi_numbers found;      /* the items of the solution without virtual ones, rising */
	struct advi_clash clash; /* when there is none */
};
void advi_outcome_clear(struct advi_outcome *outcome);

/*
 * Solves: one of each request, everything they need, one record a name, nothing excluded. Of
 * requests that need not be had, those that come first win.
 */
void advi_run(const struct advi_job *job, struct advi_outcome *out);

#endif
