/* SPDX-License-Identifier: BSD-3-Clause */
/* Parsing MatchSpecs. */
#include <stddef.h>

#include "base/vec.h"
#include "conda/matchspec.h"

/*
 * The grammar is what conda's _parse_spec_str takes: "[channel[/subdir]::]name[version[build]]
 * [brackets]" with '#' beginning a comment, "name@" and "@name" for features, and package files
 * by URL or path.
 */
enum { SPEC_CAP = 16384 };

struct parser {
	struct advi_matchspec *out;
	struct advi_arena *arena;
	struct advi_str whole;
	struct adv_err *err;
};

static int wrong(struct parser *p, const char *what)
{
	return advi_fail(p->err, ADV_EINPUT, "package spec '%.*s': %s", ADVI_ARGS(p->whole), what);
}

static int inside(struct parser *p)
{
	return advi_while(p->err, ADV_EINPUT, "package spec '%.*s'", ADVI_ARGS(p->whole));
}

static struct advi_str head(struct advi_str text, size_t length)
{
	return (struct advi_str){text.ptr, length < text.len ? length : text.len};
}

static int set_pattern(struct parser *p, struct advi_field *field, struct advi_str text, bool fold)
{
	field->set = true;
	if (advi_pattern_parse(&field->pattern, p->arena, text, fold, p->err) < 0)
		return inside(p);
	return 0;
}

static int set_name(struct parser *p, struct advi_str name)
{
	char *lower = advi_arena_alloc(p->arena, name.len + 1);

	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if ((unsigned char)c <= ' ' || strchr("[]'\",;|&`", c))
			return wrong(p, "a character is no part of a package name");
		lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	if (!name.len)
		return wrong(p, "the package name is missing");
	return set_pattern(p, &p->out->name, (struct advi_str){lower, name.len}, false);
}

static int set_version(struct parser *p, struct advi_str text)
{
	p->out->version = NULL;
	if (advi_vspec_parse(&p->out->version, p->arena, text, p->err) < 0)
		return inside(p);
	if (advi_vspec_is_any(p->out->version))
		p->out->version = NULL;
	return 0;
}

static int set_build_number(struct parser *p, struct advi_str text)
{
	if (advi_vspec_parse(&p->out->build_number, p->arena, text, p->err) < 0)
		return inside(p);
	return 0;
}

/* The subdirs that conda knows; what else ends a channel is part of its name. */
static bool is_subdir(struct advi_str text)
{
	static const char *const systems[] = {"linux-",      "osx-",  "win-", "freebsd-",
					      "emscripten-", "wasi-", "zos-"};

	for (size_t i = 0; i < ADVI_COUNT(systems); i++)
		if (advi_str_starts(text, advi_str(systems[i])))
			return true;
	return advi_str_is(text, "noarch");
}

static int set_channel(struct parser *p, struct advi_str text)
{
	size_t slash = text.len;
	struct advi_str last;

	while (slash && text.ptr[slash - 1] != '/')
		slash--;
	last = advi_str_from(text, slash);
	if (slash && is_subdir(last)) {
		if (set_pattern(p, &p->out->subdir, last, false) < 0)
			return ADV_EINPUT;
		text = head(text, slash - 1);
	}
	if (!text.len || advi_str_is(text, "*"))
		return 0;
	return set_pattern(p, &p->out->channel, text, false);
}

/* A field that stands in brackets. */
static const struct key {
	const char *name;
	int (*set)(struct parser *p, struct advi_str value);
	size_t field; /* offset of a pattern, when 'set' is NULL */
	bool fold;
} keys[] = {
	{"version", set_version, 0, false},
	{"build_number", set_build_number, 0, false},
	{"channel", set_channel, 0, false},
	{"build", NULL, offsetof(struct advi_matchspec, build), false},
	{"subdir", NULL, offsetof(struct advi_matchspec, subdir), false},
	{"url", NULL, offsetof(struct advi_matchspec, url), false},
	{"md5", NULL, offsetof(struct advi_matchspec, md5), false},
	{"sha256", NULL, offsetof(struct advi_matchspec, sha256), false},
	{"license", NULL, offsetof(struct advi_matchspec, license), true},
	{"license_family", NULL, offsetof(struct advi_matchspec, license_family), true},
	{"fn", NULL, offsetof(struct advi_matchspec, fn), false},
};

static int set_key(struct parser *p, struct advi_str key, struct advi_str value)
{
	if (advi_str_is(key, "track_features")) {
		p->out->track_features = advi_arena_slice(p->arena, value);
		return 0;
	}
	if (advi_str_is(key, "features")) {
		p->out->features = advi_arena_slice(p->arena, value);
		return 0;
	}
	if (advi_str_is(key, "when")) {
		p->out->when = advi_arena_slice(p->arena, value);
		return 0;
	}
	if (advi_str_is(key, "extras"))
		return 0;
	if (advi_str_is(key, "name")) /* a name outside the brackets stands */
		return p->out->name.set ? 0 : set_name(p, value);
	for (size_t i = 0; i < ADVI_COUNT(keys); i++) {
		if (!advi_str_is(key, keys[i].name))
			continue;
		if (keys[i].set)
			return keys[i].set(p, value);
		if (keys[i].field == offsetof(struct advi_matchspec, build) &&
		    advi_str_is(value, "*"))
			return 0;
		return set_pattern(p, (struct advi_field *)((char *)p->out + keys[i].field), value,
				   keys[i].fold);
	}
	return advi_fail(p->err, ADV_EINPUT, "package spec '%.*s': '%.*s' in brackets is not known",
			 ADVI_ARGS(p->whole), ADVI_ARGS(key));
}

