/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading repodata.json. */
#include "conda/repodata.h"

#include "base/map.h"
#include "io/json_scan.h"

enum {
	TEXT_BYTES = 64 * 1024, /* the longest string kept of a record */
	LIST_ITEMS = 10000,
	RECORDS = 20 * 1000 * 1000,
	TOLD = 5 /* refused records told one by one */
};

void advi_repodata_clear(struct advi_repodata *repodata)
{
	advi_vec_clear(&repodata->records);
	advi_arena_clear(&repodata->arena);
}

struct reading {
	struct advi_repodata *out;
	const struct advi_repodata_source *source;
	const struct adv_watch *watch;
	struct advi_json json;
	const char *base_url; /* CEP 15, or NULL */
	size_t first;         /* of this file's records in the channel */
	struct advi_map removed;
	const char *bad; /* why the record being read is refused, or NULL */
};

static bool is_kind(struct reading *reading, enum advi_json_kind kind, const char *what)
{
	if (advi_json_peek(&reading->json) == kind)
		return true;
	if (!reading->bad)
		reading->bad = what;
	advi_json_skip(&reading->json);
	return false;
}

static const char *keep(struct reading *reading, struct advi_str text, const char *what)
{
	if (text.len > TEXT_BYTES || advi_str_find(text, '\0') < text.len) {
		reading->bad = what;
		return NULL;
	}
	return advi_arena_str(&reading->out->arena, text);
}

/* A string; null is as if it were not there. */
static void read_text(struct reading *reading, const char **to, const char *what)
{
	struct advi_str text;

	if (advi_json_peek(&reading->json) == ADVI_JSON_NULL)
		advi_json_skip(&reading->json);
	else if (is_kind(reading, ADVI_JSON_STRING, what) &&
		 advi_json_string(&reading->json, &text))
		*to = keep(reading, text, what);
}

static void read_list(struct reading *reading, struct advi_list *to, const char *what)
{
	ADVI_VEC(const char *) items = {0};
	const char **at;

	if (!is_kind(reading, ADVI_JSON_ARRAY, what))
		return;
	for (advi_json_array(&reading->json); advi_json_item(&reading->json);) {
		const char *item = NULL;

		read_text(reading, &item, what);
		if (item && items.count < LIST_ITEMS)
			advi_vec_push(&items, item);
		else if (!reading->bad)
			reading->bad = what;
	}
	at = advi_arena_alloc(&reading->out->arena, (items.count + 1) * sizeof(*at));
	for (size_t i = 0; i < items.count; i++)
		at[i] = items.at[i];
	*to = (struct advi_list){at, items.count};
	advi_vec_clear(&items);
}

/* A number that some channels write with a point or in floating form. */
static void read_count(struct reading *reading, uint64_t *to, const char *what)
{
	double number;

	if (advi_json_peek(&reading->json) == ADVI_JSON_NULL) {
		advi_json_skip(&reading->json);
	} else if (is_kind(reading, ADVI_JSON_NUMBER, what) &&
		   advi_json_number(&reading->json, &number)) {
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
	ADVI_AUTO(buf) struct advi_buf joined = ADVI_BUF_INIT(TEXT_BYTES);
	struct advi_list list = {0};
	const char *text = NULL;

	if (advi_json_peek(&reading->json) == ADVI_JSON_ARRAY)
		read_list(reading, &list, what);
	else
		read_text(reading, &text, what);
	for (size_t i = 0; i < list.count; i++)
		advi_buf_printf(&joined, "%s%s", i ? "," : "", list.at[i]);
	for (; text && *text; text++)
		advi_buf_byte(&joined, *text == ' ' ? ',' : *text);
	if (joined.len)
		*to = advi_arena_str(&reading->out->arena, advi_buf_str(&joined));
}

/* "python", "generic", or the old true, which means generic; false means that it is not noarch. */
static void read_noarch(struct reading *reading, const char **to)
{
	bool old;

	if (advi_json_peek(&reading->json) != ADVI_JSON_BOOL)
		read_text(reading, to, "'noarch' is neither text nor true");
	else if (advi_json_bool(&reading->json, &old) && old)
		*to = "generic";
}

enum field_kind { TEXT, LIST, COUNT, FEATURES, NOARCH };

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
	FIELD(TEXT, python_site_packages_path, "text"),
	{"noarch", NOARCH, offsetof(struct advi_record, noarch), NULL},
	{"track_features", FEATURES, offsetof(struct advi_record, track_features), NULL},
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
	}
}

static const struct field *find_field(struct advi_str key)
{
	for (size_t i = 0; i < ADVI_COUNT(fields); i++)
		if (advi_str_is(key, fields[i].key))
			return &fields[i];
	return NULL;
}

static void refuse(struct reading *reading, struct advi_str fn)
{
	if (++reading->out->rejected <= TOLD)
		advi_note(reading->watch, "%s: passed over '%.*s': %s", reading->source->file,
			  ADVI_ARGS(fn), reading->bad);
}

static bool read_record(struct reading *reading, struct advi_str fn)
{
	struct advi_record record = {0};
	struct advi_str key;

	reading->bad = NULL;
	if (!is_kind(reading, ADVI_JSON_OBJECT, "it is no object")) {
		refuse(reading, fn);
		return true;
	}
	for (advi_json_object(&reading->json); advi_json_key(&reading->json, &key);) {
		const struct field *field = find_field(key);

		if (field)
			read_field(reading, field, &record);
		else
			advi_json_skip(&reading->json);
	}
	if (reading->json.problem)
		return false;
	record.fn = advi_arena_str(&reading->out->arena, fn);
	if (!reading->bad)
		reading->bad = advi_record_problem(&record);
	if (reading->bad) {
		refuse(reading, fn);
		return true;
	}
	if (reading->out->records.count >= RECORDS)
		return advi_json_fail(&reading->json, "has more than 20 million records");
	record.subdir = reading->source->subdir;
	advi_vec_push(&reading->out->records, record);
	return true;
}

