/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing JSON documents. */
#include "io/json_write.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

enum { KEY_CAP = 1 << 20, TEXT_CAP = 64 };

void advi_jout_init(struct advi_jout *out, FILE *file)
{
	*out = (struct advi_jout){.file = file};
	for (size_t i = 0; i < ADVI_COUNT(out->keys); i++)
		out->keys[i].cap = KEY_CAP;
}

void advi_jout_end(struct advi_jout *out)
{
	assert(out->depth == 0 && !out->keyed);
	putc('\n', out->file);
	for (size_t i = 0; i < ADVI_COUNT(out->keys); i++)
		advi_buf_clear(&out->keys[i]);
}

static void indent(struct advi_jout *out)
{
	putc('\n', out->file);
	for (unsigned i = 0; i < out->depth; i++)
		putc(' ', out->file);
}

/* Before a value: the comma and line break that an array item needs. */
static void value(struct advi_jout *out)
{
	if (!out->keyed && out->depth) {
		if (out->item)
			putc(',', out->file);
		indent(out);
	}
	out->item = true;
	out->keyed = false;
}

static void open_with(struct advi_jout *out, char bracket)
{
	value(out);
	putc(bracket, out->file);
	out->depth++;
	assert(out->depth < ADVI_COUNT(out->keys));
	advi_buf_reset(&out->keys[out->depth]);
	out->item = false;
}

static void close_with(struct advi_jout *out, char bracket)
{
	assert(out->depth && !out->keyed);
	out->depth--;
	if (out->item)
		indent(out);
	putc(bracket, out->file);
	out->item = true;
}

void advi_jout_object(struct advi_jout *out)
{
	open_with(out, '{');
}

void advi_jout_object_end(struct advi_jout *out)
{
	close_with(out, '}');
}

void advi_jout_array(struct advi_jout *out)
{
	open_with(out, '[');
}

void advi_jout_array_end(struct advi_jout *out)
{
	close_with(out, ']');
}

void advi_jout_key(struct advi_jout *out, const char *key)
{
	struct advi_buf *last = &out->keys[out->depth];

	assert(out->depth && !out->keyed);
	assert(!out->item || advi_str_cmp(advi_buf_str(last), advi_str(key)) < 0);
	if (out->item)
		putc(',', out->file);
	indent(out);
	advi_buf_reset(last);
	advi_buf_text(last, key);
	advi_json_quote(out->file, advi_str(key));
	fputs(": ", out->file);
	out->keyed = true;
}

static void quote_ascii(FILE *file, unsigned char byte)
{
	if (byte == '"' || byte == '\\')
		fprintf(file, "\\%c", byte);
	else if (byte == '\n')
		fputs("\\n", file);
	else if (byte == '\t')
		fputs("\\t", file);
	else if (byte < 0x20 || byte == 0x7F)
		fprintf(file, "\\u%04x", byte);
	else
		putc(byte, file);
}

/*
 * The code of what terminals obey and YAML, which recipes are, forbids or takes for the end of a
 * line: C1 controls, separators of lines, marks of direction, a byte order mark; else 0.
 */
static unsigned steering(struct advi_str text, size_t length)
{
	const unsigned char *byte = (const unsigned char *)text.ptr;
	unsigned code;

	if (length == 2)
		return byte[0] == 0xC2 && byte[1] < 0xA0 ? byte[1] : 0;
	if (length != 3)
		return 0;
	code = (byte[0] & 0x0Fu) << 12 | (byte[1] & 0x3Fu) << 6 | (byte[2] & 0x3Fu);
	return (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
			       code == 0xFEFF
		       ? code
		       : 0;
}

void advi_json_quote(FILE *file, struct advi_str text)
{
	putc('"', file);
	while (text.len) {
		size_t length = advi_str_rune(text);

		if (length == 1)
			quote_ascii(file, (unsigned char)text.ptr[0]);
		else if (steering(text, length))
			fprintf(file, "\\u%04x", steering(text, length));
		else if (length)
			fwrite(text.ptr, 1, length, file);
		else
			fputs("\xEF\xBF\xBD", file);
		text = advi_str_from(text, length ? length : 1);
	}
	putc('"', file);
}

void advi_jout_str(struct advi_jout *out, struct advi_str text)
{
	value(out);
	advi_json_quote(out->file, text);
}

void advi_jout_text(struct advi_jout *out, const char *text)
{
	if (text)
		advi_jout_str(out, advi_str(text));
	else
		advi_jout_null(out);
}

void advi_jout_u64(struct advi_jout *out, uint64_t number)
{
	value(out);
	fprintf(out->file, "%" PRIu64, number);
}

void advi_jout_double(struct advi_jout *out, double number)
{
	char text[TEXT_CAP];

	if (!isfinite(number)) {
		advi_jout_null(out);
		return;
	}
	value(out);
	for (int digits = 6; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	fputs(text, out->file);
}

void advi_jout_bool(struct advi_jout *out, bool flag)
{
	value(out);
	fputs(flag ? "true" : "false", out->file);
}

void advi_jout_null(struct advi_jout *out)
{
	value(out);
	fputs("null", out->file);
}

void advi_jout_texts(struct advi_jout *out, const char *key, const char *const *texts, size_t count)
{
	advi_jout_key(out, key);
	advi_jout_array(out);
	for (size_t i = 0; i < count; i++)
		advi_jout_text(out, texts[i]);
	advi_jout_array_end(out);
}
