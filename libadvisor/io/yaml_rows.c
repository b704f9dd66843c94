/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading YAML maps by tables: a key, its type and where it goes are a row. */
#include "io/yaml_rows.h"

#include "base/buf.h"

enum { WORDS_MOST = 64 };

static int unknown_key(const struct advi_yaml_reader *reader, const struct advi_yaml_node *value,
		       const struct advi_yaml_row *rows, size_t count)
{
	const char *words[WORDS_MOST];
	const char *near;

	count = count < WORDS_MOST ? count : WORDS_MOST;
	for (size_t i = 0; i < count; i++)
		words[i] = rows[i].key;
	near = advi_nearest(value->key, words, count);
	return advi_yaml_fail(reader->yaml, value->key_line, reader->err,
			      near ? "unknown key '%.*s'; did you mean '%s'?"
				   : "unknown key '%.*s'",
			      ADVI_ARGS(value->key), near);
}

static int wrong_type(const struct advi_yaml_reader *reader, const struct advi_yaml_node *value,
		      enum advi_yaml_type type)
{
	static const char *const wanted[] = {
		[ADVI_YAML_TEXT] = "text",
		[ADVI_YAML_COUNT] = "a whole number",
		[ADVI_YAML_SIZE] = "a size such as 500M or 2G",
		[ADVI_YAML_SWITCH] = "true or false",
		[ADVI_YAML_WORDS] = "a list of texts",
		[ADVI_YAML_ITEMS] = "a list",
		[ADVI_YAML_KEYS] = "a map of keys and values",
		[ADVI_YAML_ANY] = "a value",
	};

	if (value->kind == ADVI_YAML_SCALAR && !advi_yaml_null(value))
		return advi_yaml_fail(reader->yaml, value->line, reader->err,
				      "'%.*s' takes %s, not '%.*s'", ADVI_ARGS(value->key),
				      wanted[type], ADVI_ARGS(value->text));
	return advi_yaml_fail(reader->yaml, value->line, reader->err, "'%.*s' takes %s, not %s",
			      ADVI_ARGS(value->key), wanted[type], advi_yaml_what(value));
}

int advi_yaml_words(struct advi_yaml_reader *reader, const struct advi_yaml_node *list,
		    advi_names *out)
{
	for (const struct advi_yaml_node *at = list->first; at; at = at->next) {
		if (at->kind != ADVI_YAML_SCALAR || advi_yaml_null(at))
			return advi_yaml_fail(reader->yaml, at->line, reader->err,
					      "an item of '%.*s' must be text, not %s",
					      ADVI_ARGS(list->key), advi_yaml_what(at));
		advi_vec_push(out, advi_arena_str(reader->arena, at->text));
	}
	return 0;
}

static bool is_type(const struct advi_yaml_node *value, enum advi_yaml_type type)
{
	uint64_t number;
	bool boolean;

	switch (type) {
	case ADVI_YAML_TEXT:
		return value->kind == ADVI_YAML_SCALAR;
	case ADVI_YAML_COUNT:
		return advi_yaml_u64(value, &number);
	case ADVI_YAML_SIZE:
		return advi_yaml_bytes(value, &number);
	case ADVI_YAML_SWITCH:
		return advi_yaml_bool(value, &boolean);
	case ADVI_YAML_WORDS:
	case ADVI_YAML_ITEMS:
		return value->kind == ADVI_YAML_LIST;
	case ADVI_YAML_KEYS:
		return value->kind == ADVI_YAML_MAP;
	case ADVI_YAML_ANY:
		return true;
	}
	return false;
}

static int check_words(const struct advi_yaml_reader *reader, const struct advi_yaml_row *row,
		       const struct advi_yaml_node *value)
{
	ADVI_AUTO(buf) struct advi_buf list = ADVI_BUF_INIT(512);

	for (size_t i = 0; row->words[i]; i++) {
		if (advi_str_is(value->text, row->words[i]))
			return 0;
		advi_buf_printf(&list, "%s%s", i ? ", " : "", row->words[i]);
	}
	return advi_yaml_fail(reader->yaml, value->line, reader->err,
			      "'%s' is one of %s, not '%.*s'", row->key, list.ptr,
			      ADVI_ARGS(value->text));
}

static int store(struct advi_yaml_reader *reader, const struct advi_yaml_row *row,
		 const struct advi_yaml_node *value)
{
	void *to = (char *)reader->target + row->offset;

	if (row->words && check_words(reader, row, value) < 0)
		return ADV_EINPUT;
	if (row->read)
		return row->read(reader, value);
	switch (row->type) {
	case ADVI_YAML_TEXT:
		*(const char **)to = advi_arena_str(reader->arena, value->text);
		return 0;
	case ADVI_YAML_COUNT:
		advi_yaml_u64(value, to);
		return 0;
	case ADVI_YAML_SIZE:
		advi_yaml_bytes(value, to);
		return 0;
	case ADVI_YAML_SWITCH:
		advi_yaml_bool(value, to);
		return 0;
	case ADVI_YAML_WORDS:
		return advi_yaml_words(reader, value, to);
	default:
		return 0;
	}
}

static int read_value(struct advi_yaml_reader *reader, const struct advi_yaml_node *value,
		      const struct advi_yaml_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!advi_str_is(value->key, rows[i].key))
			continue;
		if (advi_yaml_null(value))
			return 0;
		if (!is_type(value, rows[i].type))
			return wrong_type(reader, value, rows[i].type);
		return store(reader, &rows[i], value);
	}
	return unknown_key(reader, value, rows, count);
}

int advi_yaml_rows(struct advi_yaml_reader *reader, const struct advi_yaml_node *map,
		   const char *what, const struct advi_yaml_row *rows, size_t count)
{
	if (map->kind != ADVI_YAML_MAP)
		return advi_yaml_fail(reader->yaml, map->line, reader->err,
				      "%s must be a map of keys and values, not %s", what,
				      advi_yaml_what(map));
	for (const struct advi_yaml_node *at = map->first; at; at = at->next) {
		int r = read_value(reader, at, rows, count);

		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < count; i++) {
		const struct advi_yaml_node *value = advi_yaml_get(map, rows[i].key);

		if (rows[i].required && (!value || advi_yaml_null(value)))
			return advi_yaml_fail(reader->yaml, map->line, reader->err,
					      "%s needs the key '%s'", what, rows[i].key);
	}
	return 0;
}
