/* SPDX-License-Identifier: BSD-3-Clause */
/* The regular expressions of MatchSpecs. */
#include "conda/regex.h"

enum {
	DEPTH_CAP = 50,
	LENGTH_CAP = 2000,
	REPEAT_CAP = 1000,
	STEP_CAP = 1000000,
	MATCH_DEPTH_CAP = 20000
};

enum kind { EMPTY, SET, BEGIN, END, CAT, ALT, REPEAT, AHEAD, NOT_AHEAD };

/* A node of the expression. CAT and ALT have two sides, the others one or none. */
struct advi_regex {
	enum kind kind;
	bool lazy;
	unsigned least, most; /* of a REPEAT */
	const struct advi_regex *a, *b;
	uint32_t set[8]; /* bytes of a SET */
};

struct parser {
	struct advi_arena *arena;
	struct advi_str text;
	size_t at;
	unsigned depth;
	const char *wrong; /* what is, or NULL */
};

static struct advi_regex *node(struct parser *p, enum kind kind, const struct advi_regex *a,
			       const struct advi_regex *b)
{
	struct advi_regex *made = advi_arena_alloc(p->arena, sizeof(*made));

	made->kind = kind;
	made->a = a;
	made->b = b;
	return made;
}

static int peek(const struct parser *p)
{
	return p->at < p->text.len ? (unsigned char)p->text.ptr[p->at] : -1;
}

static bool take(struct parser *p, const char *what)
{
	if (!advi_str_starts(advi_str_from(p->text, p->at), advi_str(what)))
		return false;
	p->at += strlen(what);
	return true;
}

static void set_add(uint32_t set[8], unsigned from, unsigned to)
{
	for (unsigned byte = from; byte <= to; byte++)
		set[byte / 32] |= UINT32_C(1) << byte % 32;
}

static void set_negate(uint32_t set[8])
{
	for (int i = 0; i < 8; i++)
		set[i] = ~set[i];
}

/* The class that \d, \w, \s or their capitals stand for; false for any other letter. */
static bool set_escape(uint32_t set[8], int letter)
{
	uint32_t add[8] = {0};

	switch (letter | 0x20) {
	case 'w':
		set_add(add, 'a', 'z');
		set_add(add, 'A', 'Z');
		set_add(add, '_', '_');
		/* fall through */
	case 'd':
		set_add(add, '0', '9');
		break;
	case 's':
		set_add(add, '\t', '\r');
		set_add(add, ' ', ' ');
		break;
	default:
		return false;
	}
	if (!(letter & 0x20))
		set_negate(add);
	for (int i = 0; i < 8; i++)
		set[i] |= add[i];
	return true;
}

