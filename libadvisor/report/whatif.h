/* SPDX-License-Identifier: BSD-3-Clause */
/* Emitters of what a change of base would do. */
#ifndef ADVI_REPORT_WHATIF_H
#define ADVI_REPORT_WHATIF_H

#include <advisor/report.h>

#include "advise/whatif.h"

void advi_whatif_text(const struct adv_whatif *whatif, FILE *file, const struct adv_style *style);
void advi_whatif_json(const struct adv_whatif *whatif, FILE *file, const struct adv_style *style);

#endif
