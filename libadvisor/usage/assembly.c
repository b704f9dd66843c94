/* SPDX-License-Identifier: BSD-3-Clause */
/* Records put together from blocks. */
#include "usage/assembly.h"

#include "usage/format.h"
#include "usage/format_json.h"

enum {
	HELD_BYTES = 32 << 20, /* of slices; more go to the store */
	HELD_RECORDS = 65536,  /* and whole ones that are remembered, for blocks that come again */
	USED_BYTES = 4 << 20,  /* of slices that are known again when they come late */
	TWINS = 8,             /* that differ at one place */
	SPARE = 1024,          /* and in all places of a record, beyond one each */
	ATTEMPTS = 32          /* to find out which of them belong together */
};

struct advi_record_parts {
	unsigned version, count;
	bool whole;          /* it was put together, and has a crc: there is no other of its key */
	bool named;          /* it has a crc */
	unsigned top;        /* the last place that has a slice */
	unsigned filled;     /* places with an unused slice */
	unsigned attempts;   /* to put one together of slices that differ */
	const char *problem; /* what is wrong with all of them together, or NULL */
	uint64_t offset;     /* of the block that made them all */
	size_t bytes, used;
	unsigned char run[ADVI_UUID_BYTES];
	bool has_run;
	advi_slices slices; /* each owns its bytes */
};

void advi_assembly_init(struct advi_assembly *assembly, struct advi_sink *sink)
{
	*assembly = (struct advi_assembly){
		.sink = sink,
		.id = ADVI_BUF_INIT(ADVI_LINE_BYTES),
		.found = {.text = ADVI_BUF_INIT(ADVI_LINE_BYTES)},
	};
}

static void drop_slices(struct advi_assembly *assembly, struct advi_record_parts *parts)
{
	for (size_t i = 0; i < parts->slices.count; i++)
		free((char *)(uintptr_t)parts->slices.at[i].value.ptr);
	advi_vec_clear(&parts->slices);
	assembly->bytes -= parts->bytes;
	assembly->used -= parts->used;
	parts->bytes = parts->used = 0;
	parts->filled = 0;
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
	advi_combination_clear(&assembly->found);
}

static const char foreign[] = "is neither a run nor a package nor a link";

/* Takes a record's text, whatever became of its blocks. */
static int take_text(struct advi_sink *sink, struct advi_str text, uint64_t offset,
		     const char *problem, struct adv_err *err)
{
	int r = problem ? ADVI_BROKEN : advi_xalt_take(sink, text, offset, &problem, err);

	if (r == ADVI_FOREIGN)
		problem = foreign;
	if (r > ADVI_TAKEN)
		advi_sink_reject(sink, offset, problem);
	return r < 0 ? r : 0;
}

/* The same for all blocks of a record, and different for others. */
static struct advi_str id_of(struct advi_assembly *assembly, const struct advi_block *block)
{
	const struct advi_str parts[] = {block->kind, block->host, block->key, block->crc};

	advi_buf_reset(&assembly->id);
	advi_buf_printf(&assembly->id, "%u %u 0", block->version, block->count);
	for (size_t i = 0; i < ADVI_COUNT(parts); i++) {
		advi_buf_byte(&assembly->id, '\0');
		advi_buf_add(&assembly->id, parts[i]);
	}
	return advi_buf_str(&assembly->id);
}

/* The run that a record is all of, by its key: "run_fini_<uuid>". */
static bool find_run(const struct advi_block *block, unsigned char out[ADVI_UUID_BYTES])
{
	struct advi_str rest = block->key, part;

	while (advi_str_is(block->kind, "run") && advi_str_split(&rest, '_', &part))
		if (advi_uuid_read(part, out))
			return true;
	return false;
}

