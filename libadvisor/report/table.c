/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables and paragraphs for a terminal. */
#include "report/table.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

enum { COLUMNS_MOST = 16, GAP = 2, NARROWEST = 8, CELL_BYTES = 64 * 1024 };

static const char *const looks[] = {
	[ADVI_PLAIN] = "",       [ADVI_BOLD] = "\033[1m",  [ADVI_GOOD] = "\033[32m",
	[ADVI_BAD] = "\033[31m", [ADVI_FAINT] = "\033[2m",
};

size_t advi_style_width(const struct adv_style *style)
{
	return style && style->width >= 40 ? style->width : 80;
}

static void begin_look(FILE *file, const struct adv_style *style, enum advi_look look)
{
	if (style && style->color)
		fputs(looks[look], file);
}

static void end_look(FILE *file, const struct adv_style *style, enum advi_look look)
{
	if (style && style->color && look != ADVI_PLAIN)
		fputs("\033[0m", file);
}

void advi_table_init(struct advi_table *table, const struct advi_column *columns, size_t count)
{
	assert(count >= 1 && count <= COLUMNS_MOST);
	*table = (struct advi_table){.columns = columns, .column_count = count};
}

void advi_table_clear(struct advi_table *table)
{
	advi_vec_clear(&table->cells);
	advi_arena_clear(&table->arena);
}

void advi_table_str(struct advi_table *table, struct advi_str text)
{
	char *copy = advi_arena_alloc(&table->arena, text.len + 1);

	if (text.len)
		memcpy(copy, text.ptr, text.len);
	advi_text_mask(copy);
	advi_vec_push(&table->cells, copy);
}

void advi_table_text(struct advi_table *table, const char *text)
{
	advi_table_str(table, advi_str(text ? text : ""));
}

void advi_table_printf(struct advi_table *table, const char *format, ...)
{
	va_list args;
	char text[1024];

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	advi_table_text(table, text);
}

void advi_table_count(struct advi_table *table, uint64_t number)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(64);

	advi_text_count(&text, number);
	advi_table_text(table, text.ptr);
}

void advi_table_dash(struct advi_table *table, uint64_t number)
{
	if (number)
		advi_table_count(table, number);
	else
		advi_table_text(table, "-");
}

void advi_table_bytes(struct advi_table *table, uint64_t bytes)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT(64);

	advi_text_bytes(&text, bytes);
	advi_table_text(table, text.ptr);
}

/* How wide each column wants to be, over its title and the rows that are printed. */
static size_t measure(const struct advi_table *table, size_t rows, size_t widths[COLUMNS_MOST])
{
	size_t total = 0;

	for (size_t c = 0; c < table->column_count; c++) {
		widths[c] = advi_text_width(advi_str(table->columns[c].title));
		for (size_t r = 0; r < rows; r++) {
			const char *cell = table->cells.at[r * table->column_count + c];
			size_t width = advi_text_width(advi_str(cell));

			widths[c] = width > widths[c] ? width : widths[c];
		}
		total += widths[c] + (c ? GAP : 0);
	}
	return total;
}

/* Takes columns from the widest flexible column until the table fits or nothing gives way. */
static void squeeze(const struct advi_table *table, size_t widths[COLUMNS_MOST], size_t total,
		    size_t room)
{
	for (; total > room; total--) {
		size_t widest = table->column_count;

		for (size_t c = 0; c < table->column_count; c++)
			if (table->columns[c].flexible && widths[c] > NARROWEST &&
			    (widest == table->column_count || widths[c] > widths[widest]))
				widest = c;
		if (widest == table->column_count)
			return;
		widths[widest]--;
	}
}

static void blanks(FILE *file, size_t count)
{
	fprintf(file, "%*s", (int)count, "");
}

/* A cell that is too wide ends in "~"; blanks are owed, so that no line ends with some. */
static void print_cell(FILE *file, const struct advi_column *column, const char *text, size_t width,
		       size_t *owed)
{
	struct advi_str cell = advi_str(text);
	size_t wide = advi_text_width(cell), pad = wide < width ? width - wide : 0;
	bool cut = wide > width;

	if (column->right)
		*owed += pad;
	if (cut)
		cell = advi_text_fit(cell, width - 1);
	if (cell.len) {
		blanks(file, *owed);
		*owed = 0;
		fprintf(file, "%.*s%s", ADVI_ARGS(cell), cut ? "~" : "");
	}
	if (!column->right)
		*owed += pad;
}

static void print_row(const struct advi_table *table, FILE *file, size_t indent,
		      const size_t widths[COLUMNS_MOST], const char *const *cells)
{
	size_t owed = indent;

	for (size_t c = 0; c < table->column_count; c++) {
		owed += c ? GAP : 0;
		print_cell(file, &table->columns[c], cells ? cells[c] : table->columns[c].title,
			   widths[c], &owed);
	}
}

void advi_table_print(const struct advi_table *table, FILE *file, const struct adv_style *style,
		      size_t indent)
{
	size_t widths[COLUMNS_MOST], rows = table->cells.count / table->column_count, shown = rows;
	size_t total;

	if (style && style->rows && style->rows < rows)
		shown = style->rows;
	total = measure(table, shown, widths);
	/* What is no terminal may be searched: there no name is cut. */
	if (style && style->width)
		squeeze(table, widths, total + indent, advi_style_width(style));
	begin_look(file, style, ADVI_BOLD);
	print_row(table, file, indent, widths, NULL);
	end_look(file, style, ADVI_BOLD);
	fputc('\n', file);
	for (size_t r = 0; r < shown; r++) {
		print_row(table, file, indent, widths, table->cells.at + r * table->column_count);
		fputc('\n', file);
	}
	if (shown < rows)
		fprintf(file, "%*s... and %zu more\n", (int)indent, "", rows - shown);
}

void advi_table_print_whole(const struct advi_table *table, FILE *file,
			    const struct adv_style *style, size_t indent)
{
	struct adv_style whole = style ? *style : (struct adv_style){0};

	whole.rows = 0;
	advi_table_print(table, file, &whole, indent);
}

void advi_print_line(FILE *file, const struct adv_style *style, enum advi_look look,
		     const char *format, ...)
{
	va_list args;
	char text[1024];

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	advi_text_mask(text);
	begin_look(file, style, look);
	fputs(text, file);
	end_look(file, style, look);
	fputc('\n', file);
}

void advi_print_paragraph(FILE *file, const struct adv_style *style, size_t first, size_t indent,
			  const char *text)
{
	ADVI_AUTO_PTR char *copy = advi_strdup(text);
	size_t room = advi_style_width(style), used = first;
	struct advi_str rest, word;
	bool begun = false;

	advi_text_mask(copy);
	rest = advi_str(copy);
	blanks(file, first);
	while (advi_str_split(&rest, ' ', &word)) {
		size_t width = advi_text_width(word);

		if (!word.len)
			continue;
		if (begun && used + 1 + width > room) {
			fputc('\n', file);
			blanks(file, indent);
			used = indent;
			begun = false;
		}
		fprintf(file, "%s%.*s", begun ? " " : "", ADVI_ARGS(word));
		used += width + (begun ? 1 : 0);
		begun = true;
	}
	fputc('\n', file);
}

int advi_print_end(FILE *file, struct adv_err *err)
{
	if (fflush(file) == 0 && !ferror(file))
		return 0;
	return advi_fail_errno(err, "can't write the report");
}
