/* SPDX-License-Identifier: BSD-3-Clause */
/* Telling licence expressions from other texts. */
#include "bundle/spdx.h"

enum { DEPTH = 32 };

struct expression {
	struct advi_str rest;
	struct advi_str word; /* that comes next; empty at the end */
	unsigned depth;
};

static bool is_word(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' || byte == '+' ||
	       byte == ':';
}

static void next(struct expression *at)
{
	size_t length = 0;

	at->rest = advi_str_trim(at->rest);
	while (length < at->rest.len && is_word(at->rest.ptr[length]))
		length++;
	/* a parenthesis, or what has no place in an expression */
	if (!length && at->rest.len)
		length = 1;
	at->word = (struct advi_str){at->rest.ptr, length};
	at->rest = advi_str_from(at->rest, length);
}

/* "LicenseRef-name", of this document or of another. */
static bool is_reference(struct advi_str word)
{
	size_t colon = advi_str_find(word, ':');

	if (colon < word.len) {
		if (!advi_str_starts(word, ADVI_STR("DocumentRef-")) || colon == 12)
			return false;
		word = advi_str_from(word, colon + 1);
	}
	return advi_str_starts(word, ADVI_STR("LicenseRef-")) && word.len > 11 &&
	       advi_str_find(word, ':') == word.len && advi_str_find(word, '+') == word.len;
}

static bool is_licence(struct advi_str word)
{
	/* "or later", where the name of a licence does not say that itself */
	if (!advi_spdx_licence(word) && word.len && word.ptr[word.len - 1] == '+')
		word.len--;
	return advi_spdx_licence(word) || is_reference(word);
}

static bool any_of(struct expression *at);

/* A licence, perhaps with an exception; or an expression in parentheses. */
static bool one(struct expression *at)
{
	if (advi_str_is(at->word, "(")) {
		if (++at->depth > DEPTH)
			return false;
		next(at);
		if (!any_of(at) || !advi_str_is(at->word, ")"))
			return false;
		at->depth--;
		next(at);
		return true;
	}
	if (!is_licence(at->word))
		return false;
	next(at);
	if (!advi_str_is(at->word, "WITH"))
		return true;
	next(at);
	if (!advi_spdx_exception(at->word))
		return false;
	next(at);
	return true;
}

static bool all_of(struct expression *at)
{
	while (one(at)) {
		if (!advi_str_is(at->word, "AND"))
			return true;
		next(at);
	}
	return false;
}

static bool any_of(struct expression *at)
{
	while (all_of(at)) {
		if (!advi_str_is(at->word, "OR"))
			return true;
		next(at);
	}
	return false;
}

enum advi_spdx advi_spdx_kind(struct advi_str text)
{
	struct expression at = {.rest = text};

	if (advi_spdx_licence(text))
		return ADVI_SPDX_LICENCE;
	next(&at);
	return any_of(&at) && !at.word.len ? ADVI_SPDX_EXPRESSION : ADVI_SPDX_NONE;
}