static struct advi_record_parts *parts_of(struct advi_assembly *assembly,
					  const struct advi_block *block)
{
	bool is_new;
	struct advi_map_entry *entry =
		advi_map_add(&assembly->records, id_of(assembly, block), &is_new);
	struct advi_record_parts *parts = entry->pointer;

	if (!is_new)
		return parts;
	parts = entry->pointer = advi_calloc(1, sizeof(*parts));
	parts->version = block->version;
	parts->count = block->count;
	parts->named = block->crc.len > 0;
	parts->has_run = find_run(block, parts->run);
	return parts;
}

static void add_slice(struct advi_assembly *assembly, struct advi_record_parts *parts,
		      const struct advi_block *block, uint64_t offset)
{
	struct advi_slice *slice = advi_vec_new(&parts->slices);

	slice->at = block->at;
	slice->value = (struct advi_str){advi_str_dup(block->value), block->value.len};
	slice->offset = offset;
	if (block->at > parts->top)
		parts->top = block->at;
	parts->bytes += block->value.len;
	assembly->bytes += block->value.len;
}

/* Whether a record was put together before the held ones were written. */
static bool was_whole(struct advi_assembly *assembly, const struct advi_block *block)
{
	unsigned char record[ADVI_PIECE_RECORD_BYTES];

	if (!block->crc.len || !assembly->before.entries.count)
		return false;
	advi_piece_record(id_of(assembly, block), record);
	return advi_map_get(&assembly->before,
			    (struct advi_str){(const char *)record, sizeof(record)}) != NULL;
}

/* Keeps a block, unless it is there; 'offset' is that of its message. */
static struct advi_record_parts *keep(struct advi_assembly *assembly,
				      const struct advi_block *block, uint64_t offset,
				      const char **problem)
{
	struct advi_record_parts *parts;
	size_t twins = 0, unused = 0, count;

	if (was_whole(assembly, block))
		return NULL;
	parts = parts_of(assembly, block);
	if (parts->whole)
		return NULL;
	count = parts->slices.count;
	/* Nearly always they come in order. */
	for (size_t i = block->at > parts->top ? count : 0; i < count; i++) {
		const struct advi_slice *slice = &parts->slices.at[i];

		if (slice->at != block->at)
			continue;
		if (advi_str_eq(slice->value, block->value))
			return NULL;
		twins++;
		unused += !slice->used;
	}
	if (twins == TWINS || count >= parts->count + SPARE) {
		*problem = "is a message of one record too many under its key";
		return NULL;
	}
	add_slice(assembly, parts, block, offset);
	parts->filled += !unused;
	return parts;
}

/* Pieces that an earlier log has left have come again with the others. */
static int spend_pieces(struct advi_assembly *assembly, struct advi_str id,
			const struct advi_record_parts *parts, struct adv_err *err)
{
	struct advi_sink *sink = assembly->sink;
	unsigned char record[ADVI_PIECE_RECORD_BYTES];
	struct advi_piece_of of = {record, NULL, parts->version, parts->count};
	int r;

	if (!sink->pieces.any)
		return 0;
	advi_piece_record(id, record);
	r = parts->named ? advi_pieces_drop(&sink->pieces, record, err)
			 : advi_pieces_spend(&sink->pieces, &of, &parts->slices, err);
	sink->failed |= r < 0;
	return r;
}

/* How many places have an unused slice. */
static unsigned count_filled(const struct advi_record_parts *parts)
{
	bool *filled = advi_calloc(parts->count, sizeof(*filled));
	unsigned count = 0;

	for (size_t i = 0; i < parts->slices.count; i++) {
		const struct advi_slice *slice = &parts->slices.at[i];

		count += !slice->used && !filled[slice->at];
		filled[slice->at] |= !slice->used;
	}
	free(filled);
	return count;
}

/* What was put together is used; of a record with a crc nothing more is waited for. */
static int mark_used(struct advi_assembly *assembly, struct advi_str id,
		     struct advi_record_parts *parts, struct adv_err *err)
{
	const struct advi_combination *found = &assembly->found;
	int r = spend_pieces(assembly, id, parts, err);

