/* SPDX-License-Identifier: BSD-3-Clause */
/* Demand: what workloads need, in the form in which it is counted over and over. */
#ifndef ADVI_ADVISE_DEMAND_H
#define ADVI_ADVISE_DEMAND_H

#include "advise/plan.h"
#include "usage/workload.h"

/* Benefit is counted in these, so that sums are exact and ties are ties: one user is SCALE. */
#define ADVI_USER_SCALE (UINT64_C(1) << 36)

/* A package that somebody needs, or that the recipe wants in any case. */
struct advi_wanted {
	const char *name;          /* owned by the demand's names */
	uint64_t users, workloads; /* that use it from outside base */
	uint64_t mapped_users;     /* of these users, those who were seen to load it */
	bool by_pip;               /* base has it by pip: it serves, whatever is solved */
	bool field;                /* it is left to bundles, since one domain alone needs it */
	bool outside;              /* from a place of the users' own: user-site, home, ... */
	uint32_t first, count;     /* its workloads: by_package[first ...] */
};

/* What a workload is worth. */
struct advi_worth {
	uint32_t user;
	uint32_t first, count;    /* its packages: needs[first ...] */
	uint64_t share;           /* for each of its packages that is served */
	uint64_t whole;           /* for all of them at once; 0 when something of it is nowhere */
	bool nowhere;             /* it imports something that no package is known for */
	uint32_t project, domain; /* indices into the demand's groups; "unknown" is one, too */
};

struct advi_demand {
	struct advi_map names; /* package name -> index into packages */
	ADVI_VEC(struct advi_wanted) packages;
	ADVI_VEC(struct advi_worth) workloads;
	uint32_t *needs;                   /* indices into packages */
	uint32_t *by_package;              /* indices into workloads */
	struct advi_map projects, domains; /* names of groups */
	size_t user_count;
	bool by_mapping; /* of the workloads */
};

/* Counts the demand; packages that the recipe lists under 'always' are in it too. */
void advi_demand_make(struct advi_demand *out, const struct advi_workloads *workloads,
		      const struct adv_site *site);
/*
 * Weighs workloads otherwise than by users, as advi_demand_make does. Whatever the weight, all of
 * them weigh ADVI_USER_SCALE a user together, less what rounding down leaves.
 * Returns 0, or ADV_EINPUT when nothing is known to weigh by.
 */
int advi_demand_weigh(struct advi_demand *demand, const struct advi_workloads *workloads,
		      enum adv_weight weight, struct adv_err *err);
void advi_demand_clear(struct advi_demand *demand);

/*
 * How many workloads and users are covered by the packages that 'has' knows and by those that pip
 * put into base: a workload is when
 * nothing of it is nowhere and all of its packages are there; a user when all workloads are.
 */
void advi_demand_cover(const struct advi_demand *demand, const struct advi_map *has,
		       uint64_t *workloads, uint64_t *users);

#endif
