/* SPDX-License-Identifier: BSD-3-Clause */
/* Months as numbers, 202503: which ones a store has, and counting in them. */
#ifndef ADVI_USAGE_MONTHS_H
#define ADVI_USAGE_MONTHS_H

#include "usage/store.h"

enum { ADVI_MONTH_TEXT = 16 };
/* "2025-03" */
const char *advi_month_text(uint32_t month, char text[ADVI_MONTH_TEXT]);
/* The month that comes 'months' later, or earlier. */
uint32_t advi_month_add(uint32_t month, int months);
/* How many months there are from 'first' to 'last', both included; 0 when 'last' is before. */
uint32_t advi_month_span(uint32_t first, uint32_t last);

/* The first and the last month that a store has Python's usage of; 0 and 0 when it has none. */
int advi_store_months(const struct adv_store *store, uint32_t *first, uint32_t *last,
		      struct adv_err *err);

#endif
