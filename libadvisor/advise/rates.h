/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether something became more frequent: two Poisson rates compared exactly. */
#ifndef ADVI_ADVISE_RATES_H
#define ADVI_ADVISE_RATES_H

#include <stddef.h>
#include <stdint.h>

/* Events, and what they could have happened to: of which they are counted. */
struct advi_rate {
	uint64_t events, exposure;
};

/* Rounded to four digits, so that they are the same on every machine. */
struct advi_rate_ratio {
	double ratio;     /* of the rates; infinite when there were no events before */
	double low, high; /* its 95 % interval; 'high' may be infinite */
	double p;         /* two-sided, of both rates being the same */
};

/*
 * Compares the rate of 'now' with that of 'before'; both exposures are over 0. Given their sum n,
 * now.events is binomial with p = now.exposure / (now.exposure + before.exposure) when the rates
 * are the same (Przyborowski and Wilenski, Biometrika 31, 1940). p is twice the smaller tail, at
 * most 1; the interval is that of Clopper and Pearson (Biometrika 26, 1934) for the binomial's p,
 * as a ratio of rates.
 */
void advi_rates_compare(struct advi_rate_ratio *out, struct advi_rate now, struct advi_rate before);

/*
 * Replaces p values by those of Benjamini and Hochberg (J. R. Stat. Soc. B 57, 1995): among all
 * whose new value is at most q, a share of q is expected to be there by chance. 'p' has them in
 * rising order.
 */
void advi_rates_adjust(double *p, size_t count);

#endif