/* The value at the front of 'rest', in quotes or up to a comma or blank. */
static bool take_value(struct advi_str *rest, struct advi_str *value)
{
	size_t end = 0;

	if (rest->len && (*rest->ptr == '\'' || *rest->ptr == '"')) {
		struct advi_str body = advi_str_from(*rest, 1);

		end = advi_str_find(body, *rest->ptr);
		if (end == body.len)
			return false;
		*value = head(body, end);
		*rest = advi_str_from(body, end + 1);
		return true;
	}
	while (end < rest->len && rest->ptr[end] != ',' && rest->ptr[end] != ' ')
		end++;
	*value = head(*rest, end);
	*rest = advi_str_from(*rest, end);
	return true;
}

/*
 * "key=value, key='value'": what stands between the brackets. Without any '=' they are extras, as
 * pip writes them, which choose nothing here.
 */
static int parse_brackets(struct parser *p, struct advi_str rest)
{
	if (advi_str_find(rest, '=') == rest.len)
		return 0;
	for (;;) {
		struct advi_str key, value;
		size_t equals;

		while (rest.len && (*rest.ptr == ',' || *rest.ptr == ' '))
			rest = advi_str_from(rest, 1);
		if (!rest.len)
			return 0;
		equals = advi_str_find(rest, '=');
		key = advi_str_trim(head(rest, equals));
		rest = advi_str_from(rest, equals + 1);
		if (!take_value(&rest, &value))
			return wrong(p, "a quote in brackets is not closed");
		if (!key.len || !value.len)
			return wrong(p, "'key=value' is expected in brackets");
		if (set_key(p, key, value) < 0)
			return ADV_EINPUT;
	}
}

/* The ']' that closes a '[' at the front, past quotes; text.len when there is none. */
static size_t closing(struct advi_str text)
{
	char quote = '\0';

	for (size_t i = 1; i < text.len; i++) {
		char c = text.ptr[i];

		if (quote)
			quote = c == quote ? '\0' : quote;
		else if (c == '\'' || c == '"')
			quote = c;
		else if (c == ']')
			return i;
	}
	return text.len;
}

/* Where the build begins in " 1.2 py_0" or "=1.2=py_0", or text.len when there is none. */
static size_t build_at(struct advi_str text)
{
	for (size_t i = 1; i + 1 < text.len; i++) {
		size_t rest = i + 1;

		if ((text.ptr[i] != ' ' && text.ptr[i] != '=') ||
		    strchr("=!|,<>~", text.ptr[i - 1]))
			continue;
		while (rest < text.len && !strchr("-=,|<>~", text.ptr[rest]))
			rest++;
		if (rest == text.len)
			return i + 1;
	}
	return text.len;
}

/* "=1.2" without a build is "1.2*", "==1.2" without one is "1.2". */
static struct advi_str plain_version(struct parser *p, struct advi_str version, bool build)
{
	struct advi_str rest = advi_str_from(version, 1);
	size_t i = 0;

	if (!version.len || *version.ptr != '=')
		return version;
	if (advi_str_starts(version, ADVI_STR("==")))
		return build ? version : advi_str_from(version, 2);
	while (i < rest.len && !strchr("=,|", rest.ptr[i]))
		i++;
	if (i < rest.len || !rest.len)
		return version;
	if (build || rest.ptr[rest.len - 1] == '*')
		return rest;
	return advi_str(advi_arena_printf(p->arena, "%.*s*", ADVI_ARGS(rest)));
}

static struct advi_str without_blanks(struct parser *p, struct advi_str text)
{
	char *copy = advi_arena_alloc(p->arena, text.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != ' ' && text.ptr[i] != '\t')
			copy[n++] = text.ptr[i];
	return (struct advi_str){copy, n};
}

/* What follows the name: a version and perhaps a build. */
static int parse_version_build(struct parser *p, struct advi_str text)
{
	size_t at = build_at(text);
	bool has_build = at < text.len;
	struct advi_str build = advi_str_trim(advi_str_from(text, at));
	struct advi_str version = without_blanks(p, has_build ? head(text, at - 1) : text);

	version = plain_version(p, version, has_build);
	if (!version.len)
		return wrong(p, "a version is expected behind '='");
	if (set_version(p, version) < 0)
		return ADV_EINPUT;
	if (!build.len || advi_str_is(build, "*"))
		return 0;
	return set_pattern(p, &p->out->build, build, false);
}

