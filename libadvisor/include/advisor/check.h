/* SPDX-License-Identifier: BSD-3-Clause */
/* Verdicts on an environment: whether it can be solved, and if not, what clashes. */
#ifndef ADVISOR_CHECK_H
#define ADVISOR_CHECK_H

#include <stdbool.h>

#include <advisor/net.h>
#include <advisor/site.h>
#include <advisor/watch.h>
#include <advisor/world.h>

#ifdef __cplusplus
extern "C" {
#endif

struct adv_check;

/*
 * Solves the recipe's base, which is what is checked: adv_site_set_base says which file. A list of
 * packages as they are installed is held against the channels: all of them must be there, and go
 * together.
 *   out      the verdict; the caller frees it with adv_check_free, before the recipe.
 *   site     channels, platform, virtual packages and pins; must outlive the verdict
 *   net      how channels are reached; NULL for defaults
 *   solving  limits; NULL for defaults
 * Returns 0, whatever the verdict is; ADV_EINPUT for a base that is empty or no environment, with
 * file and line; ADV_EENV; ADV_ECANCEL.
 */
int adv_check(struct adv_check **out, const struct adv_site *site, const struct adv_net *net,
	      const struct adv_solving *solving, const struct adv_watch *watch,
	      struct adv_err *err);

/*
 * The same for another Python or type of nodes, over the channels of 'check', which must outlive
 * it. Returns as adv_check, and ADV_EUSAGE for a node type that the recipe has not.
 */
int adv_check_vary(struct adv_check **out, const struct adv_check *check,
		   const struct adv_variant *variant, const struct adv_watch *watch,
		   struct adv_err *err);

/* Whether the environment can be solved. */
bool adv_check_solvable(const struct adv_check *check);

/*
 * Writes what it is solved to as an explicit lockfile, whole or not at all; "-" is standard
 * output. Returns 0; ADV_NO when it can't be solved: nothing is written then; ADV_EENV.
 */
int adv_check_lock(const struct adv_check *check, const char *path, struct adv_err *err);

/* NULL is fine. */
void adv_check_free(struct adv_check *check);
ADV_AUTO_DEFINE(check)

#ifdef __cplusplus
}
#endif
#endif
