/* SPDX-License-Identifier: BSD-3-Clause */
/* Sources: which files are read, and how one is called in the store. */
#include "usage/source.h"

#include "base/mem.h"
#include "usage/record.h"

/* "a/b/c" in its last part and the one before it. */
static void last_parts(const char *path, struct advi_str *name, struct advi_str *folder)
{
	struct advi_str rest = advi_str(path), part;

	*name = *folder = ADVI_STR("");
	while (advi_str_split(&rest, '/', &part)) {
		*folder = *name;
		*name = part;
	}
}

static bool is_number(struct advi_str text)
{
	uint64_t number;

	return advi_str_u64(text, &number);
}

bool advi_source_wanted(const char *path)
{
	static const char *const ends[] = {".json", ".json.gz", ".json.zst", ".json.bz2",
					   ".json.xz"};
	struct advi_str name, folder;

	last_parts(path, &name, &folder);
	if (!name.len || name.ptr[0] == '.' || advi_str_ends(name, ADVI_STR(".new")))
		return false;
	if (folder.len != 3 || !is_number(folder))
		return true;
	for (size_t i = 0; i < ADVI_COUNT(ends); i++)
		if (advi_str_ends(name, advi_str(ends[i])))
			return true;
	return false;
}

/* 2025_03_31_23_59_59_0042 */
static bool is_date(struct advi_str text)
{
	size_t lines = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '_' && (text.ptr[i] < '0' || text.ptr[i] > '9'))
			return false;
		lines += text.ptr[i] == '_';
	}
	return lines == 6;
}

static bool is_uuid(struct advi_str text)
{
	unsigned char uuid[ADVI_UUID_BYTES];

	return advi_uuid_read(text, uuid);
}

/*
 * Where the user stands in a name of XALT's: after the date, up to aaa, zzz or the UUID. Hosts and
 * users may have dots in them.
 */
static bool find_user(struct advi_str name, size_t *from, size_t *to)
{
	struct advi_str rest = name, part;
	bool dated = false;

	*from = *to = 0;
	while (advi_str_split(&rest, '.', &part)) {
		if (!dated && is_date(part)) {
			dated = true;
			*from = (size_t)(part.ptr - name.ptr) + part.len + 1;
		} else if (dated && (is_uuid(part) || advi_str_is(part, "aaa") ||
				     advi_str_is(part, "zzz"))) {
			*to = (size_t)(part.ptr - name.ptr) - 1;
			return *to > *from;
		}
	}
	return false;
}

void advi_source_name(struct advi_buf *out, struct advi_pseudonyms *pseudonyms, const char *path)
{
	struct advi_str name, folder, user;
	size_t from, to;

	last_parts(path, &name, &folder);
	if (pseudonyms->names || !find_user(name, &from, &to)) {
		advi_buf_add(out, name);
		return;
	}
	user = (struct advi_str){name.ptr + from, to - from};
	advi_buf_add(out, (struct advi_str){name.ptr, from});
	advi_buf_add(out, advi_pseudonym(pseudonyms, user));
	advi_buf_add(out, advi_str_from(name, to));
}
