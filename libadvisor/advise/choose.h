/* SPDX-License-Identifier: BSD-3-Clause */
/* Choosing what joins base: the most benefit within a budget, as far as everything solves. */
#ifndef ADVI_ADVISE_CHOOSE_H
#define ADVI_ADVISE_CHOOSE_H

#include "advise/quotas.h"
#include "advise/oracle.h"

/* How a wanted package came out. */
enum advi_fate {
	ADVI_FATE_NONE,  /* nobody asks for it to be added */
	ADVI_FATE_HAD,   /* base has it */
	ADVI_FATE_TAKEN, /* it joins base */
	ADVI_FATE_BUDGET,
	ADVI_FATE_ABSENT, /* no channel has it */
	ADVI_FATE_CONFLICT,
	ADVI_FATE_NEVER, /* the recipe's lists */
	ADVI_FATE_MODULE,
	ADVI_FATE_FIELD, /* users of one domain alone want it, and it is left to bundles */
	ADVI_FATE_COUNT
};

/* A package that was taken. */
struct advi_taken {
	uint32_t package;     /* index into the demand's packages */
	bool by_other;        /* it came along with one before it, at no cost of its own */
	advi_names closure;   /* names that came with it, itself too; sorted; borrowed */
	advi_names moved;     /* names that were there and changed or went; sorted; borrowed */
	uint64_t bytes;       /* of the closure */
	uint64_t users_freed; /* wholly covered by this step */
};

/* How sure it is that there is nothing better. */
struct advi_proof {
	bool proved;      /* it is the best, at the prices that were asked one by one */
	bool by_program;  /* CBC decided; otherwise the greedy with exchanges did */
	bool time_up;     /* before it was proved */
	uint64_t bound;   /* no choice has more benefit: in ADVI_USER_SCALE a user */
	uint64_t value;   /* that it has, by the same count */
	uint64_t refused; /* proposals that the world, or its costs, refused */
	double seconds;   /* that choosing took */
};

/* What a package that was left out for the budget would have added. */
struct advi_excess {
	uint64_t packages, bytes;
};

struct advi_choice {
	ADVI_VEC(struct advi_taken) taken;         /* in the order of what they bring */
	struct advi_env env;                       /* the result */
	enum advi_fate *fates;                     /* of every package of the demand */
	char **reasons;                            /* NULL where there is none to give */
	struct advi_excess *excess;                /* 0 where the budget is not why */
	size_t package_count;                      /* how many fates, reasons and excesses */
	uint64_t packages, bytes, files;           /* that the result has and base has not */
	uint64_t benefit;                          /* in ADVI_USER_SCALE a user */
	ADVI_VEC(struct advi_quota_result) quotas; /* names borrowed from demand and recipe */
	struct advi_proof proof;
};

struct advi_limits {
	uint64_t max_packages, max_bytes, max_files; /* 0: none */
	enum adv_weight weight;
	uint64_t unused_months; /* after which a package of base is unused; 0: the default */
	enum adv_objective objective;
	uint64_t max_seconds; /* then the best so far is taken; 0: as many as it takes */
	bool keep_base;       /* every record of base stays as it is */
	bool greedy;          /* without CBC, as where there is none */
};

/*
 * Chooses the best set of packages that solves together with base, where base may move within the
 * recipe's rules. Ties are settled as advise/model.h says, so the same input gives the same choice.
 * out   the caller clears it, whatever is returned. Returns 0, ADV_ECANCEL, or what the oracle
 * returned.
 */
int advi_choose(struct advi_choice *out, const struct advi_demand *demand,
		const struct adv_site *site, const struct advi_oracle *oracle,
		const struct advi_limits *limits, const struct adv_watch *watch,
		struct adv_err *err);
void advi_choice_clear(struct advi_choice *choice);

#endif
