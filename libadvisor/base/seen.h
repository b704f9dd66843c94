/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers by address: what was found out about something that others point to as well. */
#ifndef ADVI_BASE_SEEN_H
#define ADVI_BASE_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"

struct advi_seen_slot {
	const void *address; /* NULL: free */
	uint32_t number;
};

/* Zero is empty. */
struct advi_seen {
	struct advi_seen_slot *slots;
	size_t room, count;
};

static inline void advi_seen_clear(struct advi_seen *seen)
{
	free(seen->slots);
	*seen = (struct advi_seen){0};
}

static inline struct advi_seen_slot *advi_seen_slot(const struct advi_seen *seen,
						    const void *address)
{
	size_t at = (size_t)(((uint64_t)(uintptr_t)address * UINT64_C(0x9E3779B97F4A7C15)) >> 32);

	for (;; at++) {
		struct advi_seen_slot *slot = &seen->slots[at & (seen->room - 1)];

		if (!slot->address || slot->address == address)
			return slot;
	}
}

/* The number of an address (not NULL), made 0 when it is new; valid until the next call. */
static inline uint32_t *advi_seen_add(struct advi_seen *seen, const void *address, bool *is_new)
{
	struct advi_seen_slot *slot;

	if (2 * (seen->count + 1) > seen->room) {
		struct advi_seen old = *seen;

		seen->room = old.room ? 2 * old.room : 256;
		seen->slots = advi_calloc(seen->room, sizeof(*seen->slots));
		for (size_t i = 0; i < old.room; i++)
			if (old.slots[i].address)
				*advi_seen_slot(seen, old.slots[i].address) = old.slots[i];
		free(old.slots);
	}
	slot = advi_seen_slot(seen, address);
	*is_new = !slot->address;
	if (*is_new) {
		slot->address = address;
		slot->number = 0;
		seen->count++;
	}
	return &slot->number;
}

#endif
