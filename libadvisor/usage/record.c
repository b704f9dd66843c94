/* SPDX-License-Identifier: BSD-3-Clause */
/* The small parts of records: UUIDs and months. */
#include "usage/record.h"

#include <time.h>

#include "io/digest.h"

/* The value of a lower-case digit, or -1. */
static inline int hex_digit(char c)
{
	/* plus 1 */
	static const signed char digits[256] = {
		['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
		['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
		['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	};

	return digits[(unsigned char)c] - 1;
}

bool advi_uuid_read(struct advi_str text, unsigned char out[ADVI_UUID_BYTES])
{
	/* Written by XALT where libuuid is missing: it would join all such runs into one. */
	static const char bad[] = "deadbeaf-dead-beef-1111-deadbeef1111";
	static const unsigned char from[ADVI_UUID_BYTES] = {0,  2,  4,  6,  9,  11, 14, 16,
							    19, 21, 24, 26, 28, 30, 32, 34};
	const char *at = text.ptr;
	int wrong = 0;

	if (text.len != sizeof(bad) - 1 || memcmp(at, bad, sizeof(bad) - 1) == 0 || at[8] != '-' ||
	    at[13] != '-' || at[18] != '-' || at[23] != '-')
		return false;
	for (size_t i = 0; i < ADVI_UUID_BYTES; i++) {
		int high = hex_digit(at[from[i]]), low = hex_digit(at[from[i] + 1]);

		wrong |= high | low; /* negative when one of them is */
		out[i] = (unsigned char)((unsigned)high << 4 | (unsigned)low);
	}
	return wrong >= 0;
}

void advi_uuid_make(unsigned char out[ADVI_UUID_BYTES], const struct advi_str *parts, size_t count)
{
	struct advi_digest *digest = advi_digest_new("SHA256");
	char hex[ADVI_HEX_SIZE];

	for (size_t i = 0; i < count; i++) {
		advi_digest_add(digest, parts[i]);
		advi_digest_add(digest, (struct advi_str){"", 1});
	}
	advi_digest_end(digest, hex);
	for (size_t i = 0; i < ADVI_UUID_BYTES; i++)
		out[i] = (unsigned char)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
}

uint32_t advi_month_of(double seconds)
{
	time_t whole;
	struct tm date;

	if (!(seconds >= 0 && seconds < 253402300800.0)) /* the year 10000 */
		return 0;
	whole = (time_t)seconds;
	gmtime_r(&whole, &date);
	return (uint32_t)(date.tm_year + 1900) * 100 + (uint32_t)date.tm_mon + 1;
}

uint32_t advi_month_read(struct advi_str text)
{
	uint64_t year, month;

	if (text.len != 7 || text.ptr[4] != '-' ||
	    !advi_str_u64((struct advi_str){text.ptr, 4}, &year) ||
	    !advi_str_u64(advi_str_from(text, 5), &month) || month < 1 || month > 12 || year < 1)
		return 0;
	return (uint32_t)(year * 100 + month);
}
