/* SPDX-License-Identifier: BSD-3-Clause */
/* Explanations: whether packages can join base, what it takes, and what stands in the way. */
#ifndef ADVISOR_EXPLAIN_H
#define ADVISOR_EXPLAIN_H

#include <stdbool.h>

#include <advisor/store.h>
#include <advisor/world.h>

#ifdef __cplusplus
extern "C" {
#endif

struct adv_explanation;

/*
 * Asks whether packages can join the world's base together, and finds out what there is to say.
 *   out    the answer; the caller frees it with adv_explanation_free, before the world.
 *   specs  'count' (1 to 256) MatchSpecs, in order of preference
 *   watch  hears the progress and may stop it; or NULL
 * Returns 0, whatever the answer is; ADV_EINPUT for what is no MatchSpec of one package; ADV_EENV
 * when solving ran into its limits; ADV_ECANCEL.
 */
int adv_explain(struct adv_explanation **out, struct adv_world *world, const char *const *specs,
		size_t count, const struct adv_watch *watch, struct adv_err *err);

/*
 * The same in each cell of a matrix of Pythons and node types: 'variants', 1 to 64 of them. A cell
 * whose base can't be solved is a cell of the answer, and refuses everything.
 * Returns as adv_explain, and ADV_EUSAGE for a node type that the recipe has not.
 */
int adv_explain_matrix(struct adv_explanation **out, const struct adv_world *world,
		       const struct adv_variant *variants, size_t variant_count,
		       const char *const *specs, size_t count, const struct adv_watch *watch,
		       struct adv_err *err);

/*
 * Joins an explanation with usage: who uses the packages, since when, from where and with what,
 * what adding them would do for the users, and what else would serve them. world, site     those
 * that it was asked in; of a matrix the one that it varies specs           'count' of them, as they
 * were asked for since, until    months "YYYY-MM", both included; NULL: open on that side Returns
 * 0, ADV_EUSAGE for months that are none, ADV_EINPUT, ADV_EENV.
 */
int adv_explanation_add_usage(struct adv_explanation *explanation, const struct adv_store *store,
			      struct adv_world *world, const struct adv_site *site,
			      const char *const *specs, size_t count, const char *since,
			      const char *until, struct adv_err *err);

/* Whether all of them can join, or are there; of a matrix, in every cell. */
bool adv_explanation_possible(const struct adv_explanation *explanation);

/* NULL is fine. */
void adv_explanation_free(struct adv_explanation *explanation);
ADV_AUTO_DEFINE(explanation)

#ifdef __cplusplus
}
#endif
#endif
