/* SPDX-License-Identifier: BSD-3-Clause */
/* What was read before in the same words: XALT repeats itself from run to run. */
#ifndef ADVI_USAGE_RECALL_H
#define ADVI_USAGE_RECALL_H

#include "base/map.h"
#include "usage/record.h"

/*
 * Some words (a list): their number, the one that followed it last, and the lists that followed
 * when it was the first one of a run: script.at[first .. first + count).
 */
struct advi_recalled {
	uint32_t next; /* plus 1; 0: none yet */
	uint32_t first, count, room;
	uint32_t environment; /* that a run with these mapped objects had, plus 1 */
};

/* The value of a key that is the same in many records. */
struct advi_same {
	const char *key;
	struct advi_buf words;
};

#define ADVI_NO_LIST UINT32_MAX

enum { ADVI_SAME_KEYS = 4, ADVI_SAMPLE_SLOTS = 4096 };

/*
 * Two runs of one environment name the same files in the same words: all of a package record but
 * its run, and the list of mapped objects of a run record. Such words get a number, and are
 * compared and not parsed when they come again; those that followed last time are tried first,
 * since a program imports the same things in the same order. Only words of records that were
 * accepted are remembered, and only whole values: equal bytes are as valid as they were.
 */
struct advi_recall {
	struct advi_map words; /* the index is the number */
	ADVI_VEC(struct advi_recalled) lists;
	ADVI_VEC(uint32_t) script;
	/* The run whose words come now. */
	ADVI_VEC(uint32_t) now; /* its lists, the first one left out */
	uint32_t head, last;    /* its first list, the list that was found last; plus 1 */
	uint32_t at, end;       /* of the script: what is expected next */
	bool strays;            /* something else came */
	/* Values of a run record. */
	uint32_t mapped;                     /* its list of mapped objects, plus 1 */
	uint32_t sampled[ADVI_SAMPLE_SLOTS]; /* such lists by a sample of their bytes; plus 1 */
	struct advi_map environments;        /* -> index into 'environment' */
	ADVI_VEC(struct advi_xalt_environment) environment;
	struct advi_arena texts; /* of 'environment' */
	struct advi_same same[ADVI_SAME_KEYS];
};

void advi_recall_init(struct advi_recall *recall);
void advi_recall_clear(struct advi_recall *recall);
/* Whether it holds so much that it should be cleared. */
bool advi_recall_full(const struct advi_recall *recall);

/* What comes now belongs to another run. */
void advi_recall_turn(struct advi_recall *recall);
/*
 * The number of the words that 'text' begins with, of which a line end follows; ADVI_NO_LIST when
 * those that were expected do not.
 */
uint32_t advi_recall_expected(const struct advi_recall *recall, struct advi_str text, char end);
/* The number of words, or ADVI_NO_LIST. */
uint32_t advi_recall_find(const struct advi_recall *recall, struct advi_str words);
/* A new number for words that were not found. */
uint32_t advi_recall_add(struct advi_recall *recall, struct advi_str words);
/* Goes on behind a list that was expected, found or added. */
void advi_recall_note(struct advi_recall *recall, uint32_t list);
/*
 * As struct advi_xalt_memory has them, of a struct advi_recall: values of a run record. The number
 * of a list of mapped objects is in 'mapped', when it is known.
 */
size_t advi_recall_known(void *recall, struct advi_str key, struct advi_str rest,
			 struct advi_xalt_environment *environment);
void advi_recall_met(void *recall, struct advi_str key, struct advi_str words,
		     const struct advi_xalt_environment *environment);
static inline struct advi_str advi_recall_words(const struct advi_recall *recall, uint32_t list)
{
	return recall->words.entries.at[list].key;
}

#endif
