/* SPDX-License-Identifier: BSD-3-Clause */
/* Records put together from blocks that come in any order, twice, or in different files. */
#ifndef ADVI_USAGE_ASSEMBLY_H
#define ADVI_USAGE_ASSEMBLY_H

#include "base/map.h"
#include "usage/combine.h"
#include "usage/sink.h"

struct advi_record_parts;

/*
 * The records of one source whose blocks have begun to come. A record is known by all that its
 * blocks share (version, kind, host, key, crc, nb). A block that comes again is dropped. Blocks of
 * one place that differ are all kept, and which of them belong together is asked when every place
 * has one (combine.h). What is not whole at the end is kept in the store, and so is everything when
 * it becomes too much.
 */
struct advi_assembly {
	struct advi_sink *sink;
	struct advi_map records; /* pointers to struct advi_record_parts */
	struct advi_map before;  /* digests of those that were whole when they became too many */
	size_t bytes, used;      /* of slices held; of those, in records that are whole */
	struct advi_buf id;
	struct advi_combination found;
};

void advi_assembly_init(struct advi_assembly *assembly, struct advi_sink *sink);
void advi_assembly_clear(struct advi_assembly *assembly);
/* Takes a message (advi_block_find); what is wrong with it, or with its record, is refused. */
int advi_assembly_take(struct advi_assembly *assembly, struct advi_str message, uint64_t offset,
		       struct adv_err *err);
/* At the end of the source: what is not whole goes to the store, where it may become so. */
int advi_assembly_end(struct advi_assembly *assembly, uint64_t offset, struct adv_err *err);
/* Takes what has become whole in the store by a merge. */
int advi_assembly_settle(struct advi_sink *sink, struct adv_err *err);

#endif
