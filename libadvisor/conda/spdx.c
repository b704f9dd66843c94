/* SPDX-License-Identifier: BSD-3-Clause */
/* Licence expressions of SPDX: a parser that judges as it goes. */
#include "conda/spdx.h"

enum { DEPTH = 64 };

struct parser {
	struct advi_str rest, token; /* token: the one to look at; empty at the end */
	unsigned depth;
	bool broken; /* it is no expression */
	advi_spdx_fn *accepts;
	void *context;
};

static bool is_id(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '+' ||
	       byte == ':' || byte == '_';
}

static void advance(struct parser *p)
{
	size_t length = 0;

	p->rest = advi_str_trim(p->rest);
	while (length < p->rest.len && is_id(p->rest.ptr[length]))
		length++;
	if (!length && p->rest.len) {
		length = 1;
		p->broken |= p->rest.ptr[0] != '(' && p->rest.ptr[0] != ')';
	}
	p->token = (struct advi_str){p->rest.ptr, length};
	p->rest = advi_str_from(p->rest, length);
}

static bool is_word(struct advi_str token, const char *upper, const char *lower)
{
	return advi_str_is(token, upper) || advi_str_is(token, lower);
}

static bool is_operator(struct advi_str token)
{
	return is_word(token, "AND", "and") || is_word(token, "OR", "or") ||
	       is_word(token, "WITH", "with");
}

static bool parse_or(struct parser *p);

/* An identifier, one with an exception, or an expression in brackets. */
static bool parse_simple(struct parser *p)
{
	struct advi_str license = p->token;
	bool good;

	if (advi_str_is(license, "(")) {
		if (++p->depth > DEPTH) {
			p->broken = true;
			return false;
		}
		advance(p);
		good = parse_or(p);
		p->broken |= !advi_str_is(p->token, ")");
		p->depth--;
		advance(p);
		return good;
	}
	p->broken |= !license.len || !is_id(license.ptr[0]) || is_operator(license);
	advance(p);
	if (is_word(p->token, "WITH", "with")) {
		advance(p);
		p->broken |= !p->token.len || is_operator(p->token) || !is_id(p->token.ptr[0]);
		license.len = (size_t)(p->token.ptr - license.ptr) + p->token.len;
		advance(p);
	}
	return !p->broken && p->accepts(p->context, license);
}

static bool parse_and(struct parser *p)
{
	bool good = parse_simple(p);

	while (!p->broken && is_word(p->token, "AND", "and")) {
		advance(p);
		good &= parse_simple(p);
	}
	return good;
}

static bool parse_or(struct parser *p)
{
	bool good = parse_and(p);

	while (!p->broken && is_word(p->token, "OR", "or")) {
		advance(p);
		good |= parse_and(p);
	}
	return good;
}

bool advi_spdx_accepts(struct advi_str expression, advi_spdx_fn *accepts, void *context)
{
	struct parser p = {.rest = expression, .accepts = accepts, .context = context};
	bool good;

	advance(&p);
	good = parse_or(&p);
	if (p.broken || p.token.len)
		return accepts(context, advi_str_trim(expression));
	return good;
}
