/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether a set of records is an environment. */
#include "verify.h"

#include <string.h>

#include "base/mem.h"
#include "conda/matchspec.h"
#include "site/site.h"

struct environment {
	struct advi_arena arena;
	const struct advi_record **records; /* virtual ones too */
	struct advi_version *versions;
	struct advi_map names; /* name -> index */
	size_t count;
};

static const char *add(struct environment *env, const struct advi_record *record)
{
	bool is_new;
	struct advi_map_entry *entry = advi_map_add(&env->names, advi_str(record->name), &is_new);

	if (!is_new)
		return "is there twice";
	entry->number = env->count;
	env->records[env->count] = record;
	if (advi_version_parse(&env->versions[env->count++], &env->arena, advi_str(record->version),
			       NULL) < 0)
		return "has no valid version";
	return NULL;
}

/* 1: satisfied; 0: the name is there and does not match; -1: the name is not there. */
static int check(struct environment *env, const char *text)
{
	struct advi_matchspec spec;
	const struct advi_map_entry *entry;

	if (advi_matchspec_parse(&spec, &env->arena, advi_str(text), NULL) < 0)
		return 0;
	for (size_t i = 0; i < env->count && !advi_matchspec_name(&spec).len; i++)
		if (advi_matchspec_match(&spec, env->records[i], &env->versions[i]))
			return 1;
	entry = advi_map_get(&env->names, advi_matchspec_name(&spec));
	if (!entry)
		return -1;
	return advi_matchspec_match(&spec, env->records[entry->number],
				    &env->versions[entry->number]);
}

/* A constraint of a package on its own name says nothing about itself. */
static bool about_itself(struct environment *env, const struct advi_record *record,
			 const char *text)
{
	struct advi_matchspec spec;

	return advi_matchspec_parse(&spec, &env->arena, advi_str(text), NULL) == 0 &&
	       advi_str_is(advi_matchspec_name(&spec), record->name);
}

static char *check_record(struct environment *env, const struct advi_record *record)
{
	for (size_t i = 0; i < record->depends.count; i++)
		if (check(env, record->depends.at[i]) != 1)
			return advi_format("%s %s %s needs '%s'", record->name, record->version,
					   record->build, record->depends.at[i]);
	for (size_t i = 0; i < record->constrains.count; i++)
		if (check(env, record->constrains.at[i]) == 0 &&
		    !about_itself(env, record, record->constrains.at[i]))
			return advi_format("%s %s %s excludes all but '%s'", record->name,
					   record->version, record->build,
					   record->constrains.at[i]);
	return NULL;
}

char *verify(const struct advi_record *const *records, size_t count,
	     const struct advi_virtual *virtuals, size_t virtual_count, const char *const *specs,
	     size_t spec_count)
{
	size_t all = count + virtual_count + 1;
	struct environment env = {
		.records = advi_calloc(all, sizeof(*env.records)),
		.versions = advi_calloc(all, sizeof(*env.versions)),
	};
	struct advi_record *made = advi_calloc(virtual_count + 1, sizeof(*made));
	char *wrong = NULL;

	for (size_t i = 0; i < count && !wrong; i++) {
		const char *what = add(&env, records[i]);

		wrong = what ? advi_format("%s %s", records[i]->name, what) : NULL;
	}
	for (size_t i = 0; i < virtual_count && !wrong; i++) {
		made[i] = (struct advi_record){.name = virtuals[i].name,
					       .version = virtuals[i].version,
					       .build = virtuals[i].build};
		wrong = add(&env, &made[i]) ? advi_format("%s is there twice", made[i].name) : NULL;
	}
	for (size_t i = 0; i < count && !wrong; i++)
		wrong = check_record(&env, records[i]);
	for (size_t i = 0; i < spec_count && !wrong; i++)
		if (check(&env, specs[i]) != 1)
			wrong = advi_format("'%s' was asked for", specs[i]);
	advi_map_clear(&env.names);
	advi_arena_clear(&env.arena);
	free(env.records);
	free(env.versions);
	free(made);
	return wrong;
}
