/* SPDX-License-Identifier: BSD-3-Clause */
/* Redundancy: copies of packages in environments of the users' own, and what reading them costs. */
#include "advise/redundancy.h"

#include "advise/make.h"
#include "advise/plan.h"
#include "base/err.h"
#include "usage/record.h"

/* That a package was imported from an environment of the users' own. */
struct copy {
	uint32_t root, package; /* package: of the workloads */
};

struct root {
	bool needed_now, needed_then; /* a workload in it is not covered */
};

/* What a package is, and what an environment that has it holds for it. */
struct held {
	bool now, then;         /* base has it; with the plan */
	bool unsized;           /* no size is known of it */
	uint64_t roots, bytes;  /* environments that have it; of what it brings along */
	ADVI_VEC(uint32_t) ids; /* it and what it brings along over base */
};

struct hoard {
	struct adv_plan *plan;
	const struct advi_workloads *workloads;
	const struct advi_ground *ground;
	struct held *held;         /* by package of the workloads */
	struct advi_map names;     /* of whatever may be held; number: bytes */
	ADVI_VEC(bool) then;       /* by name: the plan's base has it */
	struct advi_map roots;     /* texts */
	ADVI_VEC(struct root) all; /* by index of roots */
	ADVI_VEC(struct copy) copies;
	unsigned __int128 starts, gone; /* of imports, in thousandths */
};

/* --- environments --- */

/*
 * An environment of one's own is one for all who use it; what is added to a shared one is each
 * user's, and so is what ready-made counts tell of no path.
 */
static uint32_t root_of(struct hoard *hoard, const struct advi_workload *workload)
{
	struct advi_str text = hoard->workloads->environments.entries.at[workload->environment].key;
	ADVI_AUTO_PTR char *key = advi_place_is_own(workload->place) && *text.ptr == '/'
					  ? advi_format("%.*s", ADVI_ARGS(text))
					  : advi_format("%u %.*s", workload->user, ADVI_ARGS(text));
	size_t root = advi_map_intern(&hoard->roots, advi_str(key));

	if (root == hoard->all.count)
		advi_vec_new(&hoard->all);
	return (uint32_t)root;
}

static void take_workload(struct hoard *hoard, const struct advi_workload *workload)
{
	bool now = workload->nowhere == 0, then = now;
	unsigned __int128 starts = 0;
	uint32_t root = UINT32_MAX;

	for (size_t i = 0; i < workload->needs.count; i++) {
		const struct advi_need *need = &workload->needs.at[i];

		now = now && hoard->held[need->package].now;
		then = then && hoard->held[need->package].then;
		starts += need->own_starts;
		if (!need->own)
			continue;
		root = root == UINT32_MAX ? root_of(hoard, workload) : root;
		advi_vec_push(&hoard->copies, ((struct copy){root, need->package}));
	}
	hoard->starts += starts;
	hoard->gone += then && !now ? starts : 0;
	if (root == UINT32_MAX)
		return;
	hoard->all.at[root].needed_now |= !now;
	hoard->all.at[root].needed_then |= !then;
}

static int by_root(const void *a, const void *b)
{
	const struct copy *x = a, *y = b;

	if (x->root != y->root)
		return x->root < y->root ? -1 : 1;
	return (x->package > y->package) - (x->package < y->package);
}

static void take_workloads(struct hoard *hoard)
{
	size_t kept = 0;

	for (size_t i = 0; i < hoard->workloads->all.count; i++)
		take_workload(hoard, &hoard->workloads->all.at[i]);
	advi_vec_sort(&hoard->copies, by_root);
	for (size_t i = 0; i < hoard->copies.count; i++)
		if (!kept || by_root(&hoard->copies.at[i], &hoard->copies.at[kept - 1]))
			hoard->copies.at[kept++] = hoard->copies.at[i];
	hoard->copies.count = kept;
	for (size_t i = 0; i < kept; i++)
		hoard->held[hoard->copies.at[i].package].roots++;
}

/* --- packages --- */

static void find_held(struct hoard *hoard)
{
	const struct advi_ground *ground = hoard->ground;
	const struct advi_map *packages = &hoard->workloads->packages;
	ADVI_AUTO(map) struct advi_map now = {0};

	advi_base_names(&now, ground->site, ground->oracle->base(ground->oracle->context));
	for (size_t i = 0; i < packages->entries.count; i++) {
		struct advi_str name = packages->entries.at[i].key;
		bool by_pip = advi_site_by_pip(ground->site, name);

		hoard->held[i].now = by_pip || advi_map_get(&now, name);
		hoard->held[i].then = by_pip || advi_env_find(&ground->choice->env, name.ptr);
	}
}

