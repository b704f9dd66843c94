/* SPDX-License-Identifier: BSD-3-Clause */
/* The months that a store has usage of; numbers such as 202503. */
#ifndef ADVI_USAGE_MONTHS_H
#define ADVI_USAGE_MONTHS_H

#include "usage/store.h"

/* Whether a number is one of a month, 202503. */
bool advi_month_ok(int64_t number);

/* The first and the last month that a store has Python's usage of; 0 and 0 when it has none. */
int advi_store_months(const struct adv_store *store, uint32_t *first, uint32_t *last,
		      struct adv_err *err);

#endif
