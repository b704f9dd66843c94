#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Mistakes at known lines of an environment: every form of check's findings points at them.

usage: gate_mistakes.py ADVISOR SITE.yml   (in a folder with that recipe and its channel)

Each file is made of good lines, comments and empty lines in some number, with Windows line ends or
a byte order mark in front now and then, and one mistake in it. Prints a line a kind.
"""

import random
import sys

import gate_formats

ADVISOR, SITE = sys.argv[1:]
SEED, COUNT = 7, 60

# kind: (where, the lines, the one that is wrong, its column or None, the rule, exit status)
KINDS = {
    "a spec that is none": ("dep", ["- zarr >=1..2>"], 0, 1, "environment", 3),
    "a list for a package": ("dep", ["- [zarr, numpy]"], 0, 1, "environment", 3),
    "an empty item": ("dep", ["-"], 0, 1, "environment", 3),
    "a tab": ("dep", ["\t- zarr"], 0, None, "environment", 3),
    "an alias of nothing": ("dep", ["- *there"], 0, None, "environment", 3),
    "a map under pip": ("pip", ["- foo: bar"], 0, None, "environment", 3),
    "pip as a text": ("dep", ["- pip: foo"], 0, None, "environment", 3),
    "an unknown key": ("top", ["dependancies: []"], 0, None, "environment", 3),
    "a key twice": ("top", ["channels: [./channel]"], 0, None, "environment", 3),
    "channels as a text": ("name", ["prefix: [a]"], 0, None, "environment", 3),
    "no such package": ("dep", ["- no-such-thing"], 0, 1, "solvable", 1),
    "a clash with Python": ("dep", ["- numpy >=2"], 0, 1, "solvable", 1),
    "banned": ("dep", ["- big"], 0, 1, "banned", 1),
    "banned, by pip": ("pip", ["- Big ==1"], 0, 1, "banned", 1),
    "banned, brought along": ("dep", ["- brings-big"], 0, 1, "banned", 1),
    "a licence": ("dep", ["- gpl"], 0, 1, "licenses", 1),
    "a channel": ("channel", ["- bioconda"], 0, 1, "channels", 1),
    "a channel of a spec": ("dep", ["- 'bioconda::zarr'"], 0, 1, "channels", 1),
    "a URL of pip": ("pip", ["- foo @ https://example.org/foo.zip"], 0, 1, "pip_urls", 1),
    "a requirement without version": ("pip", ["- foo"], 0, 1, "pip_unpinned", 1),
    "by conda and by pip": ("pip", ["- asciitree==0.3"], 0, 1, "duplicates", 1),
    "asked for twice": ("end", ["- asciitree >=0"], 0, 1, "duplicates", 1),
    "a section that nobody reads": ("dep", ["- npm:", "    - left-pad"], 0, 1, "unread", 1),
    "a module of the centre": ("dep", ["- mpi4py"], 0, 1, "by_module", 1),
    "another build": ("dep", ["- mpich"], 0, 1, "external", 1),
    "too old": ("dep", ["- old"], 0, 1, "too_old", 1),
}


def filler(rng):
    return [rng.choice(["", "# a comment", "    # - zarr >=9"]) for _ in range(rng.randint(0, 3))]


def make(rng, where, planted):
    """The lines of a file, and the index of the first planted one."""
    parts = {
        "name": (0, ["name: test"]),
        "channel": (2, ["channels:", "  - ./channel"]),
        "dep": (2, ["dependencies:", "  - python 3.11.*", "  - zarr"]),
        "end": (2, ["  - asciitree", "  - xarray"]),
        "pip": (6, ["  - pip:", "      - good==1.0"]),
        "top": (0, ["variables: {A: b}"]),
    }
    lines, at = [], None
    for name, (indent, good) in parts.items():
        lines += filler(rng)
        for line in good:
            lines += [line] + filler(rng)
        if name == where:
            at = len(lines)
            lines += [line if line[0] == "\t" else " " * indent + line for line in planted]
    return lines + filler(rng), at


def main():
    rng = random.Random(SEED)
    for number in range(COUNT):
        kind = list(KINDS)[number % len(KINDS)]
        where, planted, wrong, column, rule, status = KINDS[kind]
        lines, at = make(rng, where, planted)
        text = rng.choice(["\n", "\n", "\r\n"]).join(lines + [""])
        with open("env.yml", "w", encoding="utf-8", newline="") as file:
            file.write(rng.choice(["", "", "\ufeff"]) + text)
        got, _, rows, _ = gate_formats.ask(ADVISOR, "env.yml", "--site", SITE)
        line = at + wrong + 1
        indent = len(lines[line - 1]) - len(lines[line - 1].lstrip())
        hits = [row for row in rows if row[0] == rule and row[2] == line]
        assert got == status, (kind, got, rows)
        assert hits, (kind, line, rows, text)
        # Of a list's item the column is that behind its "- ", where there is an item.
        if column and planted[0] != "-":
            assert {row[3] for row in hits} <= {indent + 3, None}, (kind, indent, hits)
        others = {row[2] for row in rows} - {line, None}
        # A clash is told at each of its lines; nothing else is anywhere else.
        assert rule in ("solvable", "duplicates") or not others, (kind, line, rows)
        if number < len(KINDS):
            print("%-30s line %-3d %s: %s" % (kind, line, rule, hits[0][4][:90]))
    print("%d mistakes, each at its line" % COUNT)


main()
