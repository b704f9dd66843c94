/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the cache knows of a subdir's files, in a state file with conda's keys:
 * url, etag, mod, cache_control, size, mtime_ns, refresh_ns, has_zst: {last_checked, value}.
 */
#include "conda/state.h"

#include <stddef.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

#include "base/mem.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/json_scan.h"
#include "io/json_write.h"

enum { STATE_BYTES = 1 << 20, TEXT_BYTES = 64 * 1024, TIME_BYTES = 32, WEEK = 7 * 24 * 3600 };

static const uint64_t second_ns = 1000000000;
const char *const advi_cachestate_names[ADVI_STATES] = {
	"repodata_shards.info.json", "repodata.info.json", "channeldata.info.json"};
static const char *const offer_keys[ADVI_OFFERS] = {"has_zst", "has_bz2", "has_shards"};

#define AT(field) offsetof(struct advi_cachestate, field)
static const struct {
	const char *key;
	size_t offset;
} texts[] =
	{
		{"cache_control", AT(cache_control)},
		{"etag", AT(etag)},
		{"file", AT(file)},
		{"mod", AT(modified)},
		{"sha256", AT(sha256)},
		{"url", AT(url)},
},
  numbers[] = {
	  {"mtime_ns", AT(mtime_ns)},
	  {"refresh_ns", AT(refreshed)},
	  {"size", AT(size)},
};

void advi_cachestate_clear(struct advi_cachestate *state)
{
	advi_arena_clear(&state->arena);
	*state = (struct advi_cachestate){0};
}

static uint64_t read_time(struct advi_str text)
{
	ADVI_AUTO_PTR char *copy = advi_str_dup(text);
	struct tm time = {0};
	const char *end = strptime(copy, "%Y-%m-%dT%H:%M:%SZ", &time);
	time_t seconds = end && !*end ? timegm(&time) : 0;

	return seconds > 0 ? (uint64_t)seconds : 0;
}

static void read_offer(struct advi_cachestate *state, struct advi_json *json, size_t offer)
{
	struct advi_str key, text;

	for (advi_json_object(json); advi_json_key(json, &key);) {
		if (advi_str_is(key, "value"))
			advi_json_bool(json, &state->offers[offer]);
		else if (advi_str_is(key, "last_checked") && advi_json_string(json, &text))
			state->asked[offer] = read_time(text);
		else
			advi_json_skip(json);
	}
}

static void read_text(struct advi_cachestate *state, struct advi_json *json, size_t offset)
{
	struct advi_str text;

	if (advi_json_peek(json) == ADVI_JSON_NULL)
		advi_json_skip(json);
	else if (advi_json_string(json, &text) && text.len < TEXT_BYTES &&
		 advi_str_find(text, '\0') == text.len)
		*(const char **)(void *)((char *)state + offset) =
			advi_arena_str(&state->arena, text);
}

static void read_value(struct advi_cachestate *state, struct advi_json *json, struct advi_str key)
{
	for (size_t i = 0; i < ADVI_COUNT(texts); i++)
		if (advi_str_is(key, texts[i].key)) {
			read_text(state, json, texts[i].offset);
			return;
		}
	for (size_t i = 0; i < ADVI_COUNT(numbers); i++)
		if (advi_str_is(key, numbers[i].key)) {
			advi_json_u64(json,
				      (uint64_t *)(void *)((char *)state + numbers[i].offset));
			return;
		}
	for (size_t i = 0; i < ADVI_OFFERS; i++)
		if (advi_str_is(key, offer_keys[i])) {
			read_offer(state, json, i);
			return;
		}
	advi_json_skip(json);
}

/* A name that is no path: a state file may come from anywhere, and names what is opened. */
static bool is_plain(const char *file)
{
	return !file || (*file && *file != '.' && !strchr(file, '/'));
}

void advi_cachestate_read(struct advi_cachestate *state, const char *path)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(STATE_BYTES);
	struct advi_json json;
	struct advi_str key;

	if (!advi_path_exists(path) || advi_file_read(&text, path, NULL) < 0)
		return;
	advi_json_init(&json, advi_buf_str(&text));
	for (advi_json_object(&json); advi_json_key(&json, &key);)
		read_value(state, &json, key);
	state->refreshed /= second_ns;
	if (!advi_json_end(&json) || !is_plain(state->file))
		advi_cachestate_clear(state);
	advi_json_clear(&json);
}

