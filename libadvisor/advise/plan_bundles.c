/* SPDX-License-Identifier: BSD-3-Clause */
/* The bundles of a plan: made, written as a section of plan.json, read back. */
#include "advise/plan_bundles.h"

#include "advise/plan_json.h"
#include "base/err.h"
#include "conda/record_json.h"

static struct advi_list copy(struct advi_arena *arena, const advi_names *names)
{
	const char **at = advi_arena_alloc(arena, (names->count + 1) * sizeof(*at));

	for (size_t i = 0; i < names->count; i++)
		at[i] = advi_arena_dup(arena, names->at[i]);
	return (struct advi_list){at, names->count};
}

static bool has(const struct advi_env *env, const char *name)
{
	size_t low = 0, high = env->records.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(env->records.at[middle]->name, name);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* A layer keeps what is its own; the rest is base's, which the plan has already. */
static void add(struct adv_plan *plan, const struct advi_bundle *from, const struct advi_env *base)
{
	struct advi_plan_bundle *bundle = advi_vec_new(&plan->bundles);
	struct advi_arena *arena = &plan->arena;

	*bundle = (struct advi_plan_bundle){
		.name = advi_arena_dup(arena, from->name),
		.kind = from->layer ? "layer" : "whole",
		.lead = advi_arena_dup(arena, from->lead),
		.domain = advi_arena_dup(arena, from->domain),
		.wanted = copy(arena, &from->wanted),
		.specs = copy(arena, &from->specs),
		.packages = from->packages,
		.bytes = from->bytes,
		.unsized = from->unsized,
		.workloads = from->workloads,
		.users = from->users,
		.users_freed = from->users_freed,
	};
	for (size_t i = 0; i < from->env.records.count; i++)
		if (!from->layer || !has(base, from->env.records.at[i]->name))
			advi_record_copy(advi_vec_new(&bundle->records), from->env.records.at[i],
					 arena);
}

int advi_plan_add_bundles(struct adv_plan *plan, const struct advi_demand *demand,
			  const struct advi_choice *choice, const struct adv_site *site,
			  const struct advi_oracle *oracle, const struct adv_watch *watch,
			  struct adv_err *err)
{
	const struct advi_bundle_limits limits = {.max_bundles = plan->max_bundles,
						  .max_bytes = plan->max_bundle_bytes,
						  .min_users = site->min_users};
	struct advi_bundles bundles;
	int r;

	if (!limits.max_bundles)
		return 0;
	r = advi_bundles_make(&bundles, demand, choice, site, oracle, &limits, watch, err);
	for (size_t i = 0; r == 0 && i < bundles.all.count; i++)
		add(plan, &bundles.all.at[i], &choice->env);
	plan->bundled = (struct advi_bundle_effect){bundles.users, bundles.workloads, bundles.left};
	advi_bundles_clear(&bundles);
	return r;
}

void advi_plan_bundles_clear(struct adv_plan *plan)
{
	for (size_t i = 0; i < plan->bundles.count; i++)
		advi_vec_clear(&plan->bundles.at[i].records);
	advi_vec_clear(&plan->bundles);
}

/* --- writing --- */

static void write_limit(struct advi_jout *out, const char *key, uint64_t limit)
{
	advi_jout_key(out, key);
	if (limit)
		advi_jout_u64(out, limit);
	else
		advi_jout_null(out);
}

static void write_one(struct advi_jout *out, const struct advi_plan_bundle *bundle)
{
	advi_jout_object(out);
	advi_jout_key_u64(out, "bytes", bundle->bytes);
	advi_jout_key_text(out, "domain", bundle->domain);
	advi_jout_key_text(out, "kind", bundle->kind);
	advi_jout_key_text(out, "lead", bundle->lead);
	advi_jout_key_text(out, "name", bundle->name);
	advi_jout_key_u64(out, "packages", bundle->packages);
	ADVI_WRITE_EACH(out, "records", &bundle->records, advi_record_write);
	advi_jout_texts(out, "specs", bundle->specs.at, bundle->specs.count);
	advi_jout_key_u64(out, "unsized", bundle->unsized);
	advi_jout_key_u64(out, "users", bundle->users);
	advi_jout_key_u64(out, "users_freed", bundle->users_freed);
	advi_jout_texts(out, "wanted", bundle->wanted.at, bundle->wanted.count);
	advi_jout_key_u64(out, "workloads", bundle->workloads);
	advi_jout_object_end(out);
}

void advi_plan_bundles_write(struct advi_jout *out, const struct adv_plan *plan)
{
	if (!plan->max_bundles) {
		advi_jout_null(out);
		return;
	}
	advi_jout_object(out);
	ADVI_WRITE_EACH(out, "each", &plan->bundles, write_one);
	advi_jout_key(out, "fields_apart");
	advi_jout_bool(out, plan->fields_apart);
	write_limit(out, "max_bundles", plan->max_bundles);
	write_limit(out, "max_bytes", plan->max_bundle_bytes);
	advi_jout_key_u64(out, "users_covered", plan->bundled.users);
	advi_jout_key_u64(out, "workloads_covered", plan->bundled.workloads);
	advi_jout_key_u64(out, "workloads_left", plan->bundled.left);
	advi_jout_object_end(out);
}

/* --- reading --- */

#define AT(type, field) offsetof(struct type, field)

static const struct advi_plan_field bundle_fields[] = {
	{"bytes", ADVI_FIELD_COUNT, AT(advi_plan_bundle, bytes), NULL, 0},
	{"domain", ADVI_FIELD_TEXT, AT(advi_plan_bundle, domain), NULL, 0},
	{"kind", ADVI_FIELD_TEXT, AT(advi_plan_bundle, kind), NULL, 0},
	{"lead", ADVI_FIELD_TEXT, AT(advi_plan_bundle, lead), NULL, 0},
	{"name", ADVI_FIELD_TEXT, AT(advi_plan_bundle, name), NULL, 0},
	{"packages", ADVI_FIELD_COUNT, AT(advi_plan_bundle, packages), NULL, 0},
	{"specs", ADVI_FIELD_LIST, AT(advi_plan_bundle, specs), NULL, 0},
	{"unsized", ADVI_FIELD_COUNT, AT(advi_plan_bundle, unsized), NULL, 0},
	{"users", ADVI_FIELD_COUNT, AT(advi_plan_bundle, users), NULL, 0},
	{"users_freed", ADVI_FIELD_COUNT, AT(advi_plan_bundle, users_freed), NULL, 0},
	{"wanted", ADVI_FIELD_LIST, AT(advi_plan_bundle, wanted), NULL, 0},
	{"workloads", ADVI_FIELD_COUNT, AT(advi_plan_bundle, workloads), NULL, 0},
};
static const struct advi_plan_field section_fields[] = {
	{"fields_apart", ADVI_FIELD_FLAG, AT(adv_plan, fields_apart), NULL, 0},
	{"max_bundles", ADVI_FIELD_COUNT, AT(adv_plan, max_bundles), NULL, 0},
	{"max_bytes", ADVI_FIELD_COUNT, AT(adv_plan, max_bundle_bytes), NULL, 0},
	{"users_covered", ADVI_FIELD_COUNT, AT(adv_plan, bundled.users), NULL, 0},
	{"workloads_covered", ADVI_FIELD_COUNT, AT(adv_plan, bundled.workloads), NULL, 0},
	{"workloads_left", ADVI_FIELD_COUNT, AT(adv_plan, bundled.left), NULL, 0},
};

static void read_one(struct advi_json *json, struct adv_plan *plan, struct advi_plan_bundle *bundle)
{
	struct advi_str key;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (advi_field_read(json, &plan->arena, bundle, bundle_fields,
				    ADVI_COUNT(bundle_fields), key))
			continue;
		if (advi_str_is(key, "records"))
			for (advi_json_array(json); advi_json_item(json);)
				advi_record_read(json, &plan->arena,
						 advi_vec_new(&bundle->records));
		else
			advi_json_skip(json);
	}
}

