/* SPDX-License-Identifier: BSD-3-Clause */
/* Workloads: what one user imports from one environment, over all of its runs. */
#ifndef ADVI_USAGE_WORKLOAD_H
#define ADVI_USAGE_WORKLOAD_H

#include <advisor/store.h>

#include "base/map.h"
#include "base/vec.h"
#include "site/site.h"

/* One package that a workload imports; an index into the names of advi_workloads. */
struct advi_need {
	uint32_t package;
	bool outside; /* it was imported from somewhere else than base at least once */
	bool base;    /* and from base */
	/* From places of the users' own (advi_place_is_own): uses of it, and the nodes that these
	 * started on, in thousandths. */
	uint64_t own;
	unsigned __int128 own_starts;
	bool mapped; /* and shared objects of it were mapped by such a run */
	bool used;   /* not in every run a mere probe; of a workload's needs all are */
};

/* A package that some workloads look for, and never load. */
struct advi_probe {
	uint32_t users, workloads; /* workloads that only probe it, from elsewhere than base */
	uint32_t last;             /* user plus 1 who was counted last */
};

struct advi_workload {
	uint32_t user;                    /* index into users */
	uint32_t environment;             /* index into environments */
	enum adv_place place;             /* of its environment */
	const char *project;              /* the account of most of its runs, or NULL */
	ADVI_VEC(struct advi_need) needs; /* sorted by package name, each once */
	uint32_t nowhere;     /* modules under site-packages that no package is known for */
	uint64_t nowhere_own; /* uses of these from a place of the users' own */
	uint32_t first, last; /* months that it ran in: 202503 */
	uint64_t runs;
	double node_hours; /* of those runs whose length is known */
	/* What weights are made of; integers, so that no order of summing matters: */
	unsigned __int128 load;  /* the same as node_hours, in 1e-7 node-seconds */
	unsigned __int128 reads; /* nodes that import a package from elsewhere than base, summed
				  * over packages and runs; in thousandths */
};

struct advi_workloads {
	struct advi_arena arena;
	struct advi_map users, environments, packages; /* interned names */
	struct advi_map nowhere;            /* module names without a package; number: users */
	struct advi_map probed;             /* package names */
	ADVI_VEC(struct advi_probe) probes; /* by index of probed */
	bool by_mapping; /* counted from mapped objects, there being no imports */
	ADVI_VEC(struct advi_workload) all; /* sorted by user, environment */
};

/* What lies there is the users' own doing: a user site, home, a project, tmp, or elsewhere. */
bool advi_place_is_own(enum adv_place place);

/*
 * Collects the workloads of a store.
 *   site   classifies and maps; NULL: the recipe that the store was made with.
 *   since, until  months "YYYY-MM", both included; NULL: open on that side.
 * Returns 0, ADV_EUSAGE for what is no month or a range of none, ADV_EINPUT, ADV_EENV.
 */
int advi_workloads_load(struct advi_workloads *out, const struct adv_store *store,
			const struct adv_site *site, const char *since, const char *until,
			struct adv_err *err);
/* The same of a store's content that is loaded and whose probes are marked; it is not kept. */
struct advi_data;
void advi_workloads_collect(struct advi_workloads *out, const struct advi_data *data);
void advi_workloads_clear(struct advi_workloads *workloads);

/* The recipe that the store was made with; owned by the store. */
const struct adv_site *advi_store_site(const struct adv_store *store);
/* SHA-256 over what the store counts, independent of how it was read in (hexadecimal). */
int advi_store_fingerprint(const struct adv_store *store, char hex[65], struct adv_err *err);

#endif
