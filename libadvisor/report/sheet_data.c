/* SPDX-License-Identifier: BSD-3-Clause */
/* A report for programs: JSON (schema "advisor.report/1"), and CSV with a line a figure. */
#include <inttypes.h>

#include "io/csv.h"
#include "io/json_write.h"
#include "report/sheet.h"

enum { COLUMNS_MOST = 16, KEYS_MOST = 64 };

/* --- JSON --- */

static void write_list(struct advi_jout *out, const char *text)
{
	struct advi_str rest = advi_str(text), part;

	advi_jout_array(out);
	while (advi_str_split(&rest, ADVI_SHEET_SEPARATOR, &part))
		advi_jout_str(out, part);
	advi_jout_array_end(out);
}

static void write_cell(struct advi_jout *out, const struct advi_sheet *sheet,
		       enum advi_sheet_kind kind, const struct advi_sheet_cell *cell)
{
	if (!cell->known || !advi_sheet_shown(sheet, cell)) {
		advi_jout_null(out);
		return;
	}
	switch (kind) {
	case ADVI_SHEET_TEXT:
	case ADVI_SHEET_LINK:
		advi_jout_text(out, cell->text);
		break;
	case ADVI_SHEET_LIST:
		write_list(out, cell->text);
		break;
	case ADVI_SHEET_COUNT:
	case ADVI_SHEET_BYTES:
		advi_jout_u64(out, cell->number);
		break;
	case ADVI_SHEET_TENTHS:
		advi_jout_double(out, (double)cell->number / 10);
		break;
	case ADVI_SHEET_FLAG:
		advi_jout_bool(out, cell->number != 0);
		break;
	}
}

