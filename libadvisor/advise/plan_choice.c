/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.json's section "choice": how sure it is that there is no better one. */
#include "advise/make.h"
#include "advise/plan_json.h"

static const char *const objectives[] = {
	[ADV_OBJECTIVE_BENEFIT] = "benefit",
	[ADV_OBJECTIVE_USERS] = "users",
};

void advi_plan_set_choice(struct advi_plan_choice *out, const struct advi_proof *proof,
			  enum adv_objective objective)
{
	*out = (struct advi_plan_choice){
		.objective = objectives[objective],
		.by = proof->by_program ? "cbc" : "greedy",
		.proved = proof->proved,
		.time_up = proof->time_up,
		.value = (double)proof->value / (double)ADVI_USER_SCALE,
		.bound = (double)proof->bound / (double)ADVI_USER_SCALE,
		.refused = proof->refused,
		.seconds = proof->seconds,
	};
}

double advi_plan_gap(const struct advi_plan_choice *choice)
{
	if (choice->proved || choice->bound <= choice->value)
		return 0;
	return (choice->bound - choice->value) / choice->bound;
}

/* The time it took is no part of it: the same inputs give the same bytes. */
void advi_plan_write_choice(struct advi_jout *out, const struct advi_plan_choice *choice)
{
	advi_jout_key(out, "choice");
	advi_jout_object(out);
	advi_jout_key(out, "bound");
	advi_jout_double(out, choice->bound);
	advi_jout_key_text(out, "by", choice->by);
	advi_jout_key(out, "gap");
	advi_jout_double(out, advi_plan_gap(choice));
	advi_jout_key_text(out, "objective", choice->objective);
	advi_jout_key(out, "proved");
	advi_jout_bool(out, choice->proved);
	advi_jout_key_u64(out, "refused_proposals", choice->refused);
	advi_jout_key(out, "time_up");
	advi_jout_bool(out, choice->time_up);
	advi_jout_key(out, "value");
	advi_jout_double(out, choice->value);
	advi_jout_object_end(out);
}

#define AT(field) offsetof(struct advi_plan_choice, field)

static const struct advi_plan_field fields[] = {
	{"bound", ADVI_FIELD_NUMBER, AT(bound), NULL, 0},
	{"by", ADVI_FIELD_TEXT, AT(by), NULL, 0},
	{"objective", ADVI_FIELD_TEXT, AT(objective), NULL, 0},
	{"proved", ADVI_FIELD_FLAG, AT(proved), NULL, 0},
	{"refused_proposals", ADVI_FIELD_COUNT, AT(refused), NULL, 0},
	{"time_up", ADVI_FIELD_FLAG, AT(time_up), NULL, 0},
	{"value", ADVI_FIELD_NUMBER, AT(value), NULL, 0},
};

void advi_plan_read_choice(struct advi_json *json, struct adv_plan *plan)
{
	advi_fields_read(json, &plan->arena, &plan->choice, fields, ADVI_COUNT(fields));
}
