/* SPDX-License-Identifier: BSD-3-Clause */
/* What was read before in the same words. */
#include "usage/recall.h"

enum {
	LISTS = 1 << 17,   /* remembered: 8 MB with their slots */
	NUMBERS = 1 << 20, /* of scripts */
	SCRIPTS = 1 << 18, /* told */
	ENVIRONMENT_BYTES = 1 << 20,
	ONE_ENVIRONMENT = 16 << 10,
	LONGEST_RUN = 1 << 16, /* lists of one that are remembered in their order */
	AHEAD = 4              /* of what is expected: so many may be left out */
};

void advi_recall_clear(struct advi_recall *recall)
{
	advi_vec_clear(&recall->lists);
	free(recall->slots);
	advi_vec_clear(&recall->scripts);
	advi_vec_clear(&recall->numbers);
	advi_vec_clear(&recall->now);
	advi_map_clear(&recall->environments);
	advi_vec_clear(&recall->environment);
	advi_arena_clear(&recall->texts);
	*recall = (struct advi_recall){0};
}

bool advi_recall_full(const struct advi_recall *recall)
{
	return recall->lists.count > LISTS || recall->numbers.count > NUMBERS ||
	       recall->told > SCRIPTS ||
	       recall->environments.keys.total + recall->texts.total > ENVIRONMENT_BYTES;
}

/* --- lists --- */

/* The slot of some words, or the free one where they would go. */
static struct advi_map_slot *slot_of(const struct advi_recall *recall,
				     const struct advi_fingerprint *print)
{
	uint64_t slot;
	uint32_t hash;

	memcpy(&slot, print->bytes, sizeof(slot));
	memcpy(&hash, print->bytes + sizeof(slot), sizeof(hash));
	for (;; slot++) {
		struct advi_map_slot *at = &recall->slots[slot & (recall->slot_count - 1)];

		if (!at->index ||
		    (at->hash == hash &&
		     advi_fingerprint_eq(&recall->lists.at[at->index - 1].print, print)))
			return at;
	}
}

static void set_slot(struct advi_map_slot *slot, const struct advi_fingerprint *print, size_t list)
{
	slot->index = (uint32_t)list + 1;
	memcpy(&slot->hash, print->bytes + sizeof(uint64_t), sizeof(slot->hash));
}

static void widen(struct advi_recall *recall)
{
	recall->slot_count = recall->slot_count ? 2 * recall->slot_count : 1024;
	free(recall->slots);
	recall->slots = advi_calloc(recall->slot_count, sizeof(*recall->slots));
	for (size_t i = 0; i < recall->lists.count; i++) {
		const struct advi_fingerprint *print = &recall->lists.at[i].print;

		set_slot(slot_of(recall, print), print, i);
	}
}

uint32_t advi_recall_find(const struct advi_recall *recall, struct advi_str words)
{
	struct advi_fingerprint print = advi_fingerprint_of(words);

	return recall->slot_count ? slot_of(recall, &print)->index - 1 : ADVI_NO_LIST;
}

uint32_t advi_recall_add(struct advi_recall *recall, struct advi_str words, bool *is_new)
{
	struct advi_fingerprint print = advi_fingerprint_of(words);
	struct advi_map_slot *slot;

	if (2 * (recall->lists.count + 1) > recall->slot_count)
		widen(recall);
	slot = slot_of(recall, &print);
	if (is_new)
		*is_new = !slot->index;
	if (slot->index)
		return slot->index - 1;
	*advi_vec_new(&recall->lists) = (struct advi_recalled){
		.print = print,
		.mark = words.len <= ADVI_MARK_BYTES ? advi_mark_of(words) : 0,
		.length = (uint32_t)words.len};
	set_slot(slot, &print, recall->lists.count - 1);
	return (uint32_t)recall->lists.count - 1;
}

/* --- lists in their order --- */

static struct advi_script *script_of(const struct advi_recall *recall, uint32_t list)
{
	uint32_t script = recall->lists.at[list].script;

	return script ? &recall->scripts.at[script - 1] : NULL;
}

/* A list's script, which is made when there is none. */
static struct advi_script *make_script(struct advi_recall *recall, uint32_t list)
{
	if (!recall->lists.at[list].script) {
		*advi_vec_new(&recall->scripts) = (struct advi_script){0};
		recall->lists.at[list].script = (uint32_t)recall->scripts.count;
	}
	return script_of(recall, list);
}

