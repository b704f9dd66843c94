/* SPDX-License-Identifier: BSD-3-Clause */
/* A world: channels, base and virtual packages, ready to say what can be added. */
#ifndef ADVISOR_WORLD_H
#define ADVISOR_WORLD_H

#include <stddef.h>
#include <stdint.h>

#include <advisor/net.h>
#include <advisor/site.h>
#include <advisor/watch.h>

#ifdef __cplusplus
extern "C" {
#endif

struct adv_world;

/*
 * How solving goes about. libsolv can't be interrupted, so what may take long runs in a child
 * process: these are the limits of each. 0 takes the default.
 */
struct adv_solving {
	uint64_t max_seconds; /* by the clock, a question; 0: 600 */
	uint64_t max_bytes;   /* memory beyond what is in use already; 0: no limit */
	uint64_t workers; /* questions answered at once, at most 64; 0: 1. It changes no answer. */
};
#define ADV_SOLVING_INIT                                                                           \
	{                                                                                          \
		0                                                                                  \
	}

/*
 * Opens the recipe's channels and solves its base. The recipe must outlive the world. 'solving'
 * holds for every question to the world; NULL takes the defaults. Returns 0; ADV_NO when the base
 * can't be solved, with the reason; ADV_EINPUT for a channel that is no channel; ADV_EENV for one
 * that can't be reached; ADV_ECANCEL.
 */
int adv_world_open(struct adv_world **out, const struct adv_site *site, const struct adv_net *net,
		   const struct adv_solving *solving, const struct adv_watch *watch,
		   struct adv_err *err);
/*
 * Another world over the same channels: with another Python, and on nodes of another type. A spec
 * of base on Python that this Python contradicts gives way to it; a base that is known by its
 * records only is solved anew by its names then. The recipe and 'world' must outlive it.
 * Returns as adv_world_open, and ADV_EUSAGE for a node type that the recipe has not.
 */
int adv_world_vary(struct adv_world **out, const struct adv_world *world,
		   const struct adv_variant *variant, const struct adv_watch *watch,
		   struct adv_err *err);
/* NULL is fine. */
void adv_world_free(struct adv_world *world);
ADV_AUTO_DEFINE(world)

#ifdef __cplusplus
}
#endif
#endif
