/* SPDX-License-Identifier: BSD-3-Clause */
/* One of several shares of a list of files, parts of large ones included. */

#include "base/arena.h"
#include "base/mem.h"
#include "usage/ingest.h"
#include "usage/source.h"

enum { LEAST_PART = 1 << 20, MOST_SHARES = 1000, BLOCK = 1 << 16 };

/* A file of the list, or a part of one. */
struct unit {
	const char *path;
	uint64_t bytes;    /* of it, as they were when the list was made */
	uint64_t from, to; /* 'split': where it begins and ends, before lines are looked for */
	const struct advi_log_format *format; /* of a part */
	size_t number;                        /* in the order of the list */
	uint64_t share;
};

struct shard {
	struct advi_ingest *ingest;
	struct advi_arena arena;
	uint64_t mine, shares;
	uint64_t listed; /* the size that the list says, or UINT64_MAX */
	ADVI_VEC(struct unit) files;
	ADVI_VEC(struct unit) units;
};

static int read_numbers(struct shard *shard, const char *text, struct adv_err *err)
{
	struct advi_str all = advi_str(text);
	size_t slash = advi_str_find(all, '/');

	if (!advi_str_u64((struct advi_str){all.ptr, slash}, &shard->mine) ||
	    !advi_str_u64(advi_str_from(all, slash + 1), &shard->shares) || !shard->mine ||
	    shard->mine > shard->shares || shard->shares > MOST_SHARES)
		return advi_fail(err, ADV_EUSAGE,
				 "a share is I/N, as 3/8 for the third of eight, not '%s'", text);
	return 0;
}

/* --- the list --- */

static int add_file(void *context, const char *path, const struct stat *info, struct adv_err *err)
{
	struct shard *shard = context;
	uint64_t bytes = shard->listed;

	if (strcmp(path, "-") == 0)
		return advi_fail(err, ADV_EUSAGE, "standard input can't be shared; name files");
	if (bytes == UINT64_MAX)
		bytes = S_ISREG(info->st_mode) ? (uint64_t)info->st_size : 0;
	advi_vec_push(&shard->files,
		      ((struct unit){.path = advi_arena_str(&shard->arena, advi_str(path)),
				     .bytes = bytes}));
	return 0;
}

static int add_listed(void *context, const char *line, struct adv_err *err)
{
	struct shard *shard = context;
	const char *path;
	int r;

	shard->listed = UINT64_MAX;
	path = advi_ingest_listed(line, &shard->listed);
	if (shard->listed != UINT64_MAX && !advi_source_wanted(path))
		return 0;
	r = advi_ingest_files(shard->ingest, path, add_file, shard, err);
	shard->listed = UINT64_MAX;
	return r;
}

/* --- parts --- */

/* The format of a file that can be read in parts, or NULL: not compressed, and line by line. */
static const struct advi_log_format *divisible(struct shard *shard, const char *path)
{
	ADVI_AUTO(stream) struct advi_stream *stream = NULL;
	const struct advi_log_format *format = shard->ingest->format;
	struct advi_str head;

	if (advi_stream_open_members(&stream, path, NULL) < 0 || !advi_stream_plain(stream) ||
	    advi_stream_peek(stream, ADVI_HEAD_BYTES, &head, NULL) < 0)
		return NULL;
	if (!format)
		format = advi_format_of(head);
	return format && advi_format_by_line(format, head) ? format : NULL;
}

static void add_units(struct shard *shard, const struct unit *file, uint64_t target)
{
	uint64_t parts = file->bytes / target + (file->bytes % target > 0);
	const struct advi_log_format *format = parts > 1 ? divisible(shard, file->path) : NULL;

	if (!format)
		parts = 1;
	for (uint64_t i = 0; i < parts; i++) {
		struct unit *unit = advi_vec_new(&shard->units);

		*unit = *file;
		unit->format = format;
		unit->from = file->bytes / parts * i;
		unit->to = i + 1 < parts ? file->bytes / parts * (i + 1) : UINT64_MAX;
		unit->bytes = (i + 1 < parts ? unit->to : file->bytes) - unit->from;
		unit->number = shard->units.count;
	}
}

