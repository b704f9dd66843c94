#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Puts the same table of cases to advise/rates.c and to the page's rates.js: the answers are equal.

    check_rates.py TOOL COMMAND...    TOOL is tests/advise/rates, COMMAND runs rates.mjs
"""
import random
import subprocess
import sys


def ask(command, cases):
    """Ratio and p of each case, and all q."""
    text = ''.join('%d %d %d %d\n' % case for case in cases)
    lines = subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True, universal_newlines=True).stdout.splitlines()
    rows = [[float(n) for n in line.split()] for line in lines if not line.startswith('q')]
    return [(row[0], row[-1]) for row in rows], [float(line[2:]) for line in lines if line.startswith('q')]


def main(tool, *command):
    draw = random.Random(5)
    cases = [(0, 5, 0, 7), (0, 1, 9, 1), (9, 1, 0, 1), (1, 1, 1, 1), (5, 1160, 0, 1038), (90000, 5000000, 100000, 5000000)]
    for most in (5, 20, 200, 3000):
        cases += [(draw.randint(0, most), draw.randint(1, 9000), draw.randint(0, most), draw.randint(1, 9000)) for _ in range(200)]
    order = ask([tool], cases)[0]
    cases = [case for _, case in sorted(zip(order, cases), key=lambda pair: pair[0][1])]
    (rows, q), (page_rows, page_q) = ask([tool], cases), ask(list(command), cases)
    wrong = ['%s: %s, and in the page %s' % row for row in zip(cases, rows, page_rows) if row[1] != row[2]]
    wrong += ['q: %s, and in the page %s' % pair for pair in zip(q, page_q) if pair[0] != pair[1]]
    print('\n'.join(wrong[:10]))
    print('%d cases, %d answers differ' % (len(cases), len(wrong)))
    return bool(wrong) or len(page_q) != len(cases) or len(q) != len(cases)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
