/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.json's section "quotas": what groups were to get, and what they get. */
#include "advise/make.h"
#include "advise/plan_json.h"

void advi_plan_set_quotas(struct adv_plan *plan, const struct advi_choice *choice)
{
	for (size_t i = 0; i < choice->quotas.count; i++) {
		const struct advi_quota_result *result = &choice->quotas.at[i];
		const struct advi_group_quota *quota = &result->quota;

		advi_vec_push(&plan->quotas,
			      ((struct advi_plan_quota){
				      .group = advi_quota_group_name(quota->group),
				      .name = advi_arena_dup(&plan->arena, quota->name),
				      .measure = advi_quota_measure_name(quota->measure),
				      .percent = quota->percent,
				      .asked = quota->asked,
				      .all = quota->all,
				      .now = result->now,
				      .reached = result->reached,
				      .why = advi_arena_dup(&plan->arena, result->why),
			      }));
	}
}

static void write_quota(struct advi_jout *out, const struct advi_plan_quota *quota)
{
	advi_jout_object(out);
	advi_jout_key_u64(out, "all", quota->all);
	advi_jout_key_u64(out, "asked", quota->asked);
	advi_jout_key_text(out, "group", quota->group);
	advi_jout_key_text(out, "measure", quota->measure);
	advi_jout_key_text(out, "name", quota->name);
	advi_jout_key_u64(out, "now", quota->now);
	advi_jout_key_limit(out, "percent", quota->percent);
	advi_jout_key_u64(out, "reached", quota->reached);
	advi_jout_key_text(out, "why_not", quota->why);
	advi_jout_object_end(out);
}

void advi_plan_write_quotas(struct advi_jout *out, const struct adv_plan *plan)
{
	ADVI_WRITE_EACH(out, "quotas", &plan->quotas, write_quota);
}

#define AT(field) offsetof(struct advi_plan_quota, field)

static const struct advi_plan_field fields[] = {
	{"all", ADVI_FIELD_COUNT, AT(all), NULL, 0},
	{"asked", ADVI_FIELD_COUNT, AT(asked), NULL, 0},
	{"group", ADVI_FIELD_TEXT, AT(group), NULL, 0},
	{"measure", ADVI_FIELD_TEXT, AT(measure), NULL, 0},
	{"name", ADVI_FIELD_TEXT, AT(name), NULL, 0},
	{"now", ADVI_FIELD_COUNT, AT(now), NULL, 0},
	{"percent", ADVI_FIELD_COUNT, AT(percent), NULL, 0},
	{"reached", ADVI_FIELD_COUNT, AT(reached), NULL, 0},
	{"why_not", ADVI_FIELD_TEXT, AT(why), NULL, 0},
};

void advi_plan_read_quotas(struct advi_json *json, struct adv_plan *plan)
{
	ADVI_READ_EACH(json, plan, &plan->quotas, fields);
}

const char *advi_plan_check_quotas(const struct adv_plan *plan)
{
	for (size_t i = 0; i < plan->quotas.count; i++) {
		const struct advi_plan_quota *quota = &plan->quotas.at[i];

		if (!quota->name || !quota->group || !quota->measure)
			return "a quota is incomplete";
	}
	return NULL;
}
