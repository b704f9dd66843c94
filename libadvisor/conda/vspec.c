/* SPDX-License-Identifier: BSD-3-Clause */
/* Version constraints. */
#include "conda/vspec.h"

#include "base/mem.h"

#include "conda/pattern.h"

enum { DEPTH_CAP = 32, LENGTH_CAP = 16384 };

enum kind {
	ANY,
	STARTS,
	STARTS_NOT,
	EQUAL,
	UNEQUAL,
	LESS,
	LESS_EQUAL,
	GREATER,
	GREATER_EQUAL,
	COMPATIBLE,
	PATTERN,
	ALL_OF,
	ONE_OF
};

/* A condition, or several of them in a list. */
struct advi_vspec {
	enum kind kind;
	struct advi_str text;        /* as written */
	struct advi_version version; /* to compare with */
	struct advi_version stem;    /* of COMPATIBLE: what the version must begin with */
	struct advi_pattern pattern;
	const struct advi_vspec *first, *next; /* of ALL_OF, ONE_OF; next sibling */
};

struct parser {
	struct advi_arena *arena;
	struct advi_str whole;
	size_t at;
	unsigned depth;
	struct adv_err *err;
};

/* Longer operators first. */
static const struct operator
{
	const char *text;
	enum kind kind;
}
operators[] = {
	{"==", EQUAL},      {"!=", UNEQUAL}, {"<=", LESS_EQUAL}, {">=", GREATER_EQUAL},
	{"~=", COMPATIBLE}, {"=", STARTS},   {"<", LESS},        {">", GREATER},
};

static int wrong(struct parser *p, const char *what)
{
	return advi_fail(p->err, ADV_EINPUT, "version constraint '%.*s', column %zu: %s",
			 ADVI_ARGS(p->whole), p->at + 1, what);
}

static bool ends_with(struct advi_str text, const char *suffix)
{
	return advi_str_ends(text, advi_str(suffix));
}

static struct advi_str without_end(struct advi_str text, const char *bytes)
{
	while (text.len && strchr(bytes, text.ptr[text.len - 1]))
		text.len--;
	return text;
}

static int version_of(struct parser *p, struct advi_version *out, struct advi_str text)
{
	struct adv_err inner = ADV_ERR_INIT;

	if (advi_version_parse(out, p->arena, text, &inner) < 0)
		return wrong(p, inner.text);
	return 0;
}

/* "1.2.*" or "1.2*". Of several stars only the last stands for "and so on". */
static int parse_starts(struct parser *p, struct advi_vspec *leaf, struct advi_str text)
{
	leaf->kind = STARTS;
	text.len -= ends_with(text, ".*") ? 2 : 1;
	return version_of(p, &leaf->version, text);
}

/* "=1.2.*" and "==1.2.*" say what "1.2.*" does. */
static int parse_starred(struct parser *p, struct advi_vspec *leaf, struct advi_str text)
{
	if (advi_str_find(text, '*') + 1 < text.len)
		return wrong(p, "behind '=' a single '*' may stand, at the end");
	if (leaf->kind == EQUAL)
		leaf->text = advi_arena_slice(p->arena, text);
	if (text.len > 1)
		return parse_starts(p, leaf, text);
	leaf->kind = ANY;
	return 0;
}

/* ">=1.2": 'text' is what follows the operator. */
static int parse_relation(struct parser *p, struct advi_vspec *leaf, struct advi_str text)
{
	size_t dot;

	if (!text.len || strchr("=<>!~", *text.ptr))
		return wrong(p, "a version is expected behind the operator; operators are =, ==, "
				"!=, <, <=, >, >=, ~=");
	if ((leaf->kind == STARTS || leaf->kind == EQUAL) && advi_str_find(text, '*') < text.len)
		return parse_starred(p, leaf, text);
	if (ends_with(text, ".*")) {
		text.len -= 2;
		if (leaf->kind == COMPATIBLE)
			return wrong(p, "'~=' takes a version without '.*'");
		if (leaf->kind == UNEQUAL)
			leaf->kind = STARTS_NOT;
	}
	if (leaf->kind == COMPATIBLE) {
		for (dot = text.len; dot && text.ptr[dot - 1] != '.';)
			dot--;
		if (!dot)
			return wrong(p, "'~=' takes a version of two components at least");
		if (version_of(p, &leaf->stem, (struct advi_str){text.ptr, dot - 1}) < 0)
			return ADV_EINPUT;
	}
	return version_of(p, &leaf->version, text);
}

