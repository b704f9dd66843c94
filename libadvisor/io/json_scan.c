/* SPDX-License-Identifier: BSD-3-Clause */
/* A pull parser over JSON text in memory. */
#include "io/json_scan.h"

#include <stdlib.h>

#include "base/mem.h"
#include "io/json_plain.h"

enum { SCRATCH_CAP = 64 << 20, NUMBER_CAP = 64 };

void advi_json_init(struct advi_json *json, struct advi_str text)
{
	*json = (struct advi_json){
		.start = text.ptr,
		.at = text.ptr,
		.end = text.ptr + text.len,
		.scratch = ADVI_BUF_INIT(SCRATCH_CAP),
	};
}

void advi_json_clear(struct advi_json *json)
{
	advi_buf_clear(&json->scratch);
	advi_arena_clear(&json->decoded);
}

void advi_json_reset(struct advi_json *json)
{
	advi_arena_clear(&json->decoded);
}

bool advi_json_fail(struct advi_json *json, const char *problem)
{
	if (!json->problem)
		json->problem = problem;
	return false;
}

static void skip_blanks(struct advi_json *json)
{
	while (json->at < json->end &&
	       (*json->at == ' ' || *json->at == '\n' || *json->at == '\r' || *json->at == '\t'))
		json->at++;
}

enum advi_json_kind advi_json_peek(struct advi_json *json)
{
	if (json->problem)
		return ADVI_JSON_BAD;
	skip_blanks(json);
	if (json->at == json->end)
		return ADVI_JSON_BAD;
	switch (*json->at) {
	case '{':
		return ADVI_JSON_OBJECT;
	case '[':
		return ADVI_JSON_ARRAY;
	case '"':
		return ADVI_JSON_STRING;
	case 't':
	case 'f':
		return ADVI_JSON_BOOL;
	case 'n':
		return ADVI_JSON_NULL;
	default:
		return *json->at == '-' || (*json->at >= '0' && *json->at <= '9') ? ADVI_JSON_NUMBER
										  : ADVI_JSON_BAD;
	}
}

/* Takes one byte that must come next. */
static inline bool expect(struct advi_json *json, char byte, const char *problem)
{
	if (json->problem)
		return false;
	if (json->at < json->end && *json->at == byte) {
		json->at++;
		return true;
	}
	skip_blanks(json);
	if (json->at == json->end || *json->at != byte)
		return advi_json_fail(json, json->at == json->end ? "ends early" : problem);
	json->at++;
	return true;
}

static bool enter(struct advi_json *json, char byte, const char *problem)
{
	if (!expect(json, byte, problem))
		return false;
	if (++json->depth > ADVI_JSON_DEPTH)
		return advi_json_fail(json, "is nested too deeply");
	json->first = true;
	return true;
}

bool advi_json_object(struct advi_json *json)
{
	return enter(json, '{', "an object was expected");
}

bool advi_json_array(struct advi_json *json)
{
	return enter(json, '[', "an array was expected");
}

/* After an opening byte or a member: true when another member follows. */
static bool more(struct advi_json *json, char close)
{
	bool first = json->first;

	if (json->problem)
		return false;
	json->first = false;
	skip_blanks(json);
	if (json->at < json->end && *json->at == close) {
		json->at++;
		json->depth--;
		return false;
	}
	return first || expect(json, ',', "a comma or a closing bracket was expected");
}

bool advi_json_key(struct advi_json *json, struct advi_str *key)
{
	return more(json, '}') && advi_json_string(json, key) &&
	       expect(json, ':', "a colon was expected");
}

bool advi_json_item(struct advi_json *json)
{
	return more(json, ']');
}

