/* SPDX-License-Identifier: BSD-3-Clause */
/* What the recipe's quotas ask for, of the groups that there are. */
#ifndef ADVI_ADVISE_QUOTAS_H
#define ADVI_ADVISE_QUOTAS_H

#include "advise/demand.h"

/* Packages that must be there for one more to be counted: packages.at[first ...]. */
struct advi_quota_part {
	uint32_t first, count;
};

/* A quota of one group. It is reached when 'asked' of its parts are there. */
struct advi_group_quota {
	enum advi_quota_group group;
	enum advi_quota_measure measure;
	const char *name;      /* of the group; borrowed from the demand or the recipe */
	uint64_t percent;      /* of a share; otherwise 0 */
	uint64_t asked;        /* users, or wants */
	uint64_t all;          /* that the group has; of users, those too that nothing can cover */
	uint32_t first, count; /* its parts */
	bool absent;           /* the recipe names it, and no workload is of it */
};

struct advi_quotas {
	ADVI_VEC(struct advi_group_quota) all;
	ADVI_VEC(struct advi_quota_part) parts;
	ADVI_VEC(uint32_t) packages; /* indices into the demand's */
};

/*
 * A *want* is a user of a group and a package that a workload of the user's in this group needs
 * and base lacks; 'there' (of each of the demand's packages) says what base has. A user is covered
 * in a group when all workloads in it are.
 * In an order that does not depend on the input's. Zero is empty.
 */
void advi_quotas_make(struct advi_quotas *out, const struct advi_demand *demand,
		      const struct adv_site *site, const bool *there);
void advi_quotas_clear(struct advi_quotas *quotas);
/* How many parts of a quota are there. */
uint64_t advi_quota_reached(const struct advi_quotas *quotas, const struct advi_group_quota *quota,
			    const bool *there);

/* What came of a quota. */
struct advi_quota_result {
	struct advi_group_quota quota;
	uint64_t now, reached; /* with base, and with the choice */
	char *why;             /* it is not reached, or NULL */
};

/*
 * Says why a quota is not reached, where it is not.
 *   possible   of each of the demand's packages: it is there, or can be added by itself
 *   limited    there is a budget
 *   proved     nothing comes nearer to all quotas
 */
char *advi_quota_why_not(const struct advi_quotas *quotas, const struct advi_quota_result *result,
			 const bool *possible, bool limited, bool proved);

#endif
