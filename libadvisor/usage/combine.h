/* SPDX-License-Identifier: BSD-3-Clause */
/* Which of the pieces that came under one key make a record. */
#ifndef ADVI_USAGE_COMBINE_H
#define ADVI_USAGE_COMBINE_H

#include "usage/block.h"

struct advi_combination {
	ADVI_VEC(size_t) picks; /* in the list that it was made of, one a place */
	struct advi_buf text;   /* the record; its cap is the caller's */
};

static inline void advi_combination_clear(struct advi_combination *combination)
{
	advi_vec_clear(&combination->picks);
	advi_buf_clear(&combination->text);
}

/*
 * Makes a record of the pieces of a key, no two of them equal, of which 'count' belong together.
 * They differ at one place when several records have the key (a process that forks ends twice, and
 * before version 4 nothing tells the two apart), or when one was damaged on its way. The first
 * combination is taken that proves itself by a crc or as a zlib stream; else the first that can be
 * read, has no crc and whose pieces came one right behind the other, or that is the only one. Not
 * all are tried when they are many. Used pieces are taken with 'again', at
 * places that have no other. False: there is none.
 */
bool advi_combine(const advi_slices *all, unsigned version, unsigned count, bool again,
		  struct advi_combination *out);

#endif
