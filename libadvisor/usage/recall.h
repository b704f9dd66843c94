/* SPDX-License-Identifier: BSD-3-Clause */
/* What was read before in the same words: XALT repeats itself from run to run. */
#ifndef ADVI_USAGE_RECALL_H
#define ADVI_USAGE_RECALL_H

#include "base/map.h"
#include "usage/gather.h"

/*
 * Numbers [first, first + count) of the imports of all lists. 'next' is the list that followed it
 * last time, plus 1: a program imports the same things in the same order.
 */
struct advi_list_span {
	uint32_t first, count, next;
};

/*
 * Two runs of one environment name the same files in the same words: all of a package record but
 * its run, and the list of mapped objects of a run record. What such words came to is remembered,
 * so that they are compared and not parsed when they come again. Only words of records that were
 * accepted are remembered, and only whole values: equal bytes are as valid as they were.
 */
struct advi_recall {
	struct advi_map words; /* -> index into lists */
	ADVI_VEC(struct advi_list_span) lists;
	advi_imports imports;                /* of all lists */
	uint32_t last;                       /* the list that was found last, plus 1 */
	unsigned generation;                 /* of the gathering that the numbers belong to */
	char uuid_text[36];                  /* of the package record that came last */
	unsigned char uuid[ADVI_UUID_BYTES]; /* the same; valid when has_uuid */
	bool has_uuid;
};

void advi_recall_clear(struct advi_recall *recall);

/*
 * Splits a package record as XALT from 2.10.3 on writes it,
 * {"crc":"0x5999","program":"python","xalt_run_uuid":"...","package_version":...}, into its run
 * (true only when that is a valid one) and the words behind it.
 */
bool advi_recall_split(struct advi_recall *recall, struct advi_str record, struct advi_str *words);
/* What words came to, or NULL. Valid until the next call. */
const uint32_t *advi_recall_find(struct advi_recall *recall, const struct advi_gather *gather,
				 struct advi_str words, size_t *count);
/* Remembers what words came to. */
void advi_recall_add(struct advi_recall *recall, const struct advi_gather *gather,
		     struct advi_str words, const uint32_t *imports, size_t count);

#endif
