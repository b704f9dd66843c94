/* SPDX-License-Identifier: BSD-3-Clause */
/* The small parts of records: UUIDs and months. */
#include "usage/record.h"

#include <time.h>

#include "io/digest.h"

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool advi_uuid_read(struct advi_str text, unsigned char out[ADVI_UUID_BYTES])
{
	/* Written by XALT where libuuid is missing: it would join all such runs into one. */
	static const char bad[] = "deadbeaf-dead-beef-1111-deadbeef1111";
	size_t digits = 0;

	if (text.len != sizeof(bad) - 1 || advi_str_is(text, bad))
		return false;
	memset(out, 0, ADVI_UUID_BYTES);
	for (size_t i = 0; i < text.len; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		int digit = hex_digit(text.ptr[i]);

		if (dash ? text.ptr[i] != '-' : digit < 0)
			return false;
		if (dash)
			continue;
		out[digits / 2] = (unsigned char)(out[digits / 2] << 4 | digit);
		digits++;
	}
	return true;
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
