/* SPDX-License-Identifier: BSD-3-Clause */
/* A row of budgets that are decided one after the other. */
#include "advise/budgets.h"

#include <advisor/plan.h>

#include "base/err.h"

int advi_budgets_check(const uint64_t *budgets, size_t count, struct adv_err *err)
{
	if (count > ADV_MOST_BUDGETS)
		return advi_fail(err, ADV_EUSAGE, "at most %d budgets are decided at once",
				 ADV_MOST_BUDGETS);
	for (size_t i = 0; i < count; i++)
		if (!budgets[i] || (i && budgets[i] <= budgets[i - 1]))
			return advi_fail(err, ADV_EUSAGE,
					 "budgets are numbers of packages of at least 1, each "
					 "once, rising");
	return 0;
}
