/* SPDX-License-Identifier: BSD-3-Clause */
/* A report for people, in a terminal. */
#include "base/text.h"
#include "report/sheet.h"

enum { COLUMNS_MOST = 16, FEWEST = 2, TEXT_CAP = 1 << 20 };

/* A list as "a, b, c", or only the first ones. */
static void add_list(struct advi_buf *out, const char *text)
{
	for (const char *at = text; *at; at++) {
		if (*at == ADVI_SHEET_SEPARATOR)
			advi_buf_text(out, ", ");
		else
			advi_buf_byte(out, *at);
	}
}

static void add_tenths(struct advi_buf *out, uint64_t tenths)
{
	advi_text_count(out, tenths / 10);
	advi_buf_printf(out, ".%u", (unsigned)(tenths % 10));
}

void advi_sheet_cell_text(const struct advi_sheet *sheet, const struct advi_sheet_column *column,
			  const struct advi_sheet_cell *cell, struct advi_buf *out)
{
	if (!cell->known) {
		advi_buf_text(out, column->kind == ADVI_SHEET_TEXT ? "" : "-");
		return;
	}
	if (!advi_sheet_shown(sheet, cell)) {
		advi_fold_text(sheet->fold, cell->fold - 1, out);
		return;
	}
	switch (column->kind) {
	case ADVI_SHEET_TEXT:
	case ADVI_SHEET_LINK:
		advi_buf_text(out, cell->text);
		break;
	case ADVI_SHEET_LIST:
		add_list(out, cell->text);
		break;
	case ADVI_SHEET_COUNT:
		advi_text_count(out, cell->number);
		break;
	case ADVI_SHEET_TENTHS:
		add_tenths(out, cell->number);
		break;
	case ADVI_SHEET_BYTES:
		advi_text_bytes(out, cell->number);
		break;
	case ADVI_SHEET_FLAG:
		advi_buf_text(out, cell->number ? column->title : "");
		break;
	}
}

bool advi_sheet_is_text(enum advi_sheet_kind kind)
{
	return kind == ADVI_SHEET_TEXT || kind == ADVI_SHEET_LIST || kind == ADVI_SHEET_FLAG ||
	       kind == ADVI_SHEET_LINK;
}

static void fill(const struct advi_sheet *sheet, const struct advi_section *section,
		 struct advi_table *table)
{
	for (size_t i = 0; i < section->cells.count; i++) {
		const struct advi_sheet_column *column =
			&section->columns[i % section->column_count];
		ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(TEXT_CAP);

		if (!column->title)
			continue;
		advi_sheet_cell_text(sheet, column, &section->cells.at[i], &text);
		advi_table_str(table, advi_buf_str(&text));
	}
}

static void print_table(const struct advi_sheet *sheet, const struct advi_section *section,
			FILE *file, const struct adv_style *style)
{
	struct adv_style own = style ? *style : (struct adv_style){0};
	struct advi_column columns[COLUMNS_MOST];
	struct advi_table table;
	size_t count = 0;

	for (size_t i = 0; i < section->column_count && count < COLUMNS_MOST; i++)
		if (section->columns[i].title)
			columns[count++] =
				(struct advi_column){section->columns[i].kind == ADVI_SHEET_FLAG
							     ? ""
							     : section->columns[i].title,
						     !advi_sheet_is_text(section->columns[i].kind),
						     section->columns[i].flexible};
	advi_table_init(&table, columns, count);
	fill(sheet, section, &table);
	if (section->whole)
		own.rows = 0;
	else if (own.rows == ADV_ROWS_AS_FITS)
		own.rows = section->rows_most > sheet->fewer + FEWEST
				   ? section->rows_most - sheet->fewer
				   : FEWEST;
	if (section->cells.count)
		advi_table_print(&table, file, &own, 2);
	else if (section->empty && !section->folded)
		advi_print_line(file, style, ADVI_PLAIN, "  %s", section->empty);
	advi_table_clear(&table);
}

static void print_section(const struct advi_sheet *sheet, const struct advi_section *section,
			  FILE *file, const struct adv_style *style)
{
	fputc('\n', file);
	if (section->title[0])
		advi_print_line(file, style, ADVI_BOLD, "%s", section->title);
	if (section->columns)
		print_table(sheet, section, file, style);
	if (section->folded)
		advi_print_line(file, style, ADVI_PLAIN, "  and %zu of fewer than %llu users each",
				section->folded, (unsigned long long)sheet->min_users);
	for (size_t i = 0; i < section->sentences.count; i++)
		advi_print_paragraph(file, style, 2, section->columns ? 2 : 4,
				     section->sentences.at[i]);
}

static bool is_empty(const struct advi_section *section)
{
	return !section->cells.count && !section->folded && !section->sentences.count &&
	       !section->empty;
}

void advi_sheet_print(const struct advi_sheet *sheet, FILE *file, const struct adv_style *style)
{
	bool marked = false;

	advi_print_line(file, style, ADVI_BOLD, "%s", sheet->title);
	for (size_t i = 0; i < sheet->sections.count; i++) {
		const struct advi_section *section = &sheet->sections.at[i];

		if (section->data_only || is_empty(section))
			continue;
		print_section(sheet, section, file, style);
		for (size_t j = 0; j < section->cells.count; j++)
			marked |= !advi_sheet_shown(sheet, &section->cells.at[j]);
	}
	if (!marked)
		return;
	fputc('\n', file);
	advi_print_paragraph(file, style, 2, 2,
			     "* is not shown: with it one could tell figures of too few users.");
}