static void hold(struct hoard *hoard, struct held *held, const char *name, uint64_t bytes)
{
	size_t id = advi_map_intern(&hoard->names, advi_str(name));

	if (id == hoard->then.count)
		advi_vec_push(&hoard->then,
			      held->then || advi_env_find(&hoard->ground->choice->env, name));
	if (bytes)
		hoard->names.entries.at[id].number = bytes;
	held->bytes += bytes;
	advi_vec_push(&held->ids, (uint32_t)id);
}

/* Whether it was asked what a package brings along, so that it can be asked again. */
static bool was_asked(const struct hoard *hoard, const char *name)
{
	const struct advi_map *names = &hoard->ground->demand->names;
	const struct advi_map_entry *entry = advi_map_get(names, advi_str(name));
	enum advi_fate fate =
		entry ? hoard->ground->choice->fates[entry - names->entries.at] : ADVI_FATE_NONE;

	return fate == ADVI_FATE_TAKEN || fate == ADVI_FATE_BUDGET;
}

/* What base lacks is held with what it would bring along, and what it has by itself. */
static int weigh(struct hoard *hoard, struct held *held, const char *name)
{
	const struct advi_ground *ground = hoard->ground;
	const struct advi_oracle *oracle = ground->oracle;
	const struct advi_record *record = advi_env_find(&ground->choice->env, name);
	struct advi_answer answer = {0};
	struct advi_env env = {0};
	int r = 0;

	if (!held->now && was_asked(hoard, name))
		r = oracle->extend(oracle->context, oracle->base(oracle->context), &name, 1,
				   ADVI_FROZEN, &env, &answer, ground->watch, ground->err);
	for (size_t i = 0; i < answer.added.count && answer.possible; i++)
		hold(hoard, held, answer.added.at[i]->name, answer.added.at[i]->size);
	if (r == 0 && !held->ids.count)
		hold(hoard, held, name, record ? record->size : 0);
	held->unsized = !held->bytes;
	advi_answer_clear(&answer);
	advi_env_clear(&env);
	return r;
}

static int weigh_all(struct hoard *hoard)
{
	const struct advi_map *packages = &hoard->workloads->packages;
	int r = 0;

	for (size_t i = 0; i < packages->entries.count && r == 0; i++) {
		if (!hoard->held[i].roots)
			continue;
		r = advi_progress(hoard->ground->watch, "weighing what users hold", "packages", i,
				  packages->entries.count, hoard->ground->err);
		if (r == 0)
			r = weigh(hoard, &hoard->held[i], packages->entries.at[i].key.ptr);
		hoard->plan->redundancy.unsized += hoard->held[i].unsized;
	}
	return r;
}

/* --- what it comes to --- */

static void count_copy(struct advi_copies *copies, uint64_t bytes, bool *counted)
{
	copies->copies++;
	copies->bytes += bytes;
	copies->environments += !*counted;
	*counted = true;
}

/* One environment: copies [first, end) of it. Each name counts once, whoever brings it along. */
static void count_root(struct hoard *hoard, size_t first, size_t end, uint32_t *seen)
{
	struct advi_redundancy *out = &hoard->plan->redundancy;
	const struct root *root = &hoard->all.at[hoard->copies.at[first].root];
	bool lacking = false, served = false, there = false, freed = false;
	bool is_freed = root->needed_now && !root->needed_then;

	for (size_t i = first; i < end; i++) {
		const struct held *held = &hoard->held[hoard->copies.at[i].package];

		for (size_t j = 0; j < held->ids.count; j++) {
			uint32_t id = held->ids.at[j];
			uint64_t bytes = hoard->names.entries.at[id].number;

			if (seen[id] == first + 1)
				continue;
			seen[id] = (uint32_t)(first + 1);
			count_copy(held->now ? &out->there : &out->lacking, bytes,
				   held->now ? &there : &lacking);
			if (!held->now && hoard->then.at[id])
				count_copy(&out->served, bytes, &served);
			if (is_freed)
				count_copy(&out->freed, bytes, &freed);
		}
	}
}

