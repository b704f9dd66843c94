/* SPDX-License-Identifier: BSD-3-Clause */
/* Texts, and lists of them, each kept once under a number. */
#include "conda/index_intern.h"

#include <sys/random.h>
#include <time.h>

#include "conda/record.h"

enum { FIRST_ROOM = 1 << 12 };

static inline uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 29;
}

static uint64_t hash_text(const struct advi_texts *texts, struct advi_str text)
{
	uint64_t hash = mix(texts->seed, text.len), word = 0;

	for (; text.len > 8; text.ptr += 8, text.len -= 8) {
		memcpy(&word, text.ptr, 8);
		hash = mix(hash, word);
	}
	/* What is left, in two halves that overlap: no copy of so many bytes. */
	if (text.len >= 4) {
		uint32_t halves[2];

		memcpy(&halves[0], text.ptr, 4);
		memcpy(&halves[1], text.ptr + text.len - 4, 4);
		word = (uint64_t)halves[1] << 32 | halves[0];
	} else if (text.len) {
		word = (uint64_t)(uint8_t)text.ptr[0] |
		       (uint64_t)(uint8_t)text.ptr[text.len / 2] << 8 |
		       (uint64_t)(uint8_t)text.ptr[text.len - 1] << 16;
	}
	hash = mix(hash, word);
	return mix(hash, hash >> 32);
}

static inline uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

/*
 * Places are found again by tags alone when the table grows, so the place is made of the tag: 32
 * bits are enough for what a table can hold.
 */
static inline size_t home(const struct advi_intern *index, uint32_t tag)
{
	return tag & (index->room - 1);
}

static void put(struct advi_intern *index, struct advi_intern_slot slot)
{
	size_t at = home(index, slot.tag);

	while (index->slots[at].number)
		at = (at + 1) & (index->room - 1);
	index->slots[at] = slot;
}

static void grow(struct advi_intern *index)
{
	struct advi_intern_slot *old = index->slots;
	size_t room = index->room;

	index->room = room ? 2 * room : FIRST_ROOM;
	index->slots = advi_calloc(index->room, sizeof(*index->slots));
	for (size_t i = 0; i < room; i++)
		if (old[i].number)
			put(index, old[i]);
	free(old);
}

static void add_slot(struct advi_intern *index, uint32_t tag, uint32_t number)
{
	if (2 * ++index->count > index->room)
		grow(index);
	put(index, (struct advi_intern_slot){tag, number});
}

void advi_texts_init(struct advi_texts *texts)
{
	*texts = (struct advi_texts){0};
	if (getrandom(&texts->seed, sizeof(texts->seed), GRND_NONBLOCK) < 0)
		texts->seed = (uint64_t)time(NULL) ^ (uint64_t)(uintptr_t)texts;
	/* Number 0 is taken: "not said". */
	advi_texts_add(texts, ADVI_STR(""));
}

void advi_texts_clear(struct advi_texts *texts)
{
	free(texts->at);
	free(texts->index.slots);
	*texts = (struct advi_texts){0};
}

/* Number 'text' as it stands, with the zero after it, is 'wanted'. */
static inline bool is_text(const struct advi_texts *texts, uint32_t text, struct advi_str wanted)
{
	return wanted.len < texts->count - text &&
	       memcmp(texts->at + text, wanted.ptr, wanted.len) == 0 &&
	       texts->at[text + wanted.len] == '\0';
}

static uint32_t append(struct advi_texts *texts, struct advi_str text)
{
	size_t at = texts->count + 1, end = at + text.len + 1;

	if (end > UINT32_MAX) {
		texts->full = true;
		return 1;
	}
	if (end > texts->room) {
		texts->room = 2 * end;
		texts->at = advi_realloc(texts->at, texts->room, 1);
	}
	texts->at[at - 1] = (char)advi_text_kind(text);
	memcpy(texts->at + at, text.ptr, text.len);
	texts->at[end - 1] = '\0';
	texts->count = end;
	return (uint32_t)at;
}

static uint32_t add_hashed(struct advi_texts *texts, struct advi_str text, uint64_t hash)
{
	struct advi_intern *index = &texts->index;
	uint32_t tag = tag_of(hash), number;

	for (size_t at = index->room ? home(index, tag) : 0; index->room; at++) {
		struct advi_intern_slot slot = index->slots[at & (index->room - 1)];

		if (!slot.number)
			break;
		if (slot.tag == tag && is_text(texts, slot.number, text))
			return slot.number;
	}
	number = append(texts, text);
	add_slot(index, tag, number);
	return number;
}

uint32_t advi_texts_add(struct advi_texts *texts, struct advi_str text)
{
	return add_hashed(texts, text, hash_text(texts, text));
}

uint32_t advi_texts_like(struct advi_texts *texts, struct advi_str text, uint32_t likely)
{
	if (!text.ptr)
		return 0;
	if (likely && is_text(texts, likely, text))
		return likely;
	return advi_texts_add(texts, text);
}

void advi_lists_init(struct advi_lists *lists)
{
	*lists = (struct advi_lists){0};
	advi_vec_push(&lists->at, 0);
	advi_vec_push(&lists->kinds, 0);
}

void advi_lists_clear(struct advi_lists *lists)
{
	advi_vec_clear(&lists->at);
	advi_vec_clear(&lists->items);
	advi_vec_clear(&lists->kinds);
	free(lists->index.slots);
	*lists = (struct advi_lists){0};
}

static bool is_list(const struct advi_lists *lists, const struct advi_texts *texts, uint32_t list,
		    const advi_strs *wanted)
{
	size_t from = lists->at.at[list];
	size_t to = list + 1 < lists->at.count ? lists->at.at[list + 1] : lists->items.count;

	if (to - from != wanted->count)
		return false;
	for (size_t i = 0; i < wanted->count; i++)
		if (!is_text(texts, lists->items.at[from + i], wanted->at[i]))
			return false;
	return true;
}

static uint32_t append_list(struct advi_lists *lists, struct advi_texts *texts,
			    const advi_strs *items)
{
	uint32_t number = (uint32_t)lists->at.count;
	uint8_t kinds = 0;

	advi_vec_push(&lists->at, (uint32_t)lists->items.count);
	for (size_t i = 0; i < items->count; i++) {
		uint32_t text = advi_texts_add(texts, items->at[i]);

		kinds |= advi_texts_kind(texts, text);
		advi_vec_push(&lists->items, text);
	}
	advi_vec_push(&lists->kinds, kinds);
	return number;
}

/*
 * Most lists are there already, so their texts are hashed and compared, but not looked up one by
 * one.
 */
uint32_t advi_lists_like(struct advi_lists *lists, struct advi_texts *texts, const advi_strs *items,
			 uint32_t likely)
{
	struct advi_intern *index = &lists->index;
	uint64_t hash = texts->seed;
	uint32_t tag, number;

	if (!items->count)
		return 0;
	if (likely && is_list(lists, texts, likely, items))
		return likely;
	for (size_t i = 0; i < items->count; i++)
		hash = mix(hash, hash_text(texts, items->at[i]));
	tag = tag_of(mix(hash, hash >> 32));
	for (size_t at = index->room ? home(index, tag) : 0; index->room; at++) {
		struct advi_intern_slot slot = index->slots[at & (index->room - 1)];

		if (!slot.number)
			break;
		if (slot.tag == tag && is_list(lists, texts, slot.number, items))
			return slot.number;
	}
	number = append_list(lists, texts, items);
	add_slot(index, tag, number);
	return number;
}