/* Remembers what followed the first list of the run that has ended. */
static void keep_script(struct advi_recall *recall)
{
	struct advi_script *script = make_script(recall, recall->head - 1);
	size_t count = recall->strays ? recall->now.count : recall->at - script->first;

	if (count > LONGEST_RUN)
		return;
	if (script->room < count) {
		script->first = (uint32_t)recall->numbers.count;
		script->room = (uint32_t)count;
		for (size_t i = 0; i < count; i++)
			advi_vec_push(&recall->numbers, 0);
	}
	script->count = (uint32_t)count;
	script->number = 0;
	if (recall->strays && count)
		memcpy(recall->numbers.at + script->first, recall->now.at,
		       count * sizeof(uint32_t));
}

void advi_recall_turn(struct advi_recall *recall)
{
	if (recall->head && (recall->strays || recall->at != recall->end))
		keep_script(recall);
	recall->head = recall->at = recall->end = 0;
	recall->now.count = 0;
	recall->strays = false;
}

void advi_recall_break(struct advi_recall *recall)
{
	recall->head = 0;
	recall->last = 0;
	advi_recall_turn(recall);
}

struct advi_script *advi_recall_script(const struct advi_recall *recall)
{
	return recall->head && !recall->strays ? script_of(recall, recall->head - 1) : NULL;
}

/* From here on the run is not as its script has it. */
static void stray(struct advi_recall *recall)
{
	const struct advi_script *script = script_of(recall, recall->head - 1);

	for (uint32_t i = script ? script->first : 0; i < recall->at; i++)
		advi_vec_push(&recall->now, recall->numbers.at[i]);
	recall->strays = true;
}

/* What was expected did not come: goes on behind it where that is near. */
static void look_ahead(struct advi_recall *recall, uint32_t list)
{
	for (uint32_t i = recall->at; i < recall->end && i <= recall->at + AHEAD; i++)
		if (recall->numbers.at[i] == list) {
			recall->at = i + 1;
			break;
		}
}

void advi_recall_note(struct advi_recall *recall, uint32_t list)
{
	bool expected = recall->at < recall->end && recall->numbers.at[recall->at] == list;

	if (!recall->head) {
		const struct advi_script *script = script_of(recall, list);

		recall->head = list + 1;
		recall->at = script ? script->first : 0;
		recall->end = script ? script->first + script->count : 0;
	} else {
		if (!expected && !recall->strays)
			stray(recall);
		if (recall->strays && recall->now.count <= LONGEST_RUN)
			advi_vec_push(&recall->now, list);
		if (expected)
			recall->at++;
		else
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
	return advi_mark_of((struct advi_str){bytes, count}) % ADVI_SAMPLE_SLOTS;
}

/* Up to the first "]]", where such a list most likely ends; empty without any. */
static struct advi_str up_to_brackets(struct advi_str text)
{
	const char *at = text.ptr, *end = text.ptr + text.len;

	while ((at = memchr(at, ']', (size_t)(end - at))) && ++at < end)
		if (*at == ']')
			return (struct advi_str){text.ptr, (size_t)(at + 1 - text.ptr)};
	return ADVI_STR("");
}

static size_t known_libs(struct advi_recall *recall, struct advi_str rest)
{
	uint32_t *slot = &recall->sampled[sample(rest)], list;
	struct advi_str words;

	if (*slot && advi_recall_is(&recall->lists.at[*slot - 1], rest, ',')) {
		recall->mapped = *slot;
		return recall->lists.at[*slot - 1].length;
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
	struct advi_script *with = recall->mapped ? make_script(recall, recall->mapped - 1) : NULL;
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

	if (!advi_str_is(key, "envT") || !words.len || words.ptr[0] != '{' ||
	    words.len > ONE_ENVIRONMENT)
		return;
	entry = advi_map_add(&recall->environments, words, &is_new);
	if (!is_new)
		return;
	entry->number = recall->environment.count;
	kept = advi_vec_new(&recall->environment);
	kept->virtual_env = keep_text(recall, environment->virtual_env);
	kept->conda_prefix = keep_text(recall, environment->conda_prefix);
}
