/* SPDX-License-Identifier: BSD-3-Clause */
/* XALT's records in lines, read by lanes, chunk by chunk. */
#include "usage/lanes.h"

#include "usage/crew.h"

struct reading {
	const struct advi_source *source;
	struct advi_sink *sink;
	const struct advi_json_records *records;
	uint64_t offset; /* of the chunk in the file */
	size_t cut;      /* where it ends without a line end, or SIZE_MAX */
};

static int take_json(void *context, const struct advi_line *line, struct adv_err *err)
{
	struct reading *reading = context;

	return advi_json_take(reading->records, reading->sink, line->text, line->offset, err);
}

/* A line that a lane has left: whatever may be in it. */
static int take_line(void *context, struct advi_str text, uint64_t at, struct adv_err *err)
{
	struct reading *reading = context;
	struct advi_line line = {.text = text,
				 .offset = reading->offset + at,
				 .too_long = text.len > ADVI_LINE_BYTES,
				 .cut = at + text.len == reading->cut};

	return advi_format_line(reading->sink, &line, take_json, reading, err);
}

static int take_batch(struct reading *reading, struct advi_intake *intake,
		      const struct advi_batch *batch, struct adv_err *err)
{
	const struct advi_chunk *chunk = &batch->chunk;
	struct advi_sink *sink = reading->sink;
	uint64_t start = reading->source->start;
	struct advi_line line = {
		.offset = start + chunk->offset, .too_long = true, .cut = chunk->cut};

	reading->offset = line.offset;
	reading->cut = chunk->cut ? chunk->lines.len : SIZE_MAX;
	sink->source.records += batch->records + chunk->too_long;
	sink->source.bytes = chunk->end;
	if (chunk->too_long)
		return advi_format_line(sink, &line, take_json, reading, err);
	return advi_intake_add(intake, sink, batch, take_line, reading, err);
}

/* Alone, chunk by chunk. */
static int read_alone(struct reading *reading, struct advi_chunks *chunks, struct adv_err *err)
{
	struct advi_sink *sink = reading->sink;
	struct advi_reader *reader = &sink->readers[0];
	int r;

	advi_lane_turn(&reader->lane);
	while ((r = advi_chunks_next(chunks, &sink->batch.chunk, err)) > 0) {
		sink->busy = true;
		advi_lane_read(&reader->lane, &sink->batch);
		r = take_batch(reading, &reader->intake, &sink->batch, err);
		sink->busy = false;
		if (r < 0 || (r = advi_sink_trim(sink, err)) < 0)
			break;
	}
	return r;
}

/* Takes what a crew reads, until it ends or stands still. */
static int take_all(struct reading *reading, struct advi_crew *crew, struct adv_err *err)
{
	const struct advi_crew_batch *next;
	int r;

	while ((r = advi_crew_next(crew, &next, err)) > 0) {
		if ((r = take_batch(reading, next->intake, &next->batch, err)) < 0)
			break;
		if (advi_gather_full(&reading->sink->gather))
			advi_crew_hold(crew, true);
	}
	return r;
}

static int read_together(struct reading *reading, struct advi_chunks *chunks, struct adv_err *err)
{
	struct advi_sink *sink = reading->sink;
	ADVI_AUTO(crew) struct advi_crew *crew = advi_crew_new(sink, chunks);
	int r;

	do {
		sink->busy = true;
		r = take_all(reading, crew, err);
		sink->busy = false;
		if (r < 0 || advi_crew_ended(crew))
			break;
		r = advi_sink_trim(sink, err);
		advi_crew_hold(crew, false);
	} while (r == 0);
	return r;
}

int advi_lanes_read(const struct advi_source *source, struct advi_sink *sink,
		    const struct advi_json_records *records, struct adv_err *err)
{
	struct reading reading = {.source = source, .sink = sink, .records = records};
	ADVI_AUTO(chunks) struct advi_chunks chunks;

	advi_chunks_init(&chunks, source->stream, ADVI_LINE_BYTES);
	return source->whole || sink->reader_count == 1 ? read_alone(&reading, &chunks, err)
							: read_together(&reading, &chunks, err);
}
