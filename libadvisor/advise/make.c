/* SPDX-License-Identifier: BSD-3-Clause */
/* Making a plan: demand, choice, and both written down for others. */
#include <libgen.h>

#include "advise/actions.h"
#include "advise/make.h"
#include "advise/plan_bundles.h"
#include "advise/redundancy.h"
#include "advise/trends.h"
#include "base/err.h"
#include "io/digest.h"
#include "io/http.h"

static const char *const fate_kinds[ADVI_FATE_COUNT] = {
	[ADVI_FATE_BUDGET] = "budget",     [ADVI_FATE_ABSENT] = "absent",
	[ADVI_FATE_CONFLICT] = "conflict", [ADVI_FATE_NEVER] = "never",
	[ADVI_FATE_MODULE] = "module",     [ADVI_FATE_FIELD] = "field",
};

static const char *const fate_reasons[ADVI_FATE_COUNT] = {
	[ADVI_FATE_ABSENT] = "no channel has it",
	[ADVI_FATE_NEVER] = "the site recipe lists it under 'never'",
	[ADVI_FATE_MODULE] = "the centre's own module provides it",
	[ADVI_FATE_FIELD] =
		"users of one domain alone import it, and such packages are left to bundles",
};

static struct advi_list copy_names(struct advi_arena *arena, const char *const *names, size_t count)
{
	const char **at = advi_arena_alloc(arena, (count ? count : 1) * sizeof(*at));

	for (size_t i = 0; i < count; i++)
		at[i] = advi_arena_dup(arena, names[i]);
	return (struct advi_list){at, count};
}

static const char *evidence_of(const struct advi_demand *demand, const struct advi_wanted *wanted)
{
	return demand->by_mapping ? "mapped" : wanted->mapped_users ? "both" : "import";
}

static void describe(struct adv_plan *plan, struct advi_addition *addition,
		     const struct advi_demand *demand, const struct advi_wanted *wanted,
		     const struct advi_record *record)
{
	addition->name = addition->spec = advi_arena_dup(&plan->arena, wanted->name);
	advi_record_copy(&addition->record, record, &plan->arena);
	addition->users = wanted->users;
	addition->workloads = wanted->workloads;
	addition->mapped_users = wanted->mapped_users;
	addition->evidence = evidence_of(demand, wanted);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct advi_wanted *const *)a)->name,
		      (*(const struct advi_wanted *const *)b)->name);
}

/*
 * What users bring themselves though base's own dependencies have it, which the recipe's list of
 * base does not say.
 */
static void add_present(struct adv_plan *plan, const struct advi_demand *demand,
			const struct advi_choice *choice, const struct adv_site *site)
{
	ADVI_VEC(const struct advi_wanted *) had = {0};

	for (size_t i = 0; i < demand->packages.count; i++) {
		const struct advi_wanted *wanted = &demand->packages.at[i];

		if (choice->fates[i] == ADVI_FATE_HAD && wanted->outside &&
		    !advi_site_in_base(site, advi_str(wanted->name)) &&
		    advi_env_find(&choice->env, wanted->name))
			advi_vec_push(&had, wanted);
	}
	advi_vec_sort(&had, by_name);
	for (size_t i = 0; i < had.count; i++)
		describe(plan, advi_vec_new(&plan->present), demand, had.at[i],
			 advi_env_find(&choice->env, had.at[i]->name));
	advi_vec_clear(&had);
}

/* What a step brought and the result still has: a later step may have sent some of it away. */
static void note_closure(struct adv_plan *plan, struct advi_addition *addition,
			 const struct advi_taken *taken, const struct advi_env *env)
{
	advi_names names = {0};

	for (size_t i = 0; i < taken->closure.count; i++) {
		const struct advi_record *record = advi_env_find(env, taken->closure.at[i]);

		if (!record)
			continue;
		advi_vec_push(&names, record->name);
		addition->closure_bytes += record->size;
	}
	addition->closure_packages = names.count;
	addition->closure = copy_names(&plan->arena, names.at, names.count);
	addition->moves = copy_names(&plan->arena, taken->moved.at, taken->moved.count);
	addition->users_freed = taken->users_freed;
	advi_vec_clear(&names);
}

static void add_taken(struct adv_plan *plan, const struct advi_demand *demand,
		      const struct advi_choice *choice)
{
	for (size_t i = 0; i < choice->taken.count; i++) {
		const struct advi_taken *taken = &choice->taken.at[i];
		const struct advi_wanted *wanted = &demand->packages.at[taken->package];
		const struct advi_record *record = advi_env_find(&choice->env, wanted->name);
		struct advi_addition *addition;

		if (!record)
			continue;
		addition = advi_vec_new(&plan->additions);
		describe(plan, addition, demand, wanted, record);
		note_closure(plan, addition, taken, &choice->env);
	}
}

