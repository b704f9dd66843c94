/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables and paragraphs for a terminal. */
#ifndef ADVI_REPORT_TABLE_H
#define ADVI_REPORT_TABLE_H

#include <advisor/report.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

struct advi_column {
	const char *title;
	bool right;    /* numbers: aligned at their ends */
	bool flexible; /* what gives way when the table is too wide for the style */
};

/*
 * Cells are added row by row, as many a row as there are columns. Texts are copied and masked
 * (base/text.h), so names from anywhere may be put in.
 */
struct advi_table {
	struct advi_arena arena;
	const struct advi_column *columns; /* borrowed */
	size_t column_count;               /* 1 to 16 */
	ADVI_VEC(const char *) cells;
};

void advi_table_init(struct advi_table *table, const struct advi_column *columns, size_t count);
void advi_table_clear(struct advi_table *table);
/* NULL is an empty cell. */
void advi_table_text(struct advi_table *table, const char *text);
void advi_table_str(struct advi_table *table, struct advi_str text);
void advi_table_printf(struct advi_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* "1,234" */
void advi_table_count(struct advi_table *table, uint64_t number);
/* As _count; "-" for 0. */
void advi_table_dash(struct advi_table *table, uint64_t number);
/* "1.5 MiB" */
void advi_table_bytes(struct advi_table *table, uint64_t bytes);
/*
 * Prints the header and the rows, every line behind 'indent' blanks and within the style's width,
 * no blanks at line ends; of more rows than style->rows it prints these and says how many are
 * left. Errors are left to ferror(file).
 */
void advi_table_print(const struct advi_table *table, FILE *file, const struct adv_style *style,
		      size_t indent);

/* As advi_table_print, but every row, for tables that are short by nature. */
void advi_table_print_whole(const struct advi_table *table, FILE *file,
			    const struct adv_style *style, size_t indent);

enum advi_look {
	ADVI_PLAIN,
	ADVI_BOLD, /* headings */
	ADVI_GOOD,
	ADVI_BAD,
	ADVI_FAINT
};

/* A line of its own, masked: a heading. */
void advi_print_line(FILE *file, const struct adv_style *style, enum advi_look look,
		     const char *format, ...) __attribute__((format(printf, 4, 5)));
/*
 * A paragraph, masked, broken at blanks to the style's width; the first line behind 'first'
 * blanks, the others behind 'indent'.
 */
void advi_print_paragraph(FILE *file, const struct adv_style *style, size_t first, size_t indent,
			  const char *text);
/* The style's width; 80 when it says nothing or less than 40. */
size_t advi_style_width(const struct adv_style *style);
/* 0, or ADV_EENV when something could not be written. */
int advi_print_end(FILE *file, struct adv_err *err);

/*
 * Writes 'what' by the row of a table {format, emit(what, file, style)} that has the format. 0,
 * ADV_EENV, or ADV_EUSAGE where no row has it; 'forms' says which there are.
 */
#define ADVI_EMIT(rows, what, wanted, file, style, forms, err)                                     \
	({                                                                                         \
		size_t at_ = 0;                                                                    \
		while (at_ < ADVI_COUNT(rows) && (rows)[at_].format != (wanted))                   \
			at_++;                                                                     \
		if (at_ < ADVI_COUNT(rows))                                                        \
			(rows)[at_].emit(what, file, style);                                       \
		at_ < ADVI_COUNT(rows) ? advi_print_end(file, err)                                 \
				       : advi_fail(err, ADV_EUSAGE, "%s", forms);                  \
	})

#endif