static bool alphanumeric(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* One byte of a class, or -1 when it was a class of its own, such as \d, and is added already. */
static int class_byte(struct parser *p, uint32_t set[8])
{
	int c = peek(p);

	p->at++;
	if (c != '\\')
		return c;
	c = peek(p);
	p->at++;
	if (c < 0 || (alphanumeric(c) && !set_escape(set, c)))
		p->wrong = "an escape is not known";
	return c >= 0 && alphanumeric(c) ? -1 : c;
}

static const struct advi_regex *parse_class(struct parser *p)
{
	struct advi_regex *made = node(p, SET, NULL, NULL);
	bool negate = take(p, "^");

	for (bool first = true; !p->wrong && (first || peek(p) != ']'); first = false) {
		int from, to;

		if (peek(p) < 0) {
			p->wrong = "a '[' is not closed";
			break;
		}
		from = to = class_byte(p, made->set);
		if (peek(p) == '-' && p->at + 1 < p->text.len && p->text.ptr[p->at + 1] != ']') {
			p->at++;
			to = class_byte(p, made->set);
			if (from < 0 || to < from)
				p->wrong = "a range in '[]' is backwards";
		}
		if (!p->wrong && from >= 0)
			set_add(made->set, (unsigned)from, (unsigned)to);
	}
	p->at++;
	if (negate)
		set_negate(made->set);
	return made;
}

static const struct advi_regex *parse_alternatives(struct parser *p);

static const struct advi_regex *parse_group(struct parser *p)
{
	const struct advi_regex *inner;
	enum kind kind = EMPTY;

	if (take(p, "?=") || take(p, "?!"))
		kind = p->text.ptr[p->at - 1] == '=' ? AHEAD : NOT_AHEAD;
	else if (!take(p, "?:") && peek(p) == '?')
		p->wrong = "of the groups with '?', only (?:...), (?=...) and (?!...) are known";
	if (++p->depth > DEPTH_CAP)
		p->wrong = "groups are nested too deeply";
	if (p->wrong)
		return NULL;
	inner = parse_alternatives(p);
	p->depth--;
	if (!p->wrong && !take(p, ")"))
		p->wrong = "a '(' is not closed";
	return kind == EMPTY ? inner : node(p, kind, inner, NULL);
}

static const struct advi_regex *parse_atom(struct parser *p)
{
	struct advi_regex *made;
	int c = peek(p);

	p->at++;
	switch (c) {
	case '(':
		return parse_group(p);
	case '[':
		return parse_class(p);
	case '^':
		return node(p, BEGIN, NULL, NULL);
	case '$':
		return node(p, END, NULL, NULL);
	case '*':
	case '+':
	case '?':
		p->wrong = "there is nothing to repeat";
		return NULL;
	}
	made = node(p, SET, NULL, NULL);
	if (c == '.') {
		set_negate(made->set);
		made->set['\n' / 32] &= ~(UINT32_C(1) << '\n' % 32);
	} else if (c == '\\') {
		p->at--;
		c = class_byte(p, made->set);
		if (c >= 0)
			set_add(made->set, (unsigned)c, (unsigned)c);
	} else {
		set_add(made->set, (unsigned)c, (unsigned)c);
	}
	return made;
}

static bool take_count(struct parser *p, unsigned *out)
{
	size_t start = p->at;

	for (*out = 0; peek(p) >= '0' && peek(p) <= '9'; p->at++)
		*out = *out > REPEAT_CAP ? *out : *out * 10 + (unsigned)(peek(p) - '0');
	return p->at > start;
}

/* "{m}", "{m,}", "{m,n}"; false, with nothing taken, for a brace that is only a brace. */
static bool take_braces(struct parser *p, unsigned *least, unsigned *most)
{
	size_t start = p->at;
	bool low, high;

	p->at++;
	low = take_count(p, least);
	*most = *least;
	if (take(p, ",")) {
		high = take_count(p, most);
		*most = high ? *most : UINT32_MAX;
		low = low || high;
	}
	if (!low || !take(p, "}")) {
		p->at = start;
		return false;
	}
	if (*least > REPEAT_CAP || (*most != UINT32_MAX && (*most > REPEAT_CAP || *most < *least)))
		p->wrong = "a repetition in '{}' is too large or backwards";
	return true;
}

static const struct advi_regex *parse_repeat(struct parser *p)
{
	const struct advi_regex *atom = parse_atom(p);
	struct advi_regex *made;
	unsigned least = 0, most = UINT32_MAX;

	if (p->wrong)
		return atom;
	switch (peek(p)) {
	case '{':
		if (!take_braces(p, &least, &most))
			return atom;
		break;
	case '?':
		most = 1;
		p->at++;
		break;
	case '+':
		least = 1;
		p->at++;
		break;
	case '*':
		p->at++;
		break;
	default:
		return atom;
	}
	if (atom && (atom->kind == BEGIN || atom->kind == END))
		p->wrong = "there is nothing to repeat";
	made = node(p, REPEAT, atom, NULL);
	made->least = least;
	made->most = most;
	made->lazy = take(p, "?");
	if (peek(p) == '*' || peek(p) == '+' || peek(p) == '?')
		p->wrong = "a repetition is repeated";
	return made;
}

static const struct advi_regex *parse_sequence(struct parser *p)
{
	const struct advi_regex *all = node(p, EMPTY, NULL, NULL);

	while (!p->wrong && peek(p) >= 0 && peek(p) != '|' && peek(p) != ')')
		all = node(p, CAT, all, parse_repeat(p));
	return all;
}

static const struct advi_regex *parse_alternatives(struct parser *p)
{
	const struct advi_regex *all = parse_sequence(p);

	while (!p->wrong && take(p, "|"))
		all = node(p, ALT, all, parse_sequence(p));
	return all;
}

const struct advi_regex *advi_regex_parse(struct advi_arena *arena, struct advi_str text,
					  struct adv_err *err)
{
	struct parser p = {.arena = arena, .text = text};
	const struct advi_regex *regex = NULL;

	if (text.len > LENGTH_CAP)
		p.wrong = "it is too long";
	else
		regex = parse_alternatives(&p);
	if (!p.wrong && p.at < text.len)
		p.wrong = "a ')' closes nothing";
	if (p.wrong)
		advi_fail(err, ADV_EINPUT, "regular expression '%.*s': %s", ADVI_ARGS(text),
			  p.wrong);
	return p.wrong ? NULL : regex;
}

struct matcher {
	struct advi_str text;
	bool fold;
	unsigned steps, depth;
};

/* What must match behind a node: 'regex', then 'next'. A repetition carries its count. */
struct rest {
	const struct advi_regex *regex;
	const struct rest *next;
	unsigned count; /* of a REPEAT: how often it has matched */
	size_t from;    /* of a REPEAT: where its last match began */
};

static bool run(struct matcher *m, const struct advi_regex *regex, size_t at,
		const struct rest *rest, unsigned count, size_t from);

static bool go_on(struct matcher *m, size_t at, const struct rest *rest)
{
	return !rest || run(m, rest->regex, at, rest->next, rest->count, rest->from);
}

static bool in_set(const struct matcher *m, const struct advi_regex *regex, size_t at)
{
	unsigned byte = (unsigned char)m->text.ptr[at];
	bool in = regex->set[byte / 32] >> byte % 32 & 1;
	bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';

	byte ^= 0x20;
	return in || (m->fold && letter && (regex->set[byte / 32] >> byte % 32 & 1));
}

static bool repeat(struct matcher *m, const struct advi_regex *regex, size_t at,
		   const struct rest *rest, unsigned count, size_t from)
{
	struct rest again = {regex, rest, count + 1, at};
	/* A repetition that took nothing would take nothing for ever. */
	bool may = count < regex->most && !(count > regex->least && at == from);

	if (count < regex->least)
		return run(m, regex->a, at, &again, 0, 0);
	if (regex->lazy)
		return go_on(m, at, rest) || (may && run(m, regex->a, at, &again, 0, 0));
	return (may && run(m, regex->a, at, &again, 0, 0)) || go_on(m, at, rest);
}

static bool run_node(struct matcher *m, const struct advi_regex *regex, size_t at,
		     const struct rest *rest, unsigned count, size_t from)
{
	struct rest second = {regex->b, rest, 0, 0};

	switch (regex->kind) {
	case EMPTY:
		return go_on(m, at, rest);
	case SET:
		return at < m->text.len && in_set(m, regex, at) && go_on(m, at + 1, rest);
	case BEGIN:
		return at == 0 && go_on(m, at, rest);
	case END:
		return at == m->text.len && go_on(m, at, rest);
	case CAT:
		return run(m, regex->a, at, &second, 0, 0);
	case ALT:
		return run(m, regex->a, at, rest, 0, 0) || run(m, regex->b, at, rest, 0, 0);
	case REPEAT:
		return repeat(m, regex, at, rest, count, from);
	case AHEAD:
		return run(m, regex->a, at, NULL, 0, 0) && go_on(m, at, rest);
	case NOT_AHEAD:
		return !run(m, regex->a, at, NULL, 0, 0) && go_on(m, at, rest);
	}
	return false;
}

static bool run(struct matcher *m, const struct advi_regex *regex, size_t at,
		const struct rest *rest, unsigned count, size_t from)
{
	bool matched;

	if (++m->steps > STEP_CAP || m->depth > MATCH_DEPTH_CAP)
		return false;
	m->depth++;
	matched = run_node(m, regex, at, rest, count, from);
	m->depth--;
	return matched;
}

bool advi_regex_match(const struct advi_regex *regex, struct advi_str text, bool fold)
{
	struct matcher m = {.text = text, .fold = fold};

	return run(&m, regex, 0, NULL, 0, 0);
}
