/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether packages can join base, what it takes, and what stands in the way. */
#ifndef ADVI_ADVISE_EXPLAIN_H
#define ADVI_ADVISE_EXPLAIN_H

#include <advisor/explain.h>

#include "advise/interest.h"
#include "solve/versions.h"
#include "solve/ways.h"

enum advi_verdict {
	ADVI_VERDICT_THERE, /* base has it */
	ADVI_VERDICT_JOINS, /* it joins, and nothing of base changes */
	ADVI_VERDICT_MOVES, /* it joins, and some of base changes, as the recipe allows */
	ADVI_VERDICT_REFUSED
};
/* "there", "joins", "moves", "refused" */
const char *advi_verdict_name(enum advi_verdict verdict);

/* What adding changes. */
struct advi_change_set {
	advi_records added;
	ADVI_VEC(struct advi_move) moves; /* by name; 'to' is NULL for what goes */
	uint64_t added_bytes;
};

/* Why a package is no newer version than it is, or would be. */
struct advi_newer_look {
	const struct advi_record *target; /* the newest for base's Python; NULL: nothing is newer */
	bool possible;                    /* within the recipe's rules */
	const struct advi_record *best;   /* otherwise: the newest that is; NULL: none newer */
	struct advi_why why;              /* and why the newest is not */
	struct advi_way way;              /* and what base would have to give up */
	bool has_way;
	size_t moves; /* when it is possible: packages of base that change or go */
};

/* One of the packages that are asked about, by itself. */
struct advi_wish {
	const char *spec; /* as people write it */
	const char *name;
	enum advi_verdict verdict;
	const struct advi_record *there;  /* what base has of the name, or NULL */
	const struct advi_record *record; /* what it would be; NULL when it is refused */
	struct advi_why why;              /* refused: why; moves: why something must change */
	const char *why_line;             /* the same in one line, or NULL */
};

/* One cell of a matrix. */
struct advi_cell {
	const struct adv_variant *variant; /* in the explanation's arena */
	const char *label;
	struct adv_world *world;
	struct adv_explanation *ex; /* NULL: base can't be solved there */
	const char *base_why;       /* and why not */
};

/* Records live as long as the world, texts in 'arena'. Of a matrix there are only 'cells'. */
struct adv_explanation {
	struct advi_arena arena;
	ADVI_VEC(struct advi_cell) cells;
	ADVI_VEC(struct advi_wish) wishes;
	enum advi_verdict verdict; /* on all of them together */
	struct advi_change_set changes;
	struct advi_why why;   /* refused */
	struct advi_ways ways; /* refused: what would help */
	/* Of one package only: */
	struct advi_versions versions;
	struct advi_newer_look newer;
	/* Of several, refused: */
	ADVI_VEC(struct advi_why) clashes; /* minimal sets, each with at least one new wish */
	bool more_clashes;
	ADVI_VEC(bool) fits; /* by wish: in the set that fits, taken in order */
	/* Of adv_explanation_add_usage: */
	ADVI_VEC(struct advi_interest) interests; /* one for each spec; empty: none was asked for */
	const char *since, *until;                /* of the usage, or NULL */
	uint64_t min_users;                       /* fewer are not told exactly */
	uint64_t max_packages, max_bytes;         /* the recipe's budget; 0: none */
	bool has_effect;                          /* they can join: what that would do */
	struct advi_reach before, after;
};

#endif
