/* SPDX-License-Identifier: BSD-3-Clause */
/* What the parts of grouping into bundles share. */
#ifndef ADVI_ADVISE_GROUPING_H
#define ADVI_ADVISE_GROUPING_H

#include "advise/bundles.h"

/* Workloads that need the same packages, some of which base lacks. */
struct advi_kit {
	const char *key;    /* the names of what it needs */
	uint32_t workload;  /* one of them: what they need */
	uint32_t workloads; /* how many they are */
	uint64_t worth;     /* of them all together */
	bool layers;        /* each package that base lacks can join base by itself */
	bool whole;         /* everything that is needed is in a channel */
};

/* What a package brings to base, asked once; an estimate of what it costs elsewhere. */
struct advi_price {
	advi_names closure; /* names; none: it can't join base */
	uint64_t bytes;
};

/* Everything that grouping knows. 'there' and 'lacks' are by package of the demand. */
struct advi_grouping {
	const struct advi_demand *demand;
	const struct advi_choice *choice;
	const struct adv_site *site;
	const struct advi_oracle *oracle;
	const struct advi_bundle_limits *limits;
	const struct adv_watch *watch;
	struct adv_err *err;
	struct advi_map keys; /* of kits */
	ADVI_VEC(struct advi_kit) kits;
	struct advi_price *prices; /* of every package */
	bool *there;               /* base, as planned, has it; by pip too */
	bool *done;                /* of every kit: a bundle covers it */
	uint64_t asked;            /* questions, for the progress */
};

/* Finds the kits, and asks what their packages cost. */
int advi_grouping_begin(struct advi_grouping *g);
void advi_grouping_clear(struct advi_grouping *g);

/* A bundle on its way. */
struct advi_grown {
	struct advi_env env;
	bool layer;
	bool *there;    /* by package of the demand */
	bool *specs;    /* it was solved for this one */
	bool *covers;   /* by kit */
	uint64_t worth; /* of the kits that it covers and no other bundle does */
	uint64_t packages, bytes;
};

/*
 * Grows a bundle from one kit by those that 'skip' (by kit) does not name. '*made' says whether
 * the first one could be had at all; then the caller clears 'out', as on failure.
 */
int advi_grow(struct advi_grouping *g, struct advi_grown *out, uint32_t seed, bool layer,
	      const bool *skip, bool *made);
void advi_grown_clear(struct advi_grown *grown);

/* Names a bundle after what it serves; 'served' are its workloads that base does not cover. */
void advi_bundle_name(const struct advi_grouping *g, struct advi_bundles *all,
		      struct advi_bundle *bundle, const bool *served);

#endif
