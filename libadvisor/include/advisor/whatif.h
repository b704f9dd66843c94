/* SPDX-License-Identifier: BSD-3-Clause */
/* What a change of base would do: what it gains, loses and breaks, and for whom. */
#ifndef ADVISOR_WHATIF_H
#define ADVISOR_WHATIF_H

#include <stdbool.h>
#include <stddef.h>

#include <advisor/store.h>
#include <advisor/world.h>

#ifdef __cplusplus
extern "C" {
#endif

struct adv_whatif;

/* The change, all of it together. Everything is borrowed; 0 or NULL: not asked for. */
struct adv_whatif_options {
	const char *const
		*with; /* MatchSpecs that join; one with a version stands for base's own */
	size_t with_count;
	const char *const *without; /* names of packages that are left out */
	size_t without_count;
	const struct adv_site *base; /* the recipe with another base; it must outlive the answer */
	const char *python;          /* a minor version, "3.12" */
	const char *since, *until;   /* usage of the months "YYYY-MM" in between, both included */
	const struct adv_net *net;   /* how the channels of 'base' are reached */
	const struct adv_solving *solving; /* limits for them */
};
#define ADV_WHATIF_OPTIONS_INIT                                                                    \
	{                                                                                          \
		0                                                                                  \
	}

/*
 * Asks what would be.
 *   out    the answer; the caller frees it with adv_whatif_free, before the world and the recipes.
 *   world  of base as it is; it must outlive the answer
 * Returns 0, whatever the answer is; ADV_EUSAGE for a change that contradicts itself or is none;
 * ADV_EINPUT for a package that no channel has, or that is to be left out and is not in base;
 * ADV_EENV; ADV_ECANCEL.
 */
int adv_whatif_make(struct adv_whatif **out, const struct adv_store *store, struct adv_world *world,
		    const struct adv_site *site, const struct adv_whatif_options *options,
		    const struct adv_watch *watch, struct adv_err *err);
/* Whether all of it can be: everything joins, and nothing that base asks for is lost by it. */
bool adv_whatif_possible(const struct adv_whatif *whatif);
/* NULL is fine. */
void adv_whatif_free(struct adv_whatif *whatif);
ADV_AUTO_DEFINE(whatif)

#ifdef __cplusplus
}
#endif
#endif
