/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading plan.json back; whatever it says is checked before anybody relies on it. */
#include "advise/plan_bundles.h"
#include "advise/plan_json.h"
#include "base/err.h"
#include "conda/envfile.h"
#include "conda/record_json.h"
#include "io/file.h"

enum { PLAN_BYTES = 256 << 20 };

#define SCHEMA "advisor.plan/1"

static void read_field(struct advi_json *json, struct advi_arena *arena, void *to,
		       const struct advi_plan_field *field)
{
	void *at = (char *)to + field->offset;

	if (advi_json_peek(json) == ADVI_JSON_NULL && field->kind != ADVI_FIELD_TEXT) {
		advi_json_skip(json);
		return;
	}
	switch (field->kind) {
	case ADVI_FIELD_TEXT:
		advi_json_take_text(json, arena, at);
		break;
	case ADVI_FIELD_COUNT:
		advi_json_u64(json, at);
		break;
	case ADVI_FIELD_NUMBER:
		advi_json_number(json, at);
		break;
	case ADVI_FIELD_FLAG:
		advi_json_bool(json, at);
		break;
	case ADVI_FIELD_LIST:
		advi_json_take_list(json, arena, at);
		break;
	case ADVI_FIELD_OBJECT:
		advi_fields_read(json, arena, to, field->fields, field->field_count);
		break;
	}
}

bool advi_field_read(struct advi_json *json, struct advi_arena *arena, void *to,
		     const struct advi_plan_field *fields, size_t count, struct advi_str key)
{
	for (size_t i = 0; i < count; i++)
		if (advi_str_is(key, fields[i].key)) {
			read_field(json, arena, to, &fields[i]);
			return true;
		}
	return false;
}

void advi_fields_read(struct advi_json *json, struct advi_arena *arena, void *to,
		      const struct advi_plan_field *fields, size_t count)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);)
		if (!advi_field_read(json, arena, to, fields, count, key))
			advi_json_skip(json);
}

#define AT(type, field) offsetof(struct type, field)