/* The indexes of a table's columns by their keys. */
static void order_columns(const struct advi_section *section, size_t order[COLUMNS_MOST])
{
	for (size_t i = 0; i < section->column_count; i++) {
		size_t at = i;

		for (; at > 0 &&
		       strcmp(section->columns[order[at - 1]].key, section->columns[i].key) > 0;
		     at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
}

static void write_section(struct advi_jout *out, const struct advi_sheet *sheet,
			  const struct advi_section *section)
{
	size_t order[COLUMNS_MOST];

	if (!section->columns) {
		advi_jout_texts(out, section->key, section->sentences.at, section->sentences.count);
		return;
	}
	order_columns(section, order);
	advi_jout_key(out, section->key);
	advi_jout_array(out);
	for (size_t row = 0; row < section->cells.count; row += section->column_count) {
		advi_jout_object(out);
		for (size_t i = 0; i < section->column_count; i++) {
			const struct advi_sheet_column *column = &section->columns[order[i]];

			advi_jout_key(out, column->key);
			write_cell(out, sheet, column->kind, &section->cells.at[row + order[i]]);
		}
		advi_jout_object_end(out);
	}
	advi_jout_array_end(out);
}

/* A key of the document: a section, or a fact. */
struct entry {
	const char *key, *text;
	const struct advi_section *section;
	uint64_t number;
	enum { TEXT, NUMBER, FLAG, SECTION } kind;
};

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

static size_t list_entries(const struct advi_sheet *sheet, struct entry entries[KEYS_MOST])
{
	struct entry facts[] = {
		{.key = "kind", .text = sheet->kind},
		{.key = "name", .text = sheet->name},
		{.key = "plan", .number = sheet->planned, .kind = FLAG},
		{.key = "public", .number = sheet->public, .kind = FLAG},
		{.key = "min_users", .number = sheet->min_users, .kind = NUMBER},
		{.key = "schema", .text = "advisor.report/1"},
		{.key = "since", .text = sheet->since},
		{.key = "site", .text = sheet->site},
		{.key = "until", .text = sheet->until},
	};
	size_t count = 0;

	for (size_t i = 0; i < ADVI_COUNT(facts); i++)
		if (sheet->public || strcmp(facts[i].key, "min_users") != 0)
			entries[count++] = facts[i];
	for (size_t i = 0; i < sheet->sections.count && count < KEYS_MOST; i++)
		if (sheet->sections.at[i].key)
			entries[count++] = (struct entry){.key = sheet->sections.at[i].key,
							  .section = &sheet->sections.at[i],
							  .kind = SECTION};
	qsort(entries, count, sizeof(*entries), by_key);
	return count;
}

void advi_sheet_json(const struct advi_sheet *sheet, FILE *file, const struct adv_style *style)
{
	struct entry entries[KEYS_MOST];
	size_t count = list_entries(sheet, entries);
	struct advi_jout out;

	(void)style;
	advi_jout_init(&out, file);
	advi_jout_object(&out);
	for (size_t i = 0; i < count; i++) {
		if (entries[i].kind == SECTION) {
			write_section(&out, sheet, entries[i].section);
			continue;
		}
		advi_jout_key(&out, entries[i].key);
		if (entries[i].kind == TEXT)
			advi_jout_text(&out, entries[i].text);
		else if (entries[i].kind == FLAG)
			advi_jout_bool(&out, entries[i].number);
		else
			advi_jout_u64(&out, entries[i].number);
	}
	advi_jout_object_end(&out);
	advi_jout_end(&out);
}

/* --- CSV --- */

static void line(FILE *file, const char *section, const char *row, const char *figure,
		 struct advi_str value)
{
	advi_csv_write(file, advi_str(section), true);
	advi_csv_write(file, advi_str(row), false);
	advi_csv_write(file, advi_str(figure), false);
	advi_csv_write(file, value, false);
	fputs("\r\n", file);
}

/* Plain numbers; what isn't known or shown is empty. */
static void csv_cell(const struct advi_sheet *sheet, enum advi_sheet_kind kind,
		     const struct advi_sheet_cell *cell, struct advi_buf *out)
{
	if (!cell->known || !advi_sheet_shown(sheet, cell))
		return;
	if (kind == ADVI_SHEET_TENTHS)
		advi_buf_printf(out, "%" PRIu64 ".%u", cell->number / 10,
				(unsigned)(cell->number % 10));
	else if (kind == ADVI_SHEET_FLAG)
		advi_buf_text(out, cell->number ? "yes" : "no");
	else if (kind == ADVI_SHEET_COUNT || kind == ADVI_SHEET_BYTES)
		advi_buf_printf(out, "%" PRIu64, cell->number);
	else
		for (const char *at = cell->text; *at; at++) {
			if (kind == ADVI_SHEET_LIST && *at == ADVI_SHEET_SEPARATOR)
				advi_buf_text(out, "; ");
			else
				advi_buf_byte(out, *at);
		}
}

static void csv_table(const struct advi_sheet *sheet, const struct advi_section *section,
		      FILE *file)
{
	for (size_t i = 0; i < section->cells.count; i++) {
		const struct advi_sheet_column *column =
			&section->columns[i % section->column_count];
		const struct advi_sheet_cell *first =
			&section->cells.at[i - i % section->column_count];
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT((size_t)1 << 24);

		if (first == &section->cells.at[i])
			continue;
		csv_cell(sheet, column->kind, &section->cells.at[i], &text);
		line(file, section->key, first->text ? first->text : "", column->key,
		     advi_buf_str(&text));
	}
}

void advi_sheet_csv(const struct advi_sheet *sheet, FILE *file, const struct adv_style *style)
{
	char number[32];

	(void)style;
	line(file, "section", "row", "figure", ADVI_STR("value"));
	for (size_t i = 0; i < sheet->sections.count; i++) {
		const struct advi_section *section = &sheet->sections.at[i];

		if (!section->key)
			continue;
		if (section->columns) {
			csv_table(sheet, section, file);
			continue;
		}
		for (size_t j = 0; j < section->sentences.count; j++) {
			snprintf(number, sizeof(number), "%zu", j + 1);
			line(file, section->key, number, "text",
			     advi_str(section->sentences.at[j]));
		}
	}
}