static int most_users_first(const void *a, const void *b)
{
	const struct advi_refusal *left = a, *right = b;

	if (left->users != right->users)
		return left->users < right->users ? 1 : -1;
	return strcmp(left->name, right->name);
}

static void add_refusals(struct adv_plan *plan, const struct advi_demand *demand,
			 const struct advi_choice *choice)
{
	for (size_t i = 0; i < demand->packages.count; i++) {
		const struct advi_wanted *wanted = &demand->packages.at[i];
		enum advi_fate fate = choice->fates[i];
		struct advi_refusal *refusal;

		if (!fate_kinds[fate] || advi_env_find(&choice->env, wanted->name))
			continue;
		refusal = advi_vec_new(&plan->refused);
		refusal->name = advi_arena_dup(&plan->arena, wanted->name);
		refusal->evidence = evidence_of(demand, wanted);
		refusal->users = wanted->users;
		refusal->workloads = wanted->workloads;
		refusal->kind = fate_kinds[fate];
		refusal->packages = choice->excess[i].packages;
		refusal->bytes = choice->excess[i].bytes;
		refusal->reason = fate_reasons[fate]
					  ? fate_reasons[fate]
					  : advi_arena_dup(&plan->arena, choice->reasons[i]);
	}
	advi_vec_sort(&plan->refused, most_users_first);
}

static int most_users_first_unmapped(const void *a, const void *b)
{
	const struct advi_unmapped *left = a, *right = b;

	if (left->users != right->users)
		return left->users < right->users ? 1 : -1;
	return strcmp(left->module, right->module);
}

/* What can't be decided about, since it is not known what package it is of. */
static void add_unmapped(struct adv_plan *plan, const struct advi_workloads *workloads)
{
	for (size_t i = 0; i < workloads->nowhere.entries.count; i++) {
		const struct advi_map_entry *entry = &workloads->nowhere.entries.at[i];

		advi_vec_push(&plan->unmapped,
			      ((struct advi_unmapped){advi_arena_str(&plan->arena, entry->key),
						      entry->number}));
	}
	advi_vec_sort(&plan->unmapped, most_users_first_unmapped);
}

static int most_users_first_probed(const void *a, const void *b)
{
	const struct advi_probed *left = a, *right = b;

	if (left->users != right->users)
		return left->users < right->users ? 1 : -1;
	return strcmp(left->name, right->name);
}

static void add_probes(struct adv_plan *plan, const struct advi_workloads *workloads)
{
	for (size_t i = 0; i < workloads->probes.count; i++)
		advi_vec_push(
			&plan->probes,
			((struct advi_probed){
				advi_arena_str(&plan->arena, workloads->probed.entries.at[i].key),
				workloads->probes.at[i].users, workloads->probes.at[i].workloads}));
	advi_vec_sort(&plan->probes, most_users_first_probed);
}

