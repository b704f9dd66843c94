/* SPDX-License-Identifier: BSD-3-Clause */
/* Joining an explanation with a usage store: who wants it, what it would do, what else there is. */
#include "advise/explain.h"
#include "advise/make.h"
#include "base/err.h"

struct joining {
	struct adv_explanation *ex;
	struct adv_world *world;
	const struct adv_site *site;
	struct advi_workloads workloads;
};

/* --- what else there is --- */

static void add_alternative(struct advi_interest *interest, enum advi_alternative_kind kind,
			    const char *name, const char *module, bool in_base)
{
	for (size_t i = 0; i < interest->alternatives.count; i++) {
		const struct advi_alternative *other = &interest->alternatives.at[i];

		if (other->kind == kind && name && strcmp(other->name, name) == 0)
			return;
	}
	advi_vec_push(&interest->alternatives,
		      ((struct advi_alternative){kind, name, module, in_base}));
}

/* Another package of an import name, when a channel or base has it. */
static void add_package(struct joining *joining, struct advi_interest *interest, const char *name,
			struct advi_str module)
{
	struct advi_arena *arena = &joining->ex->arena;
	bool in_base = advi_site_in_base(joining->site, advi_str(name)) ||
		       advi_env_find(advi_world_base(joining->world), name);

	if (strcmp(name, interest->name) != 0 && (in_base || advi_world_find(joining->world, name)))
		add_alternative(interest, ADVI_OTHER_PACKAGE, advi_arena_dup(arena, name),
				advi_arena_str(arena, module), in_base);
}

static bool provides(const struct adv_site *site, struct advi_str module, const char *package)
{
	const struct advi_map_entry *entry = advi_map_get(&site->imports, module);

	if (entry && strcmp(entry->pointer, package) == 0)
		return true;
	for (size_t i = 0; i < site->other_imports.count; i++)
		if (advi_str_is(module, site->other_imports.at[i].module) &&
		    strcmp(site->other_imports.at[i].package, package) == 0)
			return true;
	return false;
}

/* Packages that mapping files name for the same import names; those that count come first. */
static void find_packages(struct joining *joining, struct advi_interest *interest)
{
	const struct adv_site *site = joining->site;
	struct advi_str name = advi_str(interest->name);
	const struct advi_map_entry *meant = advi_map_get(&site->imports, name);

	/* "torch", where pytorch is the package's name */
	if (meant)
		add_package(joining, interest, meant->pointer, name);
	for (size_t i = 0; i < site->other_imports.count; i++) {
		const struct advi_import_row *row = &site->other_imports.at[i];
		struct advi_str module = advi_str(row->module);
		const struct advi_map_entry *first = advi_map_get(&site->imports, module);

		if (!provides(site, module, interest->name))
			continue;
		if (first)
			add_package(joining, interest, first->pointer, module);
		add_package(joining, interest, row->package, module);
	}
}

static void find_alternatives(struct joining *joining, struct advi_interest *interest)
{
	const struct adv_explanation *ex = joining->ex;

	find_packages(joining, interest);
	if (interest->listed && strcmp(interest->listed, "by_module") == 0)
		add_alternative(interest, ADVI_OTHER_MODULE, NULL, NULL, false);
	if (ex->wishes.count != 1 || ex->verdict != ADVI_VERDICT_REFUSED)
		return;
	for (size_t i = 0; i < ex->ways.all.count; i++)
		if (ex->ways.all.at[i].kind == ADVI_WAY_PYTHON)
			add_alternative(interest, ADVI_OTHER_PYTHON, ex->ways.all.at[i].python,
					NULL, false);
	/* What the channels have can be had beside base, where it can't be had in it. */
	if (ex->versions.newest && !ex->why.alone)
		add_alternative(interest, ADVI_OTHER_BUNDLE, NULL, NULL, false);
}

/* --- what it would do --- */

static void measure(struct joining *joining)
{
	struct adv_explanation *ex = joining->ex;
	ADVI_AUTO(map) struct advi_map has = {0};

	if (ex->cells.count ||
	    (ex->verdict != ADVI_VERDICT_JOINS && ex->verdict != ADVI_VERDICT_MOVES))
		return;
	ex->has_effect = true;
	advi_base_names(&has, joining->site, advi_world_base(joining->world));
	advi_reach_measure(&ex->before, &joining->workloads, joining->site, &has);
	for (size_t i = 0; i < ex->changes.added.count; i++)
		advi_map_add(&has, advi_str(ex->changes.added.at[i]->name), NULL);
	advi_reach_measure(&ex->after, &joining->workloads, joining->site, &has);
}

/* --- all of it --- */

/* The names of what was asked for; the list is the caller's to clear. */
static int read_names(struct adv_explanation *ex, const char *const *specs, size_t count,
		      advi_names *out, struct adv_err *err)
{
	for (size_t i = 0; i < count; i++) {
		struct advi_matchspec spec;
		int r = advi_matchspec_parse(&spec, &ex->arena, advi_str(specs[i]), err);

		if (r < 0)
			return r;
		advi_vec_push(out, advi_arena_str(&ex->arena, advi_matchspec_name(&spec)));
	}
	return 0;
}

static int count_all(struct joining *joining, const struct adv_store *store,
		     const advi_names *names, const char *since, const char *until,
		     struct adv_err *err)
{
	struct adv_explanation *ex = joining->ex;
	int r = advi_workloads_load(&joining->workloads, store, joining->site, since, until, err);

	for (size_t i = 0; i < names->count && r == 0; i++)
		advi_vec_new(&ex->interests);
	if (r == 0)
		r = advi_interests_count(ex->interests.at, names->at, names->count, store,
					 &joining->workloads, joining->site, since, until,
					 &ex->arena, err);
	for (size_t i = 0; i < names->count && r == 0; i++)
		find_alternatives(joining, &ex->interests.at[i]);
	return r;
}

int adv_explanation_add_usage(struct adv_explanation *ex, const struct adv_store *store,
			      struct adv_world *world, const struct adv_site *site,
			      const char *const *specs, size_t count, const char *since,
			      const char *until, struct adv_err *err)
{
	struct joining joining = {.ex = ex, .world = world, .site = site};
	advi_names names = {0};
	int r = read_names(ex, specs, count, &names, err);

	if (r == 0)
		r = count_all(&joining, store, &names, since, until, err);
	if (r == 0)
		measure(&joining);
	ex->since = advi_arena_dup(&ex->arena, since);
	ex->until = advi_arena_dup(&ex->arena, until);
	ex->min_users = site->min_users;
	ex->max_packages = site->max_packages;
	ex->max_bytes = site->max_bytes;
	advi_vec_clear(&names);
	advi_workloads_clear(&joining.workloads);
	return r;
}