/* The end of the line that byte 'at' is in: where a part begins whose bytes begin at 'at'. */
static int line_end(const char *path, uint64_t at, uint64_t *out, struct adv_err *err)
{
	ADVI_AUTO(stream) struct advi_stream *stream = NULL;
	struct advi_str block;
	int r;

	*out = at;
	if (at == 0 || at == UINT64_MAX)
		return 0;
	if ((r = advi_stream_open_range(&stream, path, at, UINT64_MAX, err)) < 0)
		return r;
	while ((r = advi_stream_read(stream, &block, err)) == 0 && block.len) {
		size_t end = advi_str_find(block, '\n');

		*out += end < block.len ? end + 1 : block.len;
		if (end < block.len)
			break;
	}
	return r;
}

/* --- shares --- */

static int by_size(const void *left, const void *right)
{
	const struct unit *a = left, *b = right;

	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

static int by_number(const void *left, const void *right)
{
	const struct unit *a = left, *b = right;

	return (a->number > b->number) - (a->number < b->number);
}

/* The largest first, each to the share that has least so far; a file costs more than its bytes. */
static void deal(struct shard *shard)
{
	ADVI_AUTO_PTR uint64_t *load = advi_calloc(shard->shares, sizeof(*load));

	advi_vec_sort(&shard->units, by_size);
	for (size_t i = 0; i < shard->units.count; i++) {
		struct unit *unit = &shard->units.at[i];

		for (uint64_t share = 1; share < shard->shares; share++)
			if (load[share] < load[unit->share])
				unit->share = share;
		load[unit->share] += unit->bytes + BLOCK / 16;
	}
	advi_vec_sort(&shard->units, by_number);
}

static int read_unit(struct shard *shard, const struct unit *unit, struct adv_err *err)
{
	struct advi_file_part part = {.path = unit->path, .format = unit->format};
	int r;

	if (!unit->format)
		return advi_ingest_read(shard->ingest, unit->path, err);
	if ((r = line_end(unit->path, unit->from, &part.from, err)) < 0 ||
	    (r = line_end(unit->path, unit->to, &part.to, err)) < 0)
		return advi_ingest_note(shard->ingest, unit->path, r, err);
	return part.from < part.to ? advi_ingest_read_part(shard->ingest, &part, err) : 0;
}

int advi_ingest_shard(struct advi_ingest *ingest, const char *text, const char *const *paths,
		      size_t count, const char *files_from, struct adv_err *err)
{
	struct shard shard = {.ingest = ingest, .listed = UINT64_MAX};
	uint64_t total = 0, target;
	int r = read_numbers(&shard, text, err);

	for (size_t i = 0; i < count && r == 0; i++)
		r = advi_ingest_files(ingest, paths[i], add_file, &shard, err);
	if (r == 0 && files_from)
		r = advi_source_list(files_from, add_listed, &shard, err);
	for (size_t i = 0; i < shard.files.count; i++)
		total += shard.files.at[i].bytes;
	target = r == 0 ? total / shard.shares + 1 : 1;
	target = target > LEAST_PART ? target : LEAST_PART;
	for (size_t i = 0; i < shard.files.count && r == 0; i++)
		add_units(&shard, &shard.files.at[i], target);
	if (r == 0)
		deal(&shard);
	ingest->total = 0;
	for (size_t i = 0; i < shard.units.count && r == 0; i++)
		if (shard.units.at[i].share == shard.mine - 1)
			r = read_unit(&shard, &shard.units.at[i], err);
	advi_vec_clear(&shard.files);
	advi_vec_clear(&shard.units);
	advi_arena_clear(&shard.arena);
	return r;
}
