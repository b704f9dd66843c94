/* SPDX-License-Identifier: BSD-3-Clause */
/* What of base nobody uses and nothing needs that stays; with what would go then, too. */
#include "advise/actions.h"
#include "conda/envfile.h"

/* Run and not imported, or what conda itself stands on: nothing shows whether they are used. */
static const char *const tools[] = {"conda", "mamba", "pip", "python", "setuptools", "uv", "wheel"};

/* The result's packages by index, and who needs whom. */
struct graph {
	const advi_records *records;
	size_t count;
	ADVI_VEC(uint32_t) needs; /* one after the other */
	uint32_t *first;          /* by package: where its needs begin; count + 1 of them */
	bool *needed;             /* something else needs it */
	bool *kept;               /* reached from what stays */
	bool *gone;               /* goes with a drop that was found before */
	bool *mark;               /* of one walk */
};

static uint32_t index_of(const struct graph *graph, struct advi_str name)
{
	size_t low = 0, high = graph->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = advi_str_cmp(advi_str(graph->records->at[middle]->name), name);

		if (order == 0)
			return (uint32_t)middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return UINT32_MAX;
}

static void graph_make(struct graph *graph, const struct advi_env *env)
{
	*graph = (struct graph){.records = &env->records, .count = env->records.count};
	graph->first = advi_calloc(graph->count + 1, sizeof(*graph->first));
	graph->needed = advi_calloc(graph->count + 1, sizeof(bool));
	graph->kept = advi_calloc(graph->count + 1, sizeof(bool));
	graph->gone = advi_calloc(graph->count + 1, sizeof(bool));
	graph->mark = advi_calloc(graph->count + 1, sizeof(bool));
	for (uint32_t i = 0; i < graph->count; i++) {
		const struct advi_record *record = env->records.at[i];

		for (size_t j = 0; j < record->depends.count; j++) {
			uint32_t to =
				index_of(graph, advi_spec_name(advi_str(record->depends.at[j])));

			if (to == UINT32_MAX || to == i)
				continue;
			advi_vec_push(&graph->needs, to);
			graph->needed[to] = true;
		}
		graph->first[i + 1] = (uint32_t)graph->needs.count;
	}
}

static void graph_clear(struct graph *graph)
{
	advi_vec_clear(&graph->needs);
	free(graph->first);
	free(graph->needed);
	free(graph->kept);
	free(graph->gone);
	free(graph->mark);
}

/* Marks a package and all that it needs. */
static void walk(const struct graph *graph, uint32_t from, bool *mark)
{
	ADVI_VEC(uint32_t) left = {0};

	if (!mark[from])
		advi_vec_push(&left, from);
	mark[from] = true;
	while (left.count) {
		uint32_t at = left.at[--left.count];

		for (uint32_t i = graph->first[at]; i < graph->first[at + 1]; i++) {
			uint32_t to = graph->needs.at[i];

			if (!mark[to])
				advi_vec_push(&left, to);
			mark[to] = true;
		}
	}
	advi_vec_clear(&left);
}

/* Packages that some import name belongs to, so that their use would show. */
static void importable(struct advi_map *out, const struct advi_ground *ground)
{
	const struct adv_site *site = ground->site;

	for (size_t i = 0; i < site->imports.entries.count; i++)
		advi_map_add(out, advi_str(site->imports.entries.at[i].pointer), NULL);
	for (size_t i = 0; i < ground->history->packages.entries.count; i++)
		advi_map_add(out, ground->history->packages.entries.at[i].key, NULL);
}

struct judging {
	const struct advi_ground *ground;
	struct adv_plan *plan;
	struct graph graph;
	struct advi_map importable;
	uint32_t since; /* a month: what was used then or later is used */
	ADVI_VEC(uint32_t) heads;
	bool *above; /* heads.count squared: whether the row's head needs the column's */
	bool *done;  /* by head */
};

