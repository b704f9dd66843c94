/* SPDX-License-Identifier: BSD-3-Clause */
/* What was read before in the same words. */
#include "usage/recall.h"

enum { WORDS_BYTES = 12 << 20, LONGEST = 64 << 10 };

void advi_recall_clear(struct advi_recall *recall)
{
	advi_map_clear(&recall->words);
	advi_vec_clear(&recall->lists);
	advi_vec_clear(&recall->imports);
	recall->has_uuid = false;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

bool advi_recall_split(struct advi_recall *recall, struct advi_str record, struct advi_str *words)
{
	static const char head[] = "{\"crc\":\"0x",
			  middle[] = "\",\"program\":\"python\",\"xalt_run_uuid\":\"";
	enum {
		CRC = sizeof(head) - 1,
		MIDDLE = CRC + 4,
		UUID = MIDDLE + sizeof(middle) - 1,
		WORDS = UUID + sizeof(recall->uuid_text)
	};
	const char *at = record.ptr;

	if (record.len <= WORDS || memcmp(at, head, sizeof(head) - 1) != 0 ||
	    memcmp(at + MIDDLE, middle, sizeof(middle) - 1) != 0 || !is_hex(at[CRC]) ||
	    !is_hex(at[CRC + 1]) || !is_hex(at[CRC + 2]) || !is_hex(at[CRC + 3]))
		return false;
	if (!recall->has_uuid ||
	    memcmp(recall->uuid_text, at + UUID, sizeof(recall->uuid_text)) != 0) {
		memcpy(recall->uuid_text, at + UUID, sizeof(recall->uuid_text));
		recall->has_uuid = advi_uuid_read(
			(struct advi_str){at + UUID, sizeof(recall->uuid_text)}, recall->uuid);
	}
	*words = advi_str_from(record, WORDS);
	return recall->has_uuid;
}

static void turn_to(struct advi_recall *recall, uint32_t list)
{
	if (recall->last)
		recall->lists.at[recall->last - 1].next = list + 1;
	recall->last = list + 1;
}

const uint32_t *advi_recall_find(struct advi_recall *recall, const struct advi_gather *gather,
				 struct advi_str words, size_t *count)
{
	static const uint32_t nothing[1]; /* words may come to no import at all */
	const struct advi_map_entry *entry = NULL;
	uint32_t guess;

	if (recall->generation != gather->generation)
		return NULL;
	guess = recall->last ? recall->lists.at[recall->last - 1].next : 0;
	/* Entries and lists are added side by side. */
	if (guess && advi_str_eq(recall->words.entries.at[guess - 1].key, words))
		entry = &recall->words.entries.at[guess - 1];
	else
		entry = advi_map_get(&recall->words, words);
	if (!entry)
		return NULL;
	turn_to(recall, (uint32_t)entry->number);
	*count = recall->lists.at[entry->number].count;
	return *count ? recall->imports.at + recall->lists.at[entry->number].first : nothing;
}

void advi_recall_add(struct advi_recall *recall, const struct advi_gather *gather,
		     struct advi_str words, const uint32_t *imports, size_t count)
{
	struct advi_map_entry *entry;
	bool is_new;

	if (!words.len || words.len > LONGEST)
		return;
	if (recall->generation != gather->generation || recall->words.keys.total > WORDS_BYTES) {
		advi_map_clear(&recall->words);
		recall->lists.count = recall->imports.count = 0;
		recall->last = 0;
		recall->generation = gather->generation;
	}
	entry = advi_map_add(&recall->words, words, &is_new);
	if (!is_new)
		return;
	entry->number = recall->lists.count;
	advi_vec_push(&recall->lists, ((struct advi_list_span){(uint32_t)recall->imports.count,
							       (uint32_t)count, 0}));
	turn_to(recall, (uint32_t)entry->number);
	for (size_t i = 0; i < count; i++)
		advi_vec_push(&recall->imports, imports[i]);
}
