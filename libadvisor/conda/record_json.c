/* SPDX-License-Identifier: BSD-3-Clause */
/* Package records as JSON, with the keys that repodata and conda-meta use. */
#include "conda/record_json.h"

#include <stddef.h>

#include "base/vec.h"

typedef bool read_fn(struct advi_json *json, struct advi_arena *arena, void *to);

bool advi_json_take_text(struct advi_json *json, struct advi_arena *arena, const char **to)
{
	struct advi_str text;

	if (advi_json_peek(json) == ADVI_JSON_NULL)
		return advi_json_skip(json);
	if (!advi_json_string(json, &text))
		return false;
	*to = advi_arena_str(arena, text);
	return true;
}

static bool read_text(struct advi_json *json, struct advi_arena *arena, void *to)
{
	return advi_json_take_text(json, arena, to);
}

static bool read_count(struct advi_json *json, struct advi_arena *arena, void *to)
{
	(void)arena;
	if (advi_json_peek(json) == ADVI_JSON_NULL)
		return advi_json_skip(json);
	return advi_json_u64(json, to);
}

static bool read_texts(struct advi_json *json, struct advi_arena *arena, advi_names *texts)
{
	struct advi_str text;

	if (!advi_json_array(json))
		return false;
	while (advi_json_item(json) && advi_json_string(json, &text))
		advi_vec_push(texts, advi_arena_str(arena, text));
	return !json->problem;
}

bool advi_json_take_list(struct advi_json *json, struct advi_arena *arena, struct advi_list *to)
{
	advi_names texts = {0};
	bool ok = read_texts(json, arena, &texts);

	if (ok && texts.count) {
		const char **at = advi_arena_alloc(arena, texts.count * sizeof(*at));

		memcpy(at, texts.at, texts.count * sizeof(*at));
		*to = (struct advi_list){at, texts.count};
	}
	advi_vec_clear(&texts);
	return ok;
}

static bool read_list(struct advi_json *json, struct advi_arena *arena, void *to)
{
	return advi_json_take_list(json, arena, to);
}

/* "noarch": "python", "generic", or true in very old packages. */
static bool read_noarch(struct advi_json *json, struct advi_arena *arena, void *to)
{
	bool value;

	if (advi_json_peek(json) != ADVI_JSON_BOOL)
		return read_text(json, arena, to);
	if (!advi_json_bool(json, &value))
		return false;
	if (value)
		*(const char **)to = "generic";
	return true;
}

/* One text of words, or a list of them. */
static bool read_features(struct advi_json *json, struct advi_arena *arena, void *to)
{
	advi_names texts = {0};
	const char *joined = NULL;
	bool ok;

	if (advi_json_peek(json) != ADVI_JSON_ARRAY)
		return read_text(json, arena, to);
	ok = read_texts(json, arena, &texts);
	for (size_t i = 0; i < texts.count; i++)
		joined = advi_arena_printf(arena, "%s%s%s", joined ? joined : "", joined ? " " : "",
					   texts.at[i]);
	*(const char **)to = joined;
	advi_vec_clear(&texts);
	return ok;
}

#define AT(field) offsetof(struct advi_record, field)
static const struct {
	const char *key;
	size_t offset;
	read_fn *read;
} fields[] = {
	{"name", AT(name), read_text},
	{"version", AT(version), read_text},
	{"build", AT(build), read_text},
	{"build_number", AT(build_number), read_count},
	{"fn", AT(fn), read_text},
	{"subdir", AT(subdir), read_text},
	{"channel", AT(channel), read_text},
	{"url", AT(url), read_text},
	{"md5", AT(md5), read_text},
	{"sha256", AT(sha256), read_text},
	{"license", AT(license), read_text},
	{"noarch", AT(noarch), read_noarch},
	{"python_site_packages_path", AT(python_site_packages_path), read_text},
	{"track_features", AT(track_features), read_features},
	{"depends", AT(depends), read_list},
	{"constrains", AT(constrains), read_list},
	{"size", AT(size), read_count},
	{"timestamp", AT(timestamp), read_count},
};

static bool read_field(struct advi_json *json, struct advi_arena *arena, struct advi_record *record,
		       struct advi_str key)
{
	for (size_t i = 0; i < ADVI_COUNT(fields); i++)
		if (advi_str_is(key, fields[i].key))
			return fields[i].read(json, arena, (char *)record + fields[i].offset);
	return advi_json_skip(json);
}

void advi_record_read(struct advi_json *json, struct advi_arena *arena, struct advi_record *out)
{
	struct advi_str key;

	*out = (struct advi_record){0};
	for (advi_json_object(json); advi_json_key(json, &key);)
		read_field(json, arena, out, key);
}

/* Left out when it is not there: most records have none. */
static void write_rare(struct advi_jout *out, const char *key, const char *text)
{
	if (text)
		advi_jout_key_text(out, key, text);
}

/* 0 is "not known". */
static void write_known(struct advi_jout *out, const char *key, uint64_t number)
{
	advi_jout_key(out, key);
	if (number)
		advi_jout_u64(out, number);
	else
		advi_jout_null(out);
}

void advi_record_write(struct advi_jout *out, const struct advi_record *record)
{
	advi_jout_object(out);
	advi_jout_key_text(out, "build", record->build);
	advi_jout_key_u64(out, "build_number", record->build_number);
	advi_jout_key_text(out, "channel", record->channel);
	advi_jout_texts(out, "constrains", record->constrains.at, record->constrains.count);
	advi_jout_texts(out, "depends", record->depends.at, record->depends.count);
	advi_jout_key_text(out, "fn", record->fn);
	advi_jout_key_text(out, "license", record->license);
	advi_jout_key_text(out, "md5", record->md5);
	advi_jout_key_text(out, "name", record->name);
	write_rare(out, "noarch", record->noarch);
	write_rare(out, "python_site_packages_path", record->python_site_packages_path);
	advi_jout_key_text(out, "sha256", record->sha256);
	write_known(out, "size", record->size);
	advi_jout_key_text(out, "subdir", record->subdir);
	write_known(out, "timestamp", record->timestamp);
	write_rare(out, "track_features", record->track_features);
	advi_jout_key_text(out, "url", record->url);
	advi_jout_key_text(out, "version", record->version);
	advi_jout_object_end(out);
}
