/* SPDX-License-Identifier: BSD-3-Clause */
/* A report before it has a form: sections of tables and sentences, and what of them is folded. */
#ifndef ADVI_REPORT_SHEET_H
#define ADVI_REPORT_SHEET_H

#include <advisor/report.h>

#include "report/fold.h"
#include "report/table.h"

enum advi_sheet_kind {
	ADVI_SHEET_TEXT,
	ADVI_SHEET_COUNT,
	ADVI_SHEET_TENTHS, /* of a unit, a tenth more or less: node-hours */
	ADVI_SHEET_BYTES,
	ADVI_SHEET_FLAG, /* in text: its title, or nothing */
	ADVI_SHEET_LINK, /* a text: the name of a file beside this one */
	ADVI_SHEET_LIST  /* texts, separated by ADVI_SHEET_SEPARATOR; in text by commas */
};
#define ADVI_SHEET_SEPARATOR '\n'

/* Keys of one table differ; a column without a title stands in data alone. */
struct advi_sheet_column {
	const char *key, *title;
	enum advi_sheet_kind kind;
	bool flexible; /* gives way when the table is too wide */
};

struct advi_sheet_cell {
	const char *text; /* of a TEXT or LIST; NULL: not known */
	uint64_t number;
	bool known;
	uint32_t fold; /* plus 1: its cell of the fold; 0: it tells of nobody */
};

/* A table, or sentences. */
struct advi_section {
	const char *key, *title;
	const struct advi_sheet_column *columns; /* borrowed; NULL: it has sentences */
	size_t column_count;
	size_t rows_most; /* in text, with ADV_ROWS_AS_FITS */
	ADVI_VEC(struct advi_sheet_cell) cells;
	advi_names sentences;  /* of a table: below it, in text alone */
	const char *empty;     /* what text says where there are no rows; NULL: no section then */
	size_t folded;         /* rows that were left out */
	bool data_only, whole; /* whole: every row is shown, whatever the style says */
};

struct advi_sheet {
	struct advi_arena arena;
	const char *title;       /* of the text */
	const char *kind, *name; /* "site", "project", "domain", "package"; of what, or NULL */
	const char *site, *since, *until;
	bool planned, public;
	uint64_t min_users;     /* of what is public */
	struct advi_fold *fold; /* borrowed; NULL: nothing is folded */
	size_t fewer;           /* by so many rows tables are shorter than they ask for */
	ADVI_VEC(struct advi_section) sections;
};

void advi_sheet_clear(struct advi_sheet *sheet);
/* A new section, valid until the next one is made. */
struct advi_section *advi_sheet_table(struct advi_sheet *sheet, const char *key, const char *title,
				      const struct advi_sheet_column *columns, size_t count);
struct advi_section *advi_sheet_sentences(struct advi_sheet *sheet, const char *key,
					  const char *title);
/* Cells of a table, row by row; texts are copied, NULL is not known. */
void advi_sheet_text(struct advi_sheet *sheet, struct advi_section *section, const char *text);
void advi_sheet_list(struct advi_sheet *sheet, struct advi_section *section,
		     const char *const *texts, size_t count);
void advi_sheet_count(struct advi_section *section, uint64_t number);
void advi_sheet_unknown(struct advi_section *section);
/* A figure that may be folded: the cell of the sheet's fold, where there is one. */
void advi_sheet_folded(struct advi_section *section, uint64_t number, uint32_t cell);
/* A sentence; '...' as printf. */
void advi_sheet_say(struct advi_sheet *sheet, struct advi_section *section, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * When the fold is decided: leaves out rows whose figure in column 'by' is of too few, counts
 * them, and moves rows where it is held back to the end, by their first text, since an order tells
 * of sizes, too.
 */
void advi_sheet_fold(const struct advi_sheet *sheet, struct advi_section *section, size_t by);

/* Puts "WHAT 1", "WHAT 2" in the place of the rows' names. */
void advi_sheet_forget(struct advi_sheet *sheet, struct advi_section *section, const char *what);

/* What is aligned at its beginning. */
bool advi_sheet_is_text(enum advi_sheet_kind kind);
/* A cell as people read it. */
void advi_sheet_cell_text(const struct advi_sheet *sheet, const struct advi_sheet_column *column,
			  const struct advi_sheet_cell *cell, struct advi_buf *out);
/* The forms. */
void advi_sheet_print(const struct advi_sheet *sheet, FILE *file, const struct adv_style *style);
void advi_sheet_json(const struct advi_sheet *sheet, FILE *file, const struct adv_style *style);
void advi_sheet_csv(const struct advi_sheet *sheet, FILE *file, const struct adv_style *style);
/* Markdown: headings, pipe tables, lists. */
void advi_sheet_markdown(const struct advi_sheet *sheet, FILE *file, const struct adv_style *style);

/* Whether a cell is shown. */
static inline bool advi_sheet_shown(const struct advi_sheet *sheet,
				    const struct advi_sheet_cell *cell)
{
	return !cell->fold || !sheet->fold ||
	       advi_fold_state(sheet->fold, cell->fold - 1) == ADVI_FOLD_SHOWN;
}

#endif
