/* SPDX-License-Identifier: BSD-3-Clause */
/* A lane: reads lines of XALT's records and needs no store, so that several can do so at once. */
#ifndef ADVI_USAGE_LANE_H
#define ADVI_USAGE_LANE_H

#include "usage/batch.h"
#include "usage/recall.h"
#include "usage/shape.h"

/*
 * Runs and package records that are as they should be become entries of a batch; nothing else is
 * decided here: what is damaged, wrapped or foreign is left as a line to who reads all of that.
 */
struct advi_lane {
	struct advi_recall recall;
	struct advi_shapes shapes;
	advi_paths libs;                     /* of the run that is read */
	char uuid_text[36];                  /* of the package record that came last */
	unsigned char uuid[ADVI_UUID_BYTES]; /* the same; valid when has_uuid */
	bool has_uuid;
	unsigned char turn[ADVI_UUID_BYTES]; /* the run whose records come now; when has_turn */
	bool has_turn;
	bool started;  /* a batch has said that lists are numbered from 0 */
	uint32_t told; /* of the recall's script, what the batch has of the run */
	uint32_t run;  /* of the batch, plus 1: all that it imports came as its script has it */
};

void advi_lane_init(struct advi_lane *lane);
void advi_lane_clear(struct advi_lane *lane);
/* Forgets what its numbers stand for, as who takes its batches has. */
void advi_lane_forget(struct advi_lane *lane);
/* What comes next does not follow what came last. */
void advi_lane_turn(struct advi_lane *lane);
/* Reads the lines of batch->chunk; the rest of the batch is written anew. */
void advi_lane_read(struct advi_lane *lane, struct advi_batch *batch);
/* Reads one record into an empty batch; false when it is nothing that a lane reads. */
bool advi_lane_take(struct advi_lane *lane, struct advi_batch *batch, struct advi_str record);

#endif
