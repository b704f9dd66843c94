/* SPDX-License-Identifier: BSD-3-Clause */
/* The plan: what to change in base, for whom, at what cost. */
#ifndef ADVISOR_PLAN_H
#define ADVISOR_PLAN_H

#include <stdint.h>

#include <advisor/store.h>
#include <advisor/world.h>

#ifdef __cplusplus
extern "C" {
#endif

struct adv_plan;

/* Of a row of budgets that are decided one after the other. */
enum { ADV_MOST_BUDGETS = 32 };

/* What a workload weighs when packages are chosen. */
enum adv_weight {
	ADV_WEIGHT_USERS,          /* every user alike, divided among the user's workloads */
	ADV_WEIGHT_NODE_HOURS,     /* by the node-hours of its runs */
	ADV_WEIGHT_FILE_OPERATIONS /* by how often its packages are read from elsewhere than base */
};
#define ADV_WEIGHT_COUNT 3
/* "users", "node-hours", "file-operations" */
const char *adv_weight_name(enum adv_weight weight);

/* What is to be as much as possible. */
enum adv_objective {
	ADV_OBJECTIVE_BENEFIT, /* half the share of workloads' packages, half whole workloads */
	ADV_OBJECTIVE_USERS    /* users all of whose workloads are covered */
};

/* What is wished. 0 or NULL takes the recipe's value, or no limit. */
struct adv_plan_options {
	uint64_t max_packages;     /* packages that base gains, dependencies included */
	uint64_t max_bytes;        /* bytes of packages, as downloaded, that base gains */
	const char *since, *until; /* demand of the months "YYYY-MM" in between, both included */
	enum adv_weight weight;
	uint64_t unused_months; /* what nobody used for so long may be dropped; 0: 12 */
	uint64_t max_bundles; /* environments beside base, for what base does not cover; 0: none */
	bool fields_apart;    /* leave to them what the users of one domain alone import */
	uint64_t max_bundle_bytes; /* that each of them may download of its own */
	uint64_t max_files;        /* that base gains, known or estimated */
	enum adv_objective objective;
	uint64_t max_seconds; /* of choosing; then the best so far is the plan */
	int keep_base;        /* no record of base changes */
};
#define ADV_PLAN_OPTIONS_INIT                                                                      \
	{                                                                                          \
		0                                                                                  \
	}

/*
 * Decides. The same inputs give the same plan, to the byte.
 * Returns 0 (a plan without additions is a plan), ADV_EINPUT, ADV_EENV, ADV_ECANCEL.
 */
int adv_plan_make(struct adv_plan **out, const struct adv_store *store, struct adv_world *world,
		  const struct adv_site *site, const struct adv_plan_options *options,
		  const struct adv_watch *watch, struct adv_err *err);

/* How many seconds choosing took; 0 of a plan that was read. It stands in no file. */
double adv_plan_seconds(const struct adv_plan *plan);

/* Reads a plan (schema "advisor.plan/1") that adv_plan_write wrote. */
int adv_plan_read(struct adv_plan **out, const char *path, struct adv_err *err);

/*
 * Writes the plan to 'path' ("-": standard output, the plan alone), and beside it
 * environment.yml and an explicit lockfile, conda-linux-64.lock.
 */
int adv_plan_write(const struct adv_plan *plan, const char *path, struct adv_err *err);

/*
 * Writes the plan's bundles into 'folder', which staff keep: for each a recipe, NAME.yml, that
 * adv_bundle_build reads, and NAME.lock, its packages; for those that are layered on base, base's
 * packages once as base-DIGEST.lock. A recipe or lockfile that is not as it was written last is
 * left alone, together with the other one; so is a recipe that is not recommended any more. The
 * watch is told of each. Returns 0, ADV_EINPUT, or ADV_EENV; every file is whole or not there.
 */
int adv_plan_write_bundles(const struct adv_plan *plan, const char *folder,
			   const struct adv_watch *watch, struct adv_err *err);

/* NULL is fine. */
void adv_plan_free(struct adv_plan *plan);
ADV_AUTO_DEFINE(plan)

#ifdef __cplusplus
}
#endif
#endif
