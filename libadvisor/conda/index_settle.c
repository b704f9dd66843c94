/* SPDX-License-Identifier: BSD-3-Clause */
/* Making an index: leaving out what does not count, and bringing the rest into order. */
#include "base/buf.h"
#include "conda/index_make.h"

/* Rows of one name, as they came, on the way; 'first' is where they begin in the order. */
struct group {
	uint32_t text, first, count;
};

typedef ADVI_VEC(struct group) groups;

static const char *text_of(const struct advi_index_maker *maker, uint32_t text)
{
	return maker->texts.at + text;
}

/* "name-version-build", or the file's own name without its extension. */
static void row_stem(const struct advi_index_maker *maker, const struct advi_index_row *row,
		     struct advi_buf *out)
{
	advi_buf_reset(out);
	if (row->fn) {
		advi_buf_text(out, text_of(maker, row->fn));
		out->len -= row->flags & ADVI_INDEX_CONDA ? sizeof(".conda") - 1
							  : sizeof(".tar.bz2") - 1;
		return;
	}
	advi_buf_text(out, text_of(maker, row->name));
	advi_buf_byte(out, '-');
	advi_buf_text(out, text_of(maker, row->version));
	advi_buf_byte(out, '-');
	advi_buf_text(out, text_of(maker, row->build));
}

static void leave_out(struct advi_index_maker *maker, uint32_t row)
{
	maker->rows.at[row].flags |= ADVI_INDEX_LEFT_OUT;
}

static bool is_out(const struct advi_index_maker *maker, uint32_t row)
{
	return maker->rows.at[row].flags & ADVI_INDEX_LEFT_OUT;
}

/*
 * Of two rows of one build the .conda stays, and of one file listed twice the later, as readers
 * of JSON have it. Returns the one that stays.
 */
static uint32_t contest(struct advi_index_maker *maker, uint32_t a, uint32_t b)
{
	uint32_t first = a < b ? a : b, second = a < b ? b : a;
	bool old = maker->rows.at[first].flags & ADVI_INDEX_CONDA;
	bool new = maker->rows.at[second].flags &ADVI_INDEX_CONDA;
	uint32_t winner = old && !new ? first : second;

	leave_out(maker, winner == first ? second : first);
	return winner;
}

/* ---- names ---- */

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The texts that are names, by number, each once. Rows of a name come in few runs. */
static void find_names(const struct advi_index_maker *maker, uint32_t **names, size_t *count)
{
	ADVI_VEC(uint32_t) all = {0};
	size_t kept = 0;

	for (size_t i = 0; i < maker->rows.count; i++)
		if (!i || maker->rows.at[i].name != maker->rows.at[i - 1].name)
			advi_vec_push(&all, maker->rows.at[i].name);
	advi_vec_sort(&all, by_number);
	for (size_t i = 0; i < all.count; i++)
		if (!kept || all.at[i] != all.at[kept - 1])
			all.at[kept++] = all.at[i];
	*names = all.at;
	*count = kept;
}

static size_t find(const uint32_t *names, size_t count, uint32_t text)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (names[middle] < text)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Brings the rows' numbers together by name, in the order in which they came: a counting sort. */
static void gather(struct advi_index_maker *maker, groups *out)
{
	uint32_t *names, *group_of, first = 0;
	size_t count, name = 0;

	find_names(maker, &names, &count);
	group_of = advi_malloc((maker->rows.count + 1) * sizeof(*group_of));
	for (size_t i = 0; i < count; i++)
		advi_vec_push(out, ((struct group){.text = names[i]}));
	for (size_t i = 0; i < maker->rows.count; i++) {
		if (!i || maker->rows.at[i].name != maker->rows.at[i - 1].name)
			name = find(names, count, maker->rows.at[i].name);
		group_of[i] = (uint32_t)name;
		out->at[name].count++;
		advi_vec_push(&maker->order, 0);
	}
	for (size_t i = 0; i < count; i++) {
		out->at[i].first = first;
		first += out->at[i].count;
		out->at[i].count = 0;
	}
	for (size_t i = 0; i < maker->rows.count; i++) {
		struct group *group = &out->at[group_of[i]];

		maker->order.at[group->first + group->count++] = (uint32_t)i;
	}
	free(group_of);
	free(names);
}

/* ---- what is left out ---- */

/* Leaves out the row of a name, if any, whose file is 'fn'. */
static void remove_of(struct advi_index_maker *maker, const struct group *group,
		      struct advi_str stem, bool conda)
{
	ADVI_AUTO(buf) struct advi_buf own = ADVI_BUF_INIT(SIZE_MAX / 2);

	for (uint32_t i = 0; i < group->count; i++) {
		uint32_t number = maker->order.at[group->first + i];
		const struct advi_index_row *row = &maker->rows.at[number];

		if (row->fn || conda != (bool)(row->flags & ADVI_INDEX_CONDA))
			continue;
		row_stem(maker, row, &own);
		if (advi_str_eq(advi_buf_str(&own), stem))
			leave_out(maker, number);
	}
}

/* Which part of a file name is its package's is known only by what names there are. */
static void remove_file(struct advi_index_maker *maker, const struct advi_map *names,
			const groups *all, struct advi_str fn)
{
	bool conda = advi_str_ends(fn, ADVI_STR(".conda"));
	struct advi_str stem = fn;

	if (!conda && !advi_str_ends(fn, ADVI_STR(".tar.bz2")))
		return;
	stem.len -= conda ? sizeof(".conda") - 1 : sizeof(".tar.bz2") - 1;
	for (size_t i = 0; i < stem.len; i++) {
		const struct advi_map_entry *entry =
			stem.ptr[i] == '-' ? advi_map_get(names, (struct advi_str){stem.ptr, i})
					   : NULL;

		if (entry)
			remove_of(maker, &all->at[entry->number], stem, conda);
	}
}

