/* SPDX-License-Identifier: BSD-3-Clause */
/* CSV (RFC 4180): rows of text in and out, one line a row. */
#ifndef ADVI_IO_CSV_H
#define ADVI_IO_CSV_H

#include <stdio.h>

#include "base/buf.h"
#include "base/vec.h"

enum { ADVI_CSV_FIELDS = 256, ADVI_CSV_ROW_BYTES = 1 << 20 };

/* One row; kept by its reader from line to line, since its memory is used again. */
struct advi_csv {
	ADVI_VEC(struct advi_str) fields;
	struct advi_buf unquoted; /* what quoted fields hold */
};

#define ADVI_CSV_INIT                                                                              \
	{                                                                                          \
		.unquoted = ADVI_BUF_INIT(ADVI_CSV_ROW_BYTES)                                      \
	}

void advi_csv_clear(struct advi_csv *csv);
/*
 * Takes a line (without its line end) apart; a byte order mark and a carriage return are no part
 * of it. Fields are valid until the next call and as long as 'line' is. Returns NULL, or in words
 * what is wrong with the line ("has an open quote").
 */
const char *advi_csv_read(struct advi_csv *csv, struct advi_str line);
/* Index of a field by its text, as in a header line, case ignored; negative when it is not there.
 */
int advi_csv_find(const struct advi_csv *csv, const char *name);
/* Field 'index', trimmed; empty when it is negative or the row is shorter. */
struct advi_str advi_csv_field(const struct advi_csv *csv, int index);

/*
 * Writes one field, quoted where it must be, after a comma unless it is the row's first. Text that
 * a spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage return) gets
 * an apostrophe in front.
 */
void advi_csv_write(FILE *file, struct advi_str text, bool first);

#endif
