/* SPDX-License-Identifier: BSD-3-Clause */
/* Which of the pieces that came under one key make a record. */
#include "usage/combine.h"

#include <stdio.h>

#include "io/json_scan.h"
#include "usage/record.h"

enum {
	TRIES = 64,            /* combinations, at most */
	TRIED_BYTES = 16 << 20 /* and so much text of them */
};

/* How good a combination is. */
enum worth { BROKEN, READABLE, PROVED };

/* The pieces that may stand at one place: a stretch of the order. */
struct place {
	size_t first, count, pick;
};

struct choosing {
	const advi_slices *all;
	unsigned version;
	ADVI_VEC(size_t) order; /* of the list: by place, unused ones first, then as they came */
	ADVI_VEC(struct place) places;
	bool lone; /* there is but one combination */
	size_t tried, tried_bytes;
	enum worth best;
	struct advi_combination *out;
};

/* --- what a text is worth --- */

/* CRC-16/CCITT-FALSE of a record in which the crc's own four digits count as FFFF. */
static unsigned crc_of(struct advi_str record, size_t digits)
{
	unsigned crc = 0xFFFF;

	for (size_t i = 0; i < record.len; i++) {
		bool own = i >= digits && i < digits + 4;

		crc ^= (unsigned)(own ? 'F' : (unsigned char)record.ptr[i]) << 8;
		for (int bit = 0; bit < 8; bit++)
			crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xFFFF;
	}
	return crc;
}

/* A record as XALT writes it has its crc first. Whether it has one; and '*holds', whether rightly.
 */
static bool has_crc(struct advi_str record, bool *holds)
{
	struct advi_str head = ADVI_STR("{\"crc\":\"0x");
	char digits[5];

	if (!advi_str_starts(record, head) || record.len < head.len + sizeof(digits))
		return false;
	snprintf(digits, sizeof(digits), "%04X", crc_of(record, head.len));
	*holds = memcmp(record.ptr + head.len, digits, 4) == 0;
	return true;
}

static bool readable(struct advi_str text)
{
	struct advi_record_seen record;
	struct advi_json json;
	advi_paths libs = {0};
	bool good;

	if (!text.len || text.ptr[0] != '{')
		return false;
	advi_json_init(&json, text);
	advi_xalt_read(&json, &libs, &record);
	good = record.kind != ADVI_RECORD_FOREIGN && !json.problem;
	advi_json_clear(&json);
	advi_vec_clear(&libs);
	return good;
}

/* --- combinations --- */

static int by_place(const void *a, const void *b, void *context)
{
	const struct advi_slice *all = context;
	size_t left = *(const size_t *)a, right = *(const size_t *)b;

	if (all[left].at != all[right].at)
		return all[left].at < all[right].at ? -1 : 1;
	if (all[left].used != all[right].used)
		return all[left].used ? 1 : -1;
	return (left > right) - (left < right);
}

/* Lists the pieces by place; false when some place has none. */
static bool find_places(struct choosing *choosing, unsigned count, bool again)
{
	const struct advi_slice *all = choosing->all->at;
	struct place *place = NULL;

	for (size_t i = 0; i < choosing->all->count; i++)
		advi_vec_push(&choosing->order, i);
	if (choosing->order.count)
		qsort_r(choosing->order.at, choosing->order.count, sizeof(size_t), by_place,
			(void *)(uintptr_t)all);
	for (size_t i = 0; i < choosing->order.count; i++) {
		const struct advi_slice *slice = &all[choosing->order.at[i]];

		if (slice->used && !again)
			continue;
		if (!place || all[choosing->order.at[place->first]].at != slice->at) {
			place = advi_vec_new(&choosing->places);
			*place = (struct place){.first = i};
		}
		if (slice->used == all[choosing->order.at[place->first]].used)
			place->count++;
	}
	choosing->lone = choosing->all->count == count;
	return choosing->places.count == count;
}

