/* SPDX-License-Identifier: BSD-3-Clause */
/* What a chunk of lines says. */
#include "usage/batch.h"

void advi_batch_reset(struct advi_batch *batch)
{
	advi_arena_clear(&batch->decoded);
	batch->anew = false;
	batch->records = 0;
	batch->lists.count = batch->paths.count = batch->runs.count = 0;
	batch->scripts.count = batch->numbers.count = batch->entries.count = 0;
}

void advi_batch_clear(struct advi_batch *batch)
{
	advi_chunk_clear(&batch->chunk);
	advi_arena_clear(&batch->decoded);
	advi_vec_clear(&batch->lists);
	advi_vec_clear(&batch->paths);
	advi_vec_clear(&batch->runs);
	advi_vec_clear(&batch->scripts);
	advi_vec_clear(&batch->numbers);
	advi_vec_clear(&batch->entries);
}
