/* SPDX-License-Identifier: BSD-3-Clause */
/* A report before it has a form: how it is filled, and what of it is left out when it is folded. */
#include "report/sheet.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

void advi_sheet_clear(struct advi_sheet *sheet)
{
	for (size_t i = 0; i < sheet->sections.count; i++) {
		advi_vec_clear(&sheet->sections.at[i].cells);
		advi_vec_clear(&sheet->sections.at[i].sentences);
	}
	advi_vec_clear(&sheet->sections);
	advi_arena_clear(&sheet->arena);
}

struct advi_section *advi_sheet_table(struct advi_sheet *sheet, const char *key, const char *title,
				      const struct advi_sheet_column *columns, size_t count)
{
	struct advi_section *section = advi_vec_new(&sheet->sections);

	section->key = key;
	section->title = advi_arena_dup(&sheet->arena, title);
	section->columns = columns;
	section->column_count = count;
	return section;
}

struct advi_section *advi_sheet_sentences(struct advi_sheet *sheet, const char *key,
					  const char *title)
{
	return advi_sheet_table(sheet, key, title, NULL, 0);
}

static struct advi_sheet_cell *new_cell(struct advi_section *section)
{
	struct advi_sheet_cell *cell = advi_vec_new(&section->cells);

	cell->known = true;
	return cell;
}

void advi_sheet_text(struct advi_sheet *sheet, struct advi_section *section, const char *text)
{
	struct advi_sheet_cell *cell = new_cell(section);

	cell->text = text ? advi_arena_dup(&sheet->arena, text) : NULL;
	cell->known = text != NULL;
}

void advi_sheet_list(struct advi_sheet *sheet, struct advi_section *section,
		     const char *const *texts, size_t count)
{
	ADVI_AUTO(buf) struct advi_buf text = ADVI_BUF_INIT((size_t)1 << 24);

	for (size_t i = 0; i < count; i++) {
		if (i)
			advi_buf_byte(&text, ADVI_SHEET_SEPARATOR);
		advi_buf_text(&text, texts[i]);
	}
	advi_sheet_text(sheet, section, advi_buf_str(&text).ptr);
}

void advi_sheet_count(struct advi_section *section, uint64_t number)
{
	new_cell(section)->number = number;
}

void advi_sheet_unknown(struct advi_section *section)
{
	new_cell(section)->known = false;
}

void advi_sheet_folded(struct advi_section *section, uint64_t number, uint32_t cell)
{
	struct advi_sheet_cell *new = new_cell(section);

	new->number = number;
	new->fold = cell + 1;
}

void advi_sheet_say(struct advi_sheet *sheet, struct advi_section *section, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	advi_vec_push(&section->sentences, advi_arena_dup(&sheet->arena, text));
	free(text);
}

/* --- folding --- */

/* A row by the figure that decides about it. */
struct rank {
	const struct advi_sheet_cell *row;
	bool held;
	size_t index;
};

static int held_last(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	if (x->held != y->held)
		return x->held ? 1 : -1;
	if (x->held && x->row->text && y->row->text)
		return strcmp(x->row->text, y->row->text);
	return (x->index > y->index) - (x->index < y->index);
}

void advi_sheet_fold(const struct advi_sheet *sheet, struct advi_section *section, size_t by)
{
	size_t width = section->column_count;
	ADVI_VEC(struct rank) ranks = {0};
	struct advi_sheet_cell *kept;

	assert(by < width);
	if (!sheet->fold || !section->cells.count)
		return;
	kept = advi_calloc(section->cells.count, sizeof(*kept));
	for (size_t i = 0; i < section->cells.count; i += width) {
		const struct advi_sheet_cell *row = section->cells.at + i;

		assert(row[by].fold);
		if (sheet->fold->cells.at[row[by].fold - 1].folded)
			section->folded++;
		else
			advi_vec_push(&ranks,
				      ((struct rank){row, !advi_sheet_shown(sheet, row + by), i}));
	}
	advi_vec_sort(&ranks, held_last);
	for (size_t i = 0; i < ranks.count; i++)
		memcpy(kept + i * width, ranks.at[i].row, width * sizeof(*kept));
	free(section->cells.at);
	section->cells.at = kept;
	section->cells.room = section->cells.count;
	section->cells.count = ranks.count * width;
	advi_vec_clear(&ranks);
}

void advi_sheet_forget(struct advi_sheet *sheet, struct advi_section *section, const char *what)
{
	for (size_t i = 0; i < section->cells.count; i += section->column_count)
		section->cells.at[i].text = advi_arena_printf(&sheet->arena, "%s %zu", what,
							      i / section->column_count + 1);
}
