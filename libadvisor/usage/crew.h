/* SPDX-License-Identifier: BSD-3-Clause */
/* Several threads read chunks of one stream, and one takes what they say in the stream's order. */
#ifndef ADVI_USAGE_CREW_H
#define ADVI_USAGE_CREW_H

#include "usage/sink.h"

struct advi_crew;

/*
 * As many threads as the sink has readers, of whom the caller is one. Where one can't be started
 * there is one less. The caller ends them with _free; what they have read until then is lost.
 */
struct advi_crew *advi_crew_new(struct advi_sink *sink, struct advi_chunks *chunks);
void advi_crew_free(struct advi_crew *crew);
static inline void advi_crew_clear(struct advi_crew **crew)
{
	advi_crew_free(*crew);
}

/* A batch in its turn. */
struct advi_crew_batch {
	struct advi_batch batch;
	struct advi_intake *intake; /* of the reader who has read it */
};
/*
 * The next batch: 1; 0 at the end, or when all that was read was given and no more is to be; or the
 * stream's error. Until it is there the caller does what else there is to do, and tells who hears
 * the stream; nobody else does. It is valid until the next call.
 */
int advi_crew_next(struct advi_crew *crew, const struct advi_crew_batch **out, struct adv_err *err);
/* Whether no more is to be read, until it may be again. */
void advi_crew_hold(struct advi_crew *crew, bool hold);
/* Whether the end of the stream was met. */
bool advi_crew_ended(struct advi_crew *crew);

#endif
