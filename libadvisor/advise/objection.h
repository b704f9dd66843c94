/* SPDX-License-Identifier: BSD-3-Clause */
/* What the site's rules have against an answer that solves. */
#ifndef ADVI_ADVISE_OBJECTION_H
#define ADVI_ADVISE_OBJECTION_H

#include "site/site.h"
#include "advise/oracle.h"

/*
 * Why an answer that solves is still not wanted, in new memory; or NULL: nothing of base and of
 * 'taken' (names that joined it before) may go, nothing that is installed may go back to an older
 * version, and nothing that the recipe never wants may come along.
 */
char *advi_objection(const struct adv_site *site, const struct advi_answer *answer,
		     const advi_names *taken);

/*
 * Asks, and where the answer would have something go that must stay, asks for that too: it may be
 * possible otherwise. 'specs' gains what was asked for besides. The rest as the oracle has it.
 */
int advi_ask_by_rules(const struct advi_oracle *oracle, advi_extend_fn ask,
		      const struct adv_site *site, const advi_names *taken,
		      const struct advi_env *env, advi_names *specs, enum advi_freedom most,
		      struct advi_env *out, struct advi_answer *answer,
		      const struct adv_watch *watch, struct adv_err *err);

#endif
