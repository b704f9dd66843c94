/* SPDX-License-Identifier: BSD-3-Clause */
/* Making an index. */
#include "conda/index_make.h"

void advi_index_maker_init(struct advi_index_maker *maker)
{
	*maker = (struct advi_index_maker){0};
	advi_texts_init(&maker->texts);
	advi_lists_init(&maker->lists);
}

void advi_index_maker_clear(struct advi_index_maker *maker)
{
	advi_texts_clear(&maker->texts);
	advi_lists_clear(&maker->lists);
	advi_vec_clear(&maker->rows);
	advi_vec_clear(&maker->order);
	advi_vec_clear(&maker->names);
	advi_map_clear(&maker->removed);
	advi_vec_clear(&maker->told);
	advi_arena_clear(&maker->arena);
}

static const struct advi_str dot_conda = {".conda", 6}, dot_tar_bz2 = {".tar.bz2", 8};

/* Takes 'part' off the front of a text. */
static bool take(struct advi_str *text, struct advi_str part)
{
	if (!advi_str_starts(*text, part))
		return false;
	*text = advi_str_from(*text, part.len);
	return true;
}

/* Whether a file name without its extension is "name-version-build". */
static bool follows(struct advi_str stem, const struct advi_raw *raw)
{
	return take(&stem, raw->name) && take(&stem, ADVI_STR("-")) && take(&stem, raw->version) &&
	       take(&stem, ADVI_STR("-")) && advi_str_eq(stem, raw->build);
}

/* The file name and what it says about the form of the package. */
static const char *take_fn(struct advi_index_maker *maker, struct advi_index_row *row,
			   const struct advi_raw *raw, uint8_t kinds)
{
	static const char bad[] = "its file name is none of a package";
	struct advi_str stem = raw->fn;

	if (advi_str_ends(stem, dot_conda)) {
		row->flags |= ADVI_INDEX_CONDA;
		stem.len -= dot_conda.len;
	} else if (advi_str_ends(stem, dot_tar_bz2)) {
		stem.len -= dot_tar_bz2.len;
	} else {
		return bad;
	}
	if (!stem.len)
		return bad;
	if (!follows(stem, raw)) {
		row->fn = advi_texts_add(&maker->texts, raw->fn);
		kinds = advi_texts_kind(&maker->texts, row->fn);
	}
	return kinds & ADVI_NOT_IN_FN ? bad : NULL;
}

static bool take_digest(uint8_t *to, struct advi_str text, size_t bytes, uint32_t flag,
			struct advi_index_row *row)
{
	if (!text.ptr)
		return true;
	row->flags |= flag;
	return text.len == 2 * bytes && advi_hex_decode(to, text.ptr, bytes);
}

/* What makes a record whole, as advi_record_problem has it. */
static const char *take_identity(struct advi_index_maker *maker, struct advi_index_row *row,
				 const struct advi_raw *raw, const struct advi_index_row *last)
{
	struct advi_texts *texts = &maker->texts;
	uint8_t name, version, build;
	const char *bad;

	row->name = advi_texts_like(texts, raw->name, last->name);
	name = row->name ? advi_texts_kind(texts, row->name) : 0;
	if (!raw->name.len || name & ADVI_NOT_IN_NAME)
		return "'name' is no package name";
	row->version = advi_texts_like(texts, raw->version, last->version);
	version = row->version ? advi_texts_kind(texts, row->version) : 0;
	if (!raw->version.len || version & ADVI_NOT_IN_VERSION)
		return "'version' is no version";
	row->build = advi_texts_like(texts, raw->build, last->build);
	build = row->build ? advi_texts_kind(texts, row->build) : 0;
	if (!row->build || build & ADVI_NOT_IN_BUILD)
		return "'build' is no build string";
	bad = take_fn(maker, row, raw, name | version | build);
	if (bad)
		return bad;
	if (!take_digest(row->sha256, raw->sha256, 32, ADVI_INDEX_SHA256, row))
		return "'sha256' is no SHA-256 digest";
	if (!take_digest(row->md5, raw->md5, 16, ADVI_INDEX_MD5, row))
		return "'md5' is no MD5 digest";
	return NULL;
}