static void write_offer(struct advi_jout *json, const struct advi_cachestate *state, size_t offer)
{
	time_t seconds = (time_t)state->asked[offer];
	char text[TIME_BYTES] = "";
	struct tm time;

	if (!state->asked[offer] || !gmtime_r(&seconds, &time) ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &time))
		return;
	advi_jout_key(json, offer_keys[offer]);
	advi_jout_object(json);
	advi_jout_key_text(json, "last_checked", text);
	advi_jout_key(json, "value");
	advi_jout_bool(json, state->offers[offer]);
	advi_jout_object_end(json);
}

int advi_cachestate_write(const struct advi_cachestate *state, const char *path,
			  struct adv_err *err)
{
	struct advi_out out;
	struct advi_jout json;
	int r = advi_out_open(&out, path, err);

	if (r < 0)
		return r;
	advi_jout_init(&json, out.file);
	advi_jout_object(&json);
	advi_jout_key_text(&json, "cache_control", state->cache_control);
	advi_jout_key_text(&json, "etag", state->etag);
	advi_jout_key_text(&json, "file", state->file);
	write_offer(&json, state, ADVI_OFFER_BZ2);
	write_offer(&json, state, ADVI_OFFER_SHARDS);
	write_offer(&json, state, ADVI_OFFER_ZST);
	advi_jout_key_text(&json, "mod", state->modified);
	advi_jout_key_u64(&json, "mtime_ns", state->mtime_ns);
	advi_jout_key_u64(&json, "refresh_ns", state->refreshed * second_ns);
	advi_jout_key_text(&json, "sha256", state->sha256);
	advi_jout_key_u64(&json, "size", state->size);
	advi_jout_key_text(&json, "url", state->url);
	advi_jout_object_end(&json);
	advi_jout_end(&json);
	return advi_out_commit(&out, err);
}

static uint64_t mtime_ns(const struct stat *info)
{
	return (uint64_t)info->st_mtim.tv_sec * second_ns + (uint64_t)info->st_mtim.tv_nsec;
}

int advi_cachestate_take(struct advi_cachestate *state, const struct advi_fetch *fetch,
			 const char *path, uint64_t now, struct adv_err *err)
{
	char hex[ADVI_HEX_SIZE];
	struct stat info;
	int r;

	if (fetch->cache_control || !fetch->unchanged)
		state->cache_control = advi_arena_dup(&state->arena, fetch->cache_control);
	state->refreshed = now;
	if (fetch->unchanged)
		return 0;
	if (stat(path, &info) < 0)
		return advi_fail_errno(err, "can't read '%s'", path);
	r = advi_digest_file("SHA256", path, hex, err);
	if (r < 0)
		return r;
	state->file = advi_arena_dup(&state->arena, strrchr(path, '/') + 1);
	state->url = advi_arena_dup(&state->arena, fetch->url);
	state->etag = advi_arena_dup(&state->arena, fetch->etag);
	state->modified = advi_arena_dup(&state->arena, fetch->modified);
	state->sha256 = advi_arena_dup(&state->arena, hex);
	state->size = (uint64_t)info.st_size;
	state->mtime_ns = mtime_ns(&info);
	return 0;
}

bool advi_cachestate_holds(const struct advi_cachestate *state, const char *path)
{
	char hex[ADVI_HEX_SIZE];
	struct stat info;

	if (!state->sha256 || stat(path, &info) < 0 || (uint64_t)info.st_size != state->size)
		return false;
	return mtime_ns(&info) == state->mtime_ns ||
	       (advi_digest_file("SHA256", path, hex, NULL) == 0 &&
		strcmp(hex, state->sha256) == 0);
}

bool advi_cachestate_fresh(const struct advi_cachestate *state, uint64_t now)
{
	struct advi_str rest = advi_str(state->cache_control), part;
	uint64_t age = 0;

	while (advi_str_split(&rest, ',', &part)) {
		part = advi_str_trim(part);
		if (part.len > 8 && strncasecmp(part.ptr, "max-age=", 8) == 0)
			advi_str_u64(advi_str_from(part, 8), &age);
		if ((part.len == 8 && strncasecmp(part.ptr, "no-cache", 8) == 0) ||
		    (part.len == 8 && strncasecmp(part.ptr, "no-store", 8) == 0))
			return false;
	}
	/* A time to come means that some clock was wrong. */
	return state->refreshed <= now && now - state->refreshed < (age < WEEK ? age : WEEK);
}
