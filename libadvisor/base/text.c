/* SPDX-License-Identifier: BSD-3-Clause */
/* Text for people: nothing that steers a terminal, and how wide it is. */
#include "base/text.h"

#include <stdio.h>

#include "base/mem.h"

struct range {
	uint32_t first, last;
};

/* Direction marks and their overrides, and other format characters that hide what follows. */
static const struct range hidden[] = {
	{0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad}, {0x061c, 0x061c},   {0x115f, 0x1160},
	{0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},   {0x3164, 0x3164},
	{0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
};

/* Combining marks of common scripts (Unicode 15, general category Mn). */
static const struct range narrow[] = {
	{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
	{0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};

/* East Asian wide and full-width blocks (Unicode 15, UAX 11). */
static const struct range wide[] = {
	{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
	{0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
	{0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static bool within(uint32_t code, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

/* The code point that 'text' begins with and its bytes; 0 bytes when it is no UTF-8. */
static size_t decode(struct advi_str text, uint32_t *code)
{
	unsigned char first = (unsigned char)text.ptr[0];
	size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

	if (length > text.len || !advi_str_utf8((struct advi_str){text.ptr, length}))
		return 0;
	*code = length == 1 ? first : first & (0x7fu >> length);
	for (size_t i = 1; i < length; i++)
		*code = *code << 6 | ((unsigned char)text.ptr[i] & 0x3f);
	return length;
}

void advi_text_mask(char *text)
{
	struct advi_str rest = advi_str(text);

	while (rest.len) {
		uint32_t code = 0;
		size_t length = decode(rest, &code);

		if (!length || within(code, hidden, ADVI_COUNT(hidden)))
			memset(text, '?', length ? length : 1);
		length = length ? length : 1;
		text += length;
		rest = advi_str_from(rest, length);
	}
}

static size_t width_of(uint32_t code)
{
	if (code < 0x300)
		return 1;
	return within(code, narrow, ADVI_COUNT(narrow)) ? 0
	       : within(code, wide, ADVI_COUNT(wide))   ? 2
							: 1;
}

struct advi_str advi_text_fit(struct advi_str text, size_t columns)
{
	struct advi_str rest = text;
	size_t used = 0;

	while (rest.len) {
		uint32_t code = 0;
		size_t length = decode(rest, &code);

		used += length ? width_of(code) : 1;
		if (used > columns)
			break;
		rest = advi_str_from(rest, length ? length : 1);
	}
	return (struct advi_str){text.ptr, text.len - rest.len};
}

size_t advi_text_width(struct advi_str text)
{
	size_t width = 0;

	while (text.len) {
		uint32_t code = 0;
		size_t length = decode(text, &code);

		width += length ? width_of(code) : 1;
		text = advi_str_from(text, length ? length : 1);
	}
	return width;
}

void advi_text_count(struct advi_buf *out, uint64_t number)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			advi_buf_byte(out, ',');
		advi_buf_byte(out, digits[i]);
	}
}

void advi_text_bytes(struct advi_buf *out, uint64_t bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
	double value = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes < 1024) {
		advi_buf_printf(out, "%llu B", (unsigned long long)bytes);
		return;
	}
	/* 1023.95 would be printed as 1024.0. */
	for (; value >= 1023.95 && unit + 1 < ADVI_COUNT(units); unit++)
		value /= 1024;
	advi_buf_printf(out, "%.1f %s", value, units[unit]);
}
