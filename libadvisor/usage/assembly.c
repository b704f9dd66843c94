/* SPDX-License-Identifier: BSD-3-Clause */
/* Records put together from blocks. */
#include "usage/assembly.h"

#include "usage/format.h"
#include "usage/format_json.h"

enum {
	HELD_BYTES = 32 << 20, /* of slices; more go to the store */
	HELD_RECORDS = 65536,  /* and whole ones that are remembered, for blocks that come again */
	TWINS = 8              /* records under one key at a time */
};

struct advi_record_parts {
	unsigned version, count;
	bool whole; /* it was put together */
	bool named; /* it has a crc, so that there is no other of its key */
	size_t bytes;
	advi_slices slices; /* each owns its bytes */
};

void advi_assembly_init(struct advi_assembly *assembly, struct advi_sink *sink)
{
	*assembly = (struct advi_assembly){
		.sink = sink,
		.id = ADVI_BUF_INIT(ADVI_LINE_BYTES),
		.text = ADVI_BUF_INIT(ADVI_LINE_BYTES),
	};
}

static void drop_slices(struct advi_assembly *assembly, struct advi_record_parts *parts)
{
	for (size_t i = 0; i < parts->slices.count; i++)
		free((char *)(uintptr_t)parts->slices.at[i].value.ptr);
	advi_vec_clear(&parts->slices);
	assembly->bytes -= parts->bytes;
	parts->bytes = 0;
}

static void forget(struct advi_assembly *assembly)
{
	for (size_t i = 0; i < assembly->records.entries.count; i++) {
		struct advi_record_parts *parts = assembly->records.entries.at[i].pointer;

		drop_slices(assembly, parts);
		free(parts);
	}
	advi_map_clear(&assembly->records);
}

void advi_assembly_clear(struct advi_assembly *assembly)
{
	forget(assembly);
	advi_map_clear(&assembly->before);
	advi_buf_clear(&assembly->id);
	advi_buf_clear(&assembly->text);
}

/* Takes a record's text, whatever became of its blocks. */
static int take_text(struct advi_sink *sink, struct advi_str text, uint64_t offset,
		     const char *problem, struct adv_err *err)
{
	int r = problem ? ADVI_BROKEN : advi_xalt_take(sink, text, offset, &problem, err);

	if (r == ADVI_FOREIGN)
		problem = "is neither a run nor a package nor a link";
	if (r > ADVI_TAKEN)
		advi_sink_reject(sink, offset, problem);
	return r < 0 ? r : 0;
}

/* The same for all blocks of a record, and different for others; 'twin' tells equal keys apart. */
static struct advi_str id_of(struct advi_assembly *assembly, const struct advi_block *block,
			     int twin)
{
	const struct advi_str parts[] = {block->kind, block->host, block->key, block->crc};

	advi_buf_reset(&assembly->id);
	advi_buf_printf(&assembly->id, "%u %u %d", block->version, block->count, twin);
	for (size_t i = 0; i < ADVI_COUNT(parts); i++) {
		advi_buf_byte(&assembly->id, '\0');
		advi_buf_add(&assembly->id, parts[i]);
	}
	return advi_buf_str(&assembly->id);
}

static struct advi_record_parts *parts_of(struct advi_assembly *assembly,
					  const struct advi_block *block, int twin)
{
	bool is_new;
	struct advi_map_entry *entry =
		advi_map_add(&assembly->records, id_of(assembly, block, twin), &is_new);
	struct advi_record_parts *parts = entry->pointer;

	if (!is_new)
		return parts;
	parts = entry->pointer = advi_calloc(1, sizeof(*parts));
	parts->version = block->version;
	parts->count = block->count;
	parts->named = block->crc.len > 0;
	return parts;
}

static const struct advi_slice *slice_at(const struct advi_record_parts *parts, unsigned at)
{
	size_t count = parts->slices.count;

	/* Nearly always they come in order. */
	if (!count || parts->slices.at[count - 1].at < at)
		return NULL;
	for (size_t i = count; i-- > 0;)
		if (parts->slices.at[i].at == at)
			return &parts->slices.at[i];
	return NULL;
}

static void add_slice(struct advi_assembly *assembly, struct advi_record_parts *parts,
		      const struct advi_block *block)
{
	struct advi_slice *slice = advi_vec_new(&parts->slices);

	slice->at = block->at;
	slice->value = (struct advi_str){advi_str_dup(block->value), block->value.len};
	parts->bytes += block->value.len;
	assembly->bytes += block->value.len;
}

/* Whether a record was put together before the held ones were written. */
static bool was_whole(struct advi_assembly *assembly, const struct advi_block *block)
{
	unsigned char record[ADVI_PIECE_RECORD_BYTES];

	if (!block->crc.len || !assembly->before.entries.count)
		return false;
	advi_piece_record(id_of(assembly, block, 0), record);
	return advi_map_get(&assembly->before,
			    (struct advi_str){(const char *)record, sizeof(record)}) != NULL;
}

/*
 * The record that a block belongs to: the first under its key that lacks it, or NULL when it is
 * there already. Without a crc a key can be used again once its record is whole.
 */
static struct advi_record_parts *find(struct advi_assembly *assembly,
				      const struct advi_block *block, const char **problem)
{
	if (was_whole(assembly, block))
		return NULL;
	for (int twin = 0; twin < TWINS; twin++) {
		struct advi_record_parts *parts = parts_of(assembly, block, twin);
		const struct advi_slice *same;

		if (parts->whole && parts->named)
			return NULL;
		parts->whole = false;
		same = slice_at(parts, block->at);
		if (!same)
			return parts;
		if (advi_str_eq(same->value, block->value))
			return NULL;
	}
	*problem = "is a message of one record too many under its key";
	return NULL;
}