/* "name-1.2-py_0", the name of a package file without its extension. */
static bool split_dist(struct advi_str text, struct advi_str part[3])
{
	size_t at = text.len;

	for (int i = 2; i > 0; i--) {
		size_t end = at;

		while (at && text.ptr[at - 1] != '-')
			at--;
		if (at < 2 || at == end)
			return false;
		part[i] = (struct advi_str){text.ptr + at, end - at};
		at--;
	}
	part[0] = head(text, at);
	return true;
}

static int set_dist(struct parser *p, const struct advi_str part[3])
{
	if (set_name(p, part[0]) < 0 || set_version(p, part[1]) < 0)
		return ADV_EINPUT;
	return set_pattern(p, &p->out->build, part[2], false);
}

/* Names may hold dashes too, so the parts must look like a version and a build. */
static bool is_dist(struct advi_str text, struct advi_str part[3])
{
	return split_dist(text, part) && part[1].ptr[0] >= '0' && part[1].ptr[0] <= '9' &&
	       advi_str_find(part[1], '.') < part[1].len && part[2].ptr[part[2].len - 1] >= '0' &&
	       part[2].ptr[part[2].len - 1] <= '9';
}

/* A package file, by URL or path: matched by its URL. */
static int parse_file(struct parser *p, struct advi_str text, size_t extension)
{
	struct advi_str part[3], file;
	size_t slash = text.len;

	while (slash && text.ptr[slash - 1] != '/')
		slash--;
	file = advi_str_from(text, slash);
	if (!split_dist(head(file, file.len - extension), part))
		return wrong(p, "a package file is named NAME-VERSION-BUILD");
	if (set_dist(p, part) < 0 || set_pattern(p, &p->out->fn, file, false) < 0)
		return ADV_EINPUT;
	return slash ? set_pattern(p, &p->out->url, text, false) : 0;
}

/* Everything but brackets: "channel/subdir::name version build". */
static int parse_plain(struct parser *p, struct advi_str text)
{
	size_t colon = text.len, end = 0;
	struct advi_str part[3];

	for (size_t i = 1; i < text.len; i++)
		if (text.ptr[i] == ':' && text.ptr[i - 1] == ':')
			colon = i;
	if (colon < text.len) {
		if (set_channel(p, advi_str_trim(head(text, colon - 1))) < 0)
			return ADV_EINPUT;
		text = advi_str_trim(advi_str_from(text, colon + 1));
	}
	if (!text.len)
		return p->out->name.set || colon == text.len
			       ? 0
			       : wrong(p, "the package name is missing");
	while (end < text.len && !strchr(" =<>!~", text.ptr[end]))
		end++;
	if (end == text.len && is_dist(text, part))
		return set_dist(p, part);
	if (set_name(p, head(text, end)) < 0)
		return ADV_EINPUT;
	text = advi_str_trim(advi_str_from(text, end));
	return text.len ? parse_version_build(p, text) : 0;
}

static int parse(struct parser *p, struct advi_str text)
{
	static const char *const extensions[] = {".conda", ".tar.bz2"};
	size_t open = advi_str_find(text, '['), close;
	struct advi_str plain;

	for (size_t i = 0; i < ADVI_COUNT(extensions); i++)
		if (advi_str_ends(text, advi_str(extensions[i])))
			return parse_file(p, text, strlen(extensions[i]));
	if (open == text.len)
		return parse_plain(p, text);
	close = open + closing(advi_str_from(text, open));
	if (close == text.len)
		return wrong(p, "a '[' is not closed");
	/* As conda does, what stands behind the brackets goes on where they began. */
	plain = advi_str(advi_arena_printf(p->arena, "%.*s%.*s", (int)open, text.ptr,
					   (int)(text.len - close - 1), text.ptr + close + 1));
	if (advi_str_find(plain, '[') < plain.len)
		return wrong(p, "only one pair of brackets may stand in it");
	if (parse_plain(p, advi_str_trim(plain)) < 0)
		return ADV_EINPUT;
	return parse_brackets(p, (struct advi_str){text.ptr + open + 1, close - open - 1});
}

int advi_matchspec_parse(struct advi_matchspec *out, struct advi_arena *arena, struct advi_str text,
			 struct adv_err *err)
{
	struct parser p = {out, arena, advi_str_trim(text), err};
	int r;

	*out = (struct advi_matchspec){0};
	text = p.whole;
	if (text.len > SPEC_CAP)
		return advi_fail(err, ADV_EINPUT, "a package spec has more than %d bytes",
				 SPEC_CAP);
	text = advi_str_trim(head(text, advi_str_find(text, '#')));
	if (!text.len)
		return wrong(&p, "a package name is expected");
	if (text.len > 1 && text.ptr[text.len - 1] == '@')
		out->track_features = advi_arena_slice(arena, head(text, text.len - 1));
	else if (text.len > 1 && text.ptr[0] == '@')
		out->features = advi_arena_slice(arena, advi_str_from(text, 1));
	else if ((r = parse(&p, text)) < 0)
		return r;
	if (!out->name.set)
		return set_name(&p, ADVI_STR("*"));
	return 0;
}
