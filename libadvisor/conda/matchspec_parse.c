/* SPDX-License-Identifier: BSD-3-Clause */
/* Parsing MatchSpecs. */
#include <stddef.h>
#include <strings.h>

#include "base/vec.h"
#include "conda/matchspec.h"

/*
 * The grammar is that of CEP 29, "[channel[/subdir]:[namespace]:]name[version[build]][brackets]",
 * and what else conda takes: '#' begins a comment, "name@" and "@name" ask for features,
 * "channel[subdir]::name", and package files by URL or path.
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

/* As wrong(), with the column where it is; 'at' may lie in a copy, which has no column. */
static int wrong_at(struct parser *p, const char *at, const char *what)
{
	if (at < p->whole.ptr || at > p->whole.ptr + p->whole.len)
		return wrong(p, what);
	return advi_fail(p->err, ADV_EINPUT, "package spec '%.*s', column %zu: %s",
			 ADVI_ARGS(p->whole), (size_t)(at - p->whole.ptr) + 1, what);
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

static bool alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool separator(char c)
{
	return c == '.' || c == '_' || c == '-';
}

/*
 * What CEP 26 says of names: letters, digits and single '.', '-', '_' between them, an underscore
 * before them, two before a virtual package's. A glob may have parts of one, a regular expression
 * anything. Returns where 'name' is broken, or its length.
 */
static size_t name_breaks(struct advi_str name)
{
	bool glob = advi_str_find(name, '*') < name.len;
	size_t first = name.len > 2 && advi_str_starts(name, ADVI_STR("__")) ? 2 : 0;

	if (*name.ptr == '^')
		return name.len;
	for (size_t i = glob ? 0 : first; i < name.len; i++) {
		char c = name.ptr[i];
		bool fits = glob         ? separator(c) || c == '*'
			    : i == first ? !i && c == '_' && !advi_str_starts(name, ADVI_STR("__"))
			    : i == 1     ? separator(c)
					 : separator(c) && !separator(name.ptr[i - 1]);

		if (!alphanumeric(c) && !fits)
			return i;
	}
	return name.len;
}

static int set_name(struct parser *p, struct advi_str name)
{
	char *lower = advi_arena_alloc(p->arena, name.len + 1);
	size_t breaks;

	if (!name.len)
		return wrong_at(p, name.ptr, "the package name is missing");
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	breaks = name_breaks((struct advi_str){lower, name.len});
	if (breaks < name.len)
		return wrong_at(p, name.ptr + breaks,
				"a package name is made of letters, digits and single '.', '-' or "
				"'_' between them");
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

/*
 * "=1.2" without a build is "1.2*", with one it is "1.2", and so is "==1.2"; pip's "===" is "==".
 * In a list only the "==" of the first member goes, and where a build follows none. An operator or
 * a parenthesis may not follow.
 */
static struct advi_str plain_version(struct parser *p, struct advi_str version, bool build)
{
	bool exact = advi_str_starts(version, ADVI_STR("==")), list = false;
	struct advi_str rest = version;

	while (rest.len && *rest.ptr == '=')
		rest = advi_str_from(rest, 1);
	if (rest.len == version.len || !rest.len || strchr("<>!~(", *rest.ptr))
		return version;
	for (size_t i = 0; i < rest.len; i++)
		list = list || strchr("=,|", rest.ptr[i]);
	if (list && (build || !exact))
		return advi_str_from(version, version.len - rest.len - (exact ? 2 : 1));
	if (exact || list || build || rest.ptr[rest.len - 1] == '*')
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

static int set_plain_version(struct parser *p, struct advi_str text)
{
	return set_version(p, plain_version(p, without_blanks(p, text), false));
}

/* Letters of both cases are equal in it: canonically lower ones. */
static int set_folded(struct parser *p, struct advi_field *field, struct advi_str text)
{
	char *lower = advi_arena_alloc(p->arena, text.len + 1);

	for (size_t i = 0; i < text.len; i++)
		lower[i] = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z'
				   ? (char)(text.ptr[i] - 'A' + 'a')
				   : text.ptr[i];
	return set_pattern(p, field, (struct advi_str){lower, text.len}, true);
}

static int set_license(struct parser *p, struct advi_str text)
{
	return set_folded(p, &p->out->license, text);
}

static int set_license_family(struct parser *p, struct advi_str text)
{
	return set_folded(p, &p->out->license_family, text);
}

static int set_build_number(struct parser *p, struct advi_str text)
{
	for (size_t i = 0; i < text.len && *text.ptr != '^'; i++)
		if ((text.ptr[i] < '0' || text.ptr[i] > '9') && !strchr("=!<>,|() *", text.ptr[i]))
			return wrong_at(p, text.ptr + i, "a build number is a whole number");
	if (advi_vspec_parse(&p->out->build_number, p->arena, text, p->err) < 0)
		return inside(p);
	return 0;
}

bool advi_matchspec_subdir(struct advi_str text)
{
	static const char *const systems[] = {"linux-",      "osx-",  "win-", "freebsd-",
					      "emscripten-", "wasi-", "zos-"};

	for (size_t i = 0; i < ADVI_COUNT(systems); i++) {
		struct advi_str machine = advi_str_from(text, strlen(systems[i]));
		size_t n = 0;

		if (!machine.len || !advi_str_starts(text, advi_str(systems[i])))
			continue;
		while (n < machine.len && (alphanumeric(machine.ptr[n]) || machine.ptr[n] == '_'))
			n++;
		return n == machine.len;
	}
	return advi_str_is(text, "noarch");
}

static int set_channel(struct parser *p, struct advi_str text)
{
	bool found = false;

	for (;;) {
		size_t slash = text.len;
		struct advi_str last;

		while (slash && text.ptr[slash - 1] != '/')
			slash--;
		last = advi_str_from(text, slash);
		if (!slash || !advi_matchspec_subdir(last))
			break;
		/* of several the last one counts */
		if (!found && set_pattern(p, &p->out->subdir, last, false) < 0)
			return ADV_EINPUT;
		found = true;
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
} keys[] = {
	{"version", set_plain_version, 0},
	{"build_number", set_build_number, 0},
	{"channel", set_channel, 0},
	{"build", NULL, offsetof(struct advi_matchspec, build)},
	{"subdir", NULL, offsetof(struct advi_matchspec, subdir)},
	{"url", NULL, offsetof(struct advi_matchspec, url)},
	{"md5", NULL, offsetof(struct advi_matchspec, md5)},
	{"sha256", NULL, offsetof(struct advi_matchspec, sha256)},
	{"license", set_license, 0},
	{"license_family", set_license_family, 0},
	{"fn", NULL, offsetof(struct advi_matchspec, fn)},
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
		return set_pattern(p, (struct advi_field *)((char *)p->out + keys[i].field), value,
				   false);
	}
	return wrong_at(
		p, key.ptr,
		advi_arena_printf(p->arena, "'%.*s' in brackets is not known", ADVI_ARGS(key)));
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

static int check_extras(struct parser *p, struct advi_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!alphanumeric(text.ptr[i]) && !separator(text.ptr[i]) && text.ptr[i] != ' ' &&
		    text.ptr[i] != ',' && !(text.ptr[i] >= 'A' && text.ptr[i] <= 'Z'))
			return wrong_at(p, text.ptr + i, "'key=value' is expected in brackets");
	return 0;
}

/*
 * "key=value, key='value'": what stands between the brackets. Without any '=' they are extras, as
 * pip writes them, which choose nothing here.
 */
static int parse_brackets(struct parser *p, struct advi_str rest)
{
	if (advi_str_find(rest, '=') == rest.len)
		return check_extras(p, rest);
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
			return wrong_at(p, rest.ptr, "a quote in brackets is not closed");
		if (!key.len || !value.len)
			return wrong_at(p, rest.ptr, "'key=value' is expected in brackets");
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
		    strchr("=!|,<>~(", text.ptr[i - 1]))
			continue;
		while (rest < text.len && !strchr("-=,|<>~", text.ptr[rest]))
			rest++;
		if (rest == text.len)
			return i + 1;
	}
	return text.len;
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
	return build.len ? set_pattern(p, &p->out->build, build, false) : 0;
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

bool advi_matchspec_is_dist(struct advi_str text)
{
	struct advi_str part[3];

	return is_dist(text, part);
}

/* A package file, by URL or path, matched by its URL; or by its name alone. */
static int parse_file(struct parser *p, struct advi_str text, size_t ending)
{
	struct advi_str part[3], file;
	size_t slash = text.len;

	while (slash && text.ptr[slash - 1] != '/')
		slash--;
	file = advi_str_from(text, slash);
	if (!split_dist(head(file, file.len - ending), part))
		return wrong_at(p, file.ptr, "a package file is named NAME-VERSION-BUILD");
	if (set_dist(p, part) < 0 || set_pattern(p, &p->out->fn, file, false) < 0)
		return ADV_EINPUT;
	if (!slash)
		return 0;
	if (*text.ptr == '/')
		text = advi_str(advi_arena_printf(p->arena, "file://%.*s", ADVI_ARGS(text)));
	else if (advi_str_search(text, ADVI_STR("://")) == text.len)
		return wrong(p, "a package file is given by its URL or its absolute path");
	return set_pattern(p, &p->out->url, text, false);
}

/* The last ':' before 'end', or SIZE_MAX. */
static size_t colon_before(struct advi_str text, size_t end)
{
	while (end && text.ptr[end - 1] != ':')
		end--;
	return end ? end - 1 : SIZE_MAX;
}

/* Everything but brackets: "channel/subdir::name version build". */
static int parse_plain(struct parser *p, struct advi_str text)
{
	size_t colon = colon_before(text, text.len), before, end = 0;
	struct advi_str part[3];

	if (colon != SIZE_MAX) {
		/* What stands between two colons is a namespace, which chooses nothing yet. */
		before = colon_before(text, colon);
		if (before != SIZE_MAX && set_channel(p, advi_str_trim(head(text, before))) < 0)
			return ADV_EINPUT;
		text = advi_str_trim(advi_str_from(text, colon + 1));
	}
	while (end < text.len && !strchr(" =<>!~", text.ptr[end]))
		end++;
	if (end && end == text.len && is_dist(text, part))
		return set_dist(p, part);
	if (set_name(p, head(text, end)) < 0)
		return ADV_EINPUT;
	text = advi_str_trim(advi_str_from(text, end));
	return text.len ? parse_version_build(p, text) : 0;
}

static int parse_text(struct parser *p, struct advi_str text)
{
	size_t open = advi_str_find(text, '['), close;
	struct advi_str plain = head(text, open), inner, rest;

	if (open == text.len)
		return parse_plain(p, text);
	close = open + closing(advi_str_from(text, open));
	if (close == text.len)
		return wrong_at(p, text.ptr + open, "a '[' is not closed");
	inner = (struct advi_str){text.ptr + open + 1, close - open - 1};
	rest = advi_str_from(text, close + 1);
	if (rest.len && *rest.ptr == ':' && advi_matchspec_subdir(inner))
		return parse_text(
			p, advi_str(advi_arena_printf(p->arena, "%.*s/%.*s%.*s", ADVI_ARGS(plain),
						      ADVI_ARGS(inner), ADVI_ARGS(rest))));
	if (advi_str_find(rest, '[') < rest.len)
		return wrong_at(p, rest.ptr + advi_str_find(rest, '['),
				"only one pair of brackets may stand in it");
	/* As conda does, what stands behind the brackets goes on where they began. */
	if (rest.len)
		plain = advi_str(
			advi_arena_printf(p->arena, "%.*s%.*s", ADVI_ARGS(plain), ADVI_ARGS(rest)));
	if (parse_plain(p, advi_str_trim(plain)) < 0)
		return ADV_EINPUT;
	return parse_brackets(p, inner);
}

/* Bytes of the extension of a package file, in either case; 0 when there is none. */
static size_t extension(struct advi_str text)
{
	static const char *const extensions[] = {".conda", ".tar.bz2"};

	for (size_t i = 0; i < ADVI_COUNT(extensions); i++) {
		size_t n = strlen(extensions[i]);

		if (text.len >= n && strncasecmp(text.ptr + text.len - n, extensions[i], n) == 0)
			return n;
	}
	return 0;
}

bool advi_matchspec_is_file(struct advi_str text)
{
	return extension(text) > 0;
}

static int parse(struct parser *p, struct advi_str text)
{
	size_t condition = advi_str_search(text, ADVI_STR(" if "));

	if (condition < text.len) {
		p->out->when = advi_arena_slice(p->arena,
						advi_str_trim(advi_str_from(text, condition + 4)));
		text = advi_str_trim(head(text, condition));
	}
	if (extension(text))
		return parse_file(p, text, extension(text));
	return parse_text(p, text);
}

/* "mkl@", "@mkl": any package with the feature. */
static int set_feature(struct parser *p, struct advi_str *out, struct advi_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (strchr(" \t[]=<>!~@,'\"", name.ptr[i]))
			return wrong_at(p, name.ptr + i, "a feature beside '@' is a single word");
	*out = advi_arena_slice(p->arena, name);
	return 0;
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
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] < ' ' && text.ptr[i] != '\t')
			return advi_fail(err, ADV_EINPUT,
					 "a package spec has a control character in column %zu",
					 i + 1);
	text = advi_str_trim(head(text, advi_str_find(text, '#')));
	if (!text.len)
		return wrong(&p, "a package name is expected");
	if (text.len > 1 && text.ptr[text.len - 1] == '@')
		r = set_feature(&p, &out->track_features, head(text, text.len - 1));
	else if (text.len > 1 && text.ptr[0] == '@')
		r = set_feature(&p, &out->features, advi_str_from(text, 1));
	else
		r = parse(&p, text);
	if (r < 0)
		return r;
	if (!out->name.set)
		return set_name(&p, ADVI_STR("*"));
	return 0;
}
