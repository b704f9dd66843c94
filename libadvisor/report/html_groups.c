/* SPDX-License-Identifier: BSD-3-Clause */
/* What the dashboard counts from: names, items and sets, each in an order that content decides. */
#include "report/html_groups.h"

/* By enum advi_use_kind's bit: what the page calls it. */
static uint8_t kind_number(enum advi_use_kind kind)
{
	uint8_t number = 1;

	for (unsigned bit = kind; bit > 1; bit >>= 1)
		number++;
	return number;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * Puts the names that are marked into 'out', sorted, and instead of the mark leaves in 'rank' where
 * each came to stand, plus 1.
 */
static void rank_names(advi_names *out, uint32_t *rank, const char *const *names, size_t count)
{
	ADVI_AUTO(map) struct advi_map places = {0};

	for (size_t i = 0; i < count; i++)
		if (rank[i])
			advi_vec_push(out, names[i]);
	advi_vec_sort(out, by_text);
	for (size_t i = 0; i < out->count; i++)
		advi_map_add(&places, advi_str(out->at[i]), NULL)->number = i + 1;
	for (size_t i = 0; i < count; i++)
		if (rank[i])
			rank[i] = (uint32_t)advi_map_get(&places, advi_str(names[i]))->number;
}

static void rank_packages(struct grouping *grouping)
{
	struct advi_html_groups *out = grouping->out;
	const struct advi_data *data = grouping->data;
	size_t count = data->packages.entries.count;
	ADVI_AUTO_PTR uint32_t *rank = advi_calloc(count + 1, sizeof(*rank));
	ADVI_AUTO_PTR const char **names = advi_calloc(count + 1, sizeof(*names));

	for (size_t i = 0; i < count; i++)
		names[i] = data->packages.entries.at[i].key.ptr;
	for (size_t i = 0; i < data->modules.count; i++)
		if (grouping->module_rank[i] && data->modules.at[i].package)
			rank[data->modules.at[i].package - 1] = 1;
	rank_names(&out->packages, rank, names, count);
	for (size_t i = 0; i < out->modules.count; i++)
		advi_vec_push(&out->package_of, 0);
	for (size_t i = 0; i < data->modules.count; i++)
		if (grouping->module_rank[i] && data->modules.at[i].package)
			out->package_of.at[grouping->module_rank[i] - 1] =
				rank[data->modules.at[i].package - 1];
	for (size_t i = 0; i < out->packages.count; i++)
		advi_vec_push(&out->in_base, 0);
	for (size_t i = 0; i < count; i++)
		if (rank[i])
			out->in_base.at[rank[i] - 1] = (uint8_t)data->packages.entries.at[i].number;
}

/* What some run or count has; nothing else of a store is in a page. */
static void mark_used(struct grouping *grouping)
{
	struct advi_data *data = grouping->data;

	for (size_t i = 0; i < data->runs.count; i++) {
		const struct advi_run_data *run = &data->runs.at[i];
		const struct advi_set_data *set = &data->sets.at[run->set];

		if (run->project)
			grouping->project_rank[run->project - 1] = 1;
		if (grouping->set_of[run->set])
			continue;
		grouping->set_of[run->set] = 1;
		for (size_t j = 0; j < set->count; j++)
			grouping->module_rank[data->uses.at[set->first + j].module] = 1;
	}
	for (size_t i = 0; i < data->tallies.count; i++) {
		const struct advi_tally_data *tally = &data->tallies.at[i];

		grouping->module_rank[tally->module] = 1;
		if (tally->project)
			grouping->project_rank[tally->project - 1] = 1;
	}
}

static void rank_all(struct grouping *grouping)
{
	const struct advi_data *data = grouping->data;
	ADVI_AUTO_PTR const char **names = advi_calloc(data->modules.count + 1, sizeof(*names));

	for (size_t i = 0; i < data->modules.count; i++)
		names[i] = data->modules.at[i].name;
	rank_names(&grouping->out->modules, grouping->module_rank, names, data->modules.count);
	rank_names(&grouping->out->projects, grouping->project_rank, data->projects.at,
		   data->projects.count);
	rank_packages(grouping);
}

/* How an item came about, apart from its module: what of this there is are few combinations. */
static uint32_t manner_of(enum adv_place place, uint8_t kind, uint8_t flags)
{
	return ((uint32_t)flags * ADV_PLACE_COUNT + place) * ADVI_HTML_KINDS + kind;
}

static uint32_t use_manner(const struct grouping *grouping, struct advi_use_data use)
{
	uint8_t flags = (uint8_t)((use.evidence & ADVI_EVIDENCE_MAPPED ? ADVI_HTML_MAPPED : 0) |
				  (use.evidence & ADVI_EVIDENCE_PART ? ADVI_HTML_PART : 0) |
				  (use.probe ? ADVI_HTML_PROBE : 0));

	return manner_of(grouping->data->roots.at[use.root].place,
			 kind_number(advi_use_kind(grouping->data, use)), flags);
}

/* Of a ready-made count only that it is of a package is known. */
static uint32_t tally_manner(const struct grouping *grouping, const struct advi_tally_data *tally)
{
	bool package = tally->place != ADV_PLACE_BUILTIN &&
		       grouping->data->modules.at[tally->module].package;

	return manner_of(tally->place, package ? kind_number(ADVI_USE_PACKAGE) : 0, 0);
}

/* Where an item's number stands: items of one manner lie together, by module. */
static uint32_t *item_at(const struct grouping *grouping, uint32_t manner, uint32_t module)
{
	return &grouping->item_of[(size_t)(grouping->manner_row[manner] - 1) *
					  grouping->out->modules.count +
				  grouping->module_rank[module] - 1];
}

static void number_manners(struct grouping *grouping)
{
	const struct advi_data *data = grouping->data;
	uint32_t rows = 0;

	for (size_t i = 0; i < data->sets.count; i++)
		for (size_t j = 0; grouping->set_of[i] && j < data->sets.at[i].count; j++)
			grouping->manner_row[use_manner(
				grouping, data->uses.at[data->sets.at[i].first + j])] = 1;
	for (size_t i = 0; i < data->tallies.count; i++)
		grouping->manner_row[tally_manner(grouping, &data->tallies.at[i])] = 1;
	for (size_t i = 0; i < MANNERS; i++)
		if (grouping->manner_row[i])
			grouping->manner_row[i] = ++rows;
	grouping->item_of = advi_calloc((size_t)rows * grouping->out->modules.count + 1,
					sizeof(*grouping->item_of));
}

static void mark_items(struct grouping *grouping)
{
	const struct advi_data *data = grouping->data;

	for (size_t i = 0; i < data->sets.count; i++)
		for (size_t j = 0; grouping->set_of[i] && j < data->sets.at[i].count; j++) {
			struct advi_use_data use = data->uses.at[data->sets.at[i].first + j];

			*item_at(grouping, use_manner(grouping, use), use.module) = 1;
		}
	for (size_t i = 0; i < data->tallies.count; i++)
		*item_at(grouping, tally_manner(grouping, &data->tallies.at[i]),
			 data->tallies.at[i].module) = 1;
}

static void number_items(struct grouping *grouping)
{
	struct advi_html_groups *out = grouping->out;

	for (size_t i = 0; i < MANNERS; i++)
		for (size_t j = 0; grouping->manner_row[i] && j < out->modules.count; j++) {
			uint32_t *item = &grouping->item_of[(grouping->manner_row[i] - 1) *
								    out->modules.count +
							    j];

			if (!*item)
				continue;
			*item = (uint32_t)out->items.count;
			advi_vec_push(&out->items,
				      ((struct advi_html_item){
					      (uint32_t)j,
					      (uint8_t)(i / ADVI_HTML_KINDS % ADV_PLACE_COUNT),
					      (uint8_t)(i % ADVI_HTML_KINDS),
					      (uint8_t)(i / ADVI_HTML_KINDS / ADV_PLACE_COUNT)}));
		}
}

static int by_item(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* A set is known by its items: many of a store differ in paths and versions alone. */
static uint32_t intern_set(struct advi_map *sets, const uint32_t *items, size_t count)
{
	return (uint32_t)advi_map_intern(
		sets, (struct advi_str){(const char *)items, count * sizeof(*items)});
}

int advi_html_compare_numbers(struct advi_str a, struct advi_str b)
{
	size_t bytes = a.len < b.len ? a.len : b.len;

	for (size_t at = 0; at < bytes; at += sizeof(uint32_t)) {
		uint32_t left = advi_html_number(a, at), right = advi_html_number(b, at);

		if (left != right)
			return left < right ? -1 : 1;
	}
	return (a.len > b.len) - (a.len < b.len);
}

static int by_items(const void *a, const void *b)
{
	return advi_html_compare_numbers((*(const struct advi_map_entry *const *)a)->key,
					 (*(const struct advi_map_entry *const *)b)->key);
}

/* Puts the sets into their order; an entry's number becomes its place in it. */
static void order_sets(struct advi_html_groups *out, struct advi_map *sets)
{
	ADVI_VEC(struct advi_map_entry *) order = {0};

	for (size_t i = 0; i < sets->entries.count; i++)
		advi_vec_push(&order, &sets->entries.at[i]);
	advi_vec_sort(&order, by_items);
	for (size_t i = 0; i < order.count; i++) {
		struct advi_str items = order.at[i]->key;

		order.at[i]->number = i;
		for (size_t at = 0; at < items.len; at += sizeof(uint32_t))
			advi_vec_push(&out->set_items, advi_html_number(items, at));
		advi_vec_push(&out->set_ends, (uint32_t)out->set_items.count);
	}
	advi_vec_clear(&order);
}

static void collect_sets(struct grouping *grouping)
{
	const struct advi_data *data = grouping->data;
	ADVI_AUTO(map) struct advi_map sets = {0};
	ADVI_VEC(uint32_t) items = {0};

	for (size_t i = 0; i < data->sets.count; i++) {
		const struct advi_set_data *set = &data->sets.at[i];

		items.count = 0;
		for (size_t j = 0; grouping->set_of[i] && j < set->count; j++) {
			struct advi_use_data use = data->uses.at[set->first + j];

			advi_vec_push(&items,
				      *item_at(grouping, use_manner(grouping, use), use.module));
		}
		advi_vec_sort(&items, by_item);
		if (grouping->set_of[i])
			grouping->set_of[i] = intern_set(&sets, items.at, items.count);
	}
	for (size_t i = 0; i < data->tallies.count; i++) {
		const struct advi_tally_data *tally = &data->tallies.at[i];
		uint32_t item = *item_at(grouping, tally_manner(grouping, tally), tally->module);

		grouping->set_of_tally[i] = intern_set(&sets, &item, 1);
	}
	order_sets(grouping->out, &sets);
	for (size_t i = 0; i < data->sets.count && sets.entries.count; i++)
		grouping->set_of[i] = (uint32_t)sets.entries.at[grouping->set_of[i]].number;
	for (size_t i = 0; i < data->tallies.count; i++)
		grouping->set_of_tally[i] =
			(uint32_t)sets.entries.at[grouping->set_of_tally[i]].number;
	advi_vec_clear(&items);
}

void advi_html_group(struct advi_html_groups *out, struct advi_data *data)
{
	struct grouping grouping = {.out = out, .data = data};

	*out = (struct advi_html_groups){0};
	grouping.module_rank = advi_calloc(data->modules.count + 1, sizeof(uint32_t));
	grouping.project_rank = advi_calloc(data->projects.count + 1, sizeof(uint32_t));
	grouping.set_of = advi_calloc(data->sets.count + 1, sizeof(uint32_t));
	grouping.set_of_tally = advi_calloc(data->tallies.count + 1, sizeof(uint32_t));
	mark_used(&grouping);
	rank_all(&grouping);
	number_manners(&grouping);
	mark_items(&grouping);
	number_items(&grouping);
	collect_sets(&grouping);
	advi_html_collect(&grouping);
	free(grouping.module_rank);
	free(grouping.project_rank);
	free(grouping.set_of);
	free(grouping.set_of_tally);
	free(grouping.item_of);
}

void advi_html_groups_clear(struct advi_html_groups *groups)
{
	advi_vec_clear(&groups->modules);
	advi_vec_clear(&groups->projects);
	advi_vec_clear(&groups->package_of);
	advi_vec_clear(&groups->packages);
	advi_vec_clear(&groups->in_base);
	advi_vec_clear(&groups->items);
	advi_vec_clear(&groups->set_items);
	advi_vec_clear(&groups->set_ends);
	advi_vec_clear(&groups->all);
	advi_vec_clear(&groups->shared);
	advi_vec_clear(&groups->shared_ends);
	advi_vec_clear(&groups->shared_jobs);
}
