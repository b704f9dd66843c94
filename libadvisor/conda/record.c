/* SPDX-License-Identifier: BSD-3-Clause */
/* Package records: what makes one whole, and copying. */
#include "conda/record.h"

static struct advi_list copy_list(const struct advi_list *from, struct advi_arena *arena)
{
	const char **at = advi_arena_alloc(arena, (from->count ? from->count : 1) * sizeof(*at));

	for (size_t i = 0; i < from->count; i++)
		at[i] = advi_arena_dup(arena, from->at[i]);
	return (struct advi_list){at, from->count};
}

void advi_record_copy(struct advi_record *to, const struct advi_record *from,
		      struct advi_arena *arena)
{
	const char **const texts[] = {
		&to->name,
		&to->version,
		&to->build,
		&to->fn,
		&to->subdir,
		&to->channel,
		&to->url,
		&to->md5,
		&to->sha256,
		&to->license,
		&to->license_family,
		&to->noarch,
		&to->python_site_packages_path,
		&to->track_features,
	};

	*to = *from;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = advi_arena_dup(arena, *texts[i]);
	to->depends = copy_list(&from->depends, arena);
	to->constrains = copy_list(&from->constrains, arena);
}

static bool ends_like_a_package(struct advi_str fn)
{
	return (advi_str_ends(fn, ADVI_STR(".conda")) && fn.len > sizeof(".conda") - 1) ||
	       (advi_str_ends(fn, ADVI_STR(".tar.bz2")) && fn.len > sizeof(".tar.bz2") - 1);
}

uint8_t advi_text_kind(struct advi_str text)
{
	static const uint8_t kinds[256] = {
		[0 ... ' '] = ADVI_TEXT_BLANK,
		[0x7F] = ADVI_TEXT_BLANK,
		['/'] = ADVI_TEXT_SLASH,
		['\\'] = ADVI_TEXT_SLASH,
		[':'] = ADVI_TEXT_SPEC,
		['='] = ADVI_TEXT_SPEC,
		['<'] = ADVI_TEXT_SPEC,
		['>'] = ADVI_TEXT_SPEC,
		['!'] = ADVI_TEXT_SPEC,
		['~'] = ADVI_TEXT_SPEC,
		['['] = ADVI_TEXT_SPEC,
		[']'] = ADVI_TEXT_SPEC,
		['?'] = ADVI_TEXT_URL,
		['#'] = ADVI_TEXT_URL,
		[0x80 ... 0xFF] = ADVI_TEXT_WIDE,
	};
	uint8_t kind = 0;

	for (size_t i = 0; i < text.len; i++)
		kind |= kinds[(uint8_t)text.ptr[i]];
	if (advi_str_is(text, "package_has_been_revoked"))
		kind |= ADVI_TEXT_REVOKED;
	return kind;
}

static bool has(const char *text, int kinds)
{
	return advi_text_kind(advi_str(text)) & kinds;
}

/* Channels that can't take a file away make it depend on what nobody has. */
static bool is_revoked(const struct advi_record *record)
{
	for (size_t i = 0; i < record->depends.count; i++)
		if (strcmp(record->depends.at[i], "package_has_been_revoked") == 0)
			return true;
	return false;
}

const char *advi_record_problem(const struct advi_record *record)
{
	if (!record->name || !*record->name || has(record->name, ADVI_NOT_IN_NAME))
		return "'name' is no package name";
	if (!record->version || !*record->version || has(record->version, ADVI_NOT_IN_VERSION))
		return "'version' is no version";
	if (!record->build || has(record->build, ADVI_NOT_IN_BUILD))
		return "'build' is no build string";
	if (has(record->fn, ADVI_NOT_IN_FN) || !ends_like_a_package(advi_str(record->fn)))
		return "its file name is none of a package";
	if (record->sha256 && !advi_str_hex(advi_str(record->sha256), 64))
		return "'sha256' is no SHA-256 digest";
	if (record->md5 && !advi_str_hex(advi_str(record->md5), 32))
		return "'md5' is no MD5 digest";
	if (is_revoked(record))
		return "it is revoked";
	return NULL;
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Digests that are known of both. */
static bool agree(const char *a, const char *b)
{
	return !a || !b || strcmp(a, b) == 0;
}

bool advi_record_same(const struct advi_record *a, const struct advi_record *b)
{
	if (!same_text(a->name, b->name) || !same_text(a->version, b->version) ||
	    !same_text(a->build, b->build))
		return false;
	return !a->fn || !b->fn || strcmp(a->fn, b->fn) != 0 ||
	       (agree(a->md5, b->md5) && agree(a->sha256, b->sha256));
}
