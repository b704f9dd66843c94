/* SPDX-License-Identifier: BSD-3-Clause */
/* A lane's batches, taken by a sink. */
#ifndef ADVI_USAGE_INTAKE_H
#define ADVI_USAGE_INTAKE_H

#include "usage/batch.h"
#include "usage/gather.h"

struct advi_sink;

/* A list's imports: at[first .. first + count) of the imports. */
struct advi_intake_list {
	uint32_t first, count;
};

/* The same of a script, with those of the run's mapped objects, and the set that they are. */
struct advi_intake_script {
	uint32_t first, count;
	struct advi_set_memo set;
};

/* What the lists and scripts of one lane came to, as the sink's gathering numbers imports. Zero is
 * empty. */
struct advi_intake {
	ADVI_VEC(struct advi_intake_list) lists;
	ADVI_VEC(struct advi_intake_script) scripts;
	advi_imports imports;
	size_t told; /* of the scripts that the batch tells */
};

void advi_intake_clear(struct advi_intake *intake);
/*
 * Takes a lane's batch, each in the order in which the lane has read them. A line that is left is
 * given to 'line' with its place in the chunk, and what that returns below 0 ends the taking.
 */
typedef int advi_intake_line_fn(void *context, struct advi_str text, uint64_t at,
				struct adv_err *err);
int advi_intake_add(struct advi_intake *intake, struct advi_sink *sink,
		    const struct advi_batch *batch, advi_intake_line_fn *line, void *context,
		    struct adv_err *err);

#endif
