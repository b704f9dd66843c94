/* SPDX-License-Identifier: BSD-3-Clause */
/* Texts, and lists of them, each kept once under a number. */
#ifndef ADVI_CONDA_INDEX_INTERN_H
#define ADVI_CONDA_INDEX_INTERN_H

#include "conda/index_scan.h"

/* Where a number may be: a power of two of places, at most half of them taken. */
struct advi_intern_slot {
	uint32_t tag;    /* of the hash */
	uint32_t number; /* 0: free */
};

struct advi_intern {
	struct advi_intern_slot *slots;
	size_t room, count;
};

/*
 * Texts as they stand in the index file: what each is made of, itself, a zero; its number is
 * where it begins. Zero is empty.
 */
struct advi_texts {
	char *at;
	size_t count, room; /* bytes */
	struct advi_intern index;
	uint64_t seed; /* of hashes, so that nobody can make texts that collide */
	bool full;     /* 4 GiB are reached: numbers given since are of no use */
};

void advi_texts_init(struct advi_texts *texts);
void advi_texts_clear(struct advi_texts *texts);
uint32_t advi_texts_add(struct advi_texts *texts, struct advi_str text);
/*
 * As advi_texts_add; 0 for a text that is not said (its 'ptr' is NULL). 'likely' is looked at
 * before others are looked for: the same as in the record before, mostly.
 */
uint32_t advi_texts_like(struct advi_texts *texts, struct advi_str text, uint32_t likely);
/* enum advi_text_kind of a text. */
static inline uint8_t advi_texts_kind(const struct advi_texts *texts, uint32_t text)
{
	return (uint8_t)texts->at[text - 1];
}

/* Lists of texts. The empty one is number 0. */
struct advi_lists {
	ADVI_VEC(uint32_t) at;    /* where each begins */
	ADVI_VEC(uint32_t) items; /* texts */
	ADVI_VEC(uint8_t) kinds;  /* of a list: what any of its texts is made of */
	struct advi_intern index;
};

void advi_lists_init(struct advi_lists *lists);
void advi_lists_clear(struct advi_lists *lists);
uint32_t advi_lists_like(struct advi_lists *lists, struct advi_texts *texts, const advi_strs *items,
			 uint32_t likely);

#endif
