/* SPDX-License-Identifier: BSD-3-Clause */
/* An oracle that asks another one each question once. */
#ifndef ADVI_ADVISE_REMEMBER_H
#define ADVI_ADVISE_REMEMBER_H

#include "advise/oracle.h"
#include "base/map.h"

/* Answers are kept by the whole question: environment, specs, freedom. Zero is empty. */
struct advi_memory {
	struct advi_oracle inner;
	struct advi_map wanted;  /* names that 'inner' was told of */
	struct advi_map answers; /* question -> answer */
	uint64_t asked;          /* questions that went to 'inner' */
};

/* An oracle over 'inner', which answers as that does; 'memory' must outlive it. */
struct advi_oracle advi_oracle_remembering(struct advi_memory *memory,
					   const struct advi_oracle *inner);
void advi_memory_clear(struct advi_memory *memory);

#endif
