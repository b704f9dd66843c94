/* SPDX-License-Identifier: BSD-3-Clause */
/* Bundles: environments beside base for the workloads that base does not cover. */
#ifndef ADVI_ADVISE_BUNDLES_H
#define ADVI_ADVISE_BUNDLES_H

#include "advise/choose.h"

struct advi_bundle {
	char *name;           /* fit for a file; no other bundle has it */
	const char *lead;     /* the package that it is named after; owned by the demand */
	const char *domain;   /* that it serves mostly, or NULL; owned by the demand */
	bool layer;           /* base's packages, as they are, and others; otherwise on its own */
	struct advi_env env;  /* everything in it, base's packages too when it is a layer */
	advi_names wanted;    /* that workloads need and base lacks; by name; the demand's */
	advi_names specs;     /* what it was solved for; by name; the demand's */
	uint64_t packages;    /* of its own: base's are not counted in a layer */
	uint64_t bytes;       /* of those */
	uint64_t unsized;     /* of those, whose size no channel tells */
	uint64_t workloads;   /* that it covers and base does not */
	uint64_t users;       /* who have one of these */
	uint64_t users_freed; /* wholly covered by base and it, and not by base */
	uint64_t worth;       /* of these workloads, in ADVI_USER_SCALE a user */
};

struct advi_bundles {
	ADVI_VEC(struct advi_bundle) all; /* the most worth a byte first */
	uint64_t users, workloads;        /* covered by base or one of them */
	uint64_t left; /* workloads that lack only what the channels have, and are in none */
};

/*
 * Marks the packages that users of one known domain alone need: they are left to bundles. What is
 * listed under 'always' joins base in any case.
 */
void advi_demand_mark_fields(struct advi_demand *demand);

struct advi_bundle_limits {
	uint64_t max_bundles; /* 0: there are none */
	uint64_t max_bytes;   /* of one's own packages; 0: no limit */
	uint64_t min_users;   /* a domain of fewer is not named */
};

/*
 * Groups what base, as 'choice' leaves it, does not cover. What workloads need grows together, the
 * most worth a byte first, as long as it overlaps and is solved together: over base as it stays
 * where that is possible, otherwise on its own. Ties are broken by name.
 * Returns 0, ADV_ECANCEL, or what the oracle returned; the caller clears 'out' in any case.
 */
int advi_bundles_make(struct advi_bundles *out, const struct advi_demand *demand,
		      const struct advi_choice *choice, const struct adv_site *site,
		      const struct advi_oracle *oracle, const struct advi_bundle_limits *limits,
		      const struct adv_watch *watch, struct adv_err *err);
void advi_bundles_clear(struct advi_bundles *bundles);

#endif
