/* SPDX-License-Identifier: BSD-3-Clause */
/* What reports are made of: a store's content, the plan by names, and who belongs to whom. */
#ifndef ADVI_REPORT_FACTS_H
#define ADVI_REPORT_FACTS_H

#include <advisor/report.h>

#include "advise/plan.h"
#include "report/fold.h"
#include "report/tally.h"
#include "usage/data.h"

enum advi_scope_kind { ADVI_SCOPE_SITE, ADVI_SCOPE_DOMAIN, ADVI_SCOPE_PROJECT };

/* The whole site, a domain or a project. */
struct advi_scope {
	enum advi_scope_kind kind;
	const char *name;           /* of a project NULL: what ran without one */
	size_t parent;              /* of a project: its domain; of a domain: the site */
	ADVI_VEC(uint32_t) members; /* its workloads, rising */
	struct advi_tally tally;
	struct advi_map cells; /* what of it is published -> its cell of the fold */
};

/* Unique users of each package of the workloads, by month: users[package * months + month]. */
struct advi_package_months {
	uint32_t months; /* from the first one of the facts; 0: there is none, or they are too many
			  */
	uint32_t *users;
};

struct advi_facts {
	struct advi_arena arena;
	const struct adv_site *site;
	const struct adv_plan *plan; /* or NULL */
	const char *since, *until;   /* the months that are counted; NULL: open */
	struct advi_data data;
	struct advi_workloads workloads;
	uint32_t first, last;    /* months that there is use in; 0: there is none */
	bool *now, *then;        /* by package of the workloads: base has it */
	struct advi_map records; /* of the plan's result: name -> pointer to the record */
	struct advi_map refused; /* by the plan: name -> pointer to the refusal */
	struct advi_map domains; /* of an accounts file: project -> pointer to the domain's name */
	/* The site, domains by name, projects by name (the nameless one last). */
	ADVI_VEC(struct advi_scope) scopes;
	struct advi_fold fold;                /* of what is published */
	struct advi_package_months months_of; /* what is published of them */
	bool public;
};

/* Loads and counts everything. Returns 0, ADV_EUSAGE, ADV_EINPUT or ADV_EENV. */
int advi_facts_load(struct advi_facts *out, const struct adv_store *store,
		    const struct adv_plan *plan, const struct adv_report_query *query,
		    struct adv_err *err);
/* What load does, once site, plan, data and workloads are there. */
void advi_facts_count(struct advi_facts *facts);
void advi_facts_clear(struct advi_facts *facts);

/* NULL when there is none of that name. */
const struct advi_scope *advi_facts_scope(const struct advi_facts *facts, enum advi_scope_kind kind,
					  const char *name);
/* Most users first, then by name. */
void advi_scopes_sort(const struct advi_scope **scopes, size_t count);
/* Whether projects have no names, in what is published. */
bool advi_facts_nameless(const struct advi_facts *facts);
/* As the recipe has it, or else the table of accounts. */
const char *advi_facts_domain(const struct advi_facts *facts, const char *project);
/* Whether the plan's base has a package; without a plan base as it is. */
bool advi_facts_then(const struct advi_facts *facts, const char *package);
/* What the plan says of a package that base lacks, in a word or two; NULL without a plan. */
const char *advi_facts_verdict(const struct advi_facts *facts, const char *package);
/* Why it can't be, or NULL. */
const struct advi_refusal *advi_facts_refusal(const struct advi_facts *facts, const char *package);

/* --- what is published --- */

/*
 * Makes the fold of everything that any public report of these facts shows, and decides it, so
 * that reports tell no more together than each by itself. Returns 0, or ADV_EINPUT where that can't
 * be.
 */
int advi_facts_fold(struct advi_facts *facts, struct adv_err *err);
/* The cell of a figure by its key, such as "package/zarr/outside". It must be there. */
uint32_t advi_scope_cell(const struct advi_scope *scope, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Users by month, for a site: month -> users, and those with imports from places of their own. */
struct advi_month_users {
	uint32_t month;
	uint64_t users, own;
};
typedef ADVI_VEC(struct advi_month_users) advi_months_of_users;
/* From the first to the last month of the facts, in order. */
void advi_facts_months(const struct advi_facts *facts, advi_months_of_users *out);

void advi_package_months_count(struct advi_package_months *out, const struct advi_facts *facts);
void advi_package_months_clear(struct advi_package_months *months);

#endif
