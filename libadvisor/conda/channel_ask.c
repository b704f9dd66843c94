/* SPDX-License-Identifier: BSD-3-Clause */
/* A channel that is asked for packages. */
#include "conda/channel_ask.h"

#include "base/nearest.h"
#include "base/map.h"
#include "conda/matchspec.h"
#include "conda/refresh.h"
#include "io/file.h"
#include "io/json_scan.h"
#include "io/stream.h"
#include "io/yaml_rows.h"

enum { TEXT_BYTES = 64 * 1024 };

static const size_t data_cap = (size_t)1 << 30; /* channeldata.json; conda-forge's has 25 MB */

/* Where channeldata.json lies: in the folder, or in the cache. It is no trouble when it does not.
 */
static int find_data(struct adv_channel *channel, const struct adv_net *net,
		     const struct adv_watch *watch, struct adv_err *err)
{
	ADVI_AUTO_PTR char *path = NULL;
	struct adv_err why = ADV_ERR_INIT;
	struct advi_fetched data;
	int r;

	if (strncmp(channel->url, "file://", 7) == 0) {
		path = advi_path_join(channel->url + 7, "channeldata.json");
		if (advi_path_exists(path))
			channel->data = advi_take(path);
		return 0;
	}
	r = advi_refresh_data(&data, channel->url, net, watch, &why);
	if (r == ADV_ECANCEL)
		return advi_fail(err, r, "%s", why.text);
	if (r < 0)
		advi_note(watch, "without summaries of packages: %s", why.text);
	else
		channel->data = advi_take(data.path);
	advi_fetched_clear(&data);
	return 0;
}

int adv_channel_open(struct adv_channel **out, const char *name, const char *platform,
		     const struct adv_net *net, const struct adv_watch *watch, struct adv_err *err)
{
	ADV_AUTO(channel) struct adv_channel *channel = advi_calloc(1, sizeof(*channel));
	ADVI_AUTO_PTR char *url = NULL;
	int r = advi_channel_open(&channel->channel, name, platform, net, watch, err);

	if (r == 0)
		r = advi_channel_url(&url, name, net, err);
	if (r < 0)
		return r;
	channel->url = advi_arena_dup(&channel->arena, url);
	channel->platform = advi_arena_dup(&channel->arena, platform);
	r = find_data(channel, net, watch, err);
	if (r < 0)
		return r;
	*out = advi_take(channel);
	return 0;
}

void adv_channel_free(struct adv_channel *channel)
{
	if (!channel)
		return;
	advi_channel_clear(&channel->channel);
	advi_vec_clear(&channel->found);
	advi_arena_clear(&channel->arena);
	free(channel->data);
	free(channel);
}

/* ---- channeldata.json: {"packages": {NAME: {"summary", "home", "license"}}} ---- */

static void read_package(struct adv_channel *channel, struct advi_json *json)
{
	const struct {
		const char *key;
		const char **to;
	} texts[] = {{"summary", &channel->summary},
		     {"home", &channel->home},
		     {"license", &channel->license}};
	struct advi_str key, text;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		const char **to = NULL;

		for (size_t i = 0; i < ADVI_COUNT(texts); i++)
			if (advi_str_is(key, texts[i].key))
				to = texts[i].to;
		if (!to || advi_json_peek(json) != ADVI_JSON_STRING)
			advi_json_skip(json);
		else if (advi_json_string(json, &text) && text.len < TEXT_BYTES)
			*to = advi_arena_str(&channel->arena, text);
	}
}

static void read_packages(struct adv_channel *channel, struct advi_json *json, struct advi_str name)
{
	struct advi_str key;

	if (advi_json_peek(json) != ADVI_JSON_OBJECT) {
		advi_json_skip(json);
		return;
	}
	for (advi_json_object(json); advi_json_key(json, &key);)
		if (advi_str_eq(key, name) && advi_json_peek(json) == ADVI_JSON_OBJECT)
			read_package(channel, json);
		else
			advi_json_skip(json);
}

static void read_data(struct adv_channel *channel, struct advi_str name)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(data_cap);
	ADVI_AUTO(stream) struct advi_stream *stream = NULL;
	struct advi_json json;
	struct advi_str key;

	channel->summary = channel->home = channel->license = NULL;
	if (!channel->data || !name.len || advi_stream_open(&stream, channel->data, NULL) < 0 ||
	    advi_stream_read_all(stream, &text, NULL) < 0)
		return;
	advi_json_init(&json, advi_buf_str(&text));
	for (advi_json_object(&json); advi_json_key(&json, &key);)
		if (advi_str_is(key, "packages"))
			read_packages(channel, &json, name);
		else
			advi_json_skip(&json);
	advi_json_clear(&json);
}

