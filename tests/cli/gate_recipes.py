#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs what a CI would run of recipes/ci: every "|" block of a file, in order, one shell each.

usage: gate_recipes.py RECIPE.yml   (in a folder with what the recipe names; prints status and block)

The variables that stand under "env:" or "variables:" at the top are set. What the CI puts in with
${{ }} is not in any block, since a name in a pull request could then say a command.
"""

import os
import re
import subprocess
import sys


def blocks(lines):
    """The text of every "key: |" or "- |", without its indentation."""
    at = 0
    while at < len(lines):
        head = re.match(r"( *)(?:[\w-]+:|-) \|$", lines[at])
        at += 1
        if not head:
            continue
        block = []
        while at < len(lines) and (not lines[at].strip() or lines[at].startswith(head[1] + "  ")):
            block.append(lines[at])
            at += 1
        indent = min(len(line) - len(line.lstrip()) for line in block if line.strip())
        yield "\n".join(line[indent:] for line in block).strip() + "\n"


def variables(lines):
    inside = False
    for line in lines:
        if re.match(r"\S", line):
            inside = line in ("env:", "variables:")
        pair = re.match(r"  (\w+): (.*)$", line)
        if inside and pair:
            yield pair[1], pair[2].strip('"')


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = file.read().splitlines()
    environment = {**os.environ, **dict(variables(lines))}
    for block in blocks(lines):
        assert "${{" not in block, block
        checked = subprocess.run(["bash", "-n", "-c", block], check=False)
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", block], env=environment,
                              stdout=sys.stderr, check=False)
        print(checked.returncode or done.returncode, block.split("\n")[0])
        if os.environ.get("SHELLCHECK"):
            subprocess.run([os.environ["SHELLCHECK"], "-s", "bash", "-"], input=block, text=True,
                           check=True)


main()
