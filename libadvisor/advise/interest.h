/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is interested in a package: what a usage store tells of it. */
#ifndef ADVI_ADVISE_INTEREST_H
#define ADVI_ADVISE_INTEREST_H

#include "advise/reach.h"

/* Some of the users, by what they have in common. */
struct advi_group {
	const char *name;
	uint64_t users;
	bool in_base; /* of packages: base has it */
};
typedef ADVI_VEC(struct advi_group) advi_groups;

/* 'own' is from places of the users' own (advi_place_is_own). */
struct advi_interest_month {
	const char *month;
	uint64_t users, own_users, uses, own_uses;
};

enum advi_alternative_kind {
	ADVI_OTHER_PACKAGE, /* it provides the same import name */
	ADVI_OTHER_MODULE,  /* the centre's own module of it */
	ADVI_OTHER_PYTHON,  /* base with another Python */
	ADVI_OTHER_BUNDLE   /* an environment beside base */
};

struct advi_alternative {
	enum advi_alternative_kind kind;
	const char *name;   /* of the package, or Python's version; otherwise NULL */
	const char *module; /* the import name that it provides, or NULL */
	bool in_base;
};

/* Lists have most users first, then go by name. */
struct advi_interest {
	const char *name;
	advi_names modules; /* import names of it that were used; sorted */
	uint64_t users, own_users, mapped_users;
	uint64_t probe_users;              /* whose workloads only look for it */
	uint64_t workloads, own_workloads; /* own: that have it from outside base */
	uint64_t project_count;            /* "unknown" left out */
	uint64_t uses, own_uses;
	ADVI_VEC(struct advi_interest_month) months; /* from the first to the last, in order */
	uint64_t place_users[ADV_PLACE_COUNT];
	advi_groups projects, domains; /* "unknown" is one */
	advi_groups with;              /* packages that the same runs import; the most used */
	advi_groups versions;          /* that users have outside base, where that is known */
	const char *listed;            /* "never", "always" or "by_module" of the recipe, or NULL */
	ADVI_VEC(struct advi_alternative) alternatives;
};

enum { ADVI_INTEREST_WITH = 20, ADVI_INTEREST_MONTHS = 1200 };

/*
 * Counts packages by their names, 'count' of them, into as many of 'out', which are zero before;
 * texts live in 'arena'. Alternatives are left to others.
 *   workloads     of the same store, recipe and months
 *   since, until  months "YYYY-MM", both included; NULL: open on that side
 * Returns 0, ADV_EUSAGE for months that are none, ADV_EINPUT, ADV_EENV.
 */
int advi_interests_count(struct advi_interest *out, const char *const *names, size_t count,
			 const struct adv_store *store, const struct advi_workloads *workloads,
			 const struct adv_site *site, const char *since, const char *until,
			 struct advi_arena *arena, struct adv_err *err);
/* The same of a store's content that is loaded and whose probes are marked. */
struct advi_data;
void advi_interests_of(struct advi_interest *out, const char *const *names, size_t count,
		       const struct advi_data *data, const struct advi_workloads *workloads,
		       const struct adv_site *site, struct advi_arena *arena);
void advi_interest_clear(struct advi_interest *interest);

#endif
