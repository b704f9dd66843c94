/* SPDX-License-Identifier: BSD-3-Clause */
/* An installed prefix, as its conda-meta folder tells. */
#include "conda/prefix.h"

#include "conda/package_url.h"
#include "conda/record_json.h"
#include "io/file.h"

enum { META_BYTES = 256 << 20 };

/* conda writes the channel with its subdir. */
static const char *without_subdir(struct advi_arena *arena, const char *channel, const char *subdir)
{
	struct advi_str text = advi_str(channel);
	size_t length = subdir ? strlen(subdir) : 0;

	if (!channel || !length || text.len <= length || !advi_str_ends(text, advi_str(subdir)) ||
	    text.ptr[text.len - length - 1] != '/')
		return channel;
	return advi_arena_str(arena, (struct advi_str){text.ptr, text.len - length - 1});
}

/* The size that an object of "paths" tells, in bytes. */
static uint64_t size_of_path(struct advi_json *json)
{
	struct advi_str key;
	double size = 0;

	for (advi_json_object(json); advi_json_key(json, &key);)
		if (!advi_str_is(key, "size_in_bytes") ||
		    advi_json_peek(json) != ADVI_JSON_NUMBER || !advi_json_number(json, &size))
			advi_json_skip(json);
	return size > 0 && size < 1e15 ? (uint64_t)size : 0;
}

/* The sum of all sizes of "paths_data". */
static uint64_t sum_paths(struct advi_json *json)
{
	struct advi_str key;
	uint64_t sum = 0;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (!advi_str_is(key, "paths") || advi_json_peek(json) != ADVI_JSON_ARRAY) {
			advi_json_skip(json);
			continue;
		}
		for (advi_json_array(json); advi_json_item(json);) {
			if (advi_json_peek(json) == ADVI_JSON_OBJECT)
				sum += size_of_path(json);
			else
				advi_json_skip(json);
		}
	}
	return sum;
}

/*
 * The distributions among the "files" of a document whose form was checked before, and the bytes of
 * all files.
 */
static void add_owned(struct advi_map *owned, struct advi_str text, uint64_t *bytes)
{
	struct advi_json json;
	struct advi_str key, file;

	advi_json_init(&json, text);
	for (advi_json_object(&json); advi_json_key(&json, &key);) {
		if (advi_str_is(key, "paths_data") && advi_json_peek(&json) == ADVI_JSON_OBJECT) {
			*bytes = sum_paths(&json);
			continue;
		}
		if (!advi_str_is(key, "files") || advi_json_peek(&json) != ADVI_JSON_ARRAY) {
			advi_json_skip(&json);
			continue;
		}
		for (advi_json_array(&json); advi_json_item(&json);) {
			if (!advi_json_string(&json, &file))
				break;
			file = advi_distinfo_of(file);
			if (file.len)
				advi_map_add(owned, file, NULL);
		}
	}
	advi_json_clear(&json);
}

int advi_prefix_record(struct advi_record *out, struct advi_arena *arena, struct advi_map *owned,
		       struct advi_str text, const char *path, struct adv_err *err)
{
	struct advi_json json;
	size_t line, column;
	int r = 0;

	*out = (struct advi_record){0};
	advi_json_init(&json, text);
	advi_record_read(&json, arena, out);
	advi_json_where(&json, &line, &column);
	if (!advi_json_end(&json))
		r = advi_fail(err, ADV_EINPUT, "%s: line %zu, column %zu: %s", path, line, column,
			      json.problem ? json.problem : "more than one document");
	else if (!out->name || !out->version || !out->build)
		r = advi_fail(err, ADV_EINPUT, "%s: '%s' is missing", path,
			      !out->name      ? "name"
			      : !out->version ? "version"
					      : "build");
	advi_json_clear(&json);
	if (r < 0)
		return r;
	add_owned(owned, text, &out->installed_bytes);
	/* Either may carry a token or a password, which have no business in a plan. */
	out->url = out->url ? advi_url_shown(arena, advi_str(out->url)) : NULL;
	if (out->channel)
		out->channel = without_subdir(arena, advi_url_shown(arena, advi_str(out->channel)),
					      out->subdir);
	return 0;
}

bool advi_prefix_is(const char *path)
{
	ADVI_AUTO_PTR char *meta = advi_path_join(path, "conda-meta");
	struct stat info;

	return stat(meta, &info) == 0 && S_ISDIR(info.st_mode);
}

struct reading {
	struct advi_listing *out;
	struct advi_map owned;
	const char *platform;
	size_t folder; /* length of conda-meta's path */
};

static int add(void *context, const char *path, const struct stat *info, struct adv_err *err)
{
	struct reading *reading = context;
	const struct advi_listing_place place = {path, 0};
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(META_BYTES);
	struct advi_listed package = {0};
	int r;

	(void)info;
	/* what lies deeper is no record: images keep their manifest there */
	if (!advi_str_ends(advi_str(path), ADVI_STR(".json")) ||
	    (size_t)(strrchr(path, '/') - path) != reading->folder)
		return 0;
	r = advi_file_read(&text, path, err);
	if (r == 0)
		r = advi_prefix_record(&package.record, &reading->out->arena, &reading->owned,
				       advi_buf_str(&text), path, err);
	package.from = package.record.url;
	return r < 0 ? r : advi_listing_add(reading->out, &package, reading->platform, &place, err);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct advi_listed *)a)->record.name,
		      ((const struct advi_listed *)b)->record.name);
}

static int check(struct advi_listing *listing, struct adv_err *err)
{
	advi_vec_sort(&listing->packages, by_name);
	if (listing->packages.count == 0)
		return advi_fail(err, ADV_EINPUT, "no packages are recorded there");
	for (size_t i = 1; i < listing->packages.count; i++)
		if (by_name(&listing->packages.at[i - 1], &listing->packages.at[i]) == 0)
			return advi_fail(err, ADV_EINPUT,
					 "'%s' is recorded twice; remove the older of "
					 "its two files",
					 listing->packages.at[i].record.name);
	return 0;
}

int advi_prefix_read(struct advi_listing *out, const char *path,
		     const struct advi_listing_wish *wish, struct adv_err *err)
{
	ADVI_AUTO_PTR char *meta = advi_path_join(path, "conda-meta");
	struct reading reading = {
		.out = out, .platform = wish ? wish->platform : NULL, .folder = strlen(meta)};
	int r;

	*out = (struct advi_listing){.form = "installed environment"};
	if (!advi_prefix_is(path))
		return advi_fail(err, ADV_EINPUT,
				 "'%s' is no conda environment: it has no conda-meta folder", path);
	out->prefix = advi_arena_dup(&out->arena, path);
	r = advi_walk(meta, add, &reading, NULL, NULL, err);
	if (r == 0)
		r = check(out, err);
	if (r == 0)
		r = advi_distinfo_read(out, path, &reading.owned, err);
	advi_map_clear(&reading.owned);
	if (r == 0)
		r = advi_listing_finish(out, path, err);
	if (r == 0)
		return 0;
	advi_listing_clear(out);
	return advi_while(err, r, "reading the environment '%s'", path);
}
