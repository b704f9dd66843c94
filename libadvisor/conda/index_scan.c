/* SPDX-License-Identifier: BSD-3-Clause */
/* Records as they stand in repodata: the fast way. */
#include "conda/index_scan.h"

#include <stddef.h>

#include "conda/repodata.h"

/*
 * Whatever is not plain ASCII without escapes, in one of the forms that programs write, is left
 * to the slow way; so nothing here has to decode, and every check is for equality. Bytes are
 * looked at eight at a time. A zero byte, and such bytes follow the end, is never plain: no loop
 * runs beyond the padding.
 */

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

void advi_raw_clear(struct advi_raw *raw)
{
	advi_vec_clear(&raw->depends);
	advi_vec_clear(&raw->constrains);
}

/* The eight bytes at 'at', the first one lowest. */
static inline uint64_t load(const char *at)
{
	uint64_t bytes;

	memcpy(&bytes, at, sizeof(bytes));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	bytes = __builtin_bswap64(bytes);
#endif
	return bytes;
}

/* The high bit of the lowest byte that is zero, and perhaps of higher ones. */
static inline uint64_t zeros(uint64_t bytes)
{
	return (bytes - EACH(0x01)) & ~bytes & EACH(0x80);
}

/* The first quote, backslash, control character or byte beyond ASCII. */
static inline const char *find_special(const char *at)
{
	for (;; at += 8) {
		uint64_t bytes = load(at);
		uint64_t found = zeros(bytes ^ EACH('"')) | zeros(bytes ^ EACH('\\')) |
				 ((bytes - EACH(0x20)) & ~bytes & EACH(0x80)) |
				 (bytes & EACH(0x80));

		if (found)
			return at + (__builtin_ctzll(found) >> 3);
	}
}

static inline const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
		at++;
	return at;
}

/* A plain string, its opening quote at 'at'; the byte after its end, or NULL. */
static inline const char *take_string(const char *at, struct advi_str *out)
{
	const char *end;

	if (*at != '"')
		return NULL;
	end = find_special(at + 1);
	if (*end != '"' || end - at - 1 > ADVI_REPODATA_TEXT_BYTES)
		return NULL;
	*out = (struct advi_str){at + 1, (size_t)(end - at - 1)};
	return end + 1;
}

static const char *take_text(const char *at, void *to)
{
	return take_string(at, to);
}

/* Digits that a double holds exactly, as the slow way reads them. */
static const char *take_count(const char *at, void *to)
{
	const char *from = at;
	uint64_t number = 0;

	while (*at >= '0' && *at <= '9' && at - from < 15)
		number = number * 10 + (uint64_t)(*at++ - '0');
	if (at == from || (*from == '0' && at - from > 1) || *at == '\0' ||
	    !strchr(",} \n\r\t", *at))
		return NULL;
	*(uint64_t *)to = number;
	return at;
}

static const char *take_list(const char *at, void *to)
{
	advi_strs *list = to;

	list->count = 0;
	if (*at != '[')
		return NULL;
	at = skip_blanks(at + 1);
	if (*at == ']')
		return at + 1;
	for (;;) {
		struct advi_str item;

		at = take_string(at, &item);
		if (!at || list->count >= ADVI_REPODATA_LIST_ITEMS)
			return NULL;
		advi_vec_push(list, item);
		at = skip_blanks(at);
		if (*at == ']')
			return at + 1;
		if (*at != ',')
			return NULL;
		at = skip_blanks(at + 1);
	}
}

/* An empty text, which says nothing; anything else is rare. */
static const char *take_nothing(const char *at, void *to)
{
	(void)to;
	return at[0] == '"' && at[1] == '"' ? at + 2 : NULL;
}

static const char *forget_text(const char *at, void *to)
{
	struct advi_str text;

	(void)to;
	return take_string(at, &text);
}

static const char *forget_count(const char *at, void *to)
{
	uint64_t number;

	(void)to;
	return take_count(at, &number);
}

typedef const char *take_fn(const char *at, void *to);

#define KEY(key, take, member)                                                                     \
	{                                                                                          \
		key, sizeof(key) - 1, take, offsetof(struct advi_raw, member)                      \
	}

/* In the order in which they are written, sorted, so that the next key is mostly the next row. */
static const struct key {
	char text[28];
	size_t length;
	take_fn *take;
	size_t offset;
} keys[] = {
	KEY("build", take_text, build),
	KEY("build_number", take_count, build_number),
	KEY("constrains", take_list, constrains),
	KEY("depends", take_list, depends),
	KEY("features", forget_text, fn),
	KEY("license", take_text, license),
	KEY("license_family", take_text, license_family),
	KEY("md5", take_text, md5),
	KEY("name", take_text, name),
	KEY("noarch", take_text, noarch),
	KEY("platform", forget_text, fn),
	KEY("python_site_packages_path", take_text, python_site_packages_path),
	KEY("sha256", take_text, sha256),
	KEY("size", take_count, size),
	KEY("subdir", forget_text, fn),
	KEY("timestamp", take_count, timestamp),
	KEY("track_features", take_nothing, track_features),
	KEY("version", take_text, version),
	/* What older repodata has besides. */
	KEY("arch", forget_text, fn),
	KEY("date", forget_text, fn),
	KEY("legacy_bz2_md5", forget_text, fn),
	KEY("legacy_bz2_size", forget_count, fn),
};

/* The row of a key, from 'next' on, or NULL. */
static inline const struct key *find_key(struct advi_str key, size_t next)
{
	for (size_t i = 0; i < ADVI_COUNT(keys); i++) {
		const struct key *row = &keys[(next + i) % ADVI_COUNT(keys)];

		if (row->length == key.len && memcmp(row->text, key.ptr, key.len) == 0)
			return row;
	}
	return NULL;
}

static void forget(struct advi_raw *raw)
{
	advi_strs depends = raw->depends, constrains = raw->constrains;

	depends.count = constrains.count = 0;
	*raw = (struct advi_raw){.depends = depends, .constrains = constrains};
}

const char *advi_raw_scan(struct advi_raw *raw, const char *at)
{
	size_t next = 0;

	forget(raw);
	at = take_string(at, &raw->fn);
	if (!at || *(at = skip_blanks(at)) != ':' || *(at = skip_blanks(at + 1)) != '{')
		return NULL;
	at = skip_blanks(at + 1);
	for (;;) {
		const struct key *row;
		struct advi_str key;

		at = take_string(at, &key);
		if (!at || *(at = skip_blanks(at)) != ':')
			return NULL;
		row = find_key(key, next);
		if (!row)
			return NULL;
		at = row->take(skip_blanks(at + 1), (char *)raw + row->offset);
		if (!at)
			return NULL;
		next = (size_t)(row - keys) + 1;
		at = skip_blanks(at);
		if (*at == '}')
			return at + 1;
		if (*at != ',')
			return NULL;
		at = skip_blanks(at + 1);
	}
}
