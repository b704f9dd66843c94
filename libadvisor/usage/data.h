/* SPDX-License-Identifier: BSD-3-Clause */
/* A store's content in memory, classified and mapped by a site recipe: what questions are put to.
 */
#ifndef ADVI_USAGE_DATA_H
#define ADVI_USAGE_DATA_H

#include "usage/items.h"
#include "usage/root.h"
#include "usage/store.h"

/* What a use is; bits, so that a module can be several. */
enum advi_use_kind {
	ADVI_USE_NOWHERE = 1 << 0, /* installed, and no package is known that has it */
	ADVI_USE_PACKAGE = 1 << 1,
	ADVI_USE_PRIVATE = 1 << 2, /* somebody's own code */
	ADVI_USE_STDLIB = 1 << 3,
	ADVI_USE_NAMESPACE = 1 << 4 /* packages are known for the parts that were imported */
};

struct advi_module_data {
	const char *name;
	uint32_t package; /* index into packages, plus 1; 0: none is known */
};

struct advi_root_data {
	const char *path;
	enum advi_root_kind kind;
	enum adv_place place;
};

/* Modules and roots by index; those of a set are sorted by module. */
struct advi_use_data {
	uint32_t module, root;
	uint32_t version; /* index into versions, plus 1; 0: not known */
	uint8_t evidence; /* a set of enum advi_evidence */
	bool parts;       /* the set has parts of it with the same evidence */
	/* Of advi_data_mark_probes: */
	bool mapped; /* the set maps the same package, too */
	bool probe;  /* it was only looked for */
};

struct advi_set_data {
	int64_t id;
	size_t first, count; /* of uses */
	bool imported;       /* some of them by import */
};

/* One run with imports. Indexes; 'project', 'job' and 'environment' are those plus 1, 0: none. */
struct advi_run_data {
	uint32_t set, month, user, project, job, environment;
	/* nodes * seconds / probability, in 1e-7 s: sums do not depend on their order; negative:
	 * its length is not known */
	int64_t load;
	uint64_t starts; /* nodes / probability, in thousandths: the same */
};

/* Ready-made counts; 'user' and 'project' are indexes plus 1, 0: not known. */
struct advi_tally_data {
	uint32_t month, user, project, module;
	enum adv_place place;
	uint64_t runs;
};

/* What only the whole store tells, of a part of it. */
struct advi_data_whole {
	bool *mappable;       /* by package: some run maps shared objects of it; owned */
	bool imported;        /* some run has something by import */
	uint32_t first, last; /* months with runs; 0: there is none */
};

struct advi_data {
	struct advi_arena arena;
	ADVI_VEC(const char *) users;
	ADVI_VEC(const char *) projects;
	ADVI_VEC(const char *) versions;
	ADVI_VEC(struct advi_module_data) modules;
	ADVI_VEC(struct advi_root_data) roots;
	struct advi_map packages; /* number: 1 when base has it */
	ADVI_VEC(struct advi_use_data) uses;
	ADVI_VEC(struct advi_set_data) sets;
	ADVI_VEC(struct advi_run_data) runs;
	ADVI_VEC(struct advi_tally_data) tallies;
	bool by_mapping; /* there is no import hook: mapped objects are all that is known */
	struct advi_data_whole *whole; /* NULL: this is the whole store, or all of some months */
};

/* Loads runs that have imports and lie within the months (202503; 0: open). */
int advi_data_load(struct advi_data *out, const struct adv_store *store,
		   const struct adv_site *site, uint32_t since, uint32_t until,
		   struct adv_err *err);
/*
 * As that, but of runs only those of the users who have one, or a count, for a project. So all of
 * their workloads are there as they are in the whole store, in a tenth of the time and less.
 */
int advi_data_load_project(struct advi_data *out, const struct adv_store *store,
			   const struct adv_site *site, uint32_t since, uint32_t until,
			   const char *project, struct adv_err *err);
void advi_data_clear(struct advi_data *data);

/*
 * Tells probes from imports. An import hook sees mere looking for a package, too (find_spec, which
 * transformers does with torch, tensorflow and others). A use by import is a probe when its run
 * maps shared objects of packages, but none of this one, of which some run anywhere maps some.
 * Where no run has anything by import, what is mapped counts in its place.
 */
void advi_data_mark_probes(struct advi_data *data);
/* Whether a use is of the evidence that is counted. */
bool advi_use_counts(const struct advi_data *data, struct advi_use_data use);

/* What one use is; of PACKAGE the package is modules.at[use.module].package. */
enum advi_use_kind advi_use_kind(const struct advi_data *data, struct advi_use_data use);
/* The node-hours of a sum of loads. */
double advi_load_hours(__int128 load);
/* Reads a month of a question, "2025-03"; NULL is 0. ADV_EUSAGE when it is none. */
int advi_month_option(uint32_t *out, const char *text, struct adv_err *err);
/* As that for both ends of a range, each of which may be open. ADV_EUSAGE when it is of no month.
 */
int advi_month_range(uint32_t *first, uint32_t *last, const char *since, const char *until,
		     struct adv_err *err);
/* The recipe to answer by: 'site', or the one that the store keeps. ADV_EINPUT without any. */
int advi_data_site(const struct adv_site **out, const struct adv_store *store,
		   const struct adv_site *site, struct adv_err *err);

#endif
