/* SPDX-License-Identifier: BSD-3-Clause */
/* Slices. */
#include "base/str.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/mem.h"

int advi_str_cmp(struct advi_str a, struct advi_str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.ptr, b.ptr, common) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool advi_str_starts(struct advi_str text, struct advi_str prefix)
{
	return text.len >= prefix.len &&
	       advi_str_eq((struct advi_str){text.ptr, prefix.len}, prefix);
}

bool advi_str_ends(struct advi_str text, struct advi_str suffix)
{
	return text.len >= suffix.len &&
	       advi_str_eq(advi_str_from(text, text.len - suffix.len), suffix);
}

struct advi_str advi_str_from(struct advi_str text, size_t from)
{
	if (from > text.len)
		from = text.len;
	/* not even 0 may be added to the NULL of an empty slice */
	return from ? (struct advi_str){text.ptr + from, text.len - from} : text;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

struct advi_str advi_str_trim(struct advi_str text)
{
	while (text.len && is_blank(text.ptr[0]))
		text = advi_str_from(text, 1);
	while (text.len && is_blank(text.ptr[text.len - 1]))
		text.len--;
	return text;
}

size_t advi_str_find(struct advi_str text, char byte)
{
	const char *found = text.len ? memchr(text.ptr, byte, text.len) : NULL;

	return found ? (size_t)(found - text.ptr) : text.len;
}

#ifdef __SSE2__
enum { SHORT_BYTES = 64 };

/* The first of 16 places where bytes begin and end as 'what' does and are the whole of it, or 16.
 */
static inline size_t search_block(const char *from, struct advi_str what)
{
	const __m128i first = _mm_set1_epi8(what.ptr[0]),
		      last = _mm_set1_epi8(what.ptr[what.len - 1]);
	__m128i begins = _mm_loadu_si128((const void *)from);
	__m128i ends = _mm_loadu_si128((const void *)(from + what.len - 1));
	unsigned places = (unsigned)_mm_movemask_epi8(
		_mm_and_si128(_mm_cmpeq_epi8(begins, first), _mm_cmpeq_epi8(ends, last)));

	for (; places; places &= places - 1)
		if (memcmp(from + __builtin_ctz(places), what.ptr, what.len) == 0)
			return (size_t)__builtin_ctz(places);
	return 16;
}

/* After W. Mula, "SIMD-friendly algorithms for substring searching"; 'text' has 16 places at least.
 */
static size_t search_blocks(struct advi_str text, struct advi_str what)
{
	const size_t end = text.len - what.len + 1; /* of the places */

	for (size_t at = 0; at < end; at += 16) {
		size_t from = at + 16 <= end ? at : end - 16;
		size_t place = search_block(text.ptr + from, what);

		if (place < 16)
			return from + place;
	}
	return text.len;
}
#endif

size_t advi_str_search(struct advi_str text, struct advi_str what)
{
	const char *found = NULL;

#ifdef __SSE2__
	/* memmem's time doesn't grow with what is looked for, which may be long and hostile */
	if (what.len && what.len <= SHORT_BYTES && text.len >= what.len + 15)
		return search_blocks(text, what);
#endif
	if (what.len <= text.len && text.len)
		found = memmem(text.ptr, text.len, what.ptr, what.len);
	return found ? (size_t)(found - text.ptr) : text.len;
}

bool advi_str_split(struct advi_str *rest, char byte, struct advi_str *part)
{
	size_t at;

	if (!rest->ptr)
		return false;
	at = advi_str_find(*rest, byte);
	*part = (struct advi_str){rest->ptr, at};
	*rest = at < rest->len ? advi_str_from(*rest, at + 1) : (struct advi_str){NULL, 0};
	return true;
}

bool advi_str_u64(struct advi_str text, uint64_t *out)
{
	uint64_t value = 0;

	if (!text.len)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)(unsigned char)text.ptr[i] - '0';

		if (digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return false;
	}
	*out = value;
	return true;
}

bool advi_str_hex(struct advi_str text, size_t digits)
{
	for (size_t i = 0; i < text.len; i++)
		if (!text.ptr[i] || !strchr("0123456789abcdefABCDEF", text.ptr[i]))
			return false;
	return text.len == digits;
}

bool advi_hex_decode(uint8_t *out, const char *hex, size_t bytes)
{
	static const uint8_t digits[256] = {
		['0'] = 0x10, ['1'] = 0x11, ['2'] = 0x12, ['3'] = 0x13, ['4'] = 0x14, ['5'] = 0x15,
		['6'] = 0x16, ['7'] = 0x17, ['8'] = 0x18, ['9'] = 0x19, ['a'] = 0x1A, ['b'] = 0x1B,
		['c'] = 0x1C, ['d'] = 0x1D, ['e'] = 0x1E, ['f'] = 0x1F, ['A'] = 0x1A, ['B'] = 0x1B,
		['C'] = 0x1C, ['D'] = 0x1D, ['E'] = 0x1E, ['F'] = 0x1F,
	};
	uint8_t good = 0x10; /* the mark of a digit, as long as all are */

	for (size_t i = 0; i < bytes; i++) {
		uint8_t high = digits[(uint8_t)hex[2 * i]], low = digits[(uint8_t)hex[2 * i + 1]];

		good &= high & low;
		out[i] = (uint8_t)(high << 4 | (low & 15));
	}
	return good;
}

void advi_hex_encode(char *out, const uint8_t *bytes, size_t count)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * count] = '\0';
}

/* The ranges of Unicode 15, table 3-7. */
size_t advi_str_rune(struct advi_str text)
{
	const unsigned char *at = (const unsigned char *)text.ptr;
	unsigned char lead = text.len ? at[0] : 0xFF;
	size_t length = lead < 0x80   ? 1
			: lead < 0xC2 ? 0
			: lead < 0xE0 ? 2
			: lead < 0xF0 ? 3
			: lead < 0xF5 ? 4
				      : 0;

	if (length > text.len)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((at[i] & 0xC0) != 0x80)
			return 0;
	if ((lead == 0xE0 && at[1] < 0xA0) || (lead == 0xED && at[1] > 0x9F) ||
	    (lead == 0xF0 && at[1] < 0x90) || (lead == 0xF4 && at[1] > 0x8F))
		return 0;
	return length;
}

bool advi_str_utf8(struct advi_str text)
{
	while (text.len) {
		size_t length = advi_str_rune(text);

		if (!length)
			return false;
		text = advi_str_from(text, length);
	}
	return true;
}

static uint64_t load(const char *at, size_t bytes)
{
	uint64_t word = 0;

	memcpy(&word, at, bytes);
	return word;
}

/* Both halves of a product: every bit of it depends on many of both factors. */
static uint64_t fold(uint64_t a, uint64_t b)
{
	__uint128_t product = (__uint128_t)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t advi_str_hash(struct advi_str text)
{
	uint64_t hash = text.len * 0x9e3779b97f4a7c15u, low = 0, high = 0;
	const char *at = text.ptr;
	size_t left = text.len;

	for (; left > 16; left -= 16, at += 16)
		hash = fold(load(at, 8) ^ 0xd6e8feb86659fd93u, load(at + 8, 8) ^ hash);
	if (left >= 8) {
		low = load(at, 8);
		high = load(at + left - 8, 8);
	} else if (left) {
		low = load(at, left);
	}
	return fold(low ^ 0xa0761d6478bd642fu, high ^ hash ^ 0xe7037ed1a0b428dbu);
}

char *advi_str_dup(struct advi_str text)
{
	char *copy = advi_malloc(text.len + 1);

	if (text.len)
		memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	return copy;
}

int advi_cmp_cstr(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}
