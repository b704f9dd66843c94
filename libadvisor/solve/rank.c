/* SPDX-License-Identifier: BSD-3-Clause */
/* Which of the records of a name are preferred. */
#include "solve/rank.h"

static int by_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Any total order that does not depend on the input's. */
static int canonical(const void *a, const void *b)
{
	const struct advi_entry *x = a, *y = b;
	int order = by_text(x->record->name, y->record->name);

	if (!order && x->channel != y->channel)
		return x->channel < y->channel ? -1 : 1;
	if (!order)
		order = by_text(x->record->version, y->record->version);
	if (!order && x->record->build_number != y->record->build_number)
		return x->record->build_number < y->record->build_number ? -1 : 1;
	if (!order)
		order = by_text(x->record->build, y->record->build);
	if (!order)
		order = by_text(x->record->subdir, y->record->subdir);
	if (!order)
		order = by_text(x->record->fn, y->record->fn);
	if (!order)
		order = by_text(x->record->sha256, y->record->sha256);
	return order;
}

uint32_t advi_rank_features(const char *features)
{
	uint32_t count = 0;
	bool inside = false;

	for (; features && *features; features++) {
		bool blank = *features == ' ' || *features == ',' || *features == '\t';

		count += !blank && !inside;
		inside = !blank;
	}
	return count;
}

static int cmp_list(const struct advi_list *a, const struct advi_list *b)
{
	if (a->at == b->at && a->count == b->count)
		return 0;
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		int order = strcmp(a->at[i], b->at[i]);

		if (order)
			return order;
	}
	return (a->count > b->count) - (a->count < b->count);
}

static bool same_needs(const struct advi_entry *a, const struct advi_entry *b)
{
	return cmp_list(&a->record->depends, &b->record->depends) == 0 &&
	       cmp_list(&a->record->constrains, &b->record->constrains) == 0;
}

/*
 * Builds with equal version and number: by build string, as libsolv does. A time stamp decides
 * only between rebuilds that need the same, where newer is better for sure: such builds stand
 * together, where the one with the greatest build string stands.
 */
static int by_build(const struct advi_entry *a, const struct advi_entry *b)
{
	return advi_version_cmp_text(advi_str(a->record->build ? a->record->build : ""),
				     advi_str(b->record->build ? b->record->build : ""));
}

static int cmp_version(const struct advi_entry *a, const struct advi_entry *b)
{
	return a->version == b->version ? 0 : advi_version_cmp(a->version, b->version);
}

static int preference(const void *a, const void *b)
{
	const struct advi_entry *x = a, *y = b;
	int order;

	if (x->is_virtual != y->is_virtual)
		return x->is_virtual ? 1 : -1;
	if (x->features != y->features)
		return x->features > y->features ? -1 : 1;
	order = cmp_version(x, y);
	if (order)
		return order;
	if (x->record->build_number != y->record->build_number)
		return x->record->build_number < y->record->build_number ? -1 : 1;
	order = by_build(x, y);
	/* Whatever the priority, of one build in two channels the first one's is taken. */
	if (!order && x->channel != y->channel)
		return x->channel < y->channel ? 1 : -1;
	return order ? order : canonical(a, b);
}

static bool same_number(const struct advi_entry *a, const struct advi_entry *b)
{
	return a->features == b->features && cmp_version(a, b) == 0 &&
	       a->record->build_number == b->record->build_number;
}

/*
 * 'at[0 .. count)' differ in build string and time stamp only, best last. Brings those that need
 * the same as the best one beside it, newest last, then goes on with what is left.
 */
static void gather_rebuilds(struct advi_entry *at, size_t count)
{
	while (count > 1) {
		size_t like = count - 1, newest;
		struct advi_entry moved;

		for (size_t i = count - 1; i-- > 0;) {
			if (!same_needs(&at[i], &at[count - 1]))
				continue;
			moved = at[i];
			memmove(&at[i], &at[i + 1], (--like - i) * sizeof(*at));
			at[like] = moved;
		}
		/* at[like .. count) need the same: an insertion sort by time, stable. */
		for (size_t i = like + 1; i < count; i++) {
			moved = at[i];
			for (newest = i; newest > like &&
					 at[newest - 1].record->timestamp > moved.record->timestamp;
			     newest--)
				at[newest] = at[newest - 1];
			at[newest] = moved;
		}
		count = like;
	}
}

/* Orders the entries of one name, the best last, and numbers them. */
static void rank_name(struct advi_entry *at, size_t count)
{
	size_t from = 0;

	if (count > 1)
		qsort(at, count, sizeof(*at), preference);
	for (size_t i = 1; i <= count; i++) {
		if (i < count && same_number(&at[i], &at[from]))
			continue;
		gather_rebuilds(at + from, i - from);
		from = i;
	}
	for (size_t i = 0; i < count; i++)
		at[i].rank = (uint32_t)i;
}

/* A counting sort by name: what is of one name stands together. */
static uint32_t *gather_names(advi_entries *all, size_t names)
{
	uint32_t *first = advi_calloc(names + 2, sizeof(*first));
	struct advi_entry *sorted = advi_malloc((all->count + 1) * sizeof(*sorted));

	for (size_t i = 0; i < all->count; i++)
		first[all->at[i].name + 2]++;
	for (size_t n = 1; n < names + 2; n++)
		first[n] += first[n - 1];
	/* first[n + 1] is where the next of name n goes; in the end, where those of n + 1 begin. */
	for (size_t i = 0; i < all->count; i++)
		sorted[first[all->at[i].name + 1]++] = all->at[i];
	free(all->at);
	all->at = sorted;
	all->room = all->count + 1;
	return first;
}

void advi_rank_all(advi_entries *all, size_t names)
{
	uint32_t *first = gather_names(all, names);

	for (size_t n = 0; n < names; n++)
		rank_name(all->at + first[n], first[n + 1] - first[n]);
	free(first);
}
