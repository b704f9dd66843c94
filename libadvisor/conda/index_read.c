/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading a repodata.json of any size, in one pass. */
#include "conda/index_read.h"

#include "conda/repodata.h"
#include "io/window.h"

enum {
	RECORDS = 20 * 1000 * 1000,
	KEY_BYTES = 32,
	/* A problem this near to the window's end may be no more than that the text goes on. */
	DOUBT_BYTES = 64 * 1024,
	EVERY = 16384, /* records between two words to the watch */
	END = 256      /* instead of a byte */
};

static const struct advi_window_caps caps = {
	.bytes = (uint64_t)4 << 30, /* conda-forge has 0.4 GB */
	.ratio = 250,
	.held = (size_t)64 << 20,
};

struct reading {
	struct advi_index_maker *maker;
	const struct advi_index_source *source;
	const struct adv_watch *watch;
	struct advi_window window;
	struct advi_raw raw;
	struct advi_arena arena; /* of one record, the slow way */
	char key[KEY_BYTES];     /* of the member at hand, as far as it fits */
	unsigned depth;
	bool listed;
	uint64_t records;
};

static int complain(const struct reading *reading, const char *problem, struct adv_err *err)
{
	return advi_fail(err, ADV_EINPUT, "'%s', byte %llu: the JSON %s; fetch it again",
			 reading->source->shown,
			 (unsigned long long)advi_window_offset(&reading->window), problem);
}

/* What comes next that is no blank: a byte, END, or negative. */
static int next_byte(struct reading *reading, struct adv_err *err)
{
	struct advi_window *window = &reading->window;

	for (;;) {
		while (window->at < window->end && (*window->at == ' ' || *window->at == '\n' ||
						    *window->at == '\r' || *window->at == '\t'))
			window->at++;
		if (window->at < window->end)
			return (unsigned char)*window->at;
		int r = advi_window_more(window, err);

		if (r <= 0)
			return r < 0 ? r : END;
	}
}

/* Reads something with the general scanner; called again, with more text, when that ended early. */
typedef void scan_fn(struct reading *reading, struct advi_json *json, void *context);

static int scan(struct reading *reading, scan_fn *each, void *context, struct adv_err *err)
{
	struct advi_window *window = &reading->window;

	for (;;) {
		struct advi_str text = {window->at, (size_t)(window->end - window->at)};
		struct advi_json json;
		const char *problem, *at;
		int r;

		advi_json_init(&json, text);
		each(reading, &json, context);
		problem = json.problem;
		at = json.at;
		advi_json_clear(&json);
		if (!problem && (at < window->end || window->last)) {
			window->at = at;
			return 0;
		}
		if (problem && (window->last || window->end - at > DOUBT_BYTES)) {
			window->at = at;
			return complain(reading, problem, err);
		}
		r = advi_window_more(window, err);
		if (r < 0)
			return r;
	}
}

typedef int member_fn(struct reading *reading, struct adv_err *err);

/*
 * The members of the object or array whose opening bracket is next, one after another, each
 * taken by 'each'; none is held longer than that.
 */
static int members(struct reading *reading, int close, member_fn *each, struct adv_err *err)
{
	bool first = true;
	int byte, r = 0;

	reading->window.at++;
	if (++reading->depth > ADVI_JSON_DEPTH)
		return complain(reading, "is nested too deeply", err);
	while (r == 0) {
		byte = next_byte(reading, err);
		if (byte == close)
			break;
		if (!first && byte >= 0) {
			if (byte != ',')
				return complain(reading,
						byte == END ? "ends early"
							    : "lacks a comma or a closing bracket",
						err);
			reading->window.at++;
			byte = next_byte(reading, err);
		}
		if (byte < 0)
			return byte;
		if (byte == END)
			return complain(reading, "ends early", err);
		if (close == '}' && byte != '"')
			return complain(reading, "has no string where one is expected", err);
		first = false;
		r = each(reading, err);
	}
	reading->window.at += r == 0;
	reading->depth--;
	return r;
}

