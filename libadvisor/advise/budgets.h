/* SPDX-License-Identifier: BSD-3-Clause */
/* A row of budgets that are decided one after the other. */
#ifndef ADVI_ADVISE_BUDGETS_H
#define ADVI_ADVISE_BUDGETS_H

#include <stddef.h>
#include <stdint.h>

#include <advisor/err.h>

/* Returns 0; ADV_EUSAGE unless they are few, at least 1, each once and rising. */
int advi_budgets_check(const uint64_t *budgets, size_t count, struct adv_err *err);

#endif
