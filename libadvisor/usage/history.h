/* SPDX-License-Identifier: BSD-3-Clause */
/* Packages over the months: who used them when, and which versions users bring. */
#ifndef ADVI_USAGE_HISTORY_H
#define ADVI_USAGE_HISTORY_H

#include <advisor/store.h>

#include "base/map.h"
#include "base/vec.h"
#include "site/site.h"
#include "usage/workload.h"

enum { ADVI_RECENT_MONTHS = 6, ADVI_FORMER_MONTHS = 12, ADVI_HISTORY_MONTHS = 1200 };

/* Months from 'first' to 'last' (202503), and the user-months with Python in them. */
struct advi_window {
	uint32_t first, last, months; /* months 0: there is no such window */
	uint64_t active;
};

/* One package; a user-month is a user who imported it in a month, from wherever. */
struct advi_package_history {
	uint64_t recent, former; /* user-months within the windows */
	uint64_t recent_users, former_users;
	uint32_t last; /* the last month that anybody used it in; 0: none */
};

/* A version of a package that a user has elsewhere than in base. */
struct advi_brought {
	uint32_t package, user; /* indexes; the user's says only who is who */
	const char *version;
};

struct advi_history {
	struct advi_arena arena;
	uint32_t first, last; /* the months of the first and the last use; 0: there is none */
	uint32_t months;      /* from the one to the other, both included */
	struct advi_window recent, former;
	struct advi_map packages;
	ADVI_VEC(struct advi_package_history) all; /* by index of packages */
	ADVI_VEC(struct advi_brought) brought;     /* by package, user, version; each once */
};

/*
 * Loads the history up to 'until' ("YYYY-MM" or NULL). The recent window is the latter half of the
 * months, ADVI_RECENT_MONTHS at most, the former one what lies before it, ADVI_FORMER_MONTHS at
 * most. Of probes nothing is counted.
 *   site   classifies and maps; NULL: the recipe that the store was made with.
 *   since  versions that were brought from this month on, or NULL.
 *   workloads  what advi_workloads_load gives for the same months, loaded along with it.
 */
int advi_history_load(struct advi_history *out, struct advi_workloads *workloads,
		      const struct adv_store *store, const struct adv_site *site, const char *since,
		      const char *until, struct adv_err *err);
void advi_history_clear(struct advi_history *history);
/* What is known of a package, or NULL. */
const struct advi_package_history *advi_history_of(const struct advi_history *history,
						   const char *package);
/* How many months lie between two: 202502 and 202501 are 1 apart. */
uint32_t advi_months_between(uint32_t later, uint32_t earlier);
/* "2025-03" of 202503. */
const char *advi_month_text(struct advi_arena *arena, uint32_t month);
/* The month that lies so many before another. */
uint32_t advi_month_before(uint32_t month, uint32_t count);

#endif
