/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows of an answer while they are being counted. */
#ifndef ADVI_USAGE_TALLY_H
#define ADVI_USAGE_TALLY_H

#include "usage/data.h"
#include "usage/distinct.h"

/* What a row is grouped by: indexes plus 1, 0 where the question leaves it open or it is unknown.
 */
struct advi_row_key {
	uint32_t month, module, package, place, project, domain;
	uint32_t overlap; /* a set of the question's modules */
};

struct advi_row_count {
	struct advi_row_key key;
	struct advi_distinct users[ADV_PLACE_COUNT]; /* by place of their uses */
	struct advi_distinct projects, jobs;
	uint64_t runs;
	__int128 load;
	unsigned kinds;   /* a set of enum advi_use_kind */
	uint64_t stamp;   /* of the last group of runs that was counted in it */
	uint32_t counted; /* of ready-made counts: the module, plus 1 */
	bool no_users, no_runs, no_jobs, no_hours; /* some of what was counted doesn't tell */
};

struct advi_rows {
	struct advi_map by_key;
	ADVI_VEC(struct advi_row_count) all;
};

/* The row of a key, made when it is new; valid until the next call. */
struct advi_row_count *advi_rows_at(struct advi_rows *rows, const struct advi_row_key *key);
void advi_rows_clear(struct advi_rows *rows);

/* What a question comes to, once its names are looked up. */
struct advi_question {
	unsigned by;           /* a set of enum adv_usage_by */
	uint32_t since, until; /* 202503; 0: open */
	uint8_t evidence;      /* ADVI_EVIDENCE_MAPPED, or 0: by import */
	bool all_modules, all_packages, all_projects, all_domains;
	uint32_t module, package, project, domain; /* indexes plus 1; 0: nothing has that name */
	ADVI_VEC(uint32_t) overlap;                /* modules, index plus 1 */
	ADVI_VEC(uint32_t) domain_of;              /* by project: index into domains plus 1 */
	struct advi_map domains;
};

int advi_question_make(struct advi_question *out, const struct advi_data *data,
		       const struct adv_usage_query *query, struct adv_err *err);
void advi_question_clear(struct advi_question *question);

/* Counts. Sorts data.runs. */
void advi_count(struct advi_rows *rows, struct advi_data *data,
		const struct advi_question *question);

#endif