static const struct advi_plan_field closure_fields[] = {
	{"bytes", ADVI_FIELD_COUNT, AT(advi_addition, closure_bytes), NULL, 0},
	{"names", ADVI_FIELD_LIST, AT(advi_addition, closure), NULL, 0},
	{"packages", ADVI_FIELD_COUNT, AT(advi_addition, closure_packages), NULL, 0},
};
static const struct advi_plan_field addition_fields[] = {
	{"closure", ADVI_FIELD_OBJECT, 0, closure_fields, ADVI_COUNT(closure_fields)},
	{"evidence", ADVI_FIELD_TEXT, AT(advi_addition, evidence), NULL, 0},
	{"moves", ADVI_FIELD_LIST, AT(advi_addition, moves), NULL, 0},
	{"name", ADVI_FIELD_TEXT, AT(advi_addition, name), NULL, 0},
	{"spec", ADVI_FIELD_TEXT, AT(advi_addition, spec), NULL, 0},
	{"users", ADVI_FIELD_COUNT, AT(advi_addition, users), NULL, 0},
	{"users_freed", ADVI_FIELD_COUNT, AT(advi_addition, users_freed), NULL, 0},
	{"users_mapped", ADVI_FIELD_COUNT, AT(advi_addition, mapped_users), NULL, 0},
	{"workloads", ADVI_FIELD_COUNT, AT(advi_addition, workloads), NULL, 0},
};
static const struct advi_plan_field refusal_fields[] = {
	{"bytes", ADVI_FIELD_COUNT, AT(advi_refusal, bytes), NULL, 0},
	{"evidence", ADVI_FIELD_TEXT, AT(advi_refusal, evidence), NULL, 0},
	{"kind", ADVI_FIELD_TEXT, AT(advi_refusal, kind), NULL, 0},
	{"name", ADVI_FIELD_TEXT, AT(advi_refusal, name), NULL, 0},
	{"packages", ADVI_FIELD_COUNT, AT(advi_refusal, packages), NULL, 0},
	{"reason", ADVI_FIELD_TEXT, AT(advi_refusal, reason), NULL, 0},
	{"users", ADVI_FIELD_COUNT, AT(advi_refusal, users), NULL, 0},
	{"workloads", ADVI_FIELD_COUNT, AT(advi_refusal, workloads), NULL, 0},
};
static const struct advi_plan_field unmapped_fields[] = {
	{"module", ADVI_FIELD_TEXT, AT(advi_unmapped, module), NULL, 0},
	{"users", ADVI_FIELD_COUNT, AT(advi_unmapped, users), NULL, 0},
};
static const struct advi_plan_field probe_fields[] = {
	{"name", ADVI_FIELD_TEXT, AT(advi_probed, name), NULL, 0},
	{"users", ADVI_FIELD_COUNT, AT(advi_probed, users), NULL, 0},
	{"workloads", ADVI_FIELD_COUNT, AT(advi_probed, workloads), NULL, 0},
};
static const struct advi_plan_field change_fields[] = {
	{"build", ADVI_FIELD_TEXT, AT(advi_change, build), NULL, 0},
	{"name", ADVI_FIELD_TEXT, AT(advi_change, name), NULL, 0},
	{"to_build", ADVI_FIELD_TEXT, AT(advi_change, to_build), NULL, 0},
	{"to_version", ADVI_FIELD_TEXT, AT(advi_change, to_version), NULL, 0},
	{"version", ADVI_FIELD_TEXT, AT(advi_change, version), NULL, 0},
};
static const struct advi_plan_field pip_fields[] = {
	{"conda", ADVI_FIELD_TEXT, AT(advi_left_to_pip, conda), NULL, 0},
	{"name", ADVI_FIELD_TEXT, AT(advi_left_to_pip, name), NULL, 0},
	{"requirement", ADVI_FIELD_TEXT, AT(advi_left_to_pip, requirement), NULL, 0},
	{"version", ADVI_FIELD_TEXT, AT(advi_left_to_pip, version), NULL, 0},
};
static const struct advi_plan_field input_fields[] = {
	{"kind", ADVI_FIELD_TEXT, AT(advi_input, kind), NULL, 0},
	{"name", ADVI_FIELD_TEXT, AT(advi_input, name), NULL, 0},
	{"sha256", ADVI_FIELD_TEXT, AT(advi_input, sha256), NULL, 0},
};
static const struct advi_plan_field added_fields[] = {
	{"bytes", ADVI_FIELD_COUNT, AT(adv_plan, added_bytes), NULL, 0},
	{"files", ADVI_FIELD_COUNT, AT(adv_plan, added_files), NULL, 0},
	{"packages", ADVI_FIELD_COUNT, AT(adv_plan, added_packages), NULL, 0},
	{"unsized", ADVI_FIELD_COUNT, AT(adv_plan, added_unsized), NULL, 0},
};
static const struct advi_plan_field budget_fields[] = {
	{"max_bytes", ADVI_FIELD_COUNT, AT(adv_plan, max_bytes), NULL, 0},
	{"max_files", ADVI_FIELD_COUNT, AT(adv_plan, max_files), NULL, 0},
	{"max_packages", ADVI_FIELD_COUNT, AT(adv_plan, max_packages), NULL, 0},
};
#define EFFECT(field)                                                                              \
	{                                                                                          \
#field, ADVI_FIELD_COUNT, AT(adv_plan, effect.field), NULL, 0                      \
	}
static const struct advi_plan_field effect_fields[] = {
	EFFECT(users),
	EFFECT(users_covered_after),
	EFFECT(users_covered_before),
	EFFECT(workloads),
	EFFECT(workloads_covered_after),
	EFFECT(workloads_covered_before),
	EFFECT(users_covered_solved),
	EFFECT(workloads_covered_solved),
};
static const struct advi_plan_field plan_fields[] = {
	{"added", ADVI_FIELD_OBJECT, 0, added_fields, ADVI_COUNT(added_fields)},
	{"budget", ADVI_FIELD_OBJECT, 0, budget_fields, ADVI_COUNT(budget_fields)},
	{"effect", ADVI_FIELD_OBJECT, 0, effect_fields, ADVI_COUNT(effect_fields)},
	{"platform", ADVI_FIELD_TEXT, AT(adv_plan, platform), NULL, 0},
	{"since", ADVI_FIELD_TEXT, AT(adv_plan, since), NULL, 0},
	{"site", ADVI_FIELD_TEXT, AT(adv_plan, site), NULL, 0},
	{"until", ADVI_FIELD_TEXT, AT(adv_plan, until), NULL, 0},
	{"weight", ADVI_FIELD_TEXT, AT(adv_plan, weight), NULL, 0},
};