static void count_roots(struct hoard *hoard)
{
	ADVI_AUTO_PTR uint32_t *seen = advi_calloc(hoard->names.entries.count + 1, sizeof(*seen));

	for (size_t i = 0, end; i < hoard->copies.count; i = end) {
		for (end = i + 1; end < hoard->copies.count &&
				  hoard->copies.at[end].root == hoard->copies.at[i].root;)
			end++;
		count_root(hoard, i, end, seen);
	}
}

static int most_bytes_first(const void *a, const void *b)
{
	const struct advi_redundant *left = a, *right = b;

	if (left->bytes != right->bytes)
		return left->bytes < right->bytes ? 1 : -1;
	return strcmp(left->name, right->name);
}

static void name_packages(struct hoard *hoard)
{
	struct adv_plan *plan = hoard->plan;
	const struct advi_map *packages = &hoard->workloads->packages;

	for (size_t i = 0; i < packages->entries.count; i++) {
		const struct held *held = &hoard->held[i];

		if (held->now || !held->roots)
			continue;
		advi_vec_push(
			&plan->redundancy.packages,
			((struct advi_redundant){
				advi_arena_str(&plan->arena, packages->entries.at[i].key),
				held->roots, held->bytes, held->roots * held->bytes, held->then}));
	}
	advi_vec_sort(&plan->redundancy.packages, most_bytes_first);
	if (plan->redundancy.packages.count > ADVI_REDUNDANT_ROWS)
		plan->redundancy.packages.count = ADVI_REDUNDANT_ROWS;
}

/* By how much installed packages of base are larger than their archives. */
static void find_expansion(struct advi_redundancy *out, const struct adv_site *site)
{
	uint64_t packed = 0, installed = 0;

	out->expansion_percent = ADVI_EXPANSION_PERCENT;
	for (size_t i = 0; i < site->base_records.count; i++) {
		const struct advi_record *record = &site->base_records.at[i];

		if (!record->size || !record->installed_bytes)
			continue;
		out->expansion_packages++;
		packed += record->size;
		installed += record->installed_bytes;
	}
	if (out->expansion_packages < ADVI_EXPANSION_PACKAGES || packed > UINT64_MAX / 200 ||
	    installed > UINT64_MAX / 200)
		out->expansion_packages = 0;
	else
		out->expansion_percent = (installed * 100 + packed / 2) / packed;
}

/* The months that are counted: those of the history, within what is asked for. */
static uint64_t count_months(const struct adv_plan *plan, const struct advi_history *history)
{
	uint32_t first = history ? history->first : 0, since;

	if (!first)
		return 0;
	since = plan->since ? advi_month_read(advi_str(plan->since)) : 0;
	if (since > first)
		first = since;
	return first > history->last ? 0 : advi_months_between(history->last, first) + 1;
}

static void count_operations(struct hoard *hoard)
{
	struct advi_redundancy *out = &hoard->plan->redundancy;
	const struct adv_site *site = hoard->ground->site;

	out->months = count_months(hoard->plan, hoard->ground->history);
	out->files_per_import =
		site->files_per_import ? site->files_per_import : ADVI_FILES_PER_IMPORT;
	out->processes_per_node = site->processes_per_node ? site->processes_per_node : 1;
	out->node_imports = (uint64_t)((hoard->starts + 500) / 1000);
	out->node_imports_gone = (uint64_t)((hoard->gone + 500) / 1000);
}

int advi_redundancy_find(struct adv_plan *plan, const struct advi_workloads *workloads,
			 const struct advi_ground *ground)
{
	struct hoard hoard = {.plan = plan, .workloads = workloads, .ground = ground};
	size_t packages = workloads->packages.entries.count;
	int r;

	hoard.held = advi_calloc(packages + 1, sizeof(*hoard.held));
	find_held(&hoard);
	take_workloads(&hoard);
	r = weigh_all(&hoard);
	if (r == 0) {
		count_roots(&hoard);
		name_packages(&hoard);
		find_expansion(&plan->redundancy, ground->site);
		count_operations(&hoard);
	}
	for (size_t i = 0; i < packages; i++)
		advi_vec_clear(&hoard.held[i].ids);
	free(hoard.held);
	advi_map_clear(&hoard.names);
	advi_map_clear(&hoard.roots);
	advi_vec_clear(&hoard.then);
	advi_vec_clear(&hoard.all);
	advi_vec_clear(&hoard.copies);
	return r;
}
