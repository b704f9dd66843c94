/* SPDX-License-Identifier: BSD-3-Clause */
/* A hash map from text to a number or a pointer, in order of insertion. */
#include "base/map.h"

void advi_map_clear(struct advi_map *map)
{
	advi_vec_clear(&map->entries);
	advi_arena_clear(&map->keys);
	free(map->slots);
	map->slots = NULL;
	map->slot_count = 0;
}

/* The slot of a key, or the free slot where it would go. */
static size_t slot_of(const struct advi_map *map, struct advi_str key, uint64_t hash)
{
	size_t mask = map->slot_count - 1;

	for (size_t slot = (hash ^ hash >> 32) & mask;; slot = (slot + 1) & mask) {
		struct advi_map_slot at = map->slots[slot];

		if (!at.index || (at.hash == (uint32_t)hash &&
				  advi_str_eq(map->entries.at[at.index - 1].key, key)))
			return slot;
	}
}

static void widen(struct advi_map *map)
{
	map->slot_count = map->slot_count ? map->slot_count * 2 : 16;
	free(map->slots);
	map->slots = advi_calloc(map->slot_count, sizeof(*map->slots));
	for (size_t i = 0; i < map->entries.count; i++) {
		const struct advi_map_entry *entry = &map->entries.at[i];

		map->slots[slot_of(map, entry->key, entry->hash)] =
			(struct advi_map_slot){(uint32_t)(i + 1), (uint32_t)entry->hash};
	}
}

struct advi_map_entry *advi_map_get(const struct advi_map *map, struct advi_str key)
{
	uint32_t index;

	if (!map->slot_count)
		return NULL;
	index = map->slots[slot_of(map, key, advi_str_hash(key))].index;
	return index ? &map->entries.at[index - 1] : NULL;
}

struct advi_map_entry *advi_map_add(struct advi_map *map, struct advi_str key, bool *is_new)
{
	uint64_t hash = advi_str_hash(key);
	struct advi_map_entry *entry;
	size_t slot;

	if ((map->entries.count + 1) * 4 > map->slot_count * 3)
		widen(map);
	slot = slot_of(map, key, hash);
	if (is_new)
		*is_new = !map->slots[slot].index;
	if (map->slots[slot].index)
		return &map->entries.at[map->slots[slot].index - 1];
	entry = advi_vec_new(&map->entries);
	entry->key = advi_arena_slice(&map->keys, key);
	entry->hash = hash;
	map->slots[slot] = (struct advi_map_slot){(uint32_t)map->entries.count, (uint32_t)hash};
	return entry;
}

size_t advi_map_intern(struct advi_map *map, struct advi_str key)
{
	return (size_t)(advi_map_add(map, key, NULL) - map->entries.at);
}