static int hex4(const char *at, const char *end)
{
	int value = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = at[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static void add_rune(struct advi_buf *out, uint32_t rune)
{
	if (rune < 0x80) {
		advi_buf_byte(out, (char)rune);
		return;
	}
	if (rune < 0x800) {
		advi_buf_byte(out, (char)(0xC0 | rune >> 6));
	} else {
		if (rune < 0x10000) {
			advi_buf_byte(out, (char)(0xE0 | rune >> 12));
		} else {
			advi_buf_byte(out, (char)(0xF0 | rune >> 18));
			advi_buf_byte(out, (char)(0x80 | (rune >> 12 & 0x3F)));
		}
		advi_buf_byte(out, (char)(0x80 | (rune >> 6 & 0x3F)));
	}
	advi_buf_byte(out, (char)(0x80 | (rune & 0x3F)));
}

/* Decodes the escape at json->at (the byte after the backslash) into 'out' (may be NULL). */
static bool escape(struct advi_json *json, struct advi_buf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;
	int rune, low;

	if (json->at == json->end)
		return advi_json_fail(json, "ends within a string");
	found = *json->at ? strchr(from, *json->at) : NULL;
	if (found) {
		if (out)
			advi_buf_byte(out, to[found - from]);
		json->at++;
		return true;
	}
	rune = *json->at == 'u' ? hex4(json->at + 1, json->end) : -1;
	if (rune < 0)
		return advi_json_fail(json, "has a bad escape in a string");
	json->at += 5;
	if (rune >= 0xD800 && rune < 0xDC00 && json->end - json->at >= 6 && json->at[0] == '\\' &&
	    json->at[1] == 'u' && (low = hex4(json->at + 2, json->end)) >= 0xDC00 && low < 0xE000) {
		rune = 0x10000 + ((rune - 0xD800) << 10) + (low - 0xDC00);
		json->at += 6;
	} else if (rune >= 0xD800 && rune < 0xE000) {
		rune = 0xFFFD;
	}
	if (out)
		add_rune(out, (uint32_t)rune);
	return true;
}

/* Runs over plain bytes of a string to the next quote or backslash; notes bytes beyond ASCII. */
static bool plain(struct advi_json *json, bool *ascii)
{
	while ((json->at = advi_json_plain(json->at, json->end)) < json->end && *json->at != '"' &&
	       *json->at != '\\') {
		if ((unsigned char)*json->at < 0x20)
			return advi_json_fail(json, "has a control character in a string");
		*ascii = false;
		json->at++;
	}
	if (json->at == json->end)
		return advi_json_fail(json, "ends within a string");
	return true;
}

/* Takes a string; 'out' NULL only checks it. */
static bool take_string(struct advi_json *json, struct advi_str *out)
{
	const char *from;
	bool ascii = true, escaped = false;

	if (!expect(json, '"', "a string was expected"))
		return false;
	from = json->at;
	json->at = advi_json_plain(from, json->end);
	if (json->at < json->end && *json->at == '"') {
		if (out)
			*out = (struct advi_str){from, (size_t)(json->at - from)};
		json->at++;
		return true;
	}
	json->at = from;
	advi_buf_reset(&json->scratch);
	for (;;) {
		const char *run = json->at;

		if (!plain(json, &ascii))
			return false;
		if (escaped && out)
			advi_buf_add(&json->scratch,
				     (struct advi_str){run, (size_t)(json->at - run)});
		if (*json->at == '"')
			break;
		if (!escaped && out)
			advi_buf_add(&json->scratch,
				     (struct advi_str){run, (size_t)(json->at - run)});
		escaped = true;
		json->at++;
		if (!escape(json, out ? &json->scratch : NULL))
			return false;
	}
	if (!ascii && !advi_str_utf8((struct advi_str){from, (size_t)(json->at - from)}))
		return advi_json_fail(json, "is not UTF-8");
	if (out && !escaped)
		*out = (struct advi_str){from, (size_t)(json->at - from)};
	else if (out)
		*out = advi_arena_slice(&json->decoded, advi_buf_str(&json->scratch));
	json->at++;
	return !json->scratch.full || advi_json_fail(json, "has too long a string");
}

bool advi_json_string(struct advi_json *json, struct advi_str *out)
{
	return take_string(json, out);
}

static const char *digits(const char *at, const char *end)
{
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

static bool take_number(struct advi_json *json, struct advi_str *out)
{
	const char *at, *end = json->end, *whole;

	if (json->problem)
		return false;
	skip_blanks(json);
	at = json->at;
	if (at < end && *at == '-')
		at++;
	whole = at;
	at = digits(at, end);
	if (at == whole || (*whole == '0' && at - whole > 1))
		return advi_json_fail(json, "a number was expected");
	if (at < end && *at == '.') {
		const char *fraction = ++at;

		at = digits(at, end);
		if (at == fraction)
			return advi_json_fail(json, "has a number without digits after its point");
	}
	if (at < end && (*at == 'e' || *at == 'E')) {
		const char *exponent;

		at++;
		if (at < end && (*at == '+' || *at == '-'))
			at++;
		exponent = at;
		at = digits(at, end);
		if (at == exponent)
			return advi_json_fail(json, "has a number without an exponent");
	}
	*out = (struct advi_str){json->at, (size_t)(at - json->at)};
	json->at = at;
	return true;
}

/*
 * Digits with a point, as most numbers are written: up to 2^53 and 10^22 are doubles, and the
 * quotient of two doubles is rounded as the number itself would be.
 */
static bool plain_number(struct advi_str text, double *out)
{
	static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
					1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	uint64_t value = 0;
	size_t point = text.len;

	if (text.len >= ADVI_COUNT(powers))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '.')
			point = i;
		else if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		else
			value = value * 10 + (uint64_t)(text.ptr[i] - '0');
	}
	*out = (double)value / powers[point < text.len ? text.len - point - 1 : 0];
	return true;
}

bool advi_json_number(struct advi_json *json, double *out)
{
	char copy[NUMBER_CAP + 1];
	struct advi_str text;

	if (!take_number(json, &text))
		return false;
	if (plain_number(text, out))
		return true;
	if (text.len > NUMBER_CAP)
		return advi_json_fail(json, "has a number with too many digits");
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	*out = strtod(copy, NULL);
	return (*out - *out == 0) || advi_json_fail(json, "has a number out of range");
}

bool advi_json_number_text(struct advi_json *json, struct advi_str *out)
{
	return take_number(json, out);
}

bool advi_json_u64(struct advi_json *json, uint64_t *out)
{
	struct advi_str text;

	return take_number(json, &text) &&
	       (advi_str_u64(text, out) || advi_json_fail(json, "a whole number was expected"));
}

static bool literal(struct advi_json *json, struct advi_str word)
{
	if (json->problem)
		return false;
	skip_blanks(json);
	if (!advi_str_starts((struct advi_str){json->at, (size_t)(json->end - json->at)}, word))
		return advi_json_fail(json, "has an unknown word");
	json->at += word.len;
	return true;
}

bool advi_json_bool(struct advi_json *json, bool *out)
{
	*out = advi_json_peek(json) == ADVI_JSON_BOOL && *json->at == 't';
	return literal(json, *out ? ADVI_STR("true") : ADVI_STR("false"));
}

bool advi_json_skip(struct advi_json *json)
{
	struct advi_str number;
	bool boolean;

	switch (advi_json_peek(json)) {
	case ADVI_JSON_NULL:
		return literal(json, ADVI_STR("null"));
	case ADVI_JSON_BOOL:
		return advi_json_bool(json, &boolean);
	case ADVI_JSON_NUMBER:
		return take_number(json, &number);
	case ADVI_JSON_STRING:
		return take_string(json, NULL);
	case ADVI_JSON_ARRAY:
		/* Recursion is bounded by ADVI_JSON_DEPTH. */
		for (advi_json_array(json); advi_json_item(json);)
			advi_json_skip(json);
		return !json->problem;
	case ADVI_JSON_OBJECT:
		for (advi_json_object(json); more(json, '}');)
			if (take_string(json, NULL) && expect(json, ':', "a colon was expected"))
				advi_json_skip(json);
		return !json->problem;
	case ADVI_JSON_BAD:
		break;
	}
	return advi_json_fail(json, json->at == json->end ? "ends early" : "a value was expected");
}

bool advi_json_end(struct advi_json *json)
{
	if (json->problem)
		return false;
	skip_blanks(json);
	return json->at == json->end || advi_json_fail(json, "has something after its end");
}

void advi_json_where(const struct advi_json *json, size_t *line, size_t *column)
{
	*line = *column = 1;
	for (const char *at = json->start; at < json->at; at++) {
		*column = *at == '\n' ? 1 : *column + 1;
		*line += *at == '\n';
	}
}