static struct advi_change change_of(struct adv_plan *plan, const struct advi_record *from,
				    const struct advi_record *to)
{
	return (struct advi_change){
		.name = advi_arena_dup(&plan->arena, from->name),
		.version = advi_arena_dup(&plan->arena, from->version),
		.build = advi_arena_dup(&plan->arena, from->build),
		.to_version = advi_arena_dup(&plan->arena, to ? to->version : NULL),
		.to_build = advi_arena_dup(&plan->arena, to ? to->build : NULL),
	};
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void compare_with_base(struct adv_plan *plan, const struct advi_env *base,
			      const struct advi_env *env)
{
	for (size_t i = 0; i < base->records.count; i++) {
		const struct advi_record *from = base->records.at[i],
					 *to = advi_env_find(env, from->name);

		if (!to)
			advi_vec_push(&plan->removed, change_of(plan, from, NULL));
		else if (!same(from->version, to->version) || !same(from->build, to->build) ||
			 !same(from->channel, to->channel))
			advi_vec_push(&plan->changed, change_of(plan, from, to));
	}
	for (size_t i = 0; i < env->records.count; i++) {
		const struct advi_record *record = env->records.at[i];

		advi_record_copy(advi_vec_new(&plan->environment), record, &plan->arena);
		if (advi_env_find(base, record->name))
			continue;
		plan->added_packages++;
		plan->added_bytes += record->size;
		plan->added_unsized += record->size == 0;
	}
}

static void add_spec(struct adv_plan *plan, struct advi_map *seen, const char *spec)
{
	bool is_new;

	advi_map_add(seen, advi_str(spec), &is_new);
	if (is_new)
		advi_vec_push(&plan->specs, advi_arena_dup(&plan->arena, spec));
}

/* What environment.yml asks for: what the result was solved for, and what is wanted and there. */
static void add_specs(struct adv_plan *plan, const struct advi_env *env)
{
	ADVI_AUTO(map) struct advi_map seen = {0};

	for (size_t i = 0; i < env->specs.count; i++)
		add_spec(plan, &seen, env->specs.at[i]);
	for (size_t i = 0; i < plan->additions.count; i++)
		add_spec(plan, &seen, plan->additions.at[i].spec);
	for (size_t i = 0; i < plan->present.count; i++)
		add_spec(plan, &seen, plan->present.at[i].spec);
	advi_vec_sort(&plan->specs, advi_cmp_cstr);
}

static void add_names(struct advi_map *names, const struct advi_env *env)
{
	for (size_t i = 0; i < env->records.count; i++)
		advi_map_add(names, advi_str(env->records.at[i]->name), NULL);
}

void advi_base_names(struct advi_map *out, const struct adv_site *site, const struct advi_env *base)
{
	for (size_t i = 0; i < site->base_names.entries.count; i++)
		advi_map_add(out, site->base_names.entries.at[i].key, NULL);
	if (site->base_asked)
		add_names(out, base);
}

void advi_effect_measure(struct advi_effect *effect, const struct advi_demand *demand,
			 const struct adv_site *site, const struct advi_env *base,
			 const struct advi_env *env)
{
	ADVI_AUTO(map) struct advi_map before = {0}, solved = {0}, after = {0};

	advi_base_names(&before, site, base);
	add_names(&solved, base);
	add_names(&after, env);
	effect->users = demand->user_count;
	effect->workloads = demand->workloads.count;
	advi_demand_cover(demand, &before, &effect->workloads_covered_before,
			  &effect->users_covered_before);
	advi_demand_cover(demand, &solved, &effect->workloads_covered_solved,
			  &effect->users_covered_solved);
	advi_demand_cover(demand, &after, &effect->workloads_covered_after,
			  &effect->users_covered_after);
}

static int find_actions(struct adv_plan *plan, const struct advi_workloads *workloads,
			const struct advi_ground *ground)
{
	int r = advi_redundancy_find(plan, workloads, ground);

	if (r < 0)
		return r;

	if (ground->history) {
		advi_trends_find(plan, ground->history, ground->site);
		advi_drops_find(plan, ground);
		r = advi_upgrades_find(plan, ground);
	}
	if (r == 0)
		advi_actions_fill(plan, ground);
	return r;
}

int advi_plan_decide(struct adv_plan *plan, const struct advi_workloads *workloads,
		     const struct advi_history *history, const struct adv_site *site,
		     const struct advi_oracle *oracle, const struct advi_limits *limits,
		     const struct adv_watch *watch, struct adv_err *err)
{
	struct advi_demand demand;
	struct advi_choice choice = {0};
	int r;

	advi_demand_make(&demand, workloads, site);
	if (plan->fields_apart)
		advi_demand_mark_fields(&demand);
	r = advi_demand_weigh(&demand, workloads, limits->weight, err);
	if (r == 0)
		r = advi_choose(&choice, &demand, site, oracle, limits, watch, err);
	if (r == 0) {
		plan->added_files = choice.files;
		advi_plan_set_quotas(plan, &choice);
		add_present(plan, &demand, &choice, site);
		add_taken(plan, &demand, &choice);
		add_refusals(plan, &demand, &choice);
		add_unmapped(plan, workloads);
		add_probes(plan, workloads);
		compare_with_base(plan, oracle->base(oracle->context), &choice.env);
		add_specs(plan, &choice.env);
		advi_plan_add_pip(plan, site);
		advi_effect_measure(&plan->effect, &demand, site, oracle->base(oracle->context),
				    &choice.env);
		r = advi_plan_add_bundles(plan, &demand, &choice, site, oracle, watch, err);
	}
	if (r == 0)
		r = find_actions(plan, workloads,
				 &(struct advi_ground){.demand = &demand,
						       .choice = &choice,
						       .site = site,
						       .oracle = oracle,
						       .history = history,
						       .unused_months = limits->unused_months,
						       .watch = watch,
						       .err = err});
	plan->weight = adv_weight_name(limits->weight);
	plan->max_packages = limits->max_packages;
	plan->max_bytes = limits->max_bytes;
	plan->max_files = limits->max_files;
	advi_plan_set_choice(&plan->choice, &choice.proof, limits->objective);
	plan->site = advi_arena_dup(&plan->arena, site->name);
	plan->platform = advi_arena_dup(&plan->arena, site->platform);
	for (size_t i = 0; i < site->channels.count; i++) {
		ADVI_AUTO_PTR char *shown = advi_url_public_dup(site->channels.at[i]);

		advi_vec_push(&plan->channels, advi_arena_dup(&plan->arena, shown));
	}
	advi_choice_clear(&choice);
	advi_demand_clear(&demand);
	return r;
}

/* The recipe as it was understood: a comment more or less changes no plan. */
static void hash_site(const struct adv_site *site, char hex[ADVI_HEX_SIZE])
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	struct advi_jout out;

	if (!file)
		abort();
	advi_jout_init(&out, file);
	advi_site_write(site, &out);
	advi_jout_end(&out);
	if (fclose(file) != 0)
		abort();
	advi_sha256((struct advi_str){text, size}, hex);
	free(text);
}

