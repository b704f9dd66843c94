/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is interested in packages, as data: the key "demand" of an explanation. */
#include "report/explain.h"

/* Users, or null where there are fewer than may be told. */
static void write_users(struct advi_jout *out, const char *key, uint64_t users, uint64_t least)
{
	advi_jout_key(out, key);
	if (users && users < least)
		advi_jout_null(out);
	else
		advi_jout_u64(out, users);
}

/* Groups of few users are not named: of them it is told how many there are. */
static void write_groups(struct advi_jout *out, const char *key, const advi_groups *groups,
			 uint64_t least)
{
	uint64_t folded = 0;

	advi_jout_key(out, key);
	advi_jout_object(out);
	for (size_t i = 0; i < groups->count; i++)
		folded += groups->at[i].users < least;
	advi_jout_key_u64(out, "folded", folded);
	advi_jout_key(out, "rows");
	advi_jout_array(out);
	for (size_t i = 0; i < groups->count; i++) {
		if (groups->at[i].users < least)
			continue;
		advi_jout_object(out);
		advi_jout_key_text(out, "name", groups->at[i].name);
		advi_jout_key_u64(out, "users", groups->at[i].users);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
	advi_jout_object_end(out);
}

/* Packages and versions say nothing of who it is: they are named, and their users told or not. */
static void write_named(struct advi_jout *out, const char *key, const advi_groups *groups,
			uint64_t least, bool packages)
{
	advi_jout_key(out, key);
	advi_jout_array(out);
	for (size_t i = 0; i < groups->count; i++) {
		advi_jout_object(out);
		if (packages) {
			advi_jout_key(out, "in_base");
			advi_jout_bool(out, groups->at[i].in_base);
		}
		advi_jout_key_text(out, packages ? "name" : "version", groups->at[i].name);
		write_users(out, "users", groups->at[i].users, least);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}

static void write_months(struct advi_jout *out, const struct advi_interest *interest,
			 uint64_t least)
{
	advi_jout_key(out, "months");
	advi_jout_array(out);
	for (size_t i = 0; i < interest->months.count; i++) {
		const struct advi_interest_month *month = &interest->months.at[i];

		advi_jout_object(out);
		advi_jout_key_text(out, "month", month->month);
		write_users(out, "own_users", month->own_users, least);
		advi_jout_key_u64(out, "own_uses", month->own_uses);
		write_users(out, "users", month->users, least);
		advi_jout_key_u64(out, "uses", month->uses);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}

static void write_places(struct advi_jout *out, const struct advi_interest *interest,
			 uint64_t least)
{
	/* Keys of an object come sorted. */
	static const enum adv_place sorted[] = {
		ADV_PLACE_BASE,   ADV_PLACE_BUILTIN, ADV_PLACE_HOME,
		ADV_PLACE_OTHER,  ADV_PLACE_PROJECT, ADV_PLACE_SITE,
		ADV_PLACE_SYSTEM, ADV_PLACE_TMP,     ADV_PLACE_USER_SITE};

	_Static_assert(ADVI_COUNT(sorted) == ADV_PLACE_COUNT, "every place");
	advi_jout_key(out, "places");
	advi_jout_object(out);
	for (size_t i = 0; i < ADVI_COUNT(sorted); i++)
		if (interest->place_users[sorted[i]])
			write_users(out, adv_place_name(sorted[i]),
				    interest->place_users[sorted[i]], least);
	advi_jout_object_end(out);
}

static void write_alternatives(struct advi_jout *out, const struct advi_interest *interest)
{
	static const char *const kinds[] = {"package", "module", "python", "bundle"};

	advi_jout_key(out, "alternatives");
	advi_jout_array(out);
	for (size_t i = 0; i < interest->alternatives.count; i++) {
		const struct advi_alternative *other = &interest->alternatives.at[i];

		advi_jout_object(out);
		if (other->module) {
			advi_jout_key_text(out, "import", other->module);
			advi_jout_key(out, "in_base");
			advi_jout_bool(out, other->in_base);
		}
		advi_jout_key_text(out, "kind", kinds[other->kind]);
		advi_jout_key_text(out, "name", other->name);
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}

static void write_interest(struct advi_jout *out, const struct advi_interest *interest,
			   uint64_t least)
{
	advi_jout_object(out);
	write_alternatives(out, interest);
	write_groups(out, "domains", &interest->domains, least);
	advi_jout_texts(out, "imports", interest->modules.at, interest->modules.count);
	advi_jout_key_text(out, "listed", interest->listed);
	write_users(out, "mapped_users", interest->mapped_users, least);
	write_months(out, interest, least);
	advi_jout_key_text(out, "name", interest->name);
	write_users(out, "own_users", interest->own_users, least);
	advi_jout_key_u64(out, "own_uses", interest->own_uses);
	advi_jout_key_u64(out, "own_workloads", interest->own_workloads);
	write_places(out, interest, least);
	write_users(out, "probe_users", interest->probe_users, least);
	advi_jout_key_u64(out, "project_count", interest->project_count);
	write_groups(out, "projects", &interest->projects, least);
	write_users(out, "users", interest->users, least);
	advi_jout_key_u64(out, "uses", interest->uses);
	write_named(out, "versions", &interest->versions, least, false);
	write_named(out, "with", &interest->with, least, true);
	advi_jout_key_u64(out, "workloads", interest->workloads);
	advi_jout_object_end(out);
}

static void write_limit(struct advi_jout *out, const char *key, uint64_t limit)
{
	advi_jout_key(out, key);
	if (limit)
		advi_jout_u64(out, limit);
	else
		advi_jout_null(out);
}

static void write_effect(struct advi_jout *out, const struct adv_explanation *ex)
{
	advi_jout_key(out, "effect");
	if (!ex->has_effect) {
		advi_jout_null(out);
		return;
	}
	advi_jout_object(out);
	advi_jout_key_u64(out, "users", ex->before.users);
	advi_jout_key_u64(out, "users_covered_after", ex->after.users_covered);
	advi_jout_key_u64(out, "users_covered_before", ex->before.users_covered);
	advi_jout_key_u64(out, "workloads", ex->before.workloads);
	advi_jout_key_u64(out, "workloads_covered_after", ex->after.workloads_covered);
	advi_jout_key_u64(out, "workloads_covered_before", ex->before.workloads_covered);
	advi_jout_object_end(out);
}

void advi_interests_json(struct advi_jout *out, const struct adv_explanation *ex)
{
	if (!ex->interests.count)
		return;
	advi_jout_key(out, "demand");
	advi_jout_object(out);
	advi_jout_key(out, "budget");
	advi_jout_object(out);
	write_limit(out, "max_bytes", ex->max_bytes);
	write_limit(out, "max_packages", ex->max_packages);
	advi_jout_object_end(out);
	write_effect(out, ex);
	advi_jout_key_u64(out, "min_users", ex->min_users);
	advi_jout_key(out, "packages");
	advi_jout_array(out);
	for (size_t i = 0; i < ex->interests.count; i++)
		write_interest(out, &ex->interests.at[i], ex->min_users);
	advi_jout_array_end(out);
	advi_jout_key_text(out, "since", ex->since);
	advi_jout_key_text(out, "until", ex->until);
	advi_jout_object_end(out);
}