static void read_records(struct reading *reading)
{
	struct advi_str fn;

	if (advi_json_peek(&reading->json) != ADVI_JSON_OBJECT) {
		advi_json_fail(&reading->json, "its packages are no object");
		return;
	}
	for (advi_json_object(&reading->json); advi_json_key(&reading->json, &fn);) {
		if (!read_record(reading, fn))
			return;
		advi_json_reset(&reading->json);
	}
}

static void read_info(struct reading *reading)
{
	struct advi_str key;

	if (advi_json_peek(&reading->json) != ADVI_JSON_OBJECT) {
		advi_json_skip(&reading->json);
		return;
	}
	for (advi_json_object(&reading->json); advi_json_key(&reading->json, &key);) {
		if (advi_str_is(key, "base_url"))
			read_text(reading, &reading->base_url, "'base_url' is no text");
		else
			advi_json_skip(&reading->json);
	}
}

static void read_removed(struct reading *reading)
{
	struct advi_str fn;

	if (advi_json_peek(&reading->json) != ADVI_JSON_ARRAY) {
		advi_json_skip(&reading->json);
		return;
	}
	for (advi_json_array(&reading->json); advi_json_item(&reading->json);) {
		if (advi_json_peek(&reading->json) != ADVI_JSON_STRING)
			advi_json_skip(&reading->json);
		else if (advi_json_string(&reading->json, &fn))
			advi_map_add(&reading->removed, fn, NULL);
	}
}

static struct advi_str stem(const char *fn)
{
	struct advi_str text = advi_str(fn);

	text.len -= advi_str_ends(text, ADVI_STR(".conda")) ? sizeof(".conda") - 1
							    : sizeof(".tar.bz2") - 1;
	return text;
}

/* Where the files are: base_url, itself relative to the folder when it has no scheme. */
static const char *files_url(const struct reading *reading)
{
	struct advi_str base = advi_str(reading->base_url);

	while (base.len && base.ptr[base.len - 1] == '/')
		base.len--;
	if (!base.len)
		return reading->source->url;
	if (advi_str_search(base, ADVI_STR("://")) < base.len)
		return advi_arena_str(&reading->out->arena, base);
	return advi_arena_printf(&reading->out->arena, "%s/%.*s", reading->source->url,
				 ADVI_ARGS(base));
}

/* Drops what was removed and what is there as .conda too, and completes the rest. */
static void settle(struct reading *reading)
{
	struct advi_repodata *out = reading->out;
	const char *url = files_url(reading);
	ADVI_AUTO(map) struct advi_map better = {0};
	size_t kept = reading->first;

	for (size_t i = reading->first; i < out->records.count; i++)
		if (advi_str_ends(advi_str(out->records.at[i].fn), ADVI_STR(".conda")))
			advi_map_add(&better, stem(out->records.at[i].fn), NULL);
	for (size_t i = reading->first; i < out->records.count; i++) {
		struct advi_record record = out->records.at[i];
		struct advi_str fn = advi_str(record.fn);

		if (advi_map_get(&reading->removed, fn) ||
		    (!advi_str_ends(fn, ADVI_STR(".conda")) &&
		     advi_map_get(&better, stem(record.fn))))
			continue;
		record.channel = out->channel;
		record.url = advi_arena_printf(&out->arena, "%s/%s", url, record.fn);
		out->records.at[kept++] = record;
	}
	out->records.count = kept;
}

static int conclude(struct reading *reading, bool listed, struct adv_err *err)
{
	size_t line, column;

	if (!advi_json_end(&reading->json)) {
		advi_json_where(&reading->json, &line, &column);
		return advi_fail(err, ADV_EINPUT,
				 "'%s', line %zu, column %zu: the JSON %s; fetch it again",
				 reading->source->file, line, column, reading->json.problem);
	}
	if (!listed)
		return advi_fail(err, ADV_EINPUT,
				 "'%s' has neither 'packages' nor 'packages.conda': it "
				 "is no repodata.json",
				 reading->source->file);
	if (reading->out->rejected > TOLD)
		advi_note(reading->watch, "%s: %zu records were passed over in all",
			  reading->source->file, reading->out->rejected);
	settle(reading);
	return 0;
}

int advi_repodata_read(struct advi_repodata *out, struct advi_str text,
		       const struct advi_repodata_source *source, const struct adv_watch *watch,
		       struct adv_err *err)
{
	struct reading reading = {
		.out = out, .source = source, .watch = watch, .first = out->records.count};
	struct advi_json *json = &reading.json;
	bool listed = false;
	struct advi_str key;
	int r;

	advi_json_init(json, text);
	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (advi_str_is(key, "packages") || advi_str_is(key, "packages.conda")) {
			listed = true;
			read_records(&reading);
		} else if (advi_str_is(key, "info")) {
			read_info(&reading);
		} else if (advi_str_is(key, "removed")) {
			read_removed(&reading);
		} else {
			advi_json_skip(json);
		}
	}
	r = conclude(&reading, listed, err);
	if (r < 0)
		out->records.count = reading.first;
	advi_json_clear(json);
	advi_map_clear(&reading.removed);
	return r;
}