static bool is_listed(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool was_chosen(const struct advi_ground *ground, struct advi_str name)
{
	const struct advi_map *names = &ground->demand->names;
	const struct advi_map_entry *entry = advi_map_get(names, name);

	return entry && ground->choice->fates[entry - names->entries.at] == ADVI_FATE_TAKEN;
}

/* Whether base was asked for it by name; where base is a list of all that it holds, nobody knows.
 */
static bool was_asked(const struct adv_site *site, const char *name)
{
	return site->base_asked && advi_map_get(&site->base_names, advi_str(name));
}

static bool shows(const struct judging *judging, const char *name)
{
	return advi_map_get(&judging->importable, advi_str(name)) != NULL;
}

static bool stays(const struct judging *judging, uint32_t at)
{
	const struct advi_ground *ground = judging->ground;
	const char *name = judging->graph.records->at[at]->name;
	const struct advi_package_history *history = advi_history_of(ground->history, name);

	if ((history && history->last >= judging->since) || was_chosen(ground, advi_str(name)) ||
	    is_listed(tools, ADVI_COUNT(tools), name) ||
	    is_listed(ground->site->always.at, ground->site->always.count, name))
		return true;
	return !shows(judging, name) &&
	       (was_asked(ground->site, name) || !judging->graph.needed[at]);
}

/* What is not kept, is listed as base's, and nothing else that is not kept needs. */
static void find_heads(struct judging *judging)
{
	struct graph *graph = &judging->graph;
	const struct adv_site *site = judging->ground->site;
	bool *below = advi_calloc(graph->count + 1, sizeof(*below));

	for (uint32_t i = 0; i < graph->count; i++)
		for (uint32_t j = graph->first[i]; !graph->kept[i] && j < graph->first[i + 1]; j++)
			below[graph->needs.at[j]] = true;
	for (uint32_t i = 0; i < graph->count; i++) {
		const char *name = graph->records->at[i]->name;

		if (!graph->kept[i] && advi_map_get(&site->base_names, advi_str(name)) &&
		    shows(judging, name) && (was_asked(site, name) || !below[i]))
			advi_vec_push(&judging->heads, i);
	}
	free(below);
}

/* Which of the heads need which. */
static void relate(struct judging *judging)
{
	const struct graph *graph = &judging->graph;
	size_t count = judging->heads.count;

	judging->above = advi_calloc(count * count + 1, sizeof(bool));
	judging->done = advi_calloc(count + 1, sizeof(bool));
	for (size_t i = 0; i < count; i++) {
		memset(graph->mark, 0, graph->count);
		walk(graph, judging->heads.at[i], graph->mark);
		for (size_t j = 0; j < count; j++)
			judging->above[i * count + j] = graph->mark[judging->heads.at[j]];
	}
}

/* The next to go: by name the first that no other one of them needs, or the first of a circle. */
static size_t next_head(const struct judging *judging)
{
	size_t count = judging->heads.count, first = count;

	for (size_t i = 0; i < count; i++) {
		bool needed = false;

		if (judging->done[i])
			continue;
		first = first < i ? first : i;
		for (size_t j = 0; j < count && !needed; j++)
			needed = j != i && !judging->done[j] && judging->above[j * count + i];
		if (!needed)
			return i;
	}
	return first;
}

static void describe(struct judging *judging, uint32_t head, const advi_names *names,
		     uint64_t bytes)
{
	struct advi_arena *arena = &judging->plan->arena;
	const struct advi_record *record = judging->graph.records->at[head];
	const struct advi_package_history *history =
		advi_history_of(judging->ground->history, record->name);
	struct advi_drop *drop = advi_vec_new(&judging->plan->drops);
	const char **also = advi_arena_alloc(arena, (names->count + 1) * sizeof(*also));

	for (size_t i = 0; i < names->count; i++)
		also[i] = advi_arena_dup(arena, names->at[i]);
	*drop = (struct advi_drop){
		.name = advi_arena_dup(arena, record->name),
		.version = advi_arena_dup(arena, record->version),
		.last = history && history->last ? advi_month_text(arena, history->last) : NULL,
		.also = {also, names->count},
		.packages = names->count + 1,
		.bytes = bytes,
	};
}

/* Takes a head out, and with it what only it needs. */
static void drop(struct judging *judging, size_t which)
{
	struct graph *graph = &judging->graph;
	uint32_t head = judging->heads.at[which];
	bool *others = advi_calloc(graph->count + 1, sizeof(*others));
	advi_names names = {0};
	uint64_t bytes = graph->records->at[head]->size;

	for (size_t i = 0; i < judging->heads.count; i++)
		if (i != which && !judging->done[i])
			walk(graph, judging->heads.at[i], others);
	memset(graph->mark, 0, graph->count);
	walk(graph, head, graph->mark);
	graph->gone[head] = true;
	for (uint32_t i = 0; i < graph->count; i++) {
		if (!graph->mark[i] || graph->kept[i] || graph->gone[i] || others[i])
			continue;
		graph->gone[i] = true;
		advi_vec_push(&names, graph->records->at[i]->name);
		bytes += graph->records->at[i]->size;
	}
	describe(judging, head, &names, bytes);
	judging->done[which] = true;
	advi_vec_clear(&names);
	free(others);
}

/* What saves most first. */
static int most_bytes_first(const void *a, const void *b)
{
	const struct advi_drop *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return strcmp(x->name, y->name);
}

void advi_drops_find(struct adv_plan *plan, const struct advi_ground *ground)
{
	const struct advi_history *history = ground->history;
	struct judging judging = {.ground = ground, .plan = plan};
	uint64_t months = ground->unused_months ? ground->unused_months : ADVI_UNUSED_MONTHS;

	plan->history = (struct advi_period){.months = history->months};
	plan->unused_months = months;
	if (!history->months)
		return;
	plan->history.first = advi_month_text(&plan->arena, history->first);
	plan->history.last = advi_month_text(&plan->arena, history->last);
	if (history->months < months)
		return;
	judging.since = advi_month_before(history->last, (uint32_t)months - 1);
	plan->unused_since = advi_month_text(&plan->arena, judging.since);
	graph_make(&judging.graph, &ground->choice->env);
	importable(&judging.importable, ground);
	for (uint32_t i = 0; i < judging.graph.count; i++)
		if (stays(&judging, i))
			walk(&judging.graph, i, judging.graph.kept);
	find_heads(&judging);
	relate(&judging);
	for (size_t i = 0; i < judging.heads.count; i++)
		drop(&judging, next_head(&judging));
	advi_vec_sort(&plan->drops, most_bytes_first);
	advi_vec_clear(&judging.heads);
	free(judging.above);
	free(judging.done);
	advi_map_clear(&judging.importable);
	graph_clear(&judging.graph);
}