static void leave_out_removed(struct advi_index_maker *maker, const groups *all)
{
	ADVI_AUTO(map) struct advi_map names = {0};
	size_t count = maker->removed.entries.count;

	for (size_t i = 0; count && i < all->count; i++)
		advi_map_add(&names, advi_str(text_of(maker, all->at[i].text)), NULL)->number = i;
	for (size_t i = 0; i < count; i++)
		remove_file(maker, &names, all, maker->removed.entries.at[i].key);
	for (size_t i = 0; count && maker->unusual && i < maker->rows.count; i++)
		if (maker->rows.at[i].fn &&
		    advi_map_get(&maker->removed, advi_str(text_of(maker, maker->rows.at[i].fn))))
			leave_out(maker, (uint32_t)i);
}

/* Rows of one group by version and build; a table that is used again for the next one. */
struct builds {
	uint32_t *slots; /* row + 1, or 0 */
	size_t room;
};

static void builds_reset(struct builds *builds, size_t count)
{
	size_t room = 16;

	while (room < 2 * count)
		room *= 2;
	if (room > builds->room) {
		builds->slots = advi_realloc(builds->slots, room, sizeof(*builds->slots));
		builds->room = room;
	}
	memset(builds->slots, 0, room * sizeof(*builds->slots));
}

static void leave_out_doubles(struct advi_index_maker *maker, const struct group *group,
			      struct builds *builds)
{
	size_t mask = 15;

	while (mask + 1 < (size_t)2 * group->count)
		mask = 2 * mask + 1;
	builds_reset(builds, group->count);
	for (uint32_t i = 0; i < group->count; i++) {
		uint32_t number = maker->order.at[group->first + i];
		const struct advi_index_row *row = &maker->rows.at[number], *other;
		size_t at =
			(row->version * UINT32_C(0x9E3779B1) ^ row->build * UINT32_C(0x85EBCA6B));

		if (row->fn || is_out(maker, number))
			continue;
		for (at = at ^ at >> 15;; at++) {
			uint32_t *slot = &builds->slots[at & mask];

			other = *slot ? &maker->rows.at[*slot - 1] : NULL;
			if (other && (other->version != row->version || other->build != row->build))
				continue;
			*slot = other ? contest(maker, *slot - 1, number) + 1 : number + 1;
			break;
		}
	}
}

/* The same where file names say something of their own. */
static void leave_out_unusual(struct advi_index_maker *maker)
{
	ADVI_AUTO(buf) struct advi_buf stem = ADVI_BUF_INIT(SIZE_MAX / 2);
	ADVI_AUTO(map) struct advi_map seen = {0};
	struct advi_map_entry *entry;
	bool is_new;

	if (!maker->unusual)
		return;
	for (uint32_t i = 0; i < maker->rows.count; i++) {
		if (!maker->rows.at[i].fn || is_out(maker, i))
			continue;
		row_stem(maker, &maker->rows.at[i], &stem);
		entry = advi_map_add(&seen, advi_buf_str(&stem), &is_new);
		entry->number = is_new ? i : contest(maker, (uint32_t)entry->number, i);
	}
	for (uint32_t i = 0; i < maker->rows.count; i++) {
		if (maker->rows.at[i].fn || is_out(maker, i))
			continue;
		row_stem(maker, &maker->rows.at[i], &stem);
		entry = advi_map_get(&seen, advi_buf_str(&stem));
		if (entry)
			entry->number = contest(maker, (uint32_t)entry->number, i);
	}
}

/* ---- order ---- */

/* A group with its name at hand, for sorting. */
struct named {
	const char *name;
	struct group group;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static void put_in_order(struct advi_index_maker *maker, const groups *all)
{
	ADVI_VEC(struct named) sorted = {0};
	ADVI_VEC(uint32_t) order = {0};

	for (size_t i = 0; i < all->count; i++)
		advi_vec_push(&sorted,
			      ((struct named){text_of(maker, all->at[i].text), all->at[i]}));
	advi_vec_sort(&sorted, by_name);
	for (size_t i = 0; i < sorted.count; i++) {
		struct advi_index_name name = {sorted.at[i].group.text, (uint32_t)order.count};
		const struct group *group = &sorted.at[i].group;

		for (uint32_t n = 0; n < group->count; n++)
			if (!is_out(maker, maker->order.at[group->first + n]))
				advi_vec_push(&order, maker->order.at[group->first + n]);
		if (order.count > name.row)
			advi_vec_push(&maker->names, name);
	}
	advi_vec_push(&maker->names, ((struct advi_index_name){0, (uint32_t)order.count}));
	advi_vec_clear(&maker->order);
	maker->order.at = order.at;
	maker->order.count = order.count;
	maker->order.room = order.room;
	advi_vec_clear(&sorted);
}

void advi_index_settle(struct advi_index_maker *maker)
{
	struct builds builds = {0};
	groups all = {0};

	gather(maker, &all);
	leave_out_removed(maker, &all);
	for (size_t i = 0; i < all.count; i++)
		leave_out_doubles(maker, &all.at[i], &builds);
	leave_out_unusual(maker);
	put_in_order(maker, &all);
	maker->told_list = advi_lists_like(&maker->lists, &maker->texts, &maker->told, 0);
	advi_vec_push(&maker->lists.at, (uint32_t)maker->lists.items.count);
	advi_vec_clear(&all);
	free(builds.slots);
}
