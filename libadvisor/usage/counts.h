/* SPDX-License-Identifier: BSD-3-Clause */
/* Ready-made counts: their columns, and what a row of them must be. */
#ifndef ADVI_USAGE_COUNTS_H
#define ADVI_USAGE_COUNTS_H

#include "usage/record.h"

enum advi_count_column {
	ADVI_COUNT_MONTH,
	ADVI_COUNT_USER,
	ADVI_COUNT_PROJECT,
	ADVI_COUNT_MODULE,
	ADVI_COUNT_PLACE,
	ADVI_COUNT_RUNS,
	ADVI_COUNT_COLUMNS
};

/* "month", "user", ... */
extern const char *const advi_count_columns[ADVI_COUNT_COLUMNS];

/* Reads a row; a cell that is not there is empty. NULL, or what is wrong with it: a literal. */
const char *advi_counts_parse(const struct advi_str cell[ADVI_COUNT_COLUMNS],
			      struct advi_count_seen *out);

#endif