/* An addition's record is the object within it; both are read from the same text. */
static void read_addition(struct advi_json *json, struct adv_plan *plan,
			  struct advi_addition *addition)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (advi_field_read(json, &plan->arena, addition, addition_fields,
				    ADVI_COUNT(addition_fields), key))
			continue;
		if (advi_str_is(key, "record"))
			advi_record_read(json, &plan->arena, &addition->record);
		else
			advi_json_skip(json);
	}
}

static void read_names(struct advi_json *json, struct adv_plan *plan, advi_names *names)
{
	struct advi_str text;

	for (advi_json_array(json); advi_json_item(json) && advi_json_string(json, &text);)
		advi_vec_push(names, advi_arena_str(&plan->arena, text));
}

/* The lists of a plan; false when the key is none of theirs. */
static bool read_list(struct advi_json *json, struct adv_plan *plan, struct advi_str key)
{
	if (advi_str_is(key, "additions"))
		for (advi_json_array(json); advi_json_item(json);)
			read_addition(json, plan, advi_vec_new(&plan->additions));
	else if (advi_str_is(key, "present"))
		for (advi_json_array(json); advi_json_item(json);)
			read_addition(json, plan, advi_vec_new(&plan->present));
	else if (advi_str_is(key, "environment"))
		for (advi_json_array(json); advi_json_item(json);)
			advi_record_read(json, &plan->arena, advi_vec_new(&plan->environment));
	else if (advi_str_is(key, "refused"))
		ADVI_READ_EACH(json, plan, &plan->refused, refusal_fields);
	else if (advi_str_is(key, "unmapped"))
		ADVI_READ_EACH(json, plan, &plan->unmapped, unmapped_fields);
	else if (advi_str_is(key, "probes"))
		ADVI_READ_EACH(json, plan, &plan->probes, probe_fields);
	else if (advi_str_is(key, "removed"))
		ADVI_READ_EACH(json, plan, &plan->removed, change_fields);
	else if (advi_str_is(key, "changed"))
		ADVI_READ_EACH(json, plan, &plan->changed, change_fields);
	else if (advi_str_is(key, "pip"))
		ADVI_READ_EACH(json, plan, &plan->pip, pip_fields);
	else if (advi_str_is(key, "inputs"))
		ADVI_READ_EACH(json, plan, &plan->inputs, input_fields);
	else if (advi_str_is(key, "specs"))
		read_names(json, plan, &plan->specs);
	else if (advi_str_is(key, "channels"))
		read_names(json, plan, &plan->channels);
	else
		return false;
	return true;
}

/* The sections with a file of their own. */
static const struct {
	const char *key;
	void (*read)(struct advi_json *json, struct adv_plan *plan);
} sections[] = {
	{"actions", advi_plan_read_actions},       {"bundles", advi_plan_bundles_read},
	{"choice", advi_plan_read_choice},         {"drops", advi_plan_read_drops},
	{"history", advi_plan_read_history},       {"quotas", advi_plan_read_quotas},
	{"redundancy", advi_plan_read_redundancy}, {"redundant", advi_plan_read_redundant},
	{"trends", advi_plan_read_trends},         {"upgrades", advi_plan_read_upgrades},
};

static bool read_section(struct advi_json *json, struct adv_plan *plan, struct advi_str key)
{
	for (size_t i = 0; i < ADVI_COUNT(sections); i++)
		if (advi_str_is(key, sections[i].key)) {
			sections[i].read(json, plan);
			return true;
		}
	return false;
}

static void read_plan(struct advi_json *json, struct adv_plan *plan, const char **schema)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (read_section(json, plan, key) || read_list(json, plan, key) ||
		    advi_field_read(json, &plan->arena, plan, plan_fields, ADVI_COUNT(plan_fields),
				    key))
			continue;
		if (advi_str_is(key, "schema"))
			advi_json_take_text(json, &plan->arena, schema);
		else
			advi_json_skip(json);
	}
}

static bool is_hex(const char *text, size_t length)
{
	return !text || (strlen(text) == length && strspn(text, "0123456789abcdef") == length);
}

