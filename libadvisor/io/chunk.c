/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole lines of a stream, many at a time. */
#include "io/chunk.h"

#include "base/mem.h"

enum { CHUNK_BYTES = 128 << 10 };

void advi_chunk_clear(struct advi_chunk *chunk)
{
	free(chunk->memory);
	*chunk = (struct advi_chunk){0};
}

void advi_chunks_init(struct advi_chunks *chunks, struct advi_stream *stream, size_t longest_bytes)
{
	*chunks = (struct advi_chunks){
		.stream = stream,
		.longest = longest_bytes,
		.rest = ADVI_BUF_INIT(longest_bytes + CHUNK_BYTES),
	};
}

void advi_chunks_clear(struct advi_chunks *chunks)
{
	advi_buf_clear(&chunks->rest);
}

/* Memory for another reading behind 'used' bytes; what was needed for one long line is given back.
 */
static void make_room(struct advi_chunk *chunk, size_t used)
{
	enum { USUAL = 2 * CHUNK_BYTES };
	size_t room = used + CHUNK_BYTES <= USUAL ? USUAL : 2 * (used + CHUNK_BYTES);

	if (used + CHUNK_BYTES > chunk->room || (!used && chunk->room > USUAL)) {
		chunk->memory = advi_realloc(chunk->memory, room, 1);
		chunk->room = room;
	}
}

static int give(struct advi_chunks *chunks, struct advi_chunk *out, size_t bytes)
{
	out->lines = (struct advi_str){out->memory, bytes};
	out->end = chunks->offset += bytes;
	return 1;
}

/* Passes over the rest of a line that is too long. */
static int pass(struct advi_chunks *chunks, struct advi_chunk *out, size_t used,
		struct adv_err *err)
{
	size_t got;
	int r;

	out->too_long = true;
	out->lines = ADVI_STR("");
	chunks->offset += used;
	while ((r = advi_stream_into(chunks->stream, out->memory, CHUNK_BYTES, &got, err)) == 0) {
		struct advi_str block = {out->memory, got};
		size_t end = advi_str_find(block, '\n');

		if (end < got) {
			out->end = chunks->offset += end + 1;
			advi_buf_add(&chunks->rest, advi_str_from(block, end + 1));
			return 1;
		}
		out->end = chunks->offset += got;
		out->cut = !got;
		if (!got)
			return 1;
	}
	return r;
}

int advi_chunks_next(struct advi_chunks *chunks, struct advi_chunk *out, struct adv_err *err)
{
	struct advi_buf *rest = &chunks->rest;
	size_t used = rest->len, got;
	const char *last;

	out->offset = chunks->offset;
	out->too_long = out->cut = false;
	make_room(out, 0);
	for (;;) {
		int r;

		make_room(out, used);
		if (rest->len)
			memcpy(out->memory, rest->ptr, rest->len);
		advi_buf_reset(rest);
		r = advi_stream_into(chunks->stream, out->memory + used, CHUNK_BYTES, &got, err);
		if (r < 0)
			return r;
		if (!got) {
			out->cut = true;
			return used ? give(chunks, out, used) : 0;
		}
		last = memrchr(out->memory + used, '\n', got);
		used += got;
		if (last)
			break;
		if (used > chunks->longest)
			return pass(chunks, out, used, err);
	}
	got = (size_t)(last - out->memory) + 1;
	advi_buf_add(rest, (struct advi_str){out->memory + got, used - got});
	return give(chunks, out, got);
}
