/* SPDX-License-Identifier: BSD-3-Clause */
/* MatchSpecs: matching and printing. */
#include "conda/matchspec.h"

#include <stdio.h>

#include "base/vec.h"
#include "io/route.h"

/* What a record does not say is met by '*' alone. */
static bool field_match(const struct advi_field *field, const char *value)
{
	if (!field->set)
		return true;
	return value ? advi_pattern_match(&field->pattern, advi_str(value))
		     : advi_str_is(field->pattern.text, "*");
}

/* The channels that "defaults" stands for. */
static bool is_defaults(struct advi_str channel)
{
	static const char *const members[] = {"pkgs/main", "pkgs/r", "pkgs/msys2", "pkgs/free",
					      "pkgs/pro"};

	for (size_t i = 0; i < ADVI_COUNT(members); i++)
		if (advi_str_ends(channel, advi_str(members[i])))
			return true;
	return false;
}

/* Whether a pattern means 'channel' or what stands behind any '/' of it, beyond a URL's host. */
static bool pattern_names(const struct advi_pattern *name, struct advi_str channel)
{
	size_t host = advi_str_search(channel, ADVI_STR("://"));

	if (advi_pattern_match(name, channel))
		return true;
	if (host < channel.len) {
		channel = advi_str_from(channel, host + 3);
		channel = advi_str_from(channel, advi_str_find(channel, '/') + 1);
	}
	for (; channel.len; channel = advi_str_from(channel, advi_str_find(channel, '/') + 1))
		if (advi_pattern_match(name, channel))
			return true;
	return false;
}

/* Whether 'channel' is 'name', or a URL or folder whose last components are. */
static bool names_channel(const struct advi_pattern *name, struct advi_str channel)
{
	static const struct advi_str home = {ADVI_CHANNEL_ALIAS "/", sizeof(ADVI_CHANNEL_ALIAS)};
	struct advi_str own = name->text;

	if (name->kind != ADVI_PATTERN_EXACT)
		return pattern_names(name, channel);

	while (own.len && own.ptr[own.len - 1] == '/')
		own.len--;
	while (channel.len && channel.ptr[channel.len - 1] == '/')
		channel.len--;
	if (advi_str_eq(own, channel))
		return true;
	if (advi_str_is(own, "defaults") && is_defaults(channel))
		return true;
	if (channel.len > own.len && advi_str_ends(channel, own) &&
	    channel.ptr[channel.len - own.len - 1] == '/')
		return true;
	/* "https://conda.anaconda.org/conda-forge" is what "conda-forge" stands for. */
	own = advi_str_starts(own, home) ? advi_str_from(own, home.len) : own;
	return advi_str_eq(own, channel);
}

/* A record's channel may be written with its subdir behind it. */
static bool channel_match(const struct advi_field *field, const struct advi_record *record)
{
	struct advi_str channel, subdir = advi_str(record->subdir);

	if (!field->set)
		return true;
	if (!record->channel)
		return false;
	channel = advi_str(record->channel);
	if (names_channel(&field->pattern, channel))
		return true;
	if (!subdir.len || channel.len <= subdir.len || !advi_str_ends(channel, subdir))
		return false;
	channel.len -= subdir.len;
	return names_channel(&field->pattern, channel);
}

/* The next word of a list that is separated by blanks or commas; empty at the end. */
static struct advi_str take_word(struct advi_str *list)
{
	struct advi_str word;
	size_t from = 0, to;

	while (from < list->len && strchr(" ,\t", list->ptr[from]))
		from++;
	for (to = from; to < list->len && !strchr(" ,\t", list->ptr[to]);)
		to++;
	/* an absent list has no address to add to */
	word = to ? (struct advi_str){list->ptr + from, to - from} : (struct advi_str){0};
	*list = advi_str_from(*list, to);
	return word;
}

static bool all_words_in(struct advi_str words, struct advi_str list)
{
	struct advi_str word, other;

	while ((word = take_word(&words)).len) {
		struct advi_str rest = list;

		while ((other = take_word(&rest)).len && !advi_str_eq(word, other))
			continue;
		if (!other.len)
			return false;
	}
	return true;
}

/* Features are sets: both sides name the same ones. */
static bool features_match(struct advi_str want, const char *have)
{
	return !want.len ||
	       (all_words_in(want, advi_str(have)) && all_words_in(advi_str(have), want));
}

static bool build_number_match(const struct advi_vspec *spec, uint64_t number)
{
	char text[24];
	struct advi_version_part parts[2] = {{ADVI_VERSION_NUMBER, true, ADVI_STR("")}};
	struct advi_version version = {parts, 2, 2};
	int length;

	if (!spec)
		return true;
	/* An epoch of 0, and the number as the only component. */
	length = snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	parts[1] = (struct advi_version_part){
		ADVI_VERSION_NUMBER, true, {text, number ? (size_t)length : 0}};
	return advi_vspec_match(spec, advi_str(text), &version);
}