static size_t picked(const struct choosing *choosing, size_t at)
{
	const struct place *place = &choosing->places.at[at];

	return choosing->order.at[place->first + place->pick];
}

/* Whether the picked pieces came one right behind the other, forwards or backwards. */
static bool in_a_row(const struct choosing *choosing)
{
	size_t count = choosing->places.count, first = picked(choosing, 0),
	       last = picked(choosing, count - 1);
	bool row = last + 1 == first + count || first + 1 == last + count;

	for (size_t i = 0; row && i < count; i++)
		row = picked(choosing, i) == (first < last ? first + i : first - i);
	return row;
}

/*
 * A zlib stream proves itself, and so does a crc; where there is but one combination nobody asks
 * for it, since others may have changed the record. Without a crc a mixture can often be read, and
 * names what nobody has imported.
 */
static enum worth worth_of(const struct choosing *choosing, struct advi_str text)
{
	bool holds;

	if (!readable(text))
		return BROKEN;
	if (choosing->version == 2)
		return PROVED;
	if (!choosing->lone && has_crc(text, &holds))
		return holds ? PROVED : BROKEN;
	return choosing->lone || in_a_row(choosing) ? READABLE : BROKEN;
}

/* Puts the picked pieces together, and keeps that when it is better than what there was. */
static void try_picks(struct choosing *choosing)
{
	struct advi_combination *out = choosing->out;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(out->text.cap);
	struct advi_buf before = out->text;
	advi_slices slices = {0};
	const char *problem;
	enum worth worth;

	for (size_t i = 0; i < choosing->places.count; i++)
		advi_vec_push(&slices, choosing->all->at[picked(choosing, i)]);
	problem = advi_block_join(&slices, choosing->version, &text);
	advi_vec_clear(&slices);
	choosing->tried++;
	choosing->tried_bytes += text.len;
	worth = problem ? BROKEN : worth_of(choosing, advi_buf_str(&text));
	if (worth <= choosing->best)
		return;
	choosing->best = worth;
	out->picks.count = 0;
	for (size_t i = 0; i < choosing->places.count; i++)
		advi_vec_push(&out->picks, picked(choosing, i));
	out->text = text;
	text = before;
}

static bool done(const struct choosing *choosing)
{
	return choosing->best == PROVED || choosing->tried >= TRIES ||
	       choosing->tried_bytes >= TRIED_BYTES;
}

/* The first of every place together, then the second ones, ...: as records interleave. */
static void try_turns(struct choosing *choosing)
{
	bool more = true;

	for (size_t turn = 0; more && !done(choosing); turn++) {
		more = false;
		for (size_t i = 0; i < choosing->places.count; i++) {
			struct place *place = &choosing->places.at[i];

			place->pick = turn < place->count ? turn : place->count - 1;
			more |= turn + 1 < place->count;
		}
		try_picks(choosing);
	}
}

/* Counts on as an odometer does; false when it has gone round. */
static bool count_on(struct choosing *choosing)
{
	for (size_t i = choosing->places.count; i-- > 0;) {
		struct place *place = &choosing->places.at[i];

		if (++place->pick < place->count)
			return true;
		place->pick = 0;
	}
	return false;
}

static void try_all(struct choosing *choosing)
{
	for (size_t i = 0; i < choosing->places.count; i++)
		choosing->places.at[i].pick = 0;
	do {
		try_picks(choosing);
	} while (!done(choosing) && count_on(choosing));
}

bool advi_combine(const advi_slices *all, unsigned version, unsigned count, bool again,
		  struct advi_combination *out)
{
	struct choosing choosing = {.all = all, .version = version, .out = out};

	if (find_places(&choosing, count, again)) {
		try_turns(&choosing);
		if (choosing.best == BROKEN)
			try_all(&choosing);
	}
	advi_vec_clear(&choosing.order);
	advi_vec_clear(&choosing.places);
	return choosing.best != BROKEN;
}