	assembly->sink->source.records++;
	parts->problem = NULL;
	if (parts->named) {
		parts->whole = true;
		drop_slices(assembly, parts);
		return r;
	}
	for (size_t i = 0; i < found->picks.count; i++) {
		struct advi_slice *slice = &parts->slices.at[found->picks.at[i]];
		size_t bytes = slice->used ? 0 : slice->value.len;

		parts->used += bytes;
		assembly->used += bytes;
		slice->used = true;
	}
	parts->filled = count_filled(parts);
	return r;
}

/*
 * Whether slices that no two are for one place are surely of one record: by a crc, a zlib stream,
 * or since they came in order. Otherwise a better one may come for some place.
 */
static bool are_one(const struct advi_record_parts *parts)
{
	bool up = true, down = true;

	for (size_t i = 1; i < parts->slices.count; i++) {
		up &= parts->slices.at[i - 1].at < parts->slices.at[i].at;
		down &= parts->slices.at[i - 1].at > parts->slices.at[i].at;
	}
	return parts->named || parts->version < 3 || up || down;
}

/*
 * All of the slices, when no two are for one place: nearly always. What can't be read then waits
 * for a better one.
 */
static int take_all(struct advi_assembly *assembly, struct advi_str id,
		    struct advi_record_parts *parts, uint64_t offset, struct adv_err *err)
{
	struct advi_combination *found = &assembly->found;
	int r;

	advi_buf_reset(&found->text);
	found->text.full = false;
	found->picks.count = 0;
	for (size_t i = 0; i < parts->slices.count; i++)
		advi_vec_push(&found->picks, i);
	parts->problem = advi_block_join(&parts->slices, parts->version, &found->text);
	parts->offset = offset;
	if (parts->problem)
		return 0;
	r = advi_xalt_take(assembly->sink, advi_buf_str(&found->text), offset, &parts->problem,
			   err);
	if (r == ADVI_FOREIGN)
		parts->problem = foreign;
	if (r != ADVI_TAKEN)
		return r < 0 ? r : 0;
	return mark_used(assembly, id, parts, err);
}

/* Those of the slices that make a record, until none do. */
static int take_some(struct advi_assembly *assembly, struct advi_str id,
		     struct advi_record_parts *parts, uint64_t offset, bool again,
		     struct adv_err *err)
{
	struct advi_combination *found = &assembly->found;
	int r = 0;

	while (r == 0 && parts->filled && (again || parts->filled == parts->count) &&
	       parts->attempts < ATTEMPTS) {
		parts->attempts++;
		if (!advi_combine(&parts->slices, parts->version, parts->count, again, found))
			break;
		r = mark_used(assembly, id, parts, err);
		if (r == 0)
			r = take_text(assembly->sink, advi_buf_str(&found->text), offset, NULL,
				      err);
	}
	return r;
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
		struct advi_buf *out = &assembly->found.text;

		advi_buf_reset(out);
		out->full = false;
		advi_vec_push(&slices, ((struct advi_slice){.value = block->value}));
		problem = advi_block_join(&slices, block->version, out);
		text = advi_buf_str(out);
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

/* Those that are whole are not known again when their blocks come later than that. */
static void forget_used(struct advi_assembly *assembly)
{
	for (size_t i = 0; i < assembly->records.entries.count; i++) {
		struct advi_record_parts *parts = assembly->records.entries.at[i].pointer;

		if (!parts->filled)
			drop_slices(assembly, parts);
	}
}

int advi_assembly_take(struct advi_assembly *assembly, struct advi_str message, uint64_t offset,
		       struct adv_err *err)
{
	struct advi_record_parts *parts;
	struct advi_block block;
	const char *problem = advi_block_read(message, &block);
	struct advi_str id;
	int r;