static void scan_key(struct reading *reading, struct advi_json *json, void *context)
{
	struct advi_str key;

	(void)context;
	reading->key[0] = '\0';
	if (advi_json_string(json, &key) && key.len < sizeof(reading->key) &&
	    advi_str_find(key, '\0') == key.len) {
		memcpy(reading->key, key.ptr, key.len);
		reading->key[key.len] = '\0';
	}
}

/* A key and its colon. */
static int take_key(struct reading *reading, struct adv_err *err)
{
	int r = scan(reading, scan_key, NULL, err), byte;

	if (r < 0)
		return r;
	byte = next_byte(reading, err);
	if (byte < 0)
		return byte;
	if (byte != ':')
		return complain(reading, byte == END ? "ends early" : "lacks a colon", err);
	reading->window.at++;
	byte = next_byte(reading, err);
	return byte < 0 ? byte : 0;
}

static void scan_skip(struct reading *reading, struct advi_json *json, void *context)
{
	(void)reading;
	(void)context;
	advi_json_skip(json);
}

static int pass_member(struct reading *reading, struct adv_err *err);

/* Passes over a value of any size. */
static int pass(struct reading *reading, struct adv_err *err)
{
	int byte = next_byte(reading, err);

	if (byte < 0)
		return byte;
	if (byte == '{')
		return members(reading, '}', pass_member, err);
	if (byte == '[')
		return members(reading, ']', pass, err);
	return scan(reading, scan_skip, NULL, err);
}

static int pass_member(struct reading *reading, struct adv_err *err)
{
	int r = take_key(reading, err);

	return r < 0 ? r : pass(reading, err);
}

/* ---- records ---- */

/* A record read the slow way. */
struct slow {
	struct advi_record record;
	struct advi_str fn;
	const char *bad;
};

static void scan_record(struct reading *reading, struct advi_json *json, void *context)
{
	struct slow *slow = context;
	struct advi_str fn;

	advi_arena_clear(&reading->arena);
	/* As if the object around it had been entered. */
	json->depth = reading->depth;
	json->first = true;
	if (!advi_json_key(json, &fn))
		return;
	slow->fn = advi_arena_slice(&reading->arena, fn);
	advi_repodata_record(json, slow->fn, &reading->arena, &slow->record, &slow->bad);
}

static void copy_list(advi_strs *to, const struct advi_list *from)
{
	to->count = 0;
	for (size_t i = 0; i < from->count; i++)
		advi_vec_push(to, advi_str(from->at[i]));
}

static void copy_record(struct advi_raw *to, const struct advi_record *from)
{
	to->fn = advi_str(from->fn);
	to->name = advi_str(from->name);
	to->version = advi_str(from->version);
	to->build = advi_str(from->build);
	to->md5 = advi_str(from->md5);
	to->sha256 = advi_str(from->sha256);
	to->license = advi_str(from->license);
	to->license_family = advi_str(from->license_family);
	to->noarch = advi_str(from->noarch);
	to->python_site_packages_path = advi_str(from->python_site_packages_path);
	to->track_features = advi_str(from->track_features);
	to->build_number = from->build_number;
	to->size = from->size;
	to->timestamp = from->timestamp;
	copy_list(&to->depends, &from->depends);
	copy_list(&to->constrains, &from->constrains);
}

static int read_slowly(struct reading *reading, struct adv_err *err)
{
	struct slow slow = {.bad = NULL};
	int r = scan(reading, scan_record, &slow, err);

	if (r < 0)
		return r;
	if (!slow.bad) {
		copy_record(&reading->raw, &slow.record);
		slow.bad = advi_index_take(reading->maker, &reading->raw);
	}
	if (slow.bad)
		advi_index_refuse(reading->maker, slow.fn, slow.bad);
	advi_arena_clear(&reading->arena);
	return 0;
}

static int read_record(struct reading *reading, struct adv_err *err)
{
	const char *end = advi_raw_scan(&reading->raw, reading->window.at);
	int r = 0;

	if (end) {
		const char *bad = advi_index_take(reading->maker, &reading->raw);

		if (bad)
			advi_index_refuse(reading->maker, reading->raw.fn, bad);
		reading->window.at = end;
	} else {
		r = read_slowly(reading, err);
	}
	if (r == 0 && ++reading->records > RECORDS)
		return complain(reading, "has more than 20 million records", err);
	if (r == 0 && reading->records % EVERY == 0)
		r = advi_progress(reading->watch, "reading repodata", "bytes",
				  reading->window.total, 0, err);
	return r;
}