const char *advi_index_take(struct advi_index_maker *maker, const struct advi_raw *raw)
{
	struct advi_texts *texts = &maker->texts;
	struct advi_index_row row = {
		.build_number = raw->build_number,
		.size = raw->size,
		.timestamp = raw->timestamp,
	};
	static const struct advi_index_row none;
	const struct advi_index_row *last =
		maker->rows.count ? &maker->rows.at[maker->rows.count - 1] : &none;
	const char *bad = take_identity(maker, &row, raw, last);

	if (bad)
		return bad;
	row.depends = advi_lists_like(&maker->lists, texts, &raw->depends, last->depends);
	if (maker->lists.kinds.at[row.depends] & ADVI_TEXT_REVOKED)
		return "it is revoked";
	row.constrains = advi_lists_like(&maker->lists, texts, &raw->constrains, last->constrains);
	row.license = advi_texts_like(texts, raw->license, last->license);
	row.license_family = advi_texts_like(texts, raw->license_family, last->license_family);
	row.noarch = advi_texts_like(texts, raw->noarch, last->noarch);
	row.python_site_packages_path = advi_texts_like(texts, raw->python_site_packages_path,
							last->python_site_packages_path);
	row.track_features = advi_texts_like(texts, raw->track_features, last->track_features);
	maker->unusual += row.fn != 0;
	advi_vec_push(&maker->rows, row);
	return NULL;
}

void advi_index_refuse(struct advi_index_maker *maker, struct advi_str fn, const char *reason)
{
	const char *text;

	if (maker->rejected++ >= ADVI_INDEX_TOLD)
		return;
	text = advi_arena_printf(&maker->arena, "passed over '%.*s': %s", ADVI_ARGS(fn), reason);
	advi_vec_push(&maker->told, advi_str(text));
}

/* One section, and zeros up to a multiple of 8. */
static void put(FILE *file, const void *from, size_t count, size_t size)
{
	static const char zeros[8] = {0};
	size_t bytes = count * size;

	if (bytes)
		fwrite(from, 1, bytes, file);
	fwrite(zeros, 1, -bytes & 7, file);
}

static void put_rows(struct advi_index_maker *maker, FILE *file)
{
	uint32_t name = 0;

	for (size_t i = 0; i < maker->order.count; i++) {
		struct advi_index_row row = maker->rows.at[maker->order.at[i]];

		while (maker->names.at[name + 1].row <= i)
			name++;
		row.name = name;
		fwrite(&row, sizeof(row), 1, file);
	}
	put(file, NULL, 0, 1);
}

static void set_sections(const struct advi_index_maker *maker, struct advi_index_header *header)
{
	const struct {
		uint64_t count, size;
	} sections[ADVI_INDEX_SECTIONS] = {
		[ADVI_INDEX_TEXTS] = {maker->texts.count, 1},
		[ADVI_INDEX_NAMES] = {maker->names.count, sizeof(struct advi_index_name)},
		[ADVI_INDEX_ROWS] = {maker->order.count, sizeof(struct advi_index_row)},
		[ADVI_INDEX_LISTS] = {maker->lists.at.count, sizeof(uint32_t)},
		[ADVI_INDEX_ITEMS] = {maker->lists.items.count, sizeof(uint32_t)},
	};
	uint64_t at = sizeof(*header);

	for (int i = 0; i < ADVI_INDEX_SECTIONS; i++) {
		header->sections[i].at = at;
		header->sections[i].count = sections[i].count;
		at += (sections[i].count * sections[i].size + 7) & ~(uint64_t)7;
	}
	header->file_bytes = at;
}

uint64_t advi_index_bytes(const struct advi_index_maker *maker)
{
	struct advi_index_header header;

	set_sections(maker, &header);
	return header.file_bytes;
}

void advi_index_write(struct advi_index_maker *maker, const struct advi_index_origin *origin,
		      const uint8_t sha256[32], FILE *file)
{
	struct advi_index_header header = {
		.base_url = maker->base_url,
		.told = maker->told_list,
		.rejected = maker->rejected,
		.origin = *origin,
	};

	memcpy(header.sha256, sha256, sizeof(header.sha256));
	set_sections(maker, &header);
	advi_index_seal(&header);
	put(file, &header, 1, sizeof(header));
	put(file, maker->texts.at, maker->texts.count, 1);
	put(file, maker->names.at, maker->names.count, sizeof(*maker->names.at));
	put_rows(maker, file);
	put(file, maker->lists.at.at, maker->lists.at.count, sizeof(*maker->lists.at.at));
	put(file, maker->lists.items.at, maker->lists.items.count, sizeof(*maker->lists.items.at));
}