bool advi_matchspec_match(const struct advi_matchspec *spec, const struct advi_record *record,
			  const struct advi_version *version)
{
	return field_match(&spec->name, record->name) &&
	       (!spec->version ||
		advi_vspec_match(spec->version, advi_str(record->version), version)) &&
	       field_match(&spec->build, record->build ? record->build : "") &&
	       build_number_match(spec->build_number, record->build_number) &&
	       channel_match(&spec->channel, record) &&
	       field_match(&spec->subdir, record->subdir) && field_match(&spec->url, record->url) &&
	       field_match(&spec->md5, record->md5) && field_match(&spec->sha256, record->sha256) &&
	       field_match(&spec->fn, record->fn) && field_match(&spec->license, record->license) &&
	       field_match(&spec->license_family, record->license_family) &&
	       features_match(spec->track_features, record->track_features) && !spec->features.len;
}

struct advi_str advi_matchspec_name(const struct advi_matchspec *spec)
{
	if (spec->name.set && spec->name.pattern.kind == ADVI_PATTERN_EXACT)
		return spec->name.pattern.text;
	return (struct advi_str){"", 0};
}

static bool has_any(struct advi_str text, const char *bytes)
{
	for (size_t i = 0; i < text.len; i++)
		if (strchr(bytes, text.ptr[i]))
			return true;
	return false;
}

/* Adds "key=value" to the brackets, in quotes when it must be or 'quoted' says so. */
static void bracket(struct advi_buf *brackets, const char *key, struct advi_str value, bool quoted)
{
	const char *quote = !quoted ? "" : advi_str_find(value, '\'') < value.len ? "\"" : "'";

	advi_buf_text(brackets, brackets->len ? "," : "");
	advi_buf_text(brackets, key);
	advi_buf_text(brackets, "=");
	advi_buf_text(brackets, quote);
	advi_buf_add(brackets, value);
	advi_buf_text(brackets, quote);
}

/* Returns whether it was written as "==version", behind which "=build" may stand. */
static bool print_version(struct advi_str version, bool glob, bool build, struct advi_buf *out,
			  struct advi_buf *brackets)
{
	bool relation = advi_str_starts(version, ADVI_STR("!=")) ||
			advi_str_starts(version, ADVI_STR("~="));

	/* A glob would not read back as one behind '='. */
	if (has_any(version, "><$^|,") || glob || (relation && build)) {
		bracket(brackets, "version", version, true);
	} else if (relation) {
		advi_buf_add(out, version);
	} else if (version.ptr[version.len - 1] == '*') {
		version.len -= advi_str_ends(version, ADVI_STR(".*")) ? 2 : 1;
		if (!version.len || version.ptr[0] != '=')
			advi_buf_text(out, "=");
		advi_buf_add(out, version);
	} else if (advi_str_starts(version, ADVI_STR("=")) &&
		   !advi_str_starts(version, ADVI_STR("=="))) {
		advi_buf_add(out, version);
	} else {
		if (!advi_str_starts(version, ADVI_STR("==")))
			advi_buf_text(out, "==");
		advi_buf_add(out, version);
		return true;
	}
	return false;
}

/* Quotes go around what would end a value, or brackets, too early. */
static bool needs_quotes(struct advi_str value)
{
	return has_any(value, ", =[]'\"");
}

static void print_build(struct advi_str build, bool exact, struct advi_buf *out,
			struct advi_buf *brackets)
{
	if (exact && !has_any(build, "*><$^|,-=~ :[]'\"")) {
		advi_buf_text(out, "=");
		advi_buf_add(out, build);
	} else {
		bracket(brackets, "build", build, needs_quotes(build) || has_any(build, "><$^|"));
	}
}

static void print_field(const char *key, const struct advi_field *field, struct advi_buf *brackets)
{
	if (field->set)
		bracket(brackets, key, field->pattern.text, needs_quotes(field->pattern.text));
}

static int by_bytes(const void *a, const void *b)
{
	return advi_str_cmp(*(const struct advi_str *)a, *(const struct advi_str *)b);
}

/* Features are a set: sorted, each once. */
static void print_features(const char *key, struct advi_str features, struct advi_buf *brackets)
{
	ADVI_AUTO(buf) struct advi_buf list = ADVI_BUF_INIT(1 << 20);
	ADVI_VEC(struct advi_str) words = {0};
	struct advi_str word;

	while ((word = take_word(&features)).len)
		advi_vec_push(&words, word);
	advi_vec_sort(&words, by_bytes);
	for (size_t i = 0; i < words.count; i++) {
		if (i && advi_str_eq(words.at[i], words.at[i - 1]))
			continue;
		advi_buf_text(&list, list.len ? " " : "");
		advi_buf_add(&list, words.at[i]);
	}
	if (words.count)
		bracket(brackets, key, advi_buf_str(&list), needs_quotes(advi_buf_str(&list)));
	advi_vec_clear(&words);
}