/* What has no operator: "*", "1.*.2", "1.2.*", "1.2". */
static int parse_plain(struct parser *p, struct advi_vspec *leaf, struct advi_str text)
{
	struct advi_str stem = without_end(text, "*");

	if (advi_str_is(text, "*")) {
		leaf->kind = ANY;
		return 0;
	}
	if (advi_str_find(stem, '*') < stem.len) {
		leaf->kind = PATTERN;
		return advi_pattern_parse(&leaf->pattern, p->arena, text, false, p->err);
	}
	if (stem.len < text.len)
		return parse_starts(p, leaf, text);
	leaf->kind = EQUAL;
	return version_of(p, &leaf->version, text);
}

static int parse_leaf(struct parser *p, struct advi_vspec *leaf, struct advi_str text)
{
	leaf->text = advi_arena_slice(p->arena, text);
	if (!text.len)
		return wrong(p, "a version is expected");
	if (*text.ptr == '^' || text.ptr[text.len - 1] == '$') {
		leaf->kind = PATTERN;
		return advi_pattern_parse(&leaf->pattern, p->arena, text, false, p->err);
	}
	for (size_t i = 0; i < ADVI_COUNT(operators); i++) {
		struct advi_str op = advi_str(operators[i].text);

		if (!advi_str_starts(text, op))
			continue;
		leaf->kind = operators[i].kind;
		return parse_relation(p, leaf, advi_str_trim(advi_str_from(text, op.len)));
	}
	if (strchr("!~", *text.ptr))
		return wrong(p, "'!' and '~' are operators only before '='");
	return parse_plain(p, leaf, text);
}

static int parse_any(struct parser *p, const struct advi_vspec **out);

static char peek(const struct parser *p)
{
	return p->at < p->whole.len ? p->whole.ptr[p->at] : '\0';
}

static void skip_blanks(struct parser *p)
{
	while (peek(p) == ' ' || peek(p) == '\t')
		p->at++;
}

/* A condition, or a constraint in parentheses. */
static int parse_one(struct parser *p, const struct advi_vspec **out)
{
	struct advi_vspec *leaf;
	size_t from;

	skip_blanks(p);
	if (peek(p) == '(') {
		if (++p->depth > DEPTH_CAP)
			return wrong(p, "parentheses are nested too deeply");
		p->at++;
		if (parse_any(p, out) < 0)
			return ADV_EINPUT;
		p->depth--;
		if (peek(p) != ')')
			return wrong(p, "a '(' is not closed");
		p->at++;
		skip_blanks(p);
		return 0;
	}
	from = p->at;
	if (peek(p) == '^')
		while (p->at < p->whole.len && peek(p) != '$')
			p->at++;
	while (p->at < p->whole.len && !strchr("()|,", peek(p)))
		p->at++;
	leaf = advi_arena_alloc(p->arena, sizeof(*leaf));
	*out = leaf;
	return parse_leaf(p, leaf,
			  advi_str_trim((struct advi_str){p->whole.ptr + from, p->at - from}));
}

typedef int parse_fn(struct parser *p, const struct advi_vspec **out);

/* One or more of what 'each' parses, with 'separator' between them. */
static int parse_list(struct parser *p, const struct advi_vspec **out, parse_fn *each,
		      char separator, enum kind kind)
{
	struct advi_vspec *list = advi_arena_alloc(p->arena, sizeof(*list)), *item;
	const struct advi_vspec **end = &list->first, *parsed;

	list->kind = kind;
	for (;;) {
		if (each(p, &parsed) < 0)
			return ADV_EINPUT;
		/* A copy, since the parsed one may be the head of a list already. */
		item = advi_arena_alloc(p->arena, sizeof(*item));
		*item = *parsed;
		*end = item;
		end = &item->next;
		if (peek(p) != separator)
			break;
		p->at++;
	}
	*out = list->first->next ? list : list->first;
	return 0;
}

