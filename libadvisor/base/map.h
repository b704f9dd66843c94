/* SPDX-License-Identifier: BSD-3-Clause */
/* A hash map from text to a number or a pointer, in order of insertion. */
#ifndef ADVI_BASE_MAP_H
#define ADVI_BASE_MAP_H

#include "base/arena.h"
#include "base/vec.h"

struct advi_map_entry {
	struct advi_str key; /* NUL-terminated, owned by the map */
	uint64_t hash;
	union {
		uint64_t number;
		void *pointer;
	};
};

/* A free one has index 0. Part of the hash lies here, so that others' entries are not touched. */
struct advi_map_slot {
	uint32_t index; /* into entries, plus 1 */
	uint32_t hash;
};

/* Zero is empty. Entries are entries.at[0 .. entries.count), in order of insertion. */
struct advi_map {
	ADVI_VEC(struct advi_map_entry) entries;
	struct advi_map_slot *slots;
	size_t slot_count;
	struct advi_arena keys;
};

void advi_map_clear(struct advi_map *map);
/* The entry of a key, or NULL. Valid until the next add. */
struct advi_map_entry *advi_map_get(const struct advi_map *map, struct advi_str key);
/* The entry of a key, made with value 0 when it is new ('*is_new' may be NULL). */
struct advi_map_entry *advi_map_add(struct advi_map *map, struct advi_str key, bool *is_new);
/*
 * Interning: the key's index, 0 for the first key, made when new. Every key keeps its index,
 * and entries.at[index].key is the text.
 */
size_t advi_map_intern(struct advi_map *map, struct advi_str key);

#endif
