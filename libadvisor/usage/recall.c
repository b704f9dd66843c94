/* SPDX-License-Identifier: BSD-3-Clause */
/* What was read before in the same words. */
#include "usage/recall.h"

enum {
	WORDS_BYTES = 8 << 20,
	SCRIPT_NUMBERS = 1 << 20,
	ENVIRONMENT_BYTES = 1 << 20,
	SAME_BYTES = 16 << 10, /* the longest value of another key that is remembered */
	LONGEST_RUN = 1 << 16, /* lists of one that are remembered in their order */
	AHEAD = 4              /* of what is expected: so many may be left out */
};

void advi_recall_init(struct advi_recall *recall)
{
	static const char *const keys[ADVI_SAME_KEYS] = {"ptA", "xaltLinkT", "XALT_measureT",
							 "XALT_qaT"};

	*recall = (struct advi_recall){0};
	for (size_t i = 0; i < ADVI_SAME_KEYS; i++)
		recall->same[i] = (struct advi_same){keys[i], ADVI_BUF_INIT(SAME_BYTES)};
}

void advi_recall_clear(struct advi_recall *recall)
{
	advi_map_clear(&recall->words);
	advi_vec_clear(&recall->lists);
	advi_vec_clear(&recall->script);
	advi_vec_clear(&recall->now);
	advi_map_clear(&recall->environments);
	advi_vec_clear(&recall->environment);
	advi_arena_clear(&recall->texts);
	for (size_t i = 0; i < ADVI_SAME_KEYS; i++)
		advi_buf_clear(&recall->same[i].words);
	advi_recall_init(recall);
}

bool advi_recall_full(const struct advi_recall *recall)
{
	return recall->words.keys.total > WORDS_BYTES || recall->script.count > SCRIPT_NUMBERS ||
	       recall->environments.keys.total + recall->texts.total > ENVIRONMENT_BYTES;
}

/* --- lists in their order --- */

/* Remembers what followed the first list of the run that has ended. */
static void keep_script(struct advi_recall *recall)
{
	struct advi_recalled *head = &recall->lists.at[recall->head - 1];
	size_t count = recall->now.count;

	if (count > LONGEST_RUN)
		return;
	if (head->room < count) {
		head->first = (uint32_t)recall->script.count;
		head->room = (uint32_t)count;
		for (size_t i = 0; i < count; i++)
			advi_vec_push(&recall->script, 0);
	}
	head->count = (uint32_t)count;
	if (count)
		memcpy(recall->script.at + head->first, recall->now.at, count * sizeof(uint32_t));
}

void advi_recall_turn(struct advi_recall *recall)
{
	if (recall->head && (recall->strays || recall->at != recall->end))
		keep_script(recall);
	recall->head = recall->at = recall->end = 0;
	recall->now.count = 0;
	recall->strays = false;
}

static bool is_next(const struct advi_recall *recall, uint32_t list, struct advi_str text, char end)
{
	struct advi_str words = recall->words.entries.at[list].key;

	return text.len > words.len && text.ptr[words.len] == end &&
	       memcmp(text.ptr, words.ptr, words.len) == 0;
}

uint32_t advi_recall_expected(const struct advi_recall *recall, struct advi_str text, char end)
{
	uint32_t next;

	if (recall->at < recall->end && is_next(recall, recall->script.at[recall->at], text, end))
		return recall->script.at[recall->at];
	next = recall->last ? recall->lists.at[recall->last - 1].next : 0;
	return next && is_next(recall, next - 1, text, end) ? next - 1 : ADVI_NO_LIST;
}

uint32_t advi_recall_find(const struct advi_recall *recall, struct advi_str words)
{
	const struct advi_map_entry *entry = advi_map_get(&recall->words, words);

	return entry ? (uint32_t)(entry - recall->words.entries.at) : ADVI_NO_LIST;
}

uint32_t advi_recall_add(struct advi_recall *recall, struct advi_str words)
{
	advi_map_add(&recall->words, words, NULL);
	*advi_vec_new(&recall->lists) = (struct advi_recalled){0};
	return (uint32_t)recall->lists.count - 1;
}

/* What was expected did not come: goes on behind it where that is near. */
static void look_ahead(struct advi_recall *recall, uint32_t list)
{
	recall->strays = true;
	for (uint32_t i = recall->at; i < recall->end && i <= recall->at + AHEAD; i++)
		if (recall->script.at[i] == list) {
			recall->at = i + 1;
			break;
		}
}

void advi_recall_note(struct advi_recall *recall, uint32_t list)
{
	if (!recall->head) {
		const struct advi_recalled *head = &recall->lists.at[list];

		recall->head = list + 1;
		recall->at = head->first;
		recall->end = head->first + head->count;
	} else {
		if (recall->now.count <= LONGEST_RUN)
			advi_vec_push(&recall->now, list);
		if (recall->at < recall->end && recall->script.at[recall->at] == list) {
			recall->at++;
			recall->last = list + 1;
			return;
		}
		look_ahead(recall, list);
	}
	if (recall->last)
		recall->lists.at[recall->last - 1].next = list + 1;
	recall->last = list + 1;
}

