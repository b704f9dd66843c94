#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Random versions in the order of a plain twin of conda's rules, against the library's."""
import itertools
import os
import random
import re
import subprocess

PAIRS = 20000
PIECES = ["0", "1", "2", "10", "01", "a", "b", "rc", "post", "dev", "alpha", "*", ".", ".", ".",
          "_", "-", "!", "+", "1.0", "2!", ".dev1", ".post1", "_", "A", "DEV"]


class Invalid(Exception):
    pass


def components(text):
    parts = []
    for component in text.split("."):
        if not component:
            raise Invalid(text)
        runs = re.findall(r"[0-9]+|[*]+|[^0-9*]+", component)
        keys = []
        for run in runs:
            if run.isdigit():
                keys.append((1, int(run)))
            elif run == "post":
                keys.append((2, 0))
            else:
                keys.append((0, "DEV" if run == "dev" else run))
        parts.append(keys if component[0].isdigit() else [(1, 0)] + keys)
    return parts


def parse(text):
    text = text.strip().lower()
    if "-" in text and "_" not in text:
        text = text.replace("-", "_")
    if not re.fullmatch(r"[*.+!_0-9a-z]+", text):
        raise Invalid(text)
    epoch, bang, rest = text.rpartition("!")
    if bang and not epoch.isdigit():
        raise Invalid(text)
    main, plus, local = rest.partition("+")
    if "+" in local or not main or (plus and not local):
        raise Invalid(text)
    tail = main.endswith("_")
    main = (main[:-1] if tail else main).replace("_", ".") + ("_" if tail else "")
    return (components(epoch or "0") + components(main),
            components(local.replace("_", ".")) if plus else [])


def compare(a, b):
    for left, right in zip(a, b):
        for x, y in itertools.zip_longest(left, right, fillvalue=[]):
            for p, q in itertools.zip_longest(x, y, fillvalue=(1, 0)):
                if p != q:
                    return -1 if p < q else 1
    return 0


def expected(a, b):
    try:
        return str(compare(parse(a), parse(b)))
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
