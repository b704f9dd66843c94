/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading one record of a repodata.json. */
#include "conda/repodata.h"

enum { NUMBER_BYTES = 40 };

/* A record on its way in. */
struct reading {
	struct advi_json *json;
	struct advi_arena *arena;
	const char *bad; /* why it is refused, or NULL */
	bool revoked;
};

static bool is_kind(struct reading *reading, enum advi_json_kind kind, const char *what)
{
	if (advi_json_peek(reading->json) == kind)
		return true;
	if (!reading->bad)
		reading->bad = what;
	advi_json_skip(reading->json);
	return false;
}

static const char *keep(struct reading *reading, struct advi_str text, const char *what)
{
	if (text.len > ADVI_REPODATA_TEXT_BYTES || advi_str_find(text, '\0') < text.len) {
		reading->bad = what;
		return NULL;
	}
	return advi_arena_str(reading->arena, text);
}

/* A string; null is as if it were not there. */
static void read_text(struct reading *reading, const char **to, const char *what)
{
	struct advi_str text;

	if (advi_json_peek(reading->json) == ADVI_JSON_NULL)
		advi_json_skip(reading->json);
	else if (is_kind(reading, ADVI_JSON_STRING, what) && advi_json_string(reading->json, &text))
		*to = keep(reading, text, what);
}

static void read_list(struct reading *reading, struct advi_list *to, const char *what)
{
	ADVI_VEC(const char *) items = {0};
	const char **at;

	if (!is_kind(reading, ADVI_JSON_ARRAY, what))
		return;
	for (advi_json_array(reading->json); advi_json_item(reading->json);) {
		const char *item = NULL;

		read_text(reading, &item, what);
		if (item && items.count < ADVI_REPODATA_LIST_ITEMS)
			advi_vec_push(&items, item);
		else if (!reading->bad)
			reading->bad = what;
	}
	at = advi_arena_alloc(reading->arena, (items.count + 1) * sizeof(*at));
	for (size_t i = 0; i < items.count; i++)
		at[i] = items.at[i];
	*to = (struct advi_list){at, items.count};
	advi_vec_clear(&items);
}

/* A number that some channels write with a point or in floating form. */
static void read_count(struct reading *reading, uint64_t *to, const char *what)
{
	char copy[NUMBER_BYTES + 1] = "";
	struct advi_str text;
	double number = -1;

	if (advi_json_peek(reading->json) == ADVI_JSON_NULL) {
		advi_json_skip(reading->json);
	} else if (is_kind(reading, ADVI_JSON_NUMBER, what) &&
		   advi_json_number_text(reading->json, &text)) {
		/* a number of any size costs the record only */
		if (text.len <= NUMBER_BYTES) {
			memcpy(copy, text.ptr, text.len);
			number = strtod(copy, NULL);
		}
		if (number >= 0 && number < 9e15)
			*to = (uint64_t)number;
		else if (!reading->bad)
			reading->bad = what;
	}
}

/* "a b", "a,b" or ["a", "b"]; kept as "a,b". */
static void read_features(struct reading *reading, const char **to)
{
	static const char what[] = "'track_features' is neither text nor a list";
	ADVI_AUTO(buf) struct advi_buf joined = ADVI_BUF_INIT(ADVI_REPODATA_TEXT_BYTES);
	struct advi_list list = {0};
	const char *text = NULL;

	if (advi_json_peek(reading->json) == ADVI_JSON_ARRAY)
		read_list(reading, &list, what);
	else
		read_text(reading, &text, what);
	for (size_t i = 0; i < list.count; i++)
		advi_buf_printf(&joined, "%s%s", i ? "," : "", list.at[i]);
	for (; text && *text; text++)
		advi_buf_byte(&joined, *text == ' ' ? ',' : *text);
	if (joined.len)
		*to = advi_arena_str(reading->arena, advi_buf_str(&joined));
}

/* "python", "generic", or the old true, which means generic; false means that it is not noarch. */
static void read_noarch(struct reading *reading, const char **to)
{
	bool old;

	if (advi_json_peek(reading->json) != ADVI_JSON_BOOL)
		read_text(reading, to, "'noarch' is neither text nor true");
	else if (advi_json_bool(reading->json, &old) && old)
		*to = "generic";
}

static void read_revoked(struct reading *reading)
{
	if (advi_json_peek(reading->json) == ADVI_JSON_NULL)
		advi_json_skip(reading->json);
	else if (is_kind(reading, ADVI_JSON_BOOL, "'revoked' is neither true nor false"))
		advi_json_bool(reading->json, &reading->revoked);
}

enum field_kind { TEXT, LIST, COUNT, FEATURES, NOARCH, REVOKED };

#define FIELD(kind, member, expected)                                                              \
	{                                                                                          \
#member, kind, offsetof(struct advi_record, member),                               \
			"'" #member "' is no " expected                                            \
	}

static const struct field {
	const char *key;
	enum field_kind kind;
	size_t offset;
	const char *problem;
} fields[] = {
	FIELD(TEXT, name, "text"),
	FIELD(TEXT, version, "text"),
	FIELD(TEXT, build, "text"),
	FIELD(COUNT, build_number, "number"),
	FIELD(LIST, depends, "list of texts"),
	FIELD(LIST, constrains, "list of texts"),
	FIELD(TEXT, md5, "text"),
	FIELD(TEXT, sha256, "text"),
	FIELD(COUNT, size, "number"),
	FIELD(COUNT, timestamp, "number"),
	FIELD(TEXT, subdir, "text"),
	FIELD(TEXT, license, "text"),
	FIELD(TEXT, license_family, "text"),
	FIELD(TEXT, python_site_packages_path, "text"),
	{"noarch", NOARCH, offsetof(struct advi_record, noarch), NULL},
	{"track_features", FEATURES, offsetof(struct advi_record, track_features), NULL},
	{"revoked", REVOKED, 0, NULL},
};

static void read_field(struct reading *reading, const struct field *field,
		       struct advi_record *record)
{
	void *to = (char *)record + field->offset;

	switch (field->kind) {
	case TEXT:
		read_text(reading, to, field->problem);
		break;
	case LIST:
		read_list(reading, to, field->problem);
		break;
	case COUNT:
		read_count(reading, to, field->problem);
		break;
	case FEATURES:
		read_features(reading, to);
		break;
	case NOARCH:
		read_noarch(reading, to);
		break;
	case REVOKED:
		read_revoked(reading);
		break;
	}
}

static const struct field *find_field(struct advi_str key)
{
	for (size_t i = 0; i < ADVI_COUNT(fields); i++)
		if (advi_str_is(key, fields[i].key))
			return &fields[i];
	return NULL;
}

bool advi_repodata_record(struct advi_json *json, struct advi_str fn, struct advi_arena *arena,
			  struct advi_record *out, const char **bad)
{
	struct reading reading = {.json = json, .arena = arena};
	struct advi_str key;

	*out = (struct advi_record){0};
	if (is_kind(&reading, ADVI_JSON_OBJECT, "it is no object")) {
		for (advi_json_object(json); advi_json_key(json, &key);) {
			const struct field *field = find_field(key);

			if (field)
				read_field(&reading, field, out);
			else
				advi_json_skip(json);
		}
		out->fn = keep(&reading, fn, "its file name is none of a package");
		if (!reading.bad)
			reading.bad = reading.revoked ? "it is revoked" : advi_record_problem(out);
	}
	*bad = reading.bad;
	return !json->problem;
}
