/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether something became more frequent: two Poisson rates compared exactly. */
#include "advise/rates.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define TAIL 0.025 /* on each side of a 95 % interval */

enum { HALVINGS = 60 };

static double rounded(double number)
{
	char text[32];

	if (!isfinite(number))
		return number;
	snprintf(text, sizeof(text), "%.4g", number);
	return strtod(text, NULL);
}

/*
 * P(X >= k), or P(X <= k), for X ~ Bin(n, p). Terms are taken relative to the one of the mode, from
 * where they fall on both sides, and divided by their sum: nothing but + * / is needed.
 */
static double tail(uint64_t k, uint64_t n, double p, bool upper)
{
	uint64_t mode = (uint64_t)((double)(n + 1) * p);
	double odds, term = 1, all = 1, part;

	if (p <= 0 || p >= 1)
		return upper == (p >= 1) ? 1 : (p >= 1 ? k == n : k == 0);
	mode = mode > n ? n : mode;
	odds = p / (1 - p);
	part = upper ? mode >= k : mode <= k;
	for (uint64_t i = mode; i < n && term > 1e-300; i++) {
		term *= (double)(n - i) / (double)(i + 1) * odds;
		all += term;
		part += (upper ? i + 1 >= k : i + 1 <= k) ? term : 0;
	}
	term = 1;
	for (uint64_t i = mode; i > 0 && term > 1e-300; i--) {
		term *= (double)i / (double)(n - i + 1) / odds;
		all += term;
		part += (upper ? i - 1 >= k : i - 1 <= k) ? term : 0;
	}
	return part / all;
}

/* The p at which a tail, which rises (upper) or falls with p, is TAIL. */
static double limit(uint64_t k, uint64_t n, bool upper)
{
	double low = 0, high = 1;

	for (int i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;

		if ((tail(k, n, middle, upper) < TAIL) == upper)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

void advi_rates_compare(struct advi_rate_ratio *out, struct advi_rate now, struct advi_rate before)
{
	uint64_t k = now.events, n = now.events + before.events;
	double scale = (double)before.exposure / (double)now.exposure;
	double p = (double)now.exposure / ((double)now.exposure + (double)before.exposure);
	double less = tail(k, n, p, false), more = tail(k, n, p, true);
	double low = k ? limit(k, n, true) : 0, high = k < n ? limit(k, n, false) : 1;

	out->p = rounded(fmin(1, 2 * fmin(less, more)));
	out->ratio = rounded(before.events ? (double)k / (double)before.events * scale
					   : (double)INFINITY);
	out->low = rounded(low / (1 - low) * scale);
	out->high = rounded(high < 1 ? high / (1 - high) * scale : (double)INFINITY);
}

void advi_rates_adjust(double *p, size_t count)
{
	double least = 1;

	for (size_t i = count; i-- > 0;) {
		least = fmin(least, p[i] * (double)count / (double)(i + 1));
		p[i] = rounded(least);
	}
}
