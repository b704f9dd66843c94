/* SPDX-License-Identifier: BSD-3-Clause */
/* A plan in memory: what plan.json says. */
#ifndef ADVI_ADVISE_PLAN_H
#define ADVI_ADVISE_PLAN_H

#include <stdio.h>

#include <advisor/plan.h>

#include "base/arena.h"
#include "base/vec.h"
#include "conda/record.h"

/* How sure it is that there is nothing better; benefits are in users. */
struct advi_plan_choice {
	const char *objective, *by; /* "benefit", "users"; "cbc", "greedy"; NULL: not known */
	bool proved, time_up;       /* time_up: before it was proved */
	double value, bound;        /* that it has; that no other can exceed */
	uint64_t refused;           /* proposals that did not stand */
	double seconds;             /* that it took; 0: it was read from a file */
};
/* What is left to prove, as a part of the bound. */
double advi_plan_gap(const struct advi_plan_choice *choice);

/* A package that joins base because users want it. */
struct advi_addition {
	const char *spec, *name;
	struct advi_record record; /* the record that was solved */
	uint64_t users, workloads; /* that use it from outside base */
	uint64_t users_freed;      /* wholly covered by this step that were not before */
	uint64_t closure_packages,
		closure_bytes;    /* what this step added to base, itself included */
	struct advi_list closure; /* the names of that */
	struct advi_list moves;   /* names of what was there and changed or went for it */
	const char *evidence;     /* "import", "mapped", "both": what the figures rest on */
	uint64_t mapped_users;    /* of the users, those who were seen to load it */
};

/* A package that is wanted and was not added. */
struct advi_refusal {
	const char *name;
	uint64_t users, workloads;
	const char *evidence;     /* as an addition's */
	const char *kind;         /* "conflict", "absent", "never", "module", "budget" */
	const char *reason;       /* in words */
	uint64_t packages, bytes; /* beyond the budget: that it would have added */
};

/* A module imported from some site-packages that no package is known for. */
struct advi_unmapped {
	const char *module;
	uint64_t users;
};

/* A package that users look for from their own environments, and never load. */
struct advi_probed {
	const char *name;
	uint64_t users, workloads; /* that only look for it */
};

/* A record of base that is not in the result, or is there as another one. */
struct advi_change {
	const char *name, *version, *build; /* as base had it */
	const char *to_version, *to_build;  /* NULL: gone */
};

/* What pip put into base; it stays, and serves, but nothing is solved with it. */
struct advi_left_to_pip {
	const char *name, *version; /* version: NULL when it is not known */
	const char *requirement;    /* for the pip section of environment.yml */
	const char *conda;          /* the version that conda installs of the same, or NULL */
};

/* Users and workloads whose packages are all there. */
struct advi_effect {
	uint64_t users, workloads; /* of which there are */
	uint64_t users_covered_before, users_covered_after;
	uint64_t workloads_covered_before, workloads_covered_after;
	/* by base as it is solved now: a list of what it holds may leave dependencies out */
	uint64_t users_covered_solved, workloads_covered_solved;
};

/* A span of months, and the user-months with Python in it; without months: NULL and 0. */
struct advi_period {
	const char *first, *last;
	uint64_t months, active;
};

/* A package that more users, or fewer, import than before. */
struct advi_trend {
	const char *name, *kind; /* "emerging", "declining" */
	uint64_t recent, former; /* user-months in both periods, from anywhere */
	uint64_t recent_users, former_users;
	bool in_base;
	double ratio, low,
		high; /* of users among the active, recent to former; its 95 % interval */
	double p, q;  /* of the test; and adjusted for all that were tested */
};

/* One thing to do, or to leave. */
struct advi_action {
	const char *kind; /* "add", "upgrade", "drop", "bundle", "module", "leave" */
	const char *name;
	const char *confidence; /* "high", "medium", "low" */
	const char *evidence;   /* "import", "mapped", "both"; "none" */
	const char *from, *to;  /* versions, now and then; NULL: there is none */
	const char *reason;     /* of what is left, or of a newer version that can't be; or NULL */
	const char *ticket;     /* a sentence to say it with */
	uint64_t users, workloads; /* that ask for it */
	uint64_t packages, bytes;  /* that base gains; by a drop: that it loses */
	uint64_t moves;            /* packages that base has and that change or go for it */
};

/* A package of the result of which users bring newer versions. */
struct advi_upgrade {
	const char *name, *version; /* as the result has it */
	bool in_base;               /* base has it; otherwise it is added */
	bool asked;                 /* whether there is a newer one was asked; the rest says what */
	const char *newest;         /* in the channels; NULL: none is newer */
	const char *best;           /* the newest that the result can have; NULL: none newer */
	const char *why;            /* why not the newest, or NULL */
	const char *loosened;     /* what base asks for of it, and would have to give up; or NULL */
	uint64_t users;           /* who bring versions that are known */
	uint64_t newer;           /* of those, who have newer ones */
	uint64_t beyond;          /* of those, who have newer ones than the best */
	uint64_t packages, bytes; /* added with the best; to download for it */
	struct advi_list moves;   /* names of others that change or go for it */
};

/* A package of base that nobody uses. */
struct advi_drop {
	const char *name, *version;
	const char *last;         /* the month of its last use; NULL: none is known */
	struct advi_list also;    /* names of what only it needs */
	uint64_t packages, bytes; /* it and those */
};

