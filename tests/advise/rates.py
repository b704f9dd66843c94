#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Rates compared by the library, against fractions that are exact, and logarithms where they grow.

The binomial's tails are sums of math.comb over fractions up to a few hundred events, of lgamma
beyond; limits are found by bisection on these; Benjamini and Hochberg's values by their definition.
"""
import fractions
import math
import os
import random
import subprocess
import sys


def exact_tails(k, n, p):
    """P(X <= k), P(X >= k) of a binomial with a fraction p."""
    a, b = p.numerator, p.denominator
    terms = [math.comb(n, i) * a ** i * (b - a) ** (n - i) for i in range(n + 1)]
    return (float(fractions.Fraction(sum(terms[:k + 1]), b ** n)),
            float(fractions.Fraction(sum(terms[k:]), b ** n)))


def tails(k, n, p):
    if p in (0.0, 1.0):
        return (1.0, float(k == 0)) if p == 0 else (float(k == n), 1.0)

    def log_term(i):
        return (math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
                + i * math.log(p) + (n - i) * math.log1p(-p))
    return (math.fsum(math.exp(log_term(i)) for i in range(k + 1)),
            math.fsum(math.exp(log_term(i)) for i in range(k, n + 1)))


def bisect(holds):
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return (low + high) / 2


def compare(x1, e1, x2, e2):
    n, scale = x1 + x2, e2 / e1
    if n <= 300:
        less, more = exact_tails(x1, n, fractions.Fraction(e1, e1 + e2))
    else:
        less, more = tails(x1, n, e1 / (e1 + e2))
    low = bisect(lambda p: tails(x1, n, p)[1] < 0.025) if x1 else 0.0
    high = bisect(lambda p: tails(x1, n, p)[0] >= 0.025) if x2 else 1.0
    return (x1 / x2 * scale if x2 else math.inf,
            low / (1 - low) * scale,
            high / (1 - high) * scale if high < 1 else math.inf,
            min(1.0, 2 * min(less, more)))


def near(got, want, roundings=1):
    """What is printed has four digits; a q was made from such a p."""
    return got == want or abs(got - want) <= roundings * 5.1e-4 * abs(want) + 1e-290


def adjusted(values):
    """The least q at which the procedure keeps a value: min over j >= i of p(j) m / j."""
    m = len(values)
    return [min(1.0, min(values[j] * m / (j + 1) for j in range(i, m))) for i in range(m)]


def main():
    random.seed(7)
    cases = [(0, 5, 0, 7), (0, 1, 9, 1), (9, 1, 0, 1), (1, 1, 1, 1), (5, 1160, 0, 1038), (1, 10, 10 ** 6, 10)]
    for _ in range(120):
        most = random.choice((5, 20, 60, 200))
        cases.append((random.randint(0, most), random.randint(1, 3000),
                      random.randint(0, most), random.randint(1, 3000)))
    for _ in range(6):
        e1, e2 = random.randint(1000, 9000), random.randint(1000, 9000)
        cases.append((e1 // 3 + random.randint(0, 99), e1, e2 // 3, e2))
    cases = [case for case in cases if case[0] + case[2] < 10 ** 5]
    cases.append((90000, 5000000, 100000, 5000000))
    # the last one is beyond what the twin does in time: by the normal law
    wants = [compare(*case) for case in cases[:-1]]
    order = sorted(range(len(wants)), key=lambda i: wants[i][3])
    cases = [cases[i] for i in order] + cases[-1:]
    wants = [wants[i] for i in order]
    text = ''.join('%d %d %d %d\n' % case for case in cases)
    tool = os.path.join(os.environ.get('BUILDDIR', '.'), 'tests/advise/rates')
    lines = subprocess.run([tool], input=text, capture_output=True, text=True, check=True).stdout.splitlines()
    rows = [tuple(map(float, line.split())) for line in lines if not line.startswith('q')]
    q = [float(line[2:]) for line in lines if line.startswith('q')]
    wrong = ['%s: %s instead of %s' % (case, row, want) for case, row, want in zip(cases, rows, wants)
             if not all(near(a, b) for a, b in zip(row, want))]
    print('1..3')
    print('%sok 1 - %d ratios, intervals and p values' % ('not ' if wrong or not wants else '', len(wants)))
    for line in wrong[:10]:
        print('# ' + line)
    # standard error of the logarithm of a ratio: sqrt(1/x1 + 1/x2)
    error = 1.959964 * math.sqrt(1 / 90000 + 1 / 100000)
    ratio, low, high, p = rows[-1]
    good = (near(ratio, 0.9) and abs(math.log(low) - math.log(0.9) + error) < 1e-3 * error + 6e-5
            and abs(math.log(high) - math.log(0.9) - error) < 1e-3 * error + 6e-5 and 0 < p < 1e-100)
    print('%sok 2 - many events: %s' % ('' if good else 'not ', rows[-1]))
    # what was adjusted, was adjusted in the order sent
    want_q = adjusted([row[3] for row in rows])
    good = len(q) == len(want_q) and all(near(a, b) for a, b in zip(q, want_q))
    print('%sok 3 - adjusted for many tests' % ('' if good else 'not '))
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