	if (!problem && block.count == 1)
		return take_single(assembly, &block, offset, err);
	parts = problem ? NULL : keep(assembly, &block, offset, &problem);
	if (problem) {
		assembly->sink->source.records++;
		advi_sink_reject(assembly->sink, offset, problem);
	}
	if (!parts)
		return 0;
	id = advi_buf_str(&assembly->id);
	r = 0;
	if (parts->filled == parts->count && parts->slices.count > parts->count)
		r = take_some(assembly, id, parts, offset, false, err);
	else if (parts->filled == parts->count && are_one(parts))
		r = take_all(assembly, id, parts, offset, err);
	if (r < 0)
		return r;
	if (assembly->used >= USED_BYTES)
		forget_used(assembly);
	if (assembly->bytes < HELD_BYTES && assembly->records.entries.count < HELD_RECORDS)
		return 0;
	remember(assembly);
	return advi_assembly_end(assembly, offset, err);
}

/* Takes what has become whole in the store of a record's pieces. */
static int take_stored(struct advi_sink *sink, const unsigned char *record, uint64_t offset,
		       struct advi_combination *found, struct adv_err *err)
{
	const char *problem;
	int r;

	while ((r = advi_pieces_take(&sink->pieces, record, found, &problem, err)) > 0) {
		sink->source.records++;
		r = take_text(sink, advi_buf_str(&found->text), offset, problem, err);
		if (r < 0)
			return r;
	}
	sink->failed |= r < 0;
	return r;
}

/* Brings one record's unused blocks to the store; with those that are there it may be whole. */
static int store_parts(struct advi_assembly *assembly, struct advi_str id,
		       const struct advi_record_parts *parts, uint64_t offset, struct adv_err *err)
{
	struct advi_sink *sink = assembly->sink;
	unsigned char record[ADVI_PIECE_RECORD_BYTES];
	struct advi_piece_of of = {record, parts->has_run ? parts->run : NULL, parts->version,
				   parts->count};
	int r = 0;

	advi_piece_record(id, record);
	for (size_t i = 0; i < parts->slices.count && r == 0; i++)
		if (!parts->slices.at[i].used)
			r = advi_pieces_add(&sink->pieces, &of, &parts->slices.at[i], err);
	sink->failed |= r < 0;
	return r < 0 ? r : take_stored(sink, record, offset, &assembly->found, err);
}

/* A record of which no more will come in this source. */
static int end_parts(struct advi_assembly *assembly, struct advi_str id,
		     struct advi_record_parts *parts, uint64_t offset, struct adv_err *err)
{
	int r = 0;

	/* Records of one run may have begun in the same words. */
	if (!parts->problem)
		r = take_some(assembly, id, parts, offset, parts->slices.count > parts->count, err);
	if (r < 0 || !parts->filled)
		return r;
	/* Without a crc they may be copies of what was whole in another log. */
	if (!parts->problem || parts->slices.count > parts->count ||
	    (!parts->named && parts->has_run))
		return store_parts(assembly, id, parts, offset, err);
	assembly->sink->source.records++;
	advi_sink_reject(assembly->sink, parts->offset, parts->problem);
	return 0;
}

int advi_assembly_end(struct advi_assembly *assembly, uint64_t offset, struct adv_err *err)
{
	int r = 0;

	for (size_t i = 0; i < assembly->records.entries.count && r == 0; i++) {
		const struct advi_map_entry *entry = &assembly->records.entries.at[i];

		r = end_parts(assembly, entry->key, entry->pointer, offset, err);
	}
	forget(assembly);
	return r;
}

int advi_assembly_settle(struct advi_sink *sink, struct adv_err *err)
{
	ADVI_AUTO(combination)
	struct advi_combination found = {.text = ADVI_BUF_INIT(ADVI_LINE_BYTES)};
	unsigned char record[ADVI_PIECE_RECORD_BYTES] = {0};
	int r;

	while ((r = advi_pieces_next(&sink->pieces, record, err)) > 0)
		if ((r = take_stored(sink, record, 0, &found, err)) < 0)
			break;
	sink->failed |= r < 0;
	return r;
}