/* An environment beside base. Lengths of names are at most ADVI_BUNDLE_NAME_BYTES. */
struct advi_plan_bundle {
	const char *name; /* fit for a file */
	const char *kind; /* "layer": base's packages as they are, and 'records'; or "whole" */
	const char *lead, *domain; /* the package and the domain (or NULL) that name it */
	struct advi_list wanted;   /* that its users need and base lacks, by name */
	struct advi_list specs;    /* what it was solved for */
	ADVI_VEC(struct advi_record) records; /* its own packages, by name */
	uint64_t packages, bytes, unsized;    /* of these */
	uint64_t workloads, users;            /* covered by it and not by base; who have one */
	uint64_t users_freed;                 /* wholly covered by base and it, and not by base */
};
enum { ADVI_BUNDLE_NAME_BYTES = 160 };

/* What is covered by base or by a bundle; and workloads that could be in one and are in none. */
struct advi_bundle_effect {
	uint64_t users, workloads, left;
};

/* Copies of packages in environments of the users' own; bytes as downloaded. */
struct advi_copies {
	uint64_t copies, environments, bytes;
};

/* A package that base lacks and that users hold copies of. */
struct advi_redundant {
	const char *name;
	uint64_t environments;  /* that import it */
	uint64_t closure_bytes; /* of it and what it brings along over base */
	uint64_t bytes;         /* both multiplied */
	bool served;            /* the plan's base has it */
};

/* What lies in environments of the users' own, and what reading it costs: doc/FIGURES.md. */
struct advi_redundancy {
	struct advi_copies lacking;  /* of what base lacks */
	struct advi_copies served;   /* of that what the plan's base has */
	struct advi_copies there;    /* of what base has already */
	struct advi_copies freed;    /* all in environments that only the plan makes needless */
	uint64_t unsized;            /* packages whose size is not known: 0 in the bytes */
	uint64_t expansion_percent;  /* an installed package to its archive */
	uint64_t expansion_packages; /* of base, that this was measured on; 0: the default */
	uint64_t node_imports, node_imports_gone; /* nodes that imported a package from there */
	uint64_t months, files_per_import, processes_per_node;
	ADVI_VEC(struct advi_redundant) packages; /* most bytes first; the first ones */
};
uint64_t advi_installed_bytes(const struct advi_redundancy *redundancy, uint64_t bytes);
/* Files that imports open a month; 0 when the months are not known. */
uint64_t advi_files_a_month(const struct advi_redundancy *redundancy, uint64_t node_imports);

/* What the recipe wants a domain or a project to get at least, and what it gets. */
struct advi_plan_quota {
	const char *group, *name; /* "domain", "project" */
	const char *measure;      /* "users", "share" */
	uint64_t percent;         /* asked for, of a share; otherwise 0 */
	uint64_t asked, all;      /* users, or wants: doc/FIGURES.md */
	uint64_t now, reached;    /* with base, and with the plan */
	const char *why;          /* it is not reached; NULL: it is */
};

/* An input and its fingerprint. */
struct advi_input {
	const char *kind, *name, *sha256;
};

struct adv_plan {
	struct advi_arena arena; /* owns every string */
	const char *site, *platform;
	ADVI_VEC(struct advi_addition) additions; /* in the order of choice */
	/* wanted, and in base through its own dependencies though its list does not say so; by name
	 */
	ADVI_VEC(struct advi_addition) present;
	ADVI_VEC(struct advi_refusal) refused;    /* most users first, then by name */
	ADVI_VEC(struct advi_unmapped) unmapped;  /* most users first, then by name */
	ADVI_VEC(struct advi_probed) probes;      /* most users first, then by name */
	ADVI_VEC(struct advi_change) removed;     /* by name */
	ADVI_VEC(struct advi_change) changed;     /* by name */
	ADVI_VEC(struct advi_record) environment; /* every package of the result, by name */
	ADVI_VEC(struct advi_left_to_pip) pip;    /* by name */
	advi_names specs;                         /* what environment.yml asks for */
	advi_names channels;
	ADVI_VEC(struct advi_input) inputs;
	ADVI_VEC(struct advi_action) actions;   /* by kind, each in its order */
	ADVI_VEC(struct advi_upgrade) upgrades; /* most users with newer versions first */
	ADVI_VEC(struct advi_drop) drops;       /* most bytes first */
	struct advi_period history;             /* all months that are known */
	uint64_t unused_months;                 /* after so many a package is unused */
	const char *unused_since; /* the first of those; NULL: the history is too short */
	struct advi_effect effect;
	ADVI_VEC(struct advi_plan_quota) quotas; /* by group, name, and measure */
	struct advi_redundancy redundancy;
	struct advi_period recent, former;
	uint64_t trends_tested;
	ADVI_VEC(struct advi_trend) trends;        /* emerging first; the surest first */
	ADVI_VEC(struct advi_plan_bundle) bundles; /* most coverage a byte first */
	struct advi_bundle_effect bundled;
	uint64_t max_bundles, max_bundle_bytes; /* 0: none; no limit */
	bool fields_apart;                      /* what one domain alone needs is left to bundles */
	uint64_t added_packages, added_bytes;
	uint64_t added_unsized; /* of these packages, whose size no channel tells: 0 in the bytes */
	uint64_t added_files;   /* known or estimated */
	uint64_t max_packages, max_bytes, max_files; /* the budget; 0: none */
	struct advi_plan_choice choice;
	const char *since, *until; /* the months that were counted; NULL: open */
	const char *weight;        /* what workloads weigh by */
};

/* Why a record of a plan is not fit to make paths of (a literal), or NULL. */
const char *advi_plan_record_problem(const struct advi_record *record);
/* Parses plan.json's text; 'path' names it in errors. */
int advi_plan_parse(struct adv_plan **out, struct advi_str text, const char *path,
		    struct adv_err *err);
/* Writes plan.json's document, and what stands beside it. */
void advi_plan_json(const struct adv_plan *plan, FILE *file);
void advi_plan_environment(const struct adv_plan *plan, FILE *file);
void advi_plan_lockfile(const struct adv_plan *plan, FILE *file);

#endif
