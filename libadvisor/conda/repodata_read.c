/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading a repodata.json that is in memory as a whole. */
#include "base/map.h"
#include "conda/repodata.h"

enum { RECORDS = 20 * 1000 * 1000, TOLD = 5 /* refused records told one by one */ };

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
	size_t first;         /* of this text's records in 'out' */
	struct advi_map removed;
};

static void refuse(struct reading *reading, struct advi_str fn, const char *bad)
{
	if (++reading->out->rejected <= TOLD)
		advi_note(reading->watch, "%s: passed over '%.*s': %s", reading->source->file,
			  ADVI_ARGS(fn), bad);
}

static bool read_record(struct reading *reading, struct advi_str fn)
{
	struct advi_record record;
	const char *bad;

	fn = advi_arena_slice(&reading->out->arena, fn);
	if (!advi_repodata_record(&reading->json, fn, &reading->out->arena, &record, &bad))
		return false;
	if (bad) {
		refuse(reading, fn, bad);
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
		struct advi_str url;

		if (!advi_str_is(key, "base_url") ||
		    advi_json_peek(&reading->json) != ADVI_JSON_STRING)
			advi_json_skip(&reading->json);
		else if (advi_json_string(&reading->json, &url) &&
			 url.len <= ADVI_REPODATA_TEXT_BYTES && advi_str_find(url, '\0') == url.len)
			reading->base_url = advi_arena_str(&reading->out->arena, url);
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

/*
 * Drops what was removed, all but the last record of one file, and what is there as .conda too,
 * and completes the rest.
 */
static void settle(struct reading *reading)
{
	struct advi_repodata *out = reading->out;
	const char *url = files_url(reading);
	ADVI_AUTO(map) struct advi_map last = {0}, better = {0};
	size_t kept = reading->first;

	for (size_t i = reading->first; i < out->records.count; i++) {
		struct advi_str fn = advi_str(out->records.at[i].fn);

		if (advi_map_get(&reading->removed, fn))
			continue;
		advi_map_add(&last, fn, NULL)->number = i;
		if (advi_str_ends(fn, ADVI_STR(".conda")))
			advi_map_add(&better, stem(fn.ptr), NULL);
	}
	for (size_t i = reading->first; i < out->records.count; i++) {
		struct advi_record record = out->records.at[i];
		struct advi_str fn = advi_str(record.fn);
		const struct advi_map_entry *entry = advi_map_get(&last, fn);

		if (!entry || entry->number != i ||
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