/* --- values of run records --- */

/* Where a list of mapped objects that begins so is remembered. */
static size_t sample(struct advi_str text)
{
	static const size_t from[] = {0, 192, 448};
	enum { BYTES = 64 };
	char bytes[ADVI_COUNT(from) * BYTES];
	size_t count = 0;

	for (size_t i = 0; i < ADVI_COUNT(from) && from[i] + BYTES <= text.len; i++, count += BYTES)
		memcpy(bytes + count, text.ptr + from[i], BYTES);
	return advi_str_hash((struct advi_str){bytes, count}) % ADVI_SAMPLE_SLOTS;
}

/* Up to the first "]]", where such a list most likely ends; empty without any. */
static struct advi_str up_to_brackets(struct advi_str text)
{
	size_t end = advi_str_search(text, ADVI_STR("]]"));

	return end < text.len ? (struct advi_str){text.ptr, end + 2} : ADVI_STR("");
}

static size_t known_libs(struct advi_recall *recall, struct advi_str rest)
{
	uint32_t *slot = &recall->sampled[sample(rest)];
	struct advi_str words = *slot ? advi_recall_words(recall, *slot - 1) : ADVI_STR("");
	uint32_t list;

	if (*slot && advi_str_starts(rest, words)) {
		recall->mapped = *slot;
		return words.len;
	}
	words = up_to_brackets(rest);
	list = words.len ? advi_recall_find(recall, words) : ADVI_NO_LIST;
	if (list == ADVI_NO_LIST)
		return 0;
	recall->mapped = *slot = list + 1;
	return words.len;
}

static size_t known_environment(struct advi_recall *recall, struct advi_str rest,
				struct advi_xalt_environment *out)
{
	struct advi_recalled *with = recall->mapped ? &recall->lists.at[recall->mapped - 1] : NULL;
	const struct advi_map_entry *entry = NULL;
	size_t end = advi_str_find(rest, '}');

	if (with && with->environment) {
		entry = &recall->environments.entries.at[with->environment - 1];
		if (!advi_str_starts(rest, entry->key))
			entry = NULL;
	}
	if (!entry && end < rest.len)
		entry = advi_map_get(&recall->environments, (struct advi_str){rest.ptr, end + 1});
	if (!entry)
		return 0;
	if (with)
		with->environment = (uint32_t)(entry - recall->environments.entries.at) + 1;
	*out = recall->environment.at[entry->number];
	return entry->key.len;
}

size_t advi_recall_known(void *context, struct advi_str key, struct advi_str rest,
			 struct advi_xalt_environment *environment)
{
	struct advi_recall *recall = context;

	if (advi_str_is(key, "libA"))
		return rest.len && rest.ptr[0] == '[' ? known_libs(recall, rest) : 0;
	if (advi_str_is(key, "envT"))
		return rest.len && rest.ptr[0] == '{' ? known_environment(recall, rest, environment)
						      : 0;
	for (size_t i = 0; i < ADVI_SAME_KEYS; i++) {
		struct advi_str words = advi_buf_str(&recall->same[i].words);

		if (advi_str_is(key, recall->same[i].key))
			return words.len && advi_str_starts(rest, words) ? words.len : 0;
	}
	return 0;
}

/* A copy that is absent where the text is. */
static struct advi_str keep_text(struct advi_recall *recall, struct advi_str text)
{
	return text.ptr ? advi_arena_slice(&recall->texts, text) : text;
}

void advi_recall_met(void *context, struct advi_str key, struct advi_str words,
		     const struct advi_xalt_environment *environment)
{
	struct advi_recall *recall = context;
	struct advi_xalt_environment *kept;
	struct advi_map_entry *entry;
	bool is_new;

	if (advi_str_is(key, "envT") && words.len && words.ptr[0] == '{') {
		if (words.len > SAME_BYTES)
			return;
		entry = advi_map_add(&recall->environments, words, &is_new);
		if (!is_new)
			return;
		entry->number = recall->environment.count;
		kept = advi_vec_new(&recall->environment);
		kept->virtual_env = keep_text(recall, environment->virtual_env);
		kept->conda_prefix = keep_text(recall, environment->conda_prefix);
		return;
	}
	for (size_t i = 0; i < ADVI_SAME_KEYS; i++) {
		struct advi_same *same = &recall->same[i];
		/* A number may go on behind what was met: 1 and 12. */
		bool closed = words.len && (words.ptr[0] == '{' || words.ptr[0] == '[');

		if (!closed || words.len > SAME_BYTES || !advi_str_is(key, same->key))
			continue;
		advi_buf_reset(&same->words);
		advi_buf_add(&same->words, words);
	}
}
