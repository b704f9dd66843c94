/* SPDX-License-Identifier: BSD-3-Clause */
/* A verdict on an environment: what it is, what it changes, who loses what, what breaks a rule. */
#ifndef ADVI_ADVISE_CHECK_H
#define ADVI_ADVISE_CHECK_H

#include <advisor/check.h>

#include "conda/listing.h"
#include "site/policy.h"
#include "solve/explain.h"

/* A set of specs that clash; 'why' holds them, 'spots' where each stands. */
struct advi_conflict {
	const struct advi_why *why;
	advi_spots spots;   /* by line */
	advi_names written; /* as they stand there */
};

/* What an environment has of a name. NULL: not known. */
struct advi_part {
	const char *name, *version, *build;
	const struct advi_record *record; /* in the channels */
	bool pip;
};

enum advi_knowledge {
	ADVI_ASKED,   /* names that are asked for, and no more */
	ADVI_WRITTEN, /* every package, as the file has them */
	ADVI_SOLVED
};

/* What an environment holds: conda's by name, then pip's by name. */
struct advi_content {
	enum advi_knowledge knowledge;
	ADVI_VEC(struct advi_part) parts;
	size_t conda; /* parts of conda's */
};

enum advi_change_kind { ADVI_ADDED, ADVI_REMOVED, ADVI_UP, ADVI_DOWN, ADVI_REBUILT, ADVI_CHANGES };

/* How the environment differs from base in one package. NULL: it is not there. */
struct advi_change {
	enum advi_change_kind kind;
	const struct advi_part *from, *to;
};

/* A package that users import from base, and that goes, or of which their version does. */
struct advi_loss {
	const char *package, *from, *to; /* versions; 'to' NULL: it goes */
	uint64_t users;                  /* 0: fewer than may be told */
	uint64_t version_users;          /* of whom it is known that they have 'from'; likewise */
	bool version_few;                /* there are such, and too few to be told */
	bool version_known;              /* of some it is */
	uint64_t project_count;          /* told or not */
	advi_names projects;             /* with so many users that they may be told; sorted */
	advi_names user_names;           /* where one may be told; sorted */
};

/* Something that breaks a rule. */
struct advi_finding {
	enum advi_policy_rule rule;
	enum advi_severity severity;
	struct advi_spot spot; /* in the environment's file */
	const char *package;   /* or NULL */
	const char *message;   /* a sentence without its full stop */
	const char *help;      /* what can be done; or NULL */
};
typedef ADVI_VEC(struct advi_finding) advi_findings;
/* For sorting: by place, rule and message. 0: the same finding. */
int advi_finding_order(const void *a, const void *b);

/* Texts live in 'arena', records in the worlds. */
struct adv_check {
	struct advi_arena arena;
	const struct adv_site *site; /* borrowed; NULL: the file could not be read */
	const char *path;            /* of the environment */
	const char *label;           /* of a variant; NULL: as the recipe says */
	const char *node_type;       /* likewise */
	struct adv_world *world;     /* NULL: it was not asked */
	bool solvable;
	uint64_t bytes;     /* of all packages */
	size_t unsized;     /* packages whose size no channel tells */
	const char *python; /* version; NULL: none */
	advi_whys whys;     /* why it can't be solved */
	bool more;          /* there is more that clashes */
	ADVI_VEC(struct advi_conflict) conflicts;
	advi_names notes; /* what was assumed, as the watch heard it */

	/* Of adv_check_judge: */
	bool judged;
	int64_t date; /* seconds since 1970 */
	struct advi_content now;
	uint32_t *origins;           /* by part of 'now': the spec that brings it, plus 1 */
	const struct adv_site *base; /* whose base it is compared with; NULL: none */
	struct adv_world *base_world;
	struct advi_content before;
	struct advi_content as_written;       /* what the file lists, when base is a list, too */
	const struct advi_content *after;     /* what is compared with base: it, or 'now' */
	bool compared;                        /* what base has is known */
	ADVI_VEC(struct advi_change) changes; /* by kind, then by name */
	int64_t bytes_more, files_more;       /* than base */
	size_t unsized_changes;               /* packages that count for nothing in these */
	bool asked_usage;
	const char *usage_first, *usage_last; /* months; NULL: there is no usage */
	ADVI_VEC(struct advi_loss) losses;    /* most users first */
	uint64_t lost_users;                  /* with a package that goes */
	bool lost_more;                       /* and some that are too few to be told */
	uint64_t min_users;
	const char *lock; /* path of the lockfile that was asked about */
	bool lock_stale;
	advi_findings findings; /* by line */
	size_t counts[ADVI_SEVERITIES];
};

/* --- contents --- */

/* As solved, when 'env' is not NULL; otherwise as the site's base is written. */
void advi_content_fill(struct advi_content *out, const struct adv_site *site,
		       const struct advi_env *env, struct advi_arena *arena);
/* Whether every package of a site's base is written down with version and build. */
bool advi_content_is_written(const struct adv_site *site);
/* The part of a name that conda, or pip, has; or NULL. */
const struct advi_part *advi_content_find(const struct advi_content *content, const char *name,
					  bool pip);
/* Finds the records of parts in the channels of 'world'. */
int advi_content_join(struct advi_content *content, struct adv_world *world,
		      const struct adv_watch *watch, struct adv_err *err);
void advi_content_clear(struct advi_content *content);
/* Notes which line of the file brings each part of 'now'. */
void advi_check_trace(struct adv_check *check);

/* --- what changes, and who loses --- */

void advi_check_compare(struct adv_check *check);
int advi_check_count_losses(struct adv_check *check, const struct adv_store *store,
			    const char *since, const char *until, struct adv_err *err);

/* --- findings --- */

/* Applies every rule that is on, and sorts what was found. */
int advi_check_rules(struct adv_check *check, const struct adv_watch *watch, struct adv_err *err);
/* Adds a finding of the rule's own severity; nothing where the rule is off. */
struct advi_finding *advi_find(struct adv_check *check, enum advi_policy_rule rule,
			       struct advi_spot spot, const char *package, const char *format, ...)
	ADVI_PRINTF(5, 6);
/*
 * The same about a part of 'now': where the line is that brings it. The message begins with the
 * part's name and version, and the line's, when it is another's.
 */
struct advi_finding *advi_find_part(struct adv_check *check, enum advi_policy_rule rule,
				    const struct advi_part *part, const char *format, ...)
	ADVI_PRINTF(4, 5);
/* Whether a part, conda's or pip's, is meant by a MatchSpec. */
bool advi_part_matches(const struct advi_part *part, const char *spec);
const struct advi_rule_set *advi_check_set(const struct adv_check *check,
					   enum advi_policy_rule rule);

/* Rules, by what they look at; each returns 0 or a negative code. */
typedef int advi_rule_fn(struct adv_check *check, const struct advi_rule_set *set,
			 const struct adv_watch *watch, struct adv_err *err);
advi_rule_fn advi_rule_solvable, advi_rule_base, advi_rule_unread, advi_rule_channels;
advi_rule_fn advi_rule_banned, advi_rule_required, advi_rule_by_module, advi_rule_external,
	advi_rule_pins;
advi_rule_fn advi_rule_budget, advi_rule_licenses;
advi_rule_fn advi_rule_python_eol, advi_rule_too_young, advi_rule_too_old, advi_rule_unmaintained;
advi_rule_fn advi_rule_yanked, advi_rule_duplicates, advi_rule_pip_urls, advi_rule_pip_unpinned;
advi_rule_fn advi_rule_lockfile, advi_rule_losses, advi_rule_versions;

#endif
