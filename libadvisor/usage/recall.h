/* SPDX-License-Identifier: BSD-3-Clause */
/* What was read before in the same words: XALT repeats itself from run to run. */
#ifndef ADVI_USAGE_RECALL_H
#define ADVI_USAGE_RECALL_H

#include "base/map.h"
#include "io/fingerprint.h"
#include "io/mark.h"
#include "usage/record.h"

/* Some words (a list), told by their fingerprint; where they are expected, a mark will do. */
struct advi_recalled {
	struct advi_fingerprint print;
	uint64_t mark;   /* of at most ADVI_MARK_BYTES */
	uint32_t length; /* of the words */
	uint32_t next;   /* the list that followed last, plus 1; 0: none yet */
	uint32_t script; /* of the runs that began with it, plus 1; 0: none yet */
};

/* The lists that followed when one was the first of a run: numbers[first .. first + count). */
struct advi_script {
	uint32_t first, count, room;
	uint32_t number;      /* by which it was told, plus 1; 0: not yet */
	uint32_t environment; /* that a run with these mapped objects had, plus 1 */
};

#define ADVI_NO_LIST UINT32_MAX

enum { ADVI_SAMPLE_SLOTS = 4096 };

/*
 * Two runs of one environment name the same files in the same words: all of a package record but
 * its run, and the list of mapped objects of a run record. Such words get a number, and are told by
 * their fingerprint and not parsed when they come again; those that followed last time are tried
 * first, since a program imports the same things in the same order. Only words of records that were
 * accepted are remembered, and only whole values: the same words are as valid as they were.
 */
struct advi_recall {
	ADVI_VEC(struct advi_recalled) lists; /* by their number */
	struct advi_map_slot *slots;          /* lists by their fingerprint */
	size_t slot_count;
	ADVI_VEC(struct advi_script) scripts;
	ADVI_VEC(uint32_t) numbers; /* of all scripts */
	uint32_t told;              /* scripts that got a number */
	/* The run whose words come now. */
	uint32_t head, last; /* its first list, the list that was found last; plus 1 */
	uint32_t at, end;    /* of 'numbers': what is expected next */
	bool strays;         /* it is not as the script has it, and stands in 'now' */
	ADVI_VEC(uint32_t) now;
	/* Values of a run record. */
	uint32_t mapped;                     /* its list of mapped objects, plus 1 */
	uint32_t sampled[ADVI_SAMPLE_SLOTS]; /* such lists by a sample of their bytes; plus 1 */
	struct advi_map environments;        /* -> index into 'environment' */
	ADVI_VEC(struct advi_xalt_environment) environment;
	struct advi_arena texts; /* of 'environment' */
};

void advi_recall_clear(struct advi_recall *recall);
/* Whether it holds so much that it should be cleared. */
bool advi_recall_full(const struct advi_recall *recall);

/* What comes now belongs to another run. */
void advi_recall_turn(struct advi_recall *recall);
/* The same, and the last one may not have ended where it seems to. */
void advi_recall_break(struct advi_recall *recall);
/* Whether 'text' begins with a list's words, and 'end' follows. */
static inline bool advi_recall_is(const struct advi_recalled *list, struct advi_str text, char end)
{
	struct advi_str words = {text.ptr, list->length};
	struct advi_fingerprint print;

	if (text.len <= words.len || text.ptr[words.len] != end)
		return false;
	if (words.len <= ADVI_MARK_BYTES)
		return advi_mark_of(words) == list->mark;
	print = advi_fingerprint_of(words);
	return advi_fingerprint_eq(&print, &list->print);
}
/* The number of words, or ADVI_NO_LIST. */
uint32_t advi_recall_find(const struct advi_recall *recall, struct advi_str words);
/* The same, and a new number for words that are not found ('*is_new' may be NULL). */
uint32_t advi_recall_add(struct advi_recall *recall, struct advi_str words, bool *is_new);
/* Goes on behind a list that was found or added. */
void advi_recall_note(struct advi_recall *recall, uint32_t list);
/* The list that is expected by the script of the run, or NULL. */
static inline const struct advi_recalled *advi_recall_expected(const struct advi_recall *recall)
{
	return recall->at < recall->end ? &recall->lists.at[recall->numbers.at[recall->at]] : NULL;
}
/* The script whose lists, and no others, the run has had so far, or NULL. */
struct advi_script *advi_recall_script(const struct advi_recall *recall);
/*
 * As struct advi_xalt_memory has them, of a struct advi_recall: values of a run record. The number
 * of a list of mapped objects is in 'mapped', when it is known.
 */
size_t advi_recall_known(void *recall, struct advi_str key, struct advi_str rest,
			 struct advi_xalt_environment *environment);
void advi_recall_met(void *recall, struct advi_str key, struct advi_str words,
		     const struct advi_xalt_environment *environment);

#endif