static void add_input(struct adv_plan *plan, const char *kind, const char *name, const char *sha256)
{
	advi_vec_push(&plan->inputs, ((struct advi_input){kind, advi_arena_dup(&plan->arena, name),
							  advi_arena_dup(&plan->arena, sha256)}));
}

/* The store, and the months of it that were counted. */
static void add_usage(struct adv_plan *plan, const char *sha256)
{
	const char *since = plan->since ? plan->since : plan->until ? "" : "all";
	ADVI_AUTO_PTR char *months =
		advi_format("%s%s%s", since, plan->until ? (*since ? " until " : "until ") : "",
			    plan->until ? plan->until : "");

	add_input(plan, "usage", months, sha256);
}

static int add_inputs(struct adv_plan *plan, const struct adv_store *store, struct adv_world *world,
		      const struct adv_site *site, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = advi_strdup(site->path);
	char hex[ADVI_HEX_SIZE];
	int r;

	add_input(plan, "channels", site->channel_priority, advi_world_fingerprint(world));
	hash_site(site, hex);
	add_input(plan, "site", basename(path), hex);
	r = advi_store_fingerprint(store, hex, err);
	if (r == 0)
		add_usage(plan, hex);
	return r;
}

struct advi_limits advi_limits_of(const struct adv_plan_options *options,
				  const struct adv_site *site)
{
	return (struct advi_limits){
		.max_packages = options->max_packages ? options->max_packages : site->max_packages,
		.max_bytes = options->max_bytes ? options->max_bytes : site->max_bytes,
		.max_files = options->max_files ? options->max_files : site->max_files,
		.objective = options->objective,
		.max_seconds = options->max_seconds,
		.keep_base = options->keep_base,
		.weight = options->weight,
		.unused_months = options->unused_months,
	};
}

int adv_plan_make(struct adv_plan **out, const struct adv_store *store, struct adv_world *world,
		  const struct adv_site *site, const struct adv_plan_options *options,
		  const struct adv_watch *watch, struct adv_err *err)
{
	static const struct adv_plan_options none = ADV_PLAN_OPTIONS_INIT;
	ADV_AUTO(plan) struct adv_plan *plan = advi_calloc(1, sizeof(*plan));
	struct advi_oracle oracle = advi_oracle_of_world(world);
	struct advi_workloads workloads = {0};
	struct advi_history history = {0};
	struct advi_limits limits;
	int r;

	options = options ? options : &none;
	limits = advi_limits_of(options, site);
	plan->since = advi_arena_dup(&plan->arena, options->since);
	plan->until = advi_arena_dup(&plan->arena, options->until);
	plan->max_bundles = options->max_bundles;
	plan->max_bundle_bytes = options->max_bundle_bytes;
	plan->fields_apart = options->max_bundles && options->fields_apart;
	r = advi_history_load(&history, &workloads, store, site, options->since, options->until,
			      err);
	if (r == 0)
		r = advi_plan_decide(plan, &workloads, &history, site, &oracle, &limits, watch,
				     err);
	if (r == 0)
		r = add_inputs(plan, store, world, site, err);
	advi_workloads_clear(&workloads);
	advi_history_clear(&history);
	if (r < 0)
		return r;
	*out = advi_take(plan);
	return 0;
}
