/* SPDX-License-Identifier: BSD-3-Clause */
/* The sections of plan.json: what their writers and readers share. */
#ifndef ADVI_ADVISE_PLAN_JSON_H
#define ADVI_ADVISE_PLAN_JSON_H

#include "advise/plan.h"
#include "io/json_scan.h"
#include "io/json_write.h"

/* Where a key of an object goes, and how its value is read; null leaves what is there. */
enum advi_field_kind {
	ADVI_FIELD_TEXT,   /* to: const char * */
	ADVI_FIELD_COUNT,  /* to: uint64_t */
	ADVI_FIELD_NUMBER, /* to: double */
	ADVI_FIELD_FLAG,   /* to: bool */
	ADVI_FIELD_LIST,   /* to: struct advi_list */
	ADVI_FIELD_OBJECT  /* its fields go into the same target */
};

struct advi_plan_field {
	const char *key;
	enum advi_field_kind kind;
	size_t offset;
	const struct advi_plan_field *fields; /* of an object */
	size_t field_count;
};

/* Reads an object into 'to'; keys without a row are skipped. */
void advi_fields_read(struct advi_json *json, struct advi_arena *arena, void *to,
		      const struct advi_plan_field *fields, size_t count);

/* Reads the value of one key; false when no row is about it. */
bool advi_field_read(struct advi_json *json, struct advi_arena *arena, void *to,
		     const struct advi_plan_field *fields, size_t count, struct advi_str key);

#define ADVI_READ_EACH(json, plan, vec, fields)                                                    \
	for (advi_json_array(json); advi_json_item(json);)                                         \
	advi_fields_read(json, &(plan)->arena, advi_vec_new(vec), fields, ADVI_COUNT(fields))

/* Sections in files of their own. Writers write their key, too; checkers say what is wrong. */
void advi_plan_write_choice(struct advi_jout *out, const struct advi_plan_choice *choice);
void advi_plan_read_choice(struct advi_json *json, struct adv_plan *plan);
void advi_plan_write_quotas(struct advi_jout *out, const struct adv_plan *plan);
void advi_plan_read_quotas(struct advi_json *json, struct adv_plan *plan);
const char *advi_plan_check_quotas(const struct adv_plan *plan);
void advi_plan_write_actions(struct advi_jout *out, const struct adv_plan *plan);
void advi_plan_write_drops(struct advi_jout *out, const struct adv_plan *plan);
void advi_plan_write_history(struct advi_jout *out, const struct adv_plan *plan);
void advi_plan_write_upgrades(struct advi_jout *out, const struct adv_plan *plan);
void advi_plan_read_actions(struct advi_json *json, struct adv_plan *plan);
void advi_plan_read_drops(struct advi_json *json, struct adv_plan *plan);
void advi_plan_read_history(struct advi_json *json, struct adv_plan *plan);
void advi_plan_read_upgrades(struct advi_json *json, struct adv_plan *plan);
const char *advi_plan_check_actions(const struct adv_plan *plan);
void advi_plan_write_trends(struct advi_jout *out, const struct adv_plan *plan);
void advi_plan_read_trends(struct advi_json *json, struct adv_plan *plan);
const char *advi_plan_check_trends(const struct adv_plan *plan);
void advi_plan_write_redundancy(struct advi_jout *out, const struct adv_plan *plan);
void advi_plan_read_redundancy(struct advi_json *json, struct adv_plan *plan);
void advi_plan_read_redundant(struct advi_json *json, struct adv_plan *plan);
const char *advi_plan_check_redundancy(const struct adv_plan *plan);

#endif
