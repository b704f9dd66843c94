/* SPDX-License-Identifier: BSD-3-Clause */
/* Compares rates, for a twin to check: lines "events exposure events exposure" in, answers out. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "advise/rates.h"

enum { MOST = 4096 };

int main(void)
{
	static double p[MOST];
	struct advi_rate now, before;
	struct advi_rate_ratio out;
	size_t count = 0;

	while (scanf("%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &now.events, &now.exposure,
		     &before.events, &before.exposure) == 4) {
		advi_rates_compare(&out, now, before);
		printf("%.17g %.17g %.17g %.17g\n", out.ratio, out.low, out.high, out.p);
		if (count < MOST)
			p[count++] = out.p;
	}
	/* Adjusted in the order that they came in; the twin sends them in rising order of p. */
	advi_rates_adjust(p, count);
	for (size_t i = 0; i < count; i++)
		printf("q %.17g\n", p[i]);
	return 0;
}
