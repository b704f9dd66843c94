/* SPDX-License-Identifier: BSD-3-Clause */
/* Imports on their way to their runs. */
#include "usage/gather.h"

enum {
	STRAYS = 1000000, /* kept in memory before they are joined: 8 MB */
	RUNS = 100000,    /* and of so many runs: 8 MB */
	ITEMS = 500000,   /* numbered at once: 16 MB */
	SET_BYTES = 16 << 20,
	FEW = 100 /* are sorted by insertion */
};

void advi_gather_init(struct advi_gather *gather, struct advi_join *join, struct advi_runs *runs)
{
	*gather = (struct advi_gather){.join = join, .runs = runs};
}

static void forget_sets(struct advi_gather *gather)
{
	advi_map_clear(&gather->sets);
	gather->known.count = 0;
	gather->age++;
}

static void forget_strays(struct advi_gather *gather)
{
	advi_map_clear(&gather->by_uuid);
	gather->strays.count = 0;
}

static void forget_items(struct advi_gather *gather)
{
	free(gather->slots);
	gather->slots = NULL;
	gather->slot_count = 0;
	gather->items.count = 0;
	forget_sets(gather);
}

void advi_gather_forget(struct advi_gather *gather)
{
	gather->open = gather->has_row = false;
	gather->imports.count = gather->whole = 0;
	gather->runs_added = 0;
	forget_strays(gather);
	forget_items(gather);
	advi_runs_forget(gather->runs);
}

void advi_gather_clear(struct advi_gather *gather)
{
	advi_gather_forget(gather);
	advi_vec_clear(&gather->items);
	advi_vec_clear(&gather->known);
	advi_vec_clear(&gather->imports);
	advi_vec_clear(&gather->strays);
}

static bool is_item(const struct advi_item *a, const struct advi_item *b)
{
	return a->module == b->module && a->root == b->root && a->version == b->version &&
	       a->path_bytes == b->path_bytes && a->evidence == b->evidence &&
	       a->dotted == b->dotted;
}

static uint64_t hash_of(const struct advi_item *item)
{
	uint32_t words[] = {item->module, item->root, item->version, item->path_bytes,
			    (uint32_t)item->evidence << 1 | item->dotted};

	return advi_str_hash((struct advi_str){(const char *)words, sizeof(words)});
}

/* The slot of an item, or the free one where it would go. */
static struct advi_map_slot *slot_of(const struct advi_gather *gather, const struct advi_item *item,
				     uint64_t hash)
{
	for (size_t slot = hash ^ hash >> 32;; slot++) {
		struct advi_map_slot *at = &gather->slots[slot & (gather->slot_count - 1)];

		if (!at->index ||
		    (at->hash == (uint32_t)hash && is_item(&gather->items.at[at->index - 1], item)))
			return at;
	}
}

static void widen(struct advi_gather *gather)
{
	gather->slot_count = gather->slot_count ? 2 * gather->slot_count : 1024;
	free(gather->slots);
	gather->slots = advi_calloc(gather->slot_count, sizeof(*gather->slots));
	for (size_t i = 0; i < gather->items.count; i++) {
		uint64_t hash = hash_of(&gather->items.at[i]);

		*slot_of(gather, &gather->items.at[i], hash) =
			(struct advi_map_slot){(uint32_t)i + 1, (uint32_t)hash};
	}
}