static int finish(struct advi_assembly *assembly, struct advi_record_parts *parts, uint64_t offset,
		  struct adv_err *err)
{
	struct advi_sink *sink = assembly->sink;
	const char *problem;
	int r = 0;

	advi_buf_reset(&assembly->text);
	assembly->text.full = false;
	problem = advi_block_join(&parts->slices, parts->version, &assembly->text);
	drop_slices(assembly, parts);
	parts->whole = true;
	sink->source.records++;
	/* Pieces of it that an earlier log has left have come again with the others. */
	if (sink->pieces.any) {
		unsigned char record[ADVI_PIECE_RECORD_BYTES];

		advi_piece_record(advi_buf_str(&assembly->id), record);
		r = advi_pieces_drop(&sink->pieces, record, err);
		sink->failed |= r < 0;
	}
	return r < 0 ? r : take_text(sink, advi_buf_str(&assembly->text), offset, problem, err);
}

/* A record that is one block: nothing is to be remembered of it. */
static int take_single(struct advi_assembly *assembly, const struct advi_block *block,
		       uint64_t offset, struct adv_err *err)
{
	advi_slices slices = {0};
	const char *problem = NULL;
	struct advi_str text = block->value;

	assembly->sink->source.records++;
	if (block->version < 3) {
		advi_buf_reset(&assembly->text);
		assembly->text.full = false;
		advi_vec_push(&slices, ((struct advi_slice){0, block->value}));
		problem = advi_block_join(&slices, block->version, &assembly->text);
		text = advi_buf_str(&assembly->text);
		advi_vec_clear(&slices);
	}
	return take_text(assembly->sink, text, offset, problem, err);
}

/* Of the whole records only that they were: what comes of them later is known. */
static void remember(struct advi_assembly *assembly)
{
	unsigned char record[ADVI_PIECE_RECORD_BYTES];

	advi_map_clear(&assembly->before);
	for (size_t i = 0; i < assembly->records.entries.count; i++) {
		const struct advi_map_entry *entry = &assembly->records.entries.at[i];
		const struct advi_record_parts *parts = entry->pointer;

		if (!parts->whole || !parts->named)
			continue;
		advi_piece_record(entry->key, record);
		advi_map_add(&assembly->before,
			     (struct advi_str){(const char *)record, sizeof(record)}, NULL);
	}
}

int advi_assembly_take(struct advi_assembly *assembly, struct advi_str message, uint64_t offset,
		       struct adv_err *err)
{
	struct advi_record_parts *parts;
	struct advi_block block;
	const char *problem = advi_block_read(message, &block);

	if (!problem && block.count == 1)
		return take_single(assembly, &block, offset, err);
	parts = problem ? NULL : find(assembly, &block, &problem);
	if (problem) {
		assembly->sink->source.records++;
		advi_sink_reject(assembly->sink, offset, problem);
	}
	if (!parts)
		return 0;
	add_slice(assembly, parts, &block);
	if (parts->slices.count == parts->count)
		return finish(assembly, parts, offset, err);
	if (assembly->bytes < HELD_BYTES && assembly->records.entries.count < HELD_RECORDS)
		return 0;
	remember(assembly);
	return advi_assembly_end(assembly, offset, err);
}

/* Brings one record's blocks to the store; with those that are there it may be whole. */
static int store_parts(struct advi_assembly *assembly, struct advi_str id,
		       const struct advi_record_parts *parts, uint64_t offset, struct adv_err *err)
{
	struct advi_sink *sink = assembly->sink;
	unsigned char record[ADVI_PIECE_RECORD_BYTES];
	const char *problem;
	int r = 0;

	advi_piece_record(id, record);
	for (size_t i = 0; i < parts->slices.count && r == 0; i++)
		r = advi_pieces_add(&sink->pieces, record, parts->version, parts->count,
				    &parts->slices.at[i], err);
	advi_buf_reset(&assembly->text);
	assembly->text.full = false;
	if (r == 0)
		r = advi_pieces_take(&sink->pieces, record, &assembly->text, &problem, err);
	sink->failed |= r < 0;
	if (r <= 0)
		return r;
	sink->source.records++;
	return take_text(sink, advi_buf_str(&assembly->text), offset, problem, err);
}

int advi_assembly_end(struct advi_assembly *assembly, uint64_t offset, struct adv_err *err)
{
	int r = 0;

	for (size_t i = 0; i < assembly->records.entries.count && r == 0; i++) {
		const struct advi_map_entry *entry = &assembly->records.entries.at[i];
		const struct advi_record_parts *parts = entry->pointer;

		if (parts->slices.count)
			r = store_parts(assembly, entry->key, parts, offset, err);
	}
	forget(assembly);
	return r;
}

int advi_assembly_settle(struct advi_sink *sink, struct adv_err *err)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(ADVI_LINE_BYTES);
	unsigned char record[ADVI_PIECE_RECORD_BYTES];
	const char *problem;
	int r;

	while ((r = advi_pieces_next(&sink->pieces, record, err)) > 0) {
		advi_buf_reset(&text);
		text.full = false;
		r = advi_pieces_take(&sink->pieces, record, &text, &problem, err);
		if (r > 0) {
			sink->source.records++;
			r = take_text(sink, advi_buf_str(&text), 0, problem, err);
		}
		if (r < 0)
			break;
	}
	sink->failed |= r < 0;
	return r;
}
