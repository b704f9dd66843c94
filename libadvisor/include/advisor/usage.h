/* SPDX-License-Identifier: BSD-3-Clause */
/* Questions to a usage store. */
#ifndef ADVISOR_USAGE_H
#define ADVISOR_USAGE_H

#include <advisor/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What rows are grouped by; a set. */
enum adv_usage_by {
	ADV_BY_MONTH = 1 << 0,
	ADV_BY_MODULE = 1 << 1,
	ADV_BY_PACKAGE = 1 << 2,
	ADV_BY_PLACE = 1 << 3,
	ADV_BY_PROJECT = 1 << 4,
	ADV_BY_DOMAIN = 1 << 5
};

/* Classes of places, in the order in which they are printed. */
enum adv_place {
	ADV_PLACE_BASE,
	ADV_PLACE_SITE,
	ADV_PLACE_USER_SITE,
	ADV_PLACE_HOME,
	ADV_PLACE_PROJECT,
	ADV_PLACE_TMP,
	ADV_PLACE_SYSTEM,
	ADV_PLACE_BUILTIN,
	ADV_PLACE_OTHER,
	ADV_PLACE_COUNT
};

/* "base", "site", "user-site", ... */
const char *adv_place_name(enum adv_place place);

/* What an answer rests on. */
enum adv_evidence {
	ADV_EVIDENCE_IMPORT, /* an import hook saw the name, which a probe for it does too */
	ADV_EVIDENCE_MAPPED  /* shared objects that were mapped at the run's end: really loaded */
};

/* A question. NULL or 0 leaves a field open. */
struct adv_usage_query {
	enum adv_evidence evidence;
	unsigned by;                  /* a set of enum adv_usage_by */
	const char *since, *until;    /* months "YYYY-MM", both included */
	const char *module, *package; /* only these */
	const char *project, *domain;
	const char *const *overlap; /* modules: rows count users of exactly each combination */
	size_t overlap_count;       /* 0 to 8 */
	const char *accounts;       /* a CSV file: account,domain,field */
	const struct adv_site
		*site; /* a newer recipe; NULL: the one that the store was made with */
};
#define ADV_USAGE_QUERY_INIT                                                                       \
	{                                                                                          \
		0                                                                                  \
	}

/* Whether base has a package. */
enum adv_in_base { ADV_NOT_IN_BASE, ADV_IN_BASE, ADV_IN_BASE_BY_PIP };
/* "no", "yes", "pip". */
const char *adv_in_base_name(int in_base);

/*
 * One row of an answer; strings are owned by it. What 'by' does not name is NULL or -1. What is
 * not known (ready-made counts have no jobs) is -1, node_hours is NaN then.
 */
struct adv_usage_row {
	const char *month, *module, *package, *project, *domain;
	int place;              /* enum adv_place */
	const char *overlap;    /* "torch+tensorflow": users of exactly these */
	const char *of_package; /* with a module: the package that it is mapped to, or NULL */
	const char *kinds;      /* with a module: its kinds, comma-separated, sorted */
	int in_base;            /* with a package: enum adv_in_base */
	int64_t users;          /* unique */
	int64_t projects, jobs; /* unique, "unknown" left out */
	int64_t runs;
	double node_hours;                    /* sum of seconds * nodes / probability / 3600 */
	int64_t place_users[ADV_PLACE_COUNT]; /* unique users by place */
	int64_t users_base_only, users_both, users_custom_only; /* with a module or package */
};

struct adv_usage;

/*
 * Answers a question. Rows are sorted by their keys, in the order of enum adv_usage_by.
 * Returns 0, ADV_EUSAGE for a question that makes no sense, ADV_EINPUT or ADV_EENV.
 */
int adv_usage_ask(struct adv_usage **out, const struct adv_store *store,
		  const struct adv_usage_query *query, struct adv_err *err);
/* NULL is fine. */
void adv_usage_free(struct adv_usage *usage);
ADV_AUTO_DEFINE(usage)

size_t adv_usage_count(const struct adv_usage *usage);
/* Row i < count; valid while 'usage' is. */
const struct adv_usage_row *adv_usage_row(const struct adv_usage *usage, size_t i);
/* The set of enum adv_usage_by that the rows are grouped by. */
unsigned adv_usage_by(const struct adv_usage *usage);
/* What the figures rest on. */
enum adv_evidence adv_usage_evidence(const struct adv_usage *usage);

#ifdef __cplusplus
}
#endif
#endif
