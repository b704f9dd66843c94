/* SPDX-License-Identifier: BSD-3-Clause */
/* Slices: text that is read, not owned, and not NUL-terminated. */
#ifndef ADVI_BASE_STR_H
#define ADVI_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct advi_str {
	const char *ptr;
	size_t len; /* bytes */
};

#define ADVI_STR(literal) ((struct advi_str){(literal), sizeof(literal) - 1})
/* For printf: "%.*s", ADVI_ARGS(slice). */
#define ADVI_ARGS(slice) (int)((slice).len > 4096 ? 4096 : (slice).len), (slice).ptr

static inline struct advi_str advi_str(const char *text)
{
	return (struct advi_str){text, text ? strlen(text) : 0};
}

static inline bool advi_str_eq(struct advi_str a, struct advi_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool advi_str_is(struct advi_str a, const char *text)
{
	return advi_str_eq(a, advi_str(text));
}

/* Byte order; a prefix sorts first. */
int advi_str_cmp(struct advi_str a, struct advi_str b);
bool advi_str_starts(struct advi_str text, struct advi_str prefix);
bool advi_str_ends(struct advi_str text, struct advi_str suffix);
/* The rest of 'text' from byte 'from' on; empty when 'from' is beyond the end. */
struct advi_str advi_str_from(struct advi_str text, size_t from);
/* Without blanks, tabs and line ends at both ends. */
struct advi_str advi_str_trim(struct advi_str text);
/* Index of the first 'byte' in 'text', or text.len. */
size_t advi_str_find(struct advi_str text, char byte);
/* Index of the first 'what' in 'text', or text.len. */
size_t advi_str_search(struct advi_str text, struct advi_str what);
/* Takes the part before the first 'byte' off the front of '*rest'; false when nothing is left. */
bool advi_str_split(struct advi_str *rest, char byte, struct advi_str *part);
/* A whole slice as an unsigned decimal; false when it is anything else or does not fit. */
bool advi_str_u64(struct advi_str text, uint64_t *out);
/* Whether the slice is exactly 'digits' hexadecimal digits. */
bool advi_str_hex(struct advi_str text, size_t digits);
/* Hexadecimal digits, two a byte, of either case; false when any of them is none. */
bool advi_hex_decode(uint8_t *out, const char *hex, size_t bytes);
/* Writes lower-case digits and a zero after them. */
void advi_hex_encode(char *out, const uint8_t *bytes, size_t count);
/* Whether the slice is well-formed UTF-8 (no overlong forms, no surrogates). */
bool advi_str_utf8(struct advi_str text);
/* Bytes of the well-formed UTF-8 character that 'text' begins with; 0 when there is none. */
size_t advi_str_rune(struct advi_str text);
/* A fast 64-bit hash for tables in memory, of no use against an adversary; not to be stored. */
uint64_t advi_str_hash(struct advi_str text);
/* A NUL-terminated copy; the caller frees it. */
char *advi_str_dup(struct advi_str text);

/* strcmp for qsort over an array of char *. */
int advi_cmp_cstr(const void *a, const void *b);

#endif
