/* SPDX-License-Identifier: BSD-3-Clause */
/* A small world of packages that the tests make up, and what users want of it. */
#ifndef TESTS_ADVISE_FAKE_H
#define TESTS_ADVISE_FAKE_H

#include "advise/choose.h"

enum { FAKE_MOST = 24 };

/* Package i is named "p" and two digits. It needs others (a bit each) and can't bear others. */
struct fake {
	unsigned count, base; /* packages; the first ones are base */
	uint32_t needs[FAKE_MOST], clashes[FAKE_MOST];
	uint32_t moves[FAKE_MOST]; /* those of which it needs another record */
	uint32_t drops[FAKE_MOST]; /* those that go for it unless they are asked for too */
	bool known[FAKE_MOST];
	char names[FAKE_MOST][16];
	struct advi_record records[FAKE_MOST], others[FAKE_MOST];
	struct advi_env env; /* base */
	unsigned asked;      /* how often it was */
	uint32_t wanted;     /* packages it was told of; it is asked for no other */
};

void fake_init(struct fake *fake, unsigned count, unsigned base);
void fake_clear(struct fake *fake);
/* Makes base with everything that it needs; to be called when 'needs' is filled. */
void fake_seal(struct fake *fake);
struct advi_oracle fake_oracle(struct fake *fake);
/* Everything that a set of packages needs, itself too. */
uint32_t fake_closure(const struct fake *fake, uint32_t set);
/* Whether nothing in it clashes and all of it is known. */
bool fake_holds(const struct fake *fake, uint32_t set);

/* Adds a workload of a user that needs a set of packages, all of them from home. */
void fake_workload(struct advi_workloads *workloads, const struct fake *fake, unsigned user,
		   unsigned environment, uint32_t set, unsigned nowhere);

#endif
