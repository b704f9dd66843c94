/* SPDX-License-Identifier: BSD-3-Clause */
/* The two forms of a backtest. */
#ifndef ADVI_REPORT_BACKTEST_H
#define ADVI_REPORT_BACKTEST_H

#include <stdio.h>

#include <advisor/report.h>

#include "advise/backtest.h"

void advi_backtest_text(const struct adv_backtest *backtest, FILE *file,
			const struct adv_style *style);
void advi_backtest_json(const struct adv_backtest *backtest, FILE *file,
			const struct adv_style *style);

/* Names of those who decide, as both forms have them. */
extern const char *const advi_decider_names[ADVI_DECIDERS];

#endif
