# SPDX-License-Identifier: BSD-3-Clause
"""Imports what a plan adds, with the Python of the image that was built from it.

usage: MOUNT/bin/python3.11 -I import_packages.py PLAN

Every module must come from below the prefix of the Python that runs this. Exit status 1 if one
doesn't, or can't be imported.
"""

import glob
import importlib
import json
import os
import sys



def modules_of(record):
    """The top-level modules that an installed package brings."""
    names = set()
    for path in record["files"]:
        _, found, rest = path.partition("/dist-packages/")
        if not found:
            continue
        top, _, inner = rest.partition("/")
        if inner == "__init__.py":
            names.add(top)
        elif not inner and top.endswith(".py"):
            names.add(top[:-3])
    return sorted(name for name in names if not name.startswith("_"))


def installed(name):
    for path in glob.glob(os.path.join(sys.prefix, "conda-meta", name + "-*.json")):
        with open(path, encoding="utf-8") as file:
            record = json.load(file)
        if record["name"] == name:
            return record
    return None


def try_import(name, version):
    """Imports one module and says so. Returns whether it came from the image."""
    try:
        module = importlib.import_module(name)
    except Exception as why:  # whatever a module does when it is imported
        print(f"  FAILED  {name}: {type(why).__name__}: {why}")
        return False
    inside = module.__file__.startswith(sys.prefix + "/")
    version = getattr(module, "__version__", version)
    print(f"  {'ok' if inside else 'FAILED':7} {name:12} {version:10} {module.__file__}")
    return inside


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        plan = json.load(file)
    print(f"Python {sys.version.split()[0]} from {sys.prefix}")
    good = imported = 0
    for addition in plan["additions"]:
        record = installed(addition["name"])
        if record is None:
            print(f"  FAILED  the image has no package '{addition['name']}'")
            imported += 1
            continue
        for name in modules_of(record):
            imported += 1
            good += try_import(name, record["version"])
    print(f"{good} of {imported} imports work")
    sys.exit(0 if good == imported and imported else 1)


main()
