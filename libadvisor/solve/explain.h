/* SPDX-License-Identifier: BSD-3-Clause */
/* Why something can't be: answers for those who ask the solver. */
#ifndef ADVI_SOLVE_EXPLAIN_H
#define ADVI_SOLVE_EXPLAIN_H

#include "solve/core.h"

/* Why nothing that a request means is in, in one line. The caller frees it. */
char *advi_explain_request(const struct adv_world *world, const struct advi_kept *kept,
			   const struct advi_request *request);
/*
 * Why claims can't be had together, in one line: if leaving out shows it, by what all the others
 * leave of one of the 'wanted' first claims, otherwise by a minimal set; where the solver may not
 * take what that needs, the line says so. Returns 0 with '*line', which the caller frees, or
 * ADV_ECANCEL.
 */
int advi_explain_claims(char **line, const struct adv_world *world, const struct advi_kept *ground,
			const advi_claims *claims, size_t wanted, const struct adv_watch *watch,
			struct adv_err *err);
/*
 * Why 'specs' can't join 'env' within the recipe's rules (ADVI_FAVOURED): the minimal set that
 * clashes, and the chain through it. Texts live in 'arena'; the caller clears 'out'.
 * Returns 0, also when they can join ('out' is empty then), or ADV_EINPUT, ADV_EENV, ADV_ECANCEL.
 */
int advi_explain_join(struct advi_why *out, struct adv_world *world, const struct advi_env *env,
		      const char *const *specs, size_t count, struct advi_arena *arena,
		      const struct adv_watch *watch, struct adv_err *err);
typedef ADVI_VEC(struct advi_why) advi_whys;
void advi_whys_clear(advi_whys *whys);
/*
 * Why base, which can't be solved, can't be: minimal sets of its specs, each with one that no set
 * before has, up to 'most' of them; '*more' says whether there are others. Texts live in 'arena'.
 */
int advi_explain_base(advi_whys *out, bool *more, struct adv_world *world, size_t most,
		      struct advi_arena *arena, const struct adv_watch *watch, struct adv_err *err);
/* Whether a canonical spec is what 'text' means. */
bool advi_explain_same(const char *canonical, const char *text);
/* A "why" as a line of limited length. The caller frees it. */
char *advi_explain_line(const struct advi_why *why);

#endif
