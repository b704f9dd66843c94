/* SPDX-License-Identifier: BSD-3-Clause */
/* Globs and regular expressions as they stand in MatchSpecs. */
#include "conda/pattern.h"

#include "conda/regex.h"

int advi_pattern_parse(struct advi_pattern *out, struct advi_arena *arena, struct advi_str text,
		       bool fold, struct adv_err *err)
{
	bool begins = text.len && text.ptr[0] == '^';
	bool ends = text.len && text.ptr[text.len - 1] == '$';

	*out = (struct advi_pattern){.fold = fold, .text = advi_arena_slice(arena, text)};
	if (begins && ends) {
		out->kind = ADVI_PATTERN_REGEX;
		out->regex = advi_regex_parse(arena, out->text, err);
		return out->regex ? 0 : ADV_EINPUT;
	}
	if (begins || ends)
		return advi_fail(err, ADV_EINPUT,
				 "'%.*s': a regular expression begins with '^' "
				 "and ends with '$'",
				 ADVI_ARGS(text));
	out->kind = advi_str_find(text, '*') < text.len ? ADVI_PATTERN_GLOB : ADVI_PATTERN_EXACT;
	return 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(char a, char b, bool fold)
{
	return a == b || (fold && lower(a) == lower(b));
}

/* Linear but for the last star, to which a mismatch goes back. */
static bool glob(struct advi_str pattern, struct advi_str text, bool fold)
{
	size_t p = 0, t = 0, star = SIZE_MAX, resume = 0;

	while (t < text.len) {
		if (p < pattern.len && pattern.ptr[p] == '*') {
			star = p++;
			resume = t;
		} else if (p < pattern.len && same(pattern.ptr[p], text.ptr[t], fold)) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++resume;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.ptr[p] == '*')
		p++;
	return p == pattern.len;
}

bool advi_pattern_match(const struct advi_pattern *pattern, struct advi_str text)
{
	if (pattern->kind == ADVI_PATTERN_REGEX)
		return advi_regex_match(pattern->regex, text, pattern->fold);
	/* Without a star, a glob is the text itself. */
	return glob(pattern->text, text, pattern->fold);
}