/* ---- the file as a whole ---- */

static void scan_text(struct reading *reading, struct advi_json *json, void *context)
{
	struct advi_str *to = context;

	if (advi_json_peek(json) != ADVI_JSON_STRING)
		advi_json_skip(json);
	else if (advi_json_string(json, to))
		*to = advi_arena_slice(&reading->arena, *to);
}

static int read_removed(struct reading *reading, struct adv_err *err)
{
	struct advi_str fn = {NULL, 0};
	int byte = next_byte(reading, err), r;

	if (byte != '"')
		return byte < 0 ? byte : pass(reading, err);
	r = scan(reading, scan_text, &fn, err);
	if (r == 0)
		advi_map_add(&reading->maker->removed, fn, NULL);
	advi_arena_clear(&reading->arena);
	return r;
}

static int read_info(struct reading *reading, struct adv_err *err)
{
	struct advi_str url = {NULL, 0};
	int r = take_key(reading, err);

	if (r < 0 || strcmp(reading->key, "base_url") != 0 || *reading->window.at != '"')
		return r < 0 ? r : pass(reading, err);
	r = scan(reading, scan_text, &url, err);
	if (r == 0 && url.len <= ADVI_REPODATA_TEXT_BYTES && advi_str_find(url, '\0') == url.len)
		reading->maker->base_url = advi_texts_add(&reading->maker->texts, url);
	advi_arena_clear(&reading->arena);
	return r;
}

static const struct part {
	const char *key;
	char open, close;
	member_fn *each;
	bool lists; /* packages */
} parts[] = {
	{"info", '{', '}', read_info, false},
	{"packages", '{', '}', read_record, true},
	{"packages.conda", '{', '}', read_record, true},
	{"removed", '[', ']', read_removed, false},
};

static int read_part(struct reading *reading, struct adv_err *err)
{
	int r = take_key(reading, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ADVI_COUNT(parts); i++) {
		if (strcmp(parts[i].key, reading->key) != 0)
			continue;
		if (reading->window.at < reading->window.end &&
		    *reading->window.at == parts[i].open) {
			reading->listed |= parts[i].lists;
			return members(reading, parts[i].close, parts[i].each, err);
		}
		if (parts[i].lists)
			return advi_fail(err, ADV_EINPUT,
					 "'%s': '%s' is no object, so it is no repodata.json",
					 reading->source->shown, parts[i].key);
	}
	return pass(reading, err);
}

static int read_all(struct reading *reading, struct adv_err *err)
{
	int byte = next_byte(reading, err), r;

	if (byte < 0)
		return byte;
	if (byte != '{')
		return complain(reading, byte == END ? "is empty" : "begins with no object", err);
	r = members(reading, '}', read_part, err);
	if (r < 0)
		return r;
	byte = next_byte(reading, err);
	if (byte != END)
		return byte < 0 ? byte : complain(reading, "has something after its end", err);
	if (!reading->listed)
		return advi_fail(err, ADV_EINPUT,
				 "'%s' has neither 'packages' nor 'packages.conda': it "
				 "is no repodata.json",
				 reading->source->shown);
	if (reading->maker->texts.full)
		return advi_fail(err, ADV_EINPUT, "'%s' has more than 4 GiB of texts",
				 reading->source->shown);
	return 0;
}

int advi_index_read(struct advi_index_maker *maker, const struct advi_index_source *source,
		    char hex[ADVI_HEX_SIZE], bool *plain, const struct adv_watch *watch,
		    struct adv_err *err)
{
	struct reading reading = {.maker = maker, .source = source, .watch = watch};
	int r = advi_window_open(&reading.window, source->path, &caps, err);

	if (r == 0)
		r = read_all(&reading, err);
	*plain = !reading.window.stream;
	if (r == 0)
		advi_window_digest(&reading.window, hex);
	advi_window_clear(&reading.window);
	advi_raw_clear(&reading.raw);
	advi_arena_clear(&reading.arena);
	return r;
}
