/* SPDX-License-Identifier: BSD-3-Clause */
/* Verdicts on an environment: whether it can be solved, and if not, what clashes. */
#ifndef ADVISOR_CHECK_H
#define ADVISOR_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include <advisor/net.h>
#include <advisor/site.h>
#include <advisor/store.h>
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

/* What an environment is judged by. Everything is borrowed for the call; NULL: without it. */
struct adv_check_options {
	const struct adv_site *base;       /* the recipe with the base that it is compared with; it
					    * must outlive the verdict */
	const struct adv_net *net;         /* how the channels of 'base' are reached */
	const struct adv_solving *solving; /* limits for them */
	const struct adv_store *store;     /* who uses base: who loses what */
	const char *since, *until;         /* usage of the months "YYYY-MM", both included */
	const char *lock;                  /* a lockfile that should be what is asked for */
	bool update_lock; /* it will be written anew: that it is out of date is no fault */
	int64_t date;     /* of today, in seconds since 1970: what ages are counted to */
};
#define ADV_CHECK_OPTIONS_INIT                                                                     \
	{                                                                                          \
		0                                                                                  \
	}

/*
 * Compares the environment with base, finds out who loses what, and holds it against the rules of
 * its recipe's policy; once. Returns 0, whatever is found; ADV_EUSAGE for months that are none;
 * ADV_EINPUT; ADV_EENV; ADV_ECANCEL.
 */
int adv_check_judge(struct adv_check *check, const struct adv_check_options *options,
		    const struct adv_watch *watch, struct adv_err *err);
/* Whether nothing of severity "error" was found. */
bool adv_check_passed(const struct adv_check *check);
/* Whether the lockfile that was asked about is not what the environment asks for. */
bool adv_check_lock_stale(const struct adv_check *check);
/*
 * The verdict on a file that could not be read, for those who write verdicts: 'why' is its only
 * finding. The caller frees it.
 */
struct adv_check *adv_check_unread(const char *path, const struct adv_err *why);

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