uint32_t advi_gather_item(struct advi_gather *gather, const struct advi_item *item)
{
	uint64_t hash = hash_of(item);
	struct advi_map_slot *slot;

	if (3 * (gather->items.count + 1) > 2 * gather->slot_count)
		widen(gather);
	slot = slot_of(gather, item, hash);
	if (!slot->index) {
		advi_vec_push(&gather->items, *item);
		*slot = (struct advi_map_slot){(uint32_t)gather->items.count, (uint32_t)hash};
	}
	return slot->index - 1;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Numbers rising, each once; those of a run mostly come in the same order, nearly sorted. */
static size_t sort_imports(uint32_t *at, size_t count)
{
	size_t kept = 0;

	if (count > FEW)
		qsort(at, count, sizeof(*at), by_number);
	for (size_t i = 1; i < count && count <= FEW; i++) {
		uint32_t one = at[i];
		size_t to = i;

		for (; to > 0 && at[to - 1] > one; to--)
			at[to] = at[to - 1];
		at[to] = one;
	}
	for (size_t i = 0; i < count; i++)
		if (!i || at[i] != at[kept - 1])
			at[kept++] = at[i];
	return kept;
}

static void items_of(const struct advi_gather *gather, const uint32_t *imports, size_t count,
		     advi_items *out)
{
	for (size_t i = 0; i < count; i++)
		advi_vec_push(out, gather->items.at[imports[i]]);
}

/* The known set, plus 1, that some imports are, which are sorted; none are none, 0. */
static int know_set(struct advi_gather *gather, const uint32_t *imports, size_t count,
		    uint32_t *out, struct adv_err *err)
{
	struct advi_str key = {(const char *)imports, count * sizeof(*imports)};
	struct advi_map_entry *entry = count ? advi_map_get(&gather->sets, key) : NULL;
	struct advi_known_set set = {0};
	advi_items items = {0};
	int r;

	*out = entry ? (uint32_t)(entry - gather->sets.entries.at) + 1 : 0;
	if (entry || !count)
		return 0;
	items_of(gather, imports, count, &items);
	r = advi_items_settle(gather->join, &items, err);
	if (r == 0)
		r = advi_join_intern(gather->join, &items, &set.id, err);
	set.uses = (uint32_t)advi_items_uses(&items);
	advi_vec_clear(&items);
	if (r < 0)
		return r;
	if (gather->sets.keys.total > SET_BYTES)
		forget_sets(gather);
	*out = (uint32_t)advi_map_intern(&gather->sets, key) + 1;
	advi_vec_push(&gather->known, set);
	return 0;
}

static struct advi_known_set known_set(const struct advi_gather *gather, uint32_t number)
{
	return number ? gather->known.at[number - 1] : (struct advi_known_set){0};
}

/* Gives imports, which are sorted, to a run that may have some, or lets them wait for it. */
static int join_imports(struct advi_gather *gather, const unsigned char *uuid,
			const uint32_t *imports, size_t count, struct adv_err *err)
{
	advi_items items = {0};
	sqlite3_int64 old;
	uint32_t known;
	int r = advi_runs_settle(gather->runs, err);

	if (r == 0)
		r = advi_join_find(gather->join, uuid, &old, err);
	if (r > 0 && !old) {
		r = know_set(gather, imports, count, &known, err);
		return r < 0 ? r
			     : advi_join_set(gather->join, uuid, known_set(gather, known).id,
					     known_set(gather, known).uses, err);
	}
	if (r >= 0) {
		items_of(gather, imports, count, &items);
		r = advi_items_settle(gather->join, &items, err);
	}
	if (r >= 0)
		r = advi_join_add(gather->join, uuid, &items, err);
	advi_vec_clear(&items);
	return r;
}

/* What waited in the store for a run that has come now. */
static int join_waiting(struct advi_gather *gather, const unsigned char *uuid, struct adv_err *err)
{
	advi_items items = {0};
	int r = advi_join_take(gather->join, uuid, &items, err);

	if (r == 0 && items.count)
		r = advi_runs_settle(gather->runs, err);
	if (r == 0 && items.count)
		r = advi_join_add(gather->join, uuid, &items, err);
	advi_vec_clear(&items);
	return r;
}

/* The imports of a run whose set is known, one by one. */
static void take_apart(struct advi_gather *gather)
{
	struct advi_str set;

	if (!gather->whole)
		return;
	set = gather->sets.entries.at[gather->whole - 1].key;
	gather->imports.count = gather->whole = 0;
	for (size_t at = 0; at < set.len; at += sizeof(uint32_t)) {
		uint32_t import;

		memcpy(&import, set.ptr + at, sizeof(import));
		advi_vec_push(&gather->imports, import);
	}
}

static int write_run(struct advi_gather *gather, struct adv_err *err)
{
	struct advi_known_set set;
	bool is_new = false;
	size_t count;
	int r = 0;

	if (!gather->whole) {
		count = sort_imports(gather->imports.at, gather->imports.count);
		r = know_set(gather, gather->imports.at, count, &gather->whole, err);
	}
	set = known_set(gather, gather->whole);
	if (r == 0)
		r = advi_runs_add(gather->runs, &gather->row, set.id, &is_new, err);
	if (r < 0)
		return r;
	if (!is_new) {
		take_apart(gather);
		count = gather->imports.count;
		return count ? join_imports(gather, gather->row.uuid, gather->imports.at, count,
					    err)
			     : 0;
	}
	gather->runs_added++;
	gather->join->uses += set.uses;
	return join_waiting(gather, gather->row.uuid, err);
}

static void stray(struct advi_gather *gather)
{
	struct advi_str key = {(const char *)gather->row.uuid, ADVI_UUID_BYTES};
	uint32_t run = (uint32_t)advi_map_intern(&gather->by_uuid, key);

	for (size_t i = 0; i < gather->imports.count; i++)
		advi_vec_push(&gather->strays, ((struct advi_stray){run, gather->imports.at[i]}));
}

int advi_gather_settle(struct advi_gather *gather, struct adv_err *err)
{
	int r = 0;

	if (!gather->open)
		return 0;
	if (gather->has_row)
		r = write_run(gather, err);
	else
		stray(gather);
	gather->open = gather->has_row = false;
	gather->imports.count = gather->whole = 0;
	return r;
}

static int flush_when_many(struct advi_gather *gather, struct adv_err *err)
{
	return gather->strays.count < STRAYS && gather->by_uuid.entries.count < RUNS &&
			       gather->imports.count < STRAYS
		       ? 0
		       : advi_gather_flush(gather, err);
}

static int turn_to(struct advi_gather *gather, const unsigned char *uuid, struct adv_err *err)
{
	int r;

	if (gather->open && memcmp(gather->row.uuid, uuid, ADVI_UUID_BYTES) == 0)
		return 0;
	r = advi_gather_settle(gather, err);
	memcpy(gather->row.uuid, uuid, ADVI_UUID_BYTES);
	gather->open = true;
	return r;
}

int advi_gather_add(struct advi_gather *gather, const unsigned char *uuid, const uint32_t *imports,
		    size_t count, struct adv_err *err)
{
	int r = turn_to(gather, uuid, err);

	if (count && gather->whole) {
		take_apart(gather);
		gather->join->replaced = true; /* that set may be nobody's */
	}
	for (size_t i = 0; i < count; i++)
		advi_vec_push(&gather->imports, imports[i]);
	return r < 0 ? r : flush_when_many(gather, err);
}

int advi_gather_run(struct advi_gather *gather, const struct advi_run_row *row, struct adv_err *err)
{
	int r = turn_to(gather, row->uuid, err);

	/* The same run once more: each is written, and the store keeps the better one. */
	if (r == 0 && gather->has_row) {
		r = write_run(gather, err);
		gather->imports.count = gather->whole = 0;
	}
	gather->row = *row;
	gather->has_row = true;
	return r;
}

int advi_gather_whole(struct advi_gather *gather, const struct advi_run_row *row,
		      const uint32_t *imports, size_t count, struct advi_set_memo *memo,
		      struct adv_err *err)
{
	int r = advi_gather_run(gather, row, err);

	if (r == 0 && !gather->imports.count && memo->set && memo->age == gather->age) {
		gather->whole = memo->set;
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		advi_vec_push(&gather->imports, imports[i]);
	if (r < 0 || gather->imports.count != count)
		return r;
	count = sort_imports(gather->imports.at, count);
	r = know_set(gather, gather->imports.at, count, &gather->whole, err);
	*memo = (struct advi_set_memo){gather->age, gather->whole};
	return r;
}

static int by_uuid(const void *a, const void *b)
{
	const struct advi_map_entry *const *x = a, *const *y = b;

	return memcmp((*x)->key.ptr, (*y)->key.ptr, ADVI_UUID_BYTES);
}

/* The imports of every run side by side: those of run i are out[first[i] .. first[i + 1]). */
static void group(const struct advi_gather *gather, uint32_t *first, uint32_t *out)
{
	size_t runs = gather->by_uuid.entries.count;

	for (size_t i = 0; i < gather->strays.count; i++)
		first[gather->strays.at[i].run + 1]++;
	for (size_t i = 0; i < runs; i++)
		first[i + 1] += first[i];
	for (size_t i = 0; i < gather->strays.count; i++)
		out[first[gather->strays.at[i].run]++] = gather->strays.at[i].import;
	memmove(first + 1, first, runs * sizeof(*first));
	first[0] = 0;
}

/* In the order in which the store's pages lie. */
static int join_strays(struct advi_gather *gather, struct adv_err *err)
{
	const struct advi_map *runs = &gather->by_uuid;
	size_t count = runs->entries.count;
	ADVI_AUTO_PTR uint32_t *first = advi_calloc(count + 1, sizeof(*first));
	ADVI_AUTO_PTR uint32_t *imports = advi_calloc(gather->strays.count + 1, sizeof(*imports));
	ADVI_AUTO_PTR const struct advi_map_entry **order = advi_calloc(count + 1, sizeof(*order));
	int r = 0;

	group(gather, first, imports);
	for (size_t i = 0; i < count; i++)
		order[i] = &runs->entries.at[i];
	if (count > 1)
		qsort(order, count, sizeof(*order), by_uuid);
	for (size_t i = 0; i < count && r == 0; i++) {
		size_t run = (size_t)(order[i] - runs->entries.at);
		uint32_t *own = imports + first[run];

		r = join_imports(gather, (const unsigned char *)order[i]->key.ptr, own,
				 sort_imports(own, first[run + 1] - first[run]), err);
	}
	return r;
}

int advi_gather_flush(struct advi_gather *gather, struct adv_err *err)
{
	int r = advi_gather_settle(gather, err);

	if (r == 0)
		r = join_strays(gather, err);
	forget_strays(gather);
	return r < 0 ? r : advi_runs_settle(gather->runs, err);
}

bool advi_gather_full(const struct advi_gather *gather)
{
	return gather->items.count >= ITEMS;
}

int advi_gather_trim(struct advi_gather *gather, struct adv_err *err)
{
	int r;

	if (!advi_gather_full(gather))
		return 0;
	r = advi_gather_flush(gather, err);
	forget_items(gather);
	return r < 0 ? r : 1;
}
