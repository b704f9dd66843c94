#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Holds compiled .pyc of an unpacked image against what this Python makes of their sources.

usage: check_compiled.py TREE PREFIX   (of the Python that runs this)
"""

import _imp
import json
import marshal
import os
import sys
from importlib.util import MAGIC_NUMBER, cache_from_source

from real_python import SITE


def equal(a, b):
    """Whether two code objects are the same, constants and positions included."""
    if type(a) is not type(b):
        return False
    if not hasattr(a, "co_code"):
        if isinstance(a, tuple):
            return len(a) == len(b) and all(map(equal, a, b))
        return a == b
    names = [n for n in dir(a) if n.startswith("co_") and n not in ("co_consts", "co_lnotab")
             and not callable(getattr(a, n))]
    return all(getattr(a, n) == getattr(b, n) for n in names) and equal(a.co_consts, b.co_consts)


def main():
    tree, prefix = sys.argv[1:]
    sources = {os.path.relpath(os.path.join(top, n), tree) for top, _, names in
               os.walk(os.path.join(tree, SITE)) for n in names if n.endswith(".py")}
    compiled, refused, made = 0, 0, set()
    for path in sorted(sources):
        full, pyc = os.path.join(tree, path), cache_from_source(path)
        with open(full, "rb") as file:
            source = file.read()
        try:
            code = compile(source, f"{prefix}/{path}", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            code = None
        there = os.path.exists(os.path.join(tree, pyc))
        assert there == (code is not None), (path, there)
        if code is None:
            refused += 1
            continue
        with open(os.path.join(tree, pyc), "rb") as file:
            found = file.read()
        key = int.from_bytes(MAGIC_NUMBER, "little")
        assert found[:16] == MAGIC_NUMBER + b"\1\0\0\0" + _imp.source_hash(key, source), path
        assert equal(marshal.loads(found[16:]), code), path
        compiled += 1
        made.add(pyc)
    known = set()
    for name in os.listdir(os.path.join(tree, "conda-meta")):
        if name.endswith(".json"):
            with open(os.path.join(tree, "conda-meta", name), encoding="utf-8") as file:
                record = json.load(file)
            rows = {r["_path"]: r for r in record["paths_data"]["paths"]}
            assert sorted(rows) == sorted(record["files"])
            known |= {p for p, r in rows.items() if r["path_type"] == "pyc_file"}
    assert made == known, made ^ known
    print(compiled, refused)


if __name__ == "__main__":
    main()
