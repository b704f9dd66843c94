/* SPDX-License-Identifier: BSD-3-Clause */
/* What is read first, as far as a usage store knows. */
#include "bundle/heat.h"

#include "conda/envfile.h"
#include "usage/workload.h"

/* Folders of packages that imports don't touch. */
static const char *const cold_folders[] = {"test", "tests",    "testing",   "_tests",     "doc",
					   "docs", "examples", "_examples", "benchmarks", "share"};

static bool is_cold(struct advi_str path)
{
	struct advi_str part;

	while (advi_str_split(&path, '/', &part))
		for (size_t i = 0; i < ADVI_COUNT(cold_folders); i++)
			if (advi_str_is(part, cold_folders[i]))
				return true;
	return false;
}

/* --- files of a package --- */

/* What Python reads of a source that has a .pyc is the .pyc. */
static bool is_module(const struct advi_layout *layout, struct advi_arena *arena,
		      const struct advi_path *path)
{
	struct advi_str target = advi_str(path->target);

	if (advi_str_ends(target, ADVI_STR(".pyc")) || advi_str_ends(target, ADVI_STR(".so")))
		return true;
	return advi_str_ends(target, ADVI_STR(".py")) && layout->python.tag &&
	       !advi_layout_find(layout,
				 advi_str(advi_python_pyc(&layout->python, arena, path->target)));
}

static int by_target(const void *a, const void *b)
{
	return strcmp((*(const struct advi_path *const *)a)->target,
		      (*(const struct advi_path *const *)b)->target);
}

/* Those of a package that 'wants' takes, in byte order. */
static void add_paths(struct advi_map *out, const struct advi_package *package,
		      bool (*wants)(const void *context, const struct advi_path *path),
		      const void *context)
{
	ADVI_VEC(const struct advi_path *) found = {0};

	for (size_t i = 0; i < package->paths.count; i++)
		if (package->paths.at[i].type != ADVI_PATH_FOLDER &&
		    wants(context, &package->paths.at[i]))
			advi_vec_push(&found, &package->paths.at[i]);
	advi_vec_sort(&found, by_target);
	for (size_t i = 0; i < found.count; i++)
		advi_map_add(out, advi_str(found.at[i]->target), NULL);
	advi_vec_clear(&found);
}

struct heating {
	struct advi_map *out;
	const struct advi_layout *layout;
	struct advi_package **packages;
	size_t count;
	struct advi_arena arena;
	struct advi_map names; /* of the image's packages -> index */
	struct advi_workloads workloads;
};

static bool wants_modules(const void *context, const struct advi_path *path)
{
	const struct heating *heating = context;
	struct advi_str rest = advi_str(path->target);
	const char *site = heating->layout->python.site_packages;

	if (!site || !advi_str_starts(rest, advi_str(site)))
		return false;
	rest = advi_str_from(rest, strlen(site));
	return !is_cold(rest) &&
	       is_module(heating->layout, &((struct heating *)(uintptr_t)context)->arena, path);
}

static bool wants_library(const void *context, const struct advi_path *path)
{
	(void)context;
	return advi_python_is_library(path->target);
}

static bool wants_start(const void *context, const struct advi_path *path)
{
	const struct heating *heating = context;

	return advi_python_is_core(&heating->layout->python, path->target) &&
	       (strncmp(path->target, "lib/", 4) != 0 ||
		is_module(heating->layout, &((struct heating *)(uintptr_t)context)->arena, path) ||
		advi_python_is_library(path->target));
}

/* A package after the libraries of what it depends on. */
static void add_package(struct heating *heating, const struct advi_package *package)
{
	for (size_t i = 0; i < package->record.depends.count; i++) {
		struct advi_map_entry *entry = advi_map_get(
			&heating->names, advi_spec_name(advi_str(package->record.depends.at[i])));

		if (entry)
			add_paths(heating->out, heating->packages[entry->number], wants_library,
				  NULL);
	}
	add_paths(heating->out, package, wants_library, NULL);
	add_paths(heating->out, package, wants_modules, heating);
}

/* --- packages in their order --- */

void advi_heat_chain(size_t *order, const uint32_t *together, size_t count)
{
	ADVI_AUTO_PTR uint64_t *pull = advi_calloc(count, sizeof(*pull));
	ADVI_AUTO_PTR bool *placed = advi_calloc(count, sizeof(*placed));

	for (size_t done = 0; done < count; done++) {
		size_t best = count;

		for (size_t i = 0; i < count; i++) {
			uint32_t own = together[i * count + i];

			if (placed[i])
				continue;
			if (best == count || pull[i] > pull[best] ||
			    (pull[i] == pull[best] && own > together[best * count + best]))
				best = i;
		}
		placed[best] = true;
		order[done] = best;
		for (size_t i = 0; i < count; i++)
			pull[i] += together[best * count + i];
	}
}

/* Workloads that need both of two packages; each is what one user imports from one place. */
static void count_together(uint32_t *together, const struct heating *heating)
{
	const struct advi_workloads *workloads = &heating->workloads;
	ADVI_AUTO_PTR size_t *have = advi_calloc(heating->count, sizeof(*have));

	for (size_t w = 0; w < workloads->all.count; w++) {
		const struct advi_workload *workload = &workloads->all.at[w];
		size_t used = 0;

		for (size_t i = 0; i < workload->needs.count; i++) {
			struct advi_map_entry *entry = advi_map_get(
				&heating->names,
				workloads->packages.entries.at[workload->needs.at[i].package].key);

			if (entry && used < heating->count)
				have[used++] = entry->number;
		}
		for (size_t i = 0; i < used; i++)
			for (size_t k = 0; k < used; k++)
				together[have[i] * heating->count + have[k]]++;
	}
}

static void add_all(struct heating *heating)
{
	size_t count = heating->count;
	ADVI_AUTO_PTR uint32_t *together = advi_calloc(count * count, sizeof(*together));
	ADVI_AUTO_PTR size_t *order = advi_calloc(count, sizeof(*order));
	const struct advi_package *python = heating->layout->python.package;

	if (python)
		add_paths(heating->out, python, wants_start, heating);
	count_together(together, heating);
	advi_heat_chain(order, together, count);
	for (size_t i = 0; i < count; i++)
		if (together[order[i] * count + order[i]])
			add_package(heating, heating->packages[order[i]]);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct advi_package *const *)a)->record.name,
		      (*(struct advi_package *const *)b)->record.name);
}

int advi_heat_read(struct advi_map *out, const struct advi_layout *layout,
		   struct advi_package **packages, size_t count, const char *path,
		   struct adv_err *err)
{
	ADV_AUTO(store) struct adv_store *store = NULL;
	struct heating heating = {.out = out, .layout = layout, .count = count};
	int r = adv_store_open(&store, path, ADV_STORE_READ, err);

	if (r == 0)
		r = advi_workloads_load(&heating.workloads, store, NULL, NULL, NULL, err);
	if (r < 0)
		return r;
	/* by name, so that ties don't depend on the order of installing */
	heating.packages = advi_calloc(count, sizeof(struct advi_package *));
	for (size_t i = 0; i < count; i++)
		heating.packages[i] = packages[i];
	qsort(heating.packages, count, sizeof(struct advi_package *), by_name);
	for (size_t i = 0; i < count; i++)
		advi_map_add(&heating.names, advi_str(heating.packages[i]->record.name), NULL)
			->number = i;
	add_all(&heating);
	free(heating.packages);
	advi_map_clear(&heating.names);
	advi_arena_clear(&heating.arena);
	advi_workloads_clear(&heating.workloads);
	return 0;
}
