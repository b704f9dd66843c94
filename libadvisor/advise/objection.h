/* SPDX-License-Identifier: BSD-3-Clause */
/* What the site's rules have against an answer that solves. */
#ifndef ADVI_ADVISE_OBJECTION_H
#define ADVI_ADVISE_OBJECTION_H

#include "site/site.h"
#include "solve/world.h"

/*
 * Why an answer that solves is still not wanted, in new memory; or NULL: nothing of base and of
 * 'taken' (names that joined it before) may go, nothing that is installed may go back to an older
 * version, and nothing that the recipe never wants may come along.
 */
char *advi_objection(const struct adv_site *site, const struct advi_answer *answer,
		     const advi_names *taken);

#endif