static int parse_all(struct parser *p, const struct advi_vspec **out)
{
	return parse_list(p, out, parse_one, ',', ALL_OF);
}

static int parse_any(struct parser *p, const struct advi_vspec **out)
{
	return parse_list(p, out, parse_all, '|', ONE_OF);
}

int advi_vspec_parse(const struct advi_vspec **out, struct advi_arena *arena, struct advi_str text,
		     struct adv_err *err)
{
	struct parser p = {.arena = arena, .whole = text, .err = err};

	if (text.len > LENGTH_CAP)
		return advi_fail(err, ADV_EINPUT, "a version constraint has more than %d bytes",
				 LENGTH_CAP);
	if (parse_any(&p, out) < 0)
		return ADV_EINPUT;
	if (p.at < text.len)
		return wrong(&p,
			     peek(&p) == ')' ? "a ')' closes nothing" : "',' or '|' is expected");
	return 0;
}

static bool match_list(const struct advi_vspec *list, struct advi_str text,
		       const struct advi_version *version)
{
	bool want = list->kind == ONE_OF;

	for (const struct advi_vspec *item = list->first; item; item = item->next)
		if (advi_vspec_match(item, text, version) == want)
			return want;
	return !want;
}

bool advi_vspec_match(const struct advi_vspec *spec, struct advi_str text,
		      const struct advi_version *version)
{
	switch (spec->kind) {
	case ANY:
		return true;
	case STARTS:
		return advi_version_starts(version, &spec->version);
	case STARTS_NOT:
		return !advi_version_starts(version, &spec->version);
	case EQUAL:
		return advi_version_cmp(version, &spec->version) == 0;
	case UNEQUAL:
		return advi_version_cmp(version, &spec->version) != 0;
	case LESS:
		return advi_version_cmp(version, &spec->version) < 0;
	case LESS_EQUAL:
		return advi_version_cmp(version, &spec->version) <= 0;
	case GREATER:
		return advi_version_cmp(version, &spec->version) > 0;
	case GREATER_EQUAL:
		return advi_version_cmp(version, &spec->version) >= 0;
	case COMPATIBLE:
		return advi_version_cmp(version, &spec->version) >= 0 &&
		       advi_version_starts(version, &spec->stem);
	case PATTERN:
		return advi_pattern_match(&spec->pattern, text);
	case ALL_OF:
	case ONE_OF:
		return match_list(spec, text, version);
	}
	return false;
}

bool advi_vspec_is_any(const struct advi_vspec *spec)
{
	return spec->kind == ANY;
}

bool advi_vspec_is_glob(const struct advi_vspec *spec)
{
	return spec->kind == PATTERN || (spec->kind == STARTS && ends_with(spec->text, "**"));
}

static void print_leaf(const struct advi_vspec *spec, struct advi_buf *out)
{
	for (size_t i = 0; i < spec->text.len; i++)
		if (spec->text.ptr[i] != ' ' && spec->text.ptr[i] != '\t')
			advi_buf_byte(out, spec->text.ptr[i]);
}

void advi_vspec_print(const struct advi_vspec *spec, struct advi_buf *out)
{
	if (spec->kind != ALL_OF && spec->kind != ONE_OF) {
		print_leaf(spec, out);
		return;
	}
	for (const struct advi_vspec *item = spec->first; item; item = item->next) {
		bool inner = spec->kind == ALL_OF && item->kind == ONE_OF;

		advi_buf_text(out, inner ? "(" : "");
		advi_vspec_print(item, out);
		advi_buf_text(out, inner ? ")" : "");
		if (item->next)
			advi_buf_byte(out, spec->kind == ALL_OF ? ',' : '|');
	}
}
