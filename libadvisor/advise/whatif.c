/* SPDX-License-Identifier: BSD-3-Clause */
/* What if base were otherwise: the question is checked, asked and counted. */
#include "advise/whatif.h"

#include "base/err.h"
#include "conda/envfile.h"
#include "conda/matchspec.h"

enum { WISHES = 256 };

static bool has_name(const advi_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->at[i], name) == 0)
			return true;
	return false;
}

/* --- the question --- */

static int add_joiner(struct adv_whatif *whatif, const char *text, struct adv_err *err)
{
	struct advi_joiner *joiner;
	struct advi_matchspec spec;
	int r = advi_matchspec_parse(&spec, &whatif->arena, advi_str(text), err);

	if (r < 0)
		return advi_while(err, ADV_EUSAGE, "what is to join");
	if (!advi_package_name_ok(advi_matchspec_name(&spec)))
		return advi_fail(err, ADV_EUSAGE,
				 "what is to join: '%s' names no package: give a name, such as "
				 "'numpy >=2'",
				 text);
	joiner = advi_vec_new(&whatif->with);
	joiner->spec = advi_arena_dup(&whatif->arena, text);
	joiner->name = advi_arena_str(&whatif->arena, advi_matchspec_name(&spec));
	for (size_t i = 0; i + 1 < whatif->with.count; i++)
		if (strcmp(whatif->with.at[i].name, joiner->name) == 0)
			return advi_fail(err, ADV_EUSAGE, "'%s' is to join twice", joiner->name);
	return 0;
}

static int add_without(struct adv_whatif *whatif, const char *text, struct adv_err *err)
{
	if (!advi_package_name_ok(advi_str(text)))
		return advi_fail(err, ADV_EUSAGE,
				 "what is to be left out: '%s' is no name of a package", text);
	if (has_name(&whatif->without, text))
		return 0;
	for (size_t i = 0; i < whatif->with.count; i++)
		if (strcmp(whatif->with.at[i].name, text) == 0)
			return advi_fail(err, ADV_EUSAGE,
					 "'%s' is to join and to be left out: it can't be both",
					 text);
	advi_vec_push(&whatif->without, advi_arena_dup(&whatif->arena, text));
	return 0;
}

static int read_question(struct adv_whatif *whatif, const struct adv_whatif_options *options,
			 struct adv_err *err)
{
	int r = 0;

	if (!options->with_count && !options->without_count && !options->base && !options->python)
		return advi_fail(err, ADV_EUSAGE,
				 "nothing is to change: say what joins, what is left out, which "
				 "other base or Python");
	if (options->with_count > WISHES || options->without_count > WISHES)
		return advi_fail(err, ADV_EUSAGE, "more than %d packages", WISHES);
	for (size_t i = 0; r == 0 && i < options->with_count; i++)
		r = add_joiner(whatif, options->with[i], err);
	for (size_t i = 0; r == 0 && i < options->without_count; i++)
		r = add_without(whatif, options->without[i], err);
	whatif->base = options->base ? options->base : whatif->site;
	whatif->python = advi_arena_dup(&whatif->arena, options->python);
	whatif->since = advi_arena_dup(&whatif->arena, options->since);
	whatif->until = advi_arena_dup(&whatif->arena, options->until);
	whatif->alters_base = options->base || options->python || options->without_count;
	whatif->min_users = whatif->site->min_users ? whatif->site->min_users : 1;
	return r;
}

int adv_whatif_make(struct adv_whatif **out, const struct adv_store *store, struct adv_world *world,
		    const struct adv_site *site, const struct adv_whatif_options *options,
		    const struct adv_watch *watch, struct adv_err *err)
{
	ADV_AUTO(whatif) struct adv_whatif *whatif = advi_calloc(1, sizeof(*whatif));
	struct advi_workloads workloads = {0};
	struct advi_demand demand;
	int r;

	whatif->site = site;
	whatif->world = world;
	r = read_question(whatif, options, err);
	if (r == 0)
		r = advi_workloads_load(&workloads, store, site, options->since, options->until,
					err);
	if (r == 0)
		r = advi_whatif_solve(whatif, options, &workloads, watch, err);
	if (r == 0) {
		advi_demand_make(&demand, &workloads, site);
		advi_whatif_count(whatif, &workloads, &demand);
		advi_demand_clear(&demand);
	}
	advi_workloads_clear(&workloads);
	if (r == 0)
		*out = advi_take(whatif);
	return r;
}

bool adv_whatif_possible(const struct adv_whatif *whatif)
{
	for (size_t i = 0; i < whatif->with.count; i++)
		if (!whatif->with.at[i].in)
			return false;
	return whatif->broken.count == 0;
}

void adv_whatif_free(struct adv_whatif *whatif)
{
	if (!whatif)
		return;
	for (size_t i = 0; i < whatif->with.count; i++)
		advi_why_clear(&whatif->with.at[i].why);
	for (size_t i = 0; i < whatif->broken.count; i++)
		advi_why_clear(&whatif->broken.at[i].why);
	advi_vec_clear(&whatif->with);
	advi_vec_clear(&whatif->without);
	advi_vec_clear(&whatif->broken);
	advi_vec_clear(&whatif->comes);
	advi_vec_clear(&whatif->goes);
	advi_vec_clear(&whatif->moves);
	advi_vec_clear(&whatif->projects);
	advi_vec_clear(&whatif->domains);
	advi_env_clear(&whatif->after);
	for (size_t i = 0; i < whatif->former.count; i++)
		adv_world_free(whatif->former.at[i]);
	advi_vec_clear(&whatif->former);
	adv_world_free(whatif->changed);
	adv_world_free(whatif->other);
	advi_arena_clear(&whatif->arena);
	free(whatif);
}
