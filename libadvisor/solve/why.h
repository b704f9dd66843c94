/* SPDX-License-Identifier: BSD-3-Clause */
/* Why something can't be, as data: chains of records from what was asked to what is in the way. */
#ifndef ADVI_SOLVE_WHY_H
#define ADVI_SOLVE_WHY_H

#include "base/buf.h"
#include "base/vec.h"
#include "conda/record.h"

/* What a record of a chain can't have, or can't be. */
enum advi_relation {
	ADVI_NEEDS,     /* 'spec', one of its depends */
	ADVI_ONLY_WITH, /* 'spec', one of its constrains, of a name that must be there */
	ADVI_SHUT_OUT,  /* the chain's end goes only with other records of its name */
	ADVI_IS_NOT     /* what the chain's end says of its name */
};

struct advi_link {
	const struct advi_record *record;
	enum advi_relation relation;
	const char *spec; /* as the record writes it; NULL for the last two */
};

/* What stands at the end of a chain, and lets none of what was needed be. */
enum advi_end {
	ADVI_END_OPEN,       /* the chain is longer than is told */
	ADVI_END_BASE,       /* base has 'record', and it stays */
	ADVI_END_JOINED,     /* 'record' was added before, and stays */
	ADVI_END_LEFT,       /* of what base asks for, only 'record' is left */
	ADVI_END_VIRTUAL,    /* the site's machines have 'record' */
	ADVI_END_NO_VIRTUAL, /* they have no 'name' */
	ADVI_END_ASKED,      /* base asks for 'spec' */
	ADVI_END_WANTED,     /* 'spec' is wanted too */
	ADVI_END_PIN,        /* the recipe pins 'spec' */
	ADVI_END_BARRED,     /* 'spec' is a name that is to be left out */
	ADVI_END_PYTHON,     /* base's Python stays: 'spec' */
	ADVI_END_KEEPS,      /* base, known by its records only, does not go back: 'spec' */
	ADVI_END_FORCED,     /* whatever else is chosen, a record like 'behind' is there */
	ADVI_END_NOWHERE,    /* no channel has it; 'record' is the newest of the name, or NULL */
	ADVI_END_HIDDEN,  /* 'channel' has 'record', but 'owner', which has priority, has others */
	ADVI_END_UNUSABLE /* no record of the name could be used; 'spec' says why */
};

struct advi_holder {
	enum advi_end end;
	const char *whose; /* the environment, as people call it; NULL: "base" */
	const char *name;  /* that the chain ends at */
	const struct advi_record *record;
	const char *spec;
	const struct advi_record *behind; /* who keeps it so, or NULL */
	enum advi_relation behind_relation;
	const char *behind_spec; /* one of its depends or constrains */
	const char *root;        /* the claim that 'behind' is there for, or NULL */
	bool root_direct;        /* it names 'behind' itself */
	bool root_wanted;        /* it is wanted, not base's */
	const char *channel, *owner;
};

enum { ADVI_CHAIN_LINKS = 8 };

/* Strings and records live as long as the world, or the requests, that it was made of. */
struct advi_chain {
	struct advi_link links[ADVI_CHAIN_LINKS];
	size_t count;
	bool not_newest; /* newer versions than that of the first link are for other Pythons */
	struct advi_holder end;
};

/* One of a set that can't be had together, and who makes it. */
struct advi_side {
	const char *spec;
	enum advi_end kind; /* ADVI_END_ASKED, _WANTED, _PYTHON or _KEEPS */
};

/*
 * Why a request can't be, or a set of them. 'together' is the set, where one is known: minimal,
 * so each of them is to blame, and nothing else is.
 */
struct advi_why {
	const char *wanted; /* what the chain is about, or NULL */
	bool found;         /* there is a chain; otherwise 'together' is all that is known */
	bool alone;         /* what is wanted can't be had at all, whatever the environment is */
	struct advi_chain chain;
	ADVI_VEC(struct advi_side) together;
};
void advi_why_clear(struct advi_why *why);
/* Copies every text into 'arena', so that records alone are borrowed: a world may load more. */
void advi_why_keep(struct advi_why *why, struct advi_arena *arena);

/* Appends it as one line: "b 1.0 goes only with a >=2; base has a 1.0". */
void advi_why_line(const struct advi_why *why, struct advi_buf *out);
/* The parts of that line. */
void advi_why_link(const struct advi_link *link, struct advi_buf *out);
void advi_why_end(const struct advi_holder *end, struct advi_buf *out);

#endif