void advi_plan_bundles_read(struct advi_json *json, struct adv_plan *plan)
{
	struct advi_str key;

	if (advi_json_peek(json) == ADVI_JSON_NULL) {
		advi_json_skip(json);
		return;
	}
	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (advi_field_read(json, &plan->arena, plan, section_fields,
				    ADVI_COUNT(section_fields), key))
			continue;
		if (advi_str_is(key, "each"))
			for (advi_json_array(json); advi_json_item(json);)
				read_one(json, plan, advi_vec_new(&plan->bundles));
		else
			advi_json_skip(json);
	}
}

/* A name that is part of file names: it says no folder, and hides nothing. */
static bool name_ok(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length <= ADVI_BUNDLE_NAME_BYTES && name[0] != '.' && name[0] != '-' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

static int check_one(const struct adv_plan *plan, size_t at, struct adv_err *err)
{
	const struct advi_plan_bundle *bundle = &plan->bundles.at[at];

	if (!bundle->name || !name_ok(bundle->name))
		return advi_fail(err, ADV_EINPUT, "bundle %zu has no name that is fit for a file",
				 at + 1);
	if (!bundle->kind ||
	    (strcmp(bundle->kind, "layer") != 0 && strcmp(bundle->kind, "whole") != 0))
		return advi_fail(err, ADV_EINPUT, "bundle '%s' is neither 'layer' nor 'whole'",
				 bundle->name);
	for (size_t i = 0; i < at; i++)
		if (strcmp(plan->bundles.at[i].name, bundle->name) == 0)
			return advi_fail(err, ADV_EINPUT, "bundle '%s' is there twice",
					 bundle->name);
	for (size_t i = 0; i < bundle->records.count; i++) {
		const char *problem = advi_plan_record_problem(&bundle->records.at[i]);

		if (problem)
			return advi_fail(err, ADV_EINPUT, "package %zu of bundle '%s': %s", i + 1,
					 bundle->name, problem);
	}
	return 0;
}

int advi_plan_bundles_check(const struct adv_plan *plan, struct adv_err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < plan->bundles.count; i++)
		r = check_one(plan, i, err);
	return r;
}