/* ---- records ---- */

struct names {
	const struct advi_matchspec *spec; /* whose names are taken; NULL: all */
	struct advi_map known;             /* both subdirs may have a name */
	ADVI_VEC(struct advi_str) at;
};

static int take_name(void *context, struct advi_str name)
{
	struct names *names = context;
	bool is_new = false;

	if (!names->spec || advi_pattern_match(&names->spec->name.pattern, name))
		advi_map_add(&names->known, name, &is_new);
	if (is_new)
		advi_vec_push(&names->at, name);
	return 0;
}

static void names_clear(struct names *names)
{
	advi_map_clear(&names->known);
	advi_vec_clear(&names->at);
}

static int by_age(const void *a, const void *b)
{
	const struct advi_record *x = *(const struct advi_record *const *)a;
	const struct advi_record *y = *(const struct advi_record *const *)b;
	int order = strcmp(x->name, y->name);

	if (!order)
		order = advi_version_cmp_text(advi_str(y->version), advi_str(x->version));
	if (!order && x->build_number != y->build_number)
		order = x->build_number < y->build_number ? 1 : -1;
	if (!order && x->timestamp != y->timestamp)
		order = x->timestamp < y->timestamp ? 1 : -1;
	order = order ? order : strcmp(x->fn, y->fn);
	return order ? order : strcmp(x->subdir, y->subdir);
}

/* Keeps the records that are meant. */
static void keep_matching(struct adv_channel *channel, const struct advi_matchspec *spec)
{
	size_t kept = 0;

	for (size_t i = 0; i < channel->found.count; i++) {
		const struct advi_record *record = channel->found.at[i];
		ADVI_AUTO(arena) struct advi_arena arena = {0};
		struct advi_version version = {0};
		int r = advi_version_parse(&version, &arena, advi_str(record->version), NULL);

		/* What is no version is none that anybody asks for. */
		if ((r == 0 || !spec->version) && advi_matchspec_match(spec, record, &version))
			channel->found.at[kept++] = record;
	}
	channel->found.count = kept;
}

static int unknown_name(const struct adv_channel *channel, const struct advi_matchspec *spec,
			struct adv_err *err)
{
	struct advi_str name = spec->name.pattern.text;
	struct names all = {0};
	ADVI_AUTO(arena) struct advi_arena arena = {0};
	advi_names words = {0};
	const char *near;

	advi_channel_each_name(&channel->channel, take_name, &all);
	for (size_t i = 0; i < all.at.count; i++)
		advi_vec_push(&words, advi_arena_str(&arena, all.at.at[i]));
	near = advi_nearest(name, words.at, words.count);
	advi_fail(err, ADV_NO, "channel '%s' has no package '%.*s'%s%s%s", channel->channel.name,
		  ADVI_ARGS(name), near ? "; did you mean '" : "", near ? near : "",
		  near ? "'?" : "");
	advi_vec_clear(&words);
	names_clear(&all);
	return ADV_NO;
}

static int find(struct adv_channel *channel, const struct advi_matchspec *spec,
		const struct adv_watch *watch, struct adv_err *err)
{
	struct names names = {.spec = spec};
	const char *newest;
	int r;

	channel->found.count = 0;
	advi_channel_each_name(&channel->channel, take_name, &names);
	r = names.at.count ? advi_channel_read(&channel->channel, names.at.at, names.at.count,
					       &channel->found, watch, err)
			   : unknown_name(channel, spec, err);
	names_clear(&names);
	if (r < 0)
		return r;
	advi_vec_sort(&channel->found, by_age);
	newest = channel->found.count ? channel->found.at[0]->version : "none";
	keep_matching(channel, spec);
	if (!channel->found.count)
		return advi_fail(err, ADV_NO, "channel '%s' has no '%s'; the newest there is %s",
				 channel->channel.name, channel->asked, newest);
	return 0;
}

int adv_channel_ask(struct adv_channel *channel, const char *text, const struct adv_watch *watch,
		    struct adv_err *err)
{
	struct advi_matchspec spec;
	int r = advi_matchspec_parse(&spec, &channel->arena, advi_str(text), err);

	if (r < 0)
		return r;
	channel->asked = advi_arena_dup(&channel->arena, text);
	r = find(channel, &spec, watch, err);
	if (r == 0)
		read_data(channel, advi_matchspec_name(&spec));
	return r;
}