/* What others build paths and names of must be fit for that. */
const char *advi_plan_record_problem(const struct advi_record *record)
{
	if (!record->name || !advi_package_name_ok(advi_str(record->name)))
		return "its name is no package name";
	if (!record->version || !record->build || !record->version[0] || !record->build[0])
		return "its version or build is missing";
	if (strchr(record->version, '/') || strchr(record->build, '/'))
		return "its version or build has a slash";
	if (record->fn && (strchr(record->fn, '/') || record->fn[0] == '.'))
		return "its file name is no file name";
	if (!is_hex(record->sha256, 64) || !is_hex(record->md5, 32))
		return "its digest is no digest";
	return NULL;
}

static int check(const struct adv_plan *plan, const char *schema, struct adv_err *err)
{
	const char *problem;

	if (!schema || strcmp(schema, SCHEMA) != 0)
		return advi_fail(err, ADV_EINPUT,
				 "it is no plan: its schema is '%s', not '" SCHEMA "'",
				 schema ? schema : "");
	if (!plan->platform || !plan->site)
		return advi_fail(err, ADV_EINPUT, "'%s' is missing",
				 plan->site ? "platform" : "site");
	for (size_t i = 0; i < plan->environment.count; i++) {
		const struct advi_record *record = &plan->environment.at[i];

		problem = advi_plan_record_problem(record);
		if (problem)
			return advi_fail(err, ADV_EINPUT,
					 "package %zu of its environment ('%s'): %s", i + 1,
					 record->name ? record->name : "", problem);
		if (i && strcmp(plan->environment.at[i - 1].name, record->name) >= 0)
			return advi_fail(err, ADV_EINPUT,
					 "its environment is not sorted by name, or has '%s' twice",
					 record->name);
	}
	for (size_t i = 0; i < plan->additions.count; i++)
		if (!plan->additions.at[i].name ||
		    advi_plan_record_problem(&plan->additions.at[i].record))
			return advi_fail(err, ADV_EINPUT, "addition %zu is incomplete", i + 1);
	for (size_t i = 0; i < plan->present.count; i++)
		if (!plan->present.at[i].name ||
		    advi_plan_record_problem(&plan->present.at[i].record))
			return advi_fail(err, ADV_EINPUT, "package %zu of 'present' is incomplete",
					 i + 1);
	for (size_t i = 0; i < plan->unmapped.count; i++)
		if (!plan->unmapped.at[i].module)
			return advi_fail(err, ADV_EINPUT, "unmapped module %zu has no name", i + 1);
	if ((problem = advi_plan_check_trends(plan)) || (problem = advi_plan_check_actions(plan)) ||
	    (problem = advi_plan_check_redundancy(plan)) ||
	    (problem = advi_plan_check_quotas(plan)))
		return advi_fail(err, ADV_EINPUT, "%s", problem);
	for (size_t i = 0; i < plan->probes.count; i++)
		if (!plan->probes.at[i].name)
			return advi_fail(err, ADV_EINPUT, "probe %zu has no name", i + 1);
	for (size_t i = 0; i < plan->pip.count; i++)
		if (!plan->pip.at[i].name || !plan->pip.at[i].requirement)
			return advi_fail(err, ADV_EINPUT, "package %zu of 'pip' is incomplete",
					 i + 1);
	for (size_t i = 0; i < plan->refused.count; i++)
		if (!plan->refused.at[i].name || !plan->refused.at[i].kind)
			return advi_fail(err, ADV_EINPUT, "refusal %zu is incomplete", i + 1);
	return advi_plan_bundles_check(plan, err);
}

int advi_plan_parse(struct adv_plan **out, struct advi_str text, const char *path,
		    struct adv_err *err)
{
	ADV_AUTO(plan) struct adv_plan *plan = advi_calloc(1, sizeof(*plan));
	const char *schema = NULL;
	struct advi_json json;
	size_t line, column;
	int r;

	advi_json_init(&json, text);
	read_plan(&json, plan, &schema);
	advi_json_where(&json, &line, &column);
	r = advi_json_end(&json)
		    ? check(plan, schema, err)
		    : advi_fail(err, ADV_EINPUT, "line %zu, column %zu: %s", line, column,
				json.problem ? json.problem : "more than one document");
	advi_json_clear(&json);
	if (r < 0)
		return advi_while(err, r, "reading the plan '%s'", path);
	*out = advi_take(plan);
	return 0;
}

int adv_plan_read(struct adv_plan **out, const char *path, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(PLAN_BYTES);
	int r = advi_file_read(&text, path, err);

	return r < 0 ? advi_while(err, r, "reading the plan")
		     : advi_plan_parse(out, advi_buf_str(&text), path, err);
}
