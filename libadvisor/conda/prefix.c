/* SPDX-License-Identifier: BSD-3-Clause */
/* An installed prefix, as its conda-meta folder tells. */
#include "conda/prefix.h"

#include "conda/record_json.h"
#include "io/file.h"

enum { META_BYTES = 256 << 20, PREFIX_RECORDS = 20000 };

/*
 * conda writes the channel with its subdir, and either may carry a token or a password, which
 * have no business in a plan.
 */
static const char *tidy_url(struct advi_arena *arena, const char *url)
{
	struct advi_str text = advi_str(url), scheme, host, token = ADVI_STR("/t/");
	size_t at = advi_str_search(text, ADVI_STR("://")), slash;

	if (!url || at == text.len)
		return url;
	scheme = (struct advi_str){text.ptr, at + 3};
	text = advi_str_from(text, at + 3);
	slash = advi_str_find(text, '/');
	host = (struct advi_str){text.ptr, slash};
	text = advi_str_from(text, slash);
	host = advi_str_find(host, '@') < host.len
		       ? advi_str_from(host, advi_str_find(host, '@') + 1)
		       : host;
	if (advi_str_starts(text, token)) {
		struct advi_str rest = advi_str_from(text, token.len);

		text = advi_str_from(rest, advi_str_find(rest, '/'));
	}
	return advi_arena_printf(arena, "%.*s%.*s%.*s", ADVI_ARGS(scheme), ADVI_ARGS(host),
				 ADVI_ARGS(text));
}

static const char *without_subdir(struct advi_arena *arena, const char *channel, const char *subdir)
{
	struct advi_str text = advi_str(channel);
	size_t length = subdir ? strlen(subdir) : 0;

	if (!channel || !length || text.len <= length || !advi_str_ends(text, advi_str(subdir)) ||
	    text.ptr[text.len - length - 1] != '/')
		return channel;
	return advi_arena_str(arena, (struct advi_str){text.ptr, text.len - length - 1});
}

int advi_prefix_record(struct advi_record *out, struct advi_arena *arena, struct advi_str text,
		       const char *path, struct adv_err *err)
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
	out->url = tidy_url(arena, out->url);
	out->channel = without_subdir(arena, tidy_url(arena, out->channel), out->subdir);
	return 0;
}

bool advi_prefix_is(const char *path)
{
	ADVI_AUTO_PTR char *meta = advi_path_join(path, "conda-meta");
	struct stat info;

	return stat(meta, &info) == 0 && S_ISDIR(info.st_mode);
}

static int add(void *context, const char *path, const struct stat *info, struct adv_err *err)
{
	struct advi_prefix *prefix = context;
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(META_BYTES);
	struct advi_record record;
	int r;

	(void)info;
	if (!advi_str_ends(advi_str(path), ADVI_STR(".json")))
		return 0;
	if (prefix->records.count == PREFIX_RECORDS)
		return advi_fail(err, ADV_EINPUT, "more than the %d packages allowed",
				 PREFIX_RECORDS);
	r = advi_file_read(&text, path, err);
	if (r == 0)
		r = advi_prefix_record(&record, &prefix->arena, advi_buf_str(&text), path, err);
	if (r == 0)
		advi_vec_push(&prefix->records, record);
	return r;
}

static int by_name(const void *a, const void *b)
{
	const struct advi_record *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static int check(const struct advi_prefix *prefix, struct adv_err *err)
{
	if (prefix->records.count == 0)
		return advi_fail(err, ADV_EINPUT, "no packages are recorded there");
	for (size_t i = 1; i < prefix->records.count; i++)
		if (by_name(&prefix->records.at[i - 1], &prefix->records.at[i]) == 0)
			return advi_fail(err, ADV_EINPUT,
					 "'%s' is recorded twice; remove the older of "
					 "its two files",
					 prefix->records.at[i].name);
	return 0;
}

int advi_prefix_read(struct advi_prefix *out, const char *path, struct adv_err *err)
{
	ADVI_AUTO_PTR char *meta = advi_path_join(path, "conda-meta");
	int r;

	*out = (struct advi_prefix){0};
	if (!advi_prefix_is(path))
		return advi_fail(err, ADV_EINPUT,
				 "'%s' is no conda environment: it has no conda-meta folder", path);
	r = advi_walk(meta, add, out, NULL, NULL, err);
	if (r == 0) {
		advi_vec_sort(&out->records, by_name);
		r = check(out, err);
	}
	if (r == 0)
		return 0;
	advi_prefix_clear(out);
	return advi_while(err, r, "reading the environment '%s'", path);
}

void advi_prefix_clear(struct advi_prefix *prefix)
{
	advi_vec_clear(&prefix->records);
	advi_arena_clear(&prefix->arena);
}
