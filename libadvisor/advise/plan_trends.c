/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.json's section "trends": packages that more users, or fewer, import than before. */
#include <math.h>

#include "advise/plan_json.h"
#include "advise/trends.h"

static void write_period(struct advi_jout *out, const char *key, const struct advi_period *period)
{
	advi_jout_key(out, key);
	advi_jout_object(out);
	advi_jout_key_text(out, "first", period->first);
	advi_jout_key_text(out, "last", period->last);
	advi_jout_key_u64(out, "months", period->months);
	advi_jout_key_u64(out, "user_months", period->active);
	advi_jout_object_end(out);
}

static void write_number(struct advi_jout *out, const char *key, double number)
{
	advi_jout_key(out, key);
	advi_jout_double(out, number);
}

static void write_trend(struct advi_jout *out, const struct advi_trend *trend)
{
	advi_jout_object(out);
	write_number(out, "high", trend->high);
	advi_jout_key(out, "in_base");
	advi_jout_bool(out, trend->in_base);
	advi_jout_key_text(out, "kind", trend->kind);
	write_number(out, "low", trend->low);
	advi_jout_key_text(out, "name", trend->name);
	write_number(out, "p", trend->p);
	write_number(out, "q", trend->q);
	write_number(out, "ratio", trend->ratio);
	advi_jout_key_u64(out, "user_months_former", trend->former);
	advi_jout_key_u64(out, "user_months_recent", trend->recent);
	advi_jout_key_u64(out, "users_former", trend->former_users);
	advi_jout_key_u64(out, "users_recent", trend->recent_users);
	advi_jout_object_end(out);
}

void advi_plan_write_trends(struct advi_jout *out, const struct adv_plan *plan)
{
	advi_jout_key(out, "trends");
	advi_jout_object(out);
	write_period(out, "former", &plan->former);
	write_number(out, "level", ADVI_TREND_LEVEL);
	ADVI_WRITE_EACH(out, "packages", &plan->trends, write_trend);
	write_period(out, "recent", &plan->recent);
	advi_jout_key_u64(out, "tested", plan->trends_tested);
	advi_jout_object_end(out);
}

#define AT(type, field) offsetof(struct type, field)

static const struct advi_plan_field period_fields[] = {
	{"first", ADVI_FIELD_TEXT, AT(advi_period, first), NULL, 0},
	{"last", ADVI_FIELD_TEXT, AT(advi_period, last), NULL, 0},
	{"months", ADVI_FIELD_COUNT, AT(advi_period, months), NULL, 0},
	{"user_months", ADVI_FIELD_COUNT, AT(advi_period, active), NULL, 0},
};
static const struct advi_plan_field trend_fields[] = {
	{"high", ADVI_FIELD_NUMBER, AT(advi_trend, high), NULL, 0},
	{"in_base", ADVI_FIELD_FLAG, AT(advi_trend, in_base), NULL, 0},
	{"kind", ADVI_FIELD_TEXT, AT(advi_trend, kind), NULL, 0},
	{"low", ADVI_FIELD_NUMBER, AT(advi_trend, low), NULL, 0},
	{"name", ADVI_FIELD_TEXT, AT(advi_trend, name), NULL, 0},
	{"p", ADVI_FIELD_NUMBER, AT(advi_trend, p), NULL, 0},
	{"q", ADVI_FIELD_NUMBER, AT(advi_trend, q), NULL, 0},
	{"ratio", ADVI_FIELD_NUMBER, AT(advi_trend, ratio), NULL, 0},
	{"user_months_former", ADVI_FIELD_COUNT, AT(advi_trend, former), NULL, 0},
	{"user_months_recent", ADVI_FIELD_COUNT, AT(advi_trend, recent), NULL, 0},
	{"users_former", ADVI_FIELD_COUNT, AT(advi_trend, former_users), NULL, 0},
	{"users_recent", ADVI_FIELD_COUNT, AT(advi_trend, recent_users), NULL, 0},
};

/* What is infinite is written as null. */
static void read_trends(struct advi_json *json, struct adv_plan *plan)
{
	for (advi_json_array(json); advi_json_item(json);) {
		struct advi_trend *trend = advi_vec_new(&plan->trends);

		trend->ratio = trend->high = (double)INFINITY;
		advi_fields_read(json, &plan->arena, trend, trend_fields, ADVI_COUNT(trend_fields));
	}
}

void advi_plan_read_trends(struct advi_json *json, struct adv_plan *plan)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (advi_str_is(key, "packages"))
			read_trends(json, plan);
		else if (advi_str_is(key, "tested"))
			advi_json_u64(json, &plan->trends_tested);
		else if (advi_str_is(key, "recent") || advi_str_is(key, "former"))
			advi_fields_read(json, &plan->arena,
					 advi_str_is(key, "recent") ? &plan->recent : &plan->former,
					 period_fields, ADVI_COUNT(period_fields));
		else
			advi_json_skip(json);
	}
}

const char *advi_plan_check_trends(const struct adv_plan *plan)
{
	for (size_t i = 0; i < plan->trends.count; i++)
		if (!plan->trends.at[i].name || !plan->trends.at[i].kind)
			return "a package of its trends has no name or no kind";
	return NULL;
}
