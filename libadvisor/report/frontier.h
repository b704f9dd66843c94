/* SPDX-License-Identifier: BSD-3-Clause */
/* The two forms of a frontier. */
#ifndef ADVI_REPORT_FRONTIER_H
#define ADVI_REPORT_FRONTIER_H

#include <stdio.h>

#include <advisor/report.h>

#include "advise/frontier.h"

void advi_frontier_text(const struct adv_frontier *frontier, FILE *file,
			const struct adv_style *style);
void advi_frontier_json(const struct adv_frontier *frontier, FILE *file,
			const struct adv_style *style);

#endif
