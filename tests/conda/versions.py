#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Random versions in the order of a plain twin of conda's rules, against the library's."""
import os
import random
import subprocess

from twin import Invalid, order, version

PAIRS = 20000
PIECES = ["0", "1", "2", "10", "01", "a", "b", "rc", "post", "dev", "alpha", "*", ".", ".", ".",
          "_", "-", "!", "+", "1.0", "2!", ".dev1", ".post1", "_", "A", "DEV"]


def expected(a, b):
    try:
        return str(order(version(a), version(b)))
    except Invalid:
        return "?"


def main():
    rng = random.Random(7)
    make = lambda: "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 6)))
    pairs = []
    for _ in range(PAIRS):
        a = make()
        b = make() if rng.random() < 0.5 else a + rng.choice(PIECES)
        pairs.append((a, b))
    tool = os.path.join(os.environ["BUILDDIR"], "tests/conda/versions")
    out = subprocess.run([tool], input="".join(f"{a}\t{b}\n" for a, b in pairs), text=True,
                         capture_output=True, check=True).stdout.split()
    wanted = [expected(a, b) for a, b in pairs]
    wrong = [(p, w, o) for p, w, o in zip(pairs, wanted, out) if w != o]
    for pair, want, got in wrong[:10]:
        print(f"# {pair}: twin says {want}, library {got}")
    enough = min(wanted.count(answer) for answer in ("-1", "1", "?")) > PAIRS // 50
    print("ok 1" if len(out) == PAIRS and not wrong and enough else "not ok 1",
          f"- {PAIRS} random pairs of versions are ordered as the twin orders them")


main()
