/* SPDX-License-Identifier: BSD-3-Clause */
/* The order in which packages are installed. */
#include "bundle/order.h"

#include "base/map.h"
#include "conda/envfile.h"

struct graph {
	struct advi_package **packages; /* by name */
	size_t count;
	struct advi_map names; /* name -> index */
	bool *placed;
};

/* The first dependency, by name, that is not placed yet; 'count' when there is none. */
static size_t open_dependency(const struct graph *graph, size_t of)
{
	const struct advi_list *depends = &graph->packages[of]->record.depends;
	size_t first = graph->count;

	for (size_t i = 0; i < depends->count; i++) {
		struct advi_map_entry *entry =
			advi_map_get(&graph->names, advi_spec_name(advi_str(depends->at[i])));

		if (entry && entry->number != of && !graph->placed[entry->number] &&
		    entry->number < first)
			first = entry->number;
	}
	return first;
}

/* In the circle that is reached from 'start', the package to place first. */
static size_t open_circle(const struct graph *graph, size_t start)
{
	ADVI_AUTO_PTR unsigned char *seen = advi_calloc(graph->count, 1);
	size_t at = start, best;

	while (!seen[at]) {
		seen[at] = 1;
		at = open_dependency(graph, at);
	}
	best = at;
	for (size_t next = open_dependency(graph, at); next != at;
	     next = open_dependency(graph, next)) {
		bool next_noarch = graph->packages[next]->noarch != ADVI_NOARCH_NO;
		bool best_noarch = graph->packages[best]->noarch != ADVI_NOARCH_NO;

		if (next_noarch != best_noarch ? best_noarch : next < best)
			best = next;
	}
	return best;
}

static size_t next_package(const struct graph *graph)
{
	size_t waiting = graph->count;

	for (size_t i = 0; i < graph->count; i++) {
		if (graph->placed[i])
			continue;
		if (open_dependency(graph, i) == graph->count)
			return i;
		if (waiting == graph->count)
			waiting = i;
	}
	return open_circle(graph, waiting);
}

static int by_name(const void *a, const void *b)
{
	const struct advi_package *const *left = a, *const *right = b;

	return strcmp((*left)->record.name, (*right)->record.name);
}

int advi_order(struct advi_package **packages, size_t count, struct adv_err *err)
{
	ADVI_AUTO_PTR struct advi_package **ordered = advi_calloc(count, sizeof(*ordered));
	ADVI_AUTO_PTR bool *placed = advi_calloc(count, sizeof(*placed));
	struct graph graph = {.packages = packages, .count = count, .placed = placed};
	int r = 0;

	if (count > 1)
		qsort(packages, count, sizeof(struct advi_package *), by_name);
	for (size_t i = 0; i < count && r == 0; i++) {
		bool is_new;

		advi_map_add(&graph.names, advi_str(packages[i]->record.name), &is_new)->number = i;
		if (!is_new)
			r = advi_fail(err, ADV_EINPUT, "package '%s' is there twice: '%s' and '%s'",
				      packages[i]->record.name, packages[i - 1]->file,
				      packages[i]->file);
	}
	for (size_t done = 0; done < count && r == 0; done++) {
		size_t next = next_package(&graph);

		placed[next] = true;
		ordered[done] = packages[next];
	}
	if (r == 0 && count)
		memcpy(packages, ordered, count * sizeof(*packages));
	advi_map_clear(&graph.names);
	return r;
}
