/* SPDX-License-Identifier: BSD-3-Clause */
/* CSV (RFC 4180): rows of text in and out. */
#include "io/csv.h"

#include <strings.h>

void advi_csv_clear(struct advi_csv *csv)
{
	advi_vec_clear(&csv->fields);
	advi_buf_clear(&csv->unquoted);
}

/* Takes a quoted field, whose opening quote is gone, off the front of '*rest'. */
static const char *take_quoted(struct advi_csv *csv, struct advi_str *rest, struct advi_str *field)
{
	size_t from = csv->unquoted.len;

	for (;;) {
		size_t quote = advi_str_find(*rest, '"');

		if (quote == rest->len)
			return "has an open quote";
		advi_buf_add(&csv->unquoted, (struct advi_str){rest->ptr, quote});
		*rest = advi_str_from(*rest, quote + 1);
		if (!rest->len || rest->ptr[0] != '"')
			break;
		advi_buf_byte(&csv->unquoted, '"');
		*rest = advi_str_from(*rest, 1);
	}
	*field = (struct advi_str){csv->unquoted.ptr + from, csv->unquoted.len - from};
	return rest->len && rest->ptr[0] != ',' ? "has text after a closing quote" : NULL;
}

const char *advi_csv_read(struct advi_csv *csv, struct advi_str line)
{
	const char *problem = NULL;

	csv->fields.count = 0;
	advi_buf_reset(&csv->unquoted);
	if (advi_str_starts(line, ADVI_STR("\xEF\xBB\xBF")))
		line = advi_str_from(line, 3);
	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	if (line.len > ADVI_CSV_ROW_BYTES)
		return "is too long";
	/* Slices of 'unquoted' must not move while the row grows. */
	if (!advi_buf_room(&csv->unquoted, line.len))
		return "is too long";
	for (;;) {
		struct advi_str *field = advi_vec_new(&csv->fields);

		if (csv->fields.count > ADVI_CSV_FIELDS)
			return "has too many fields";
		if (line.len && line.ptr[0] == '"') {
			line = advi_str_from(line, 1);
			problem = take_quoted(csv, &line, field);
		} else {
			*field = (struct advi_str){line.ptr, advi_str_find(line, ',')};
			line = advi_str_from(line, field->len);
		}
		if (problem || !line.len)
			return problem;
		line = advi_str_from(line, 1);
	}
}

int advi_csv_find(const struct advi_csv *csv, const char *name)
{
	for (size_t i = 0; i < csv->fields.count; i++) {
		struct advi_str field = advi_str_trim(csv->fields.at[i]);

		if (field.len == strlen(name) && strncasecmp(field.ptr, name, field.len) == 0)
			return (int)i;
	}
	return -1;
}

struct advi_str advi_csv_field(const struct advi_csv *csv, int index)
{
	if (index < 0 || (size_t)index >= csv->fields.count)
		return ADVI_STR("");
	return advi_str_trim(csv->fields.at[index]);
}

static bool is_formula(struct advi_str text)
{
	return text.len && memchr("=+-@\t\r", text.ptr[0], 6);
}

void advi_csv_write(FILE *file, struct advi_str text, bool first)
{
	bool quoted = false;

	if (!first)
		putc(',', file);
	for (size_t i = 0; i < text.len && !quoted; i++)
		quoted = memchr(",\"\r\n", text.ptr[i], 4) != NULL;
	if (quoted)
		putc('"', file);
	if (is_formula(text))
		putc('\'', file);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"')
			putc('"', file);
		putc(text.ptr[i], file);
	}
	if (quoted)
		putc('"', file);
}