static void print_origin(const struct advi_matchspec *spec, struct advi_buf *out,
			 struct advi_buf *brackets)
{
	bool exact = spec->channel.set && spec->channel.pattern.kind == ADVI_PATTERN_EXACT &&
		     !has_any(spec->channel.pattern.text, "[]@");
	bool joined = exact && spec->subdir.set && advi_matchspec_subdir(spec->subdir.pattern.text);

	if (exact)
		advi_buf_add(out, spec->channel.pattern.text);
	else
		print_field("channel", &spec->channel, brackets);
	if (joined) {
		advi_buf_byte(out, '/');
		advi_buf_add(out, spec->subdir.pattern.text);
	} else {
		print_field("subdir", &spec->subdir, brackets);
	}
	if (exact)
		advi_buf_text(out, "::");
}

void advi_matchspec_print(const struct advi_matchspec *spec, struct advi_buf *out)
{
	ADVI_AUTO(buf) struct advi_buf brackets = ADVI_BUF_INIT(1 << 20);
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(1 << 20);
	struct advi_str name = spec->name.set ? spec->name.pattern.text : ADVI_STR("*");
	bool exact = false;
	size_t named;

	print_origin(spec, out, &brackets);
	advi_buf_add(out, name);
	named = out->len;
	if (spec->version) {
		advi_vspec_print(spec->version, &text);
		exact = print_version(advi_buf_str(&text), advi_vspec_is_glob(spec->version),
				      spec->build.set, out, &brackets);
	}
	if (spec->build.set)
		print_build(spec->build.pattern.text, exact, out, &brackets);
	if (spec->build_number) {
		advi_buf_reset(&text);
		advi_vspec_print(spec->build_number, &text);
		bracket(&brackets, "build_number", advi_buf_str(&text),
			has_any(advi_buf_str(&text), ", ="));
	}
	print_features("track_features", spec->track_features, &brackets);
	print_features("features", spec->features, &brackets);
	print_field("url", &spec->url, &brackets);
	print_field("md5", &spec->md5, &brackets);
	print_field("sha256", &spec->sha256, &brackets);
	print_field("license", &spec->license, &brackets);
	print_field("license_family", &spec->license_family, &brackets);
	if (!spec->url.set || !advi_str_ends(spec->url.pattern.text, spec->fn.pattern.text))
		print_field("fn", &spec->fn, &brackets);
	/* A name such as x-1.0-2 by itself would be a name, a version and a build. */
	if (out->len == named && advi_matchspec_is_dist(name))
		advi_buf_text(out, " *");
	/* Without brackets "x=1.conda" would be a file. */
	if (brackets.len || advi_matchspec_is_file(advi_buf_str(out))) {
		advi_buf_byte(out, '[');
		advi_buf_add(out, advi_buf_str(&brackets));
		advi_buf_byte(out, ']');
	}
}

/* "numpy=1.26" and "numpy==1.26.4=py311_0", where nothing else is said. */
static bool say_equals(struct advi_str spec, struct advi_buf *out)
{
	size_t at = advi_str_find(spec, '=');
	struct advi_str version = advi_str_from(spec, at + 1), build;
	bool exact = advi_str_starts(version, ADVI_STR("="));

	version = advi_str_from(version, exact);
	build = advi_str_from(version, advi_str_find(version, '=') + 1);
	version.len = advi_str_find(version, '=');
	if (!version.len || has_any(spec, "[]<>!~|,$^* ") || has_any(build, "="))
		return false;
	advi_buf_printf(out, "%.*s ", (int)at, spec.ptr);
	if (exact && !build.len)
		advi_buf_text(out, "==");
	advi_buf_add(out, version);
	if (!exact && !build.len)
		advi_buf_text(out, ".*");
	if (build.len)
		advi_buf_printf(out, " %.*s", ADVI_ARGS(build));
	return true;
}

void advi_spec_say(struct advi_str spec, struct advi_buf *out)
{
	static const char opening[] = "[version='";
	size_t at = advi_str_search(spec, advi_str(opening));
	struct advi_str version = advi_str_from(spec, at + sizeof(opening) - 1);

	if (!advi_str_ends(version, ADVI_STR("']")) ||
	    advi_str_find(version, '\'') + 2 != version.len) {
		if (!say_equals(spec, out))
			advi_buf_add(out, spec);
		return;
	}
	advi_buf_add(out, (struct advi_str){spec.ptr, at});
	advi_buf_byte(out, ' ');
	advi_buf_add(out, (struct advi_str){version.ptr, version.len - 2});
}
