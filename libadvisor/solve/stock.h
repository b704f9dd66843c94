/* SPDX-License-Identifier: BSD-3-Clause */
/* The channels of a world, and what of them is loaded: what can matter, found by name. */
#ifndef ADVI_SOLVE_STOCK_H
#define ADVI_SOLVE_STOCK_H

#include "conda/channel.h"
#include "site/site.h"

/* Worlds over the same channels share one; their records live as long as it. */
struct advi_stock {
	unsigned owners;
	ADVI_VEC(struct advi_channel) channels; /* in order of preference */
	advi_record_refs *records;              /* by channel: what is loaded */
	struct advi_map names;                  /* whose records are, or are to be, loaded */
	size_t reached;                         /* of 'names', the first so many are */
	char fingerprint[ADVI_HEX_SIZE];        /* over the digests of the channels */
};

/* Opens the channels of a recipe; nothing is loaded yet. Returns as adv_world_open. */
int advi_stock_open(struct advi_stock **out, const struct adv_site *site, const struct adv_net *net,
		    const struct adv_watch *watch, struct adv_err *err);
struct advi_stock *advi_stock_share(struct advi_stock *stock);
/* Frees it with its last owner. NULL is fine. */
void advi_stock_release(struct advi_stock *stock);

/*
 * Loads every record that 'specs' (count of names or MatchSpecs) may need: those of their names,
 * of the names that these depend on in any version, and so on. What is loaded stays. A spec that
 * is none counts for nothing: it is for others to refuse it.
 */
int advi_stock_want(struct advi_stock *stock, const char *const *specs, size_t count,
		    const struct adv_watch *watch, struct adv_err *err);
/* How many records are loaded. */
size_t advi_stock_count(const struct advi_stock *stock);

#endif
