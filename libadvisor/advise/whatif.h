/* SPDX-License-Identifier: BSD-3-Clause */
/* What a change of base would do, as data. */
#ifndef ADVI_ADVISE_WHATIF_H
#define ADVI_ADVISE_WHATIF_H

#include <advisor/whatif.h>

#include "advise/demand.h"
#include "solve/explain.h"

/* A package that is to join. */
struct advi_joiner {
	const char *spec, *name;
	bool in;                          /* it can */
	bool refused;                     /* it can't, so that base's own spec of it stays */
	bool there;                       /* what base has is what is asked for */
	const struct advi_record *record; /* that it would be; NULL: it can't */
	struct advi_why why;              /* why it can't */
};

/* A package that base asks for, and that can't be there any more. */
struct advi_broken {
	const char *spec, *name;
	uint64_t users; /* who import it from base */
	bool explained; /* of the most used ones: 'why' says */
	struct advi_why why;
};

/* A package of base that comes, goes, or is another one. */
struct advi_move_of_base {
	const struct advi_record *from, *to; /* NULL: it was not there; it goes */
	const char *reason;                  /* why it goes; NULL otherwise */
	uint64_t users; /* who import it from base; of one that comes, from elsewhere */
	uint64_t workloads;
};

/* Users and workloads that gain or lose, of one project or domain. */
struct advi_affected {
	const char *name;
	size_t folded; /* so many small ones are in it; 0: it is one by itself */
	bool hidden;   /* and even together they are too few to be told */
	uint64_t gain_users, gain_workloads, lose_users, lose_workloads;
};
typedef ADVI_VEC(struct advi_affected) advi_affected_list;

struct advi_covered {
	uint64_t before, after, gained, lost;
};

/* Texts live in 'arena', records in the worlds. */
struct adv_whatif {
	struct advi_arena arena;
	const struct adv_site *site, *base;  /* 'base': of the change; the same, unless another */
	struct adv_world *world;             /* as it is; borrowed */
	struct adv_world *other, *changed;   /* of another base; of the change. NULL: not needed */
	ADVI_VEC(struct adv_world *) former; /* that reasons may have records of */
	struct adv_world *last;              /* the one that 'after' is of */
	struct advi_env after;
	const char *python, *since, *until;
	advi_names without;
	bool alters_base; /* another base or Python, or something is left out */
	ADVI_VEC(struct advi_joiner) with;
	ADVI_VEC(struct advi_broken) broken;                   /* most users first */
	ADVI_VEC(struct advi_move_of_base) comes, goes, moves; /* by users, then by name */
	uint64_t comes_bytes, goes_bytes;
	uint64_t users, workloads;
	struct advi_covered users_covered, workloads_covered;
	uint64_t gain_users, lose_users; /* with a workload that gains; that loses */
	uint64_t lose_workloads;         /* not covered any more, or import from base what goes */
	advi_affected_list projects, domains;
	uint64_t min_users;
};

/* Finds out what would be there: joiners, what breaks, and 'after'. */
int advi_whatif_solve(struct adv_whatif *whatif, const struct adv_whatif_options *options,
		      const struct advi_workloads *workloads, const struct adv_watch *watch,
		      struct adv_err *err);
/* Counts for whom. */
void advi_whatif_count(struct adv_whatif *whatif, const struct advi_workloads *workloads,
		       const struct advi_demand *demand);

/* Distinct users who import a package from base, and from elsewhere, and the workloads. */
struct advi_importers {
	uint64_t base_users, base_workloads, other_users, other_workloads;
};
/* Of each of the packages of 'workloads', in new memory. */
struct advi_importers *advi_importers_count(const struct advi_workloads *workloads);

#endif
