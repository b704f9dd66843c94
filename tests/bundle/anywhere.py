#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Packages for images that may be anywhere, and what such an image is held against.

usage: anywhere.py FOLDER                        packages: FOLDER/good, and FOLDER/bound, one a reason
       anywhere.py --check TREE MANIFEST MOUNT   the tree names MOUNT where the manifest says, only there
"""

import json
import os
import sys

from elves import elf
from packages import HOLD, Entry, package
from real_python import SITE, VERSION, python

SCRIPT = """import os, sys
print("__main__" == __name__, sys.argv[1:], os.path.realpath(sys.prefix))
"""
SYSCONFIG = f"""build_time_vars = {{'LIBDIR': '{HOLD}/lib', 'COUNT': 3, 'BINDIR': '{HOLD}/bin'}}
"""
LITERALS = f'''
import sys
PREFIX = "{HOLD}"
def twice(a, b="{HOLD}/b", *, c=r'{HOLD}\\c'):
    "{HOLD} in a docstring"
    return a + b + c
TABLE = {{'{HOLD}': ["{HOLD}/1", u"2:{HOLD}:{HOLD}/3"], "f": f"{{PREFIX}}!"}}
assert PREFIX == sys.base_prefix and twice("x") == "x" + PREFIX + "/b" + PREFIX + r"\\c"
assert TABLE == {{PREFIX: [PREFIX + "/1", "2:" + PREFIX + ":" + PREFIX + "/3"], "f": PREFIX + "!"}}, TABLE
assert ("%s/{HOLD}" % 1).endswith(PREFIX) and '{HOLD}/x'.upper() == PREFIX.upper() + "/X"
assert twice.__doc__.endswith(" in a docstring")
'''
PKGCONFIG = f"""prefix={HOLD}
libdir=${{prefix}}/lib
Libs: -L{HOLD}/lib -lx
"""


def good(folder):
    python(folder)
    link = json.dumps({"noarch": {"type": "python", "entry_points": ["tell = tell:main"]},
                       "package_metadata_version": 1}).encode()
    package(folder, "tell", {
        "site-packages/tell/__init__.py": Entry(
            b"import os, sys\n\ndef main():\n    print(sys.argv[1:], os.path.realpath(sys.prefix))\n"),
        "site-packages/tell/names.py": Entry(f"HOME = '{HOLD}/share'\n".encode(), hold="text"),
    }, ["python"], noarch="python", subdir="noarch", info={"info/link.json": link}.items())
    text = {"hold": "text"}
    package(folder, "things", {
        "bin/plain": Entry(f"#!{HOLD}/bin/python{VERSION}\n{SCRIPT}".encode(), mode=0o755, **text),
        "bin/options": Entry(f"#!{HOLD}/bin/python -E -s\n{SCRIPT}".encode(), mode=0o755, **text),
        "bin/linked": Entry(link="../libexec/deep/tool"),
        "libexec/deep/tool": Entry(f"#!{HOLD}/bin/python\n{SCRIPT}".encode(), mode=0o755, **text),
        "bin/naming": Entry(f"#!{HOLD}/bin/python\nprint(b'{HOLD}/share')\n".encode(), mode=0o755, **text),
        "bin/shell": Entry(f"#!{HOLD}/bin/sh -e\necho shell\n".encode(), mode=0o755, **text),
        "lib/pkgconfig/x.pc": Entry(PKGCONFIG.encode(), **text),
        "share/note.txt": Entry(f"{HOLD}\nat {HOLD}/x\n".encode(), **text),
        "share/blob": Entry(b"\0\1" + f"{HOLD}/a:{HOLD}/b".encode() + b"\0rest", hold="binary"),
        "lib/libx.so": Entry(elf("libx.so", ["libc.so.6"], rpath=f"{HOLD}/lib:/usr/lib"), hold="binary",
                             mode=0o755),
        "lib/deep/liby.so": Entry(elf("liby.so", ["libx.so"], runpath=f"{HOLD}/lib"), hold="binary",
                                  mode=0o755),
        f"lib/python{VERSION}/_sysconfigdata_anywhere.py": Entry(SYSCONFIG.encode(), **text),
        "etc/conda/env_vars.d/things.json": Entry(
            json.dumps({"THINGS": f"{HOLD}/share:{HOLD}", "OTHER": f"{HOLD}x"}).encode(), **text),
        f"{SITE}/things.py": Entry(LITERALS.encode(), **text),
    }, ["python"])


def interp():
    """A program whose loader is in the prefix."""
    data = elf(None, ["libc.so.6"], rpath=HOLD + "/ld.so", program=True)
    at, head = data.index(HOLD.encode()), 64
    for number in range(4):
        entry = head + 56 * number
        if data[entry:entry + 4] == b"\3\0\0\0":
            data = data[:entry + 8] + at.to_bytes(8, "little") + data[entry + 16:entry + 32] + \
                len(HOLD + "/ld.so\0").to_bytes(8, "little") + data[entry + 40:]
    return data


def bound(folder):
    package(folder, "loader", {"bin/loader": Entry(interp(), mode=0o755, hold="binary")})
    package(folder, "needed", {
        "lib/needed.so": Entry(elf(None, [HOLD + "/lib/libx.so"]), mode=0o755, hold="binary")})
    package(folder, "zipped", {
        "bin/zipped": Entry(f"#!{HOLD}/bin/python\nPK\3\4\0".encode(), mode=0o755, hold="binary")})
    package(folder, "link", {"bin/link": Entry(link="/opt/anywhere/env/bin/python")})
    # an object that names the path without a placeholder
    package(folder, "fixed", {
        "lib/fixed.so": Entry(elf(None, ["libx.so"], runpath="/opt/anywhere/env/lib"), mode=0o755)})


def places(data, mount):
    found, at = [], data.find(mount)
    while at >= 0:
        found.append(at)
        at = data.find(mount, at + 1)
    return found


def check(tree, manifest, mount):
    with open(manifest, encoding="utf-8") as file:
        manifest = json.load(file)
    listed = {row["path"]: row.get("prefix") for row in manifest["files"] if "link" not in row}
    counts = {"binary": 0, "compiled": 0, "script": 0, "text": 0}
    for path, prefix in listed.items():
        with open(os.path.join(tree, path), "rb") as file:
            data = file.read()
        found = places(data, mount.encode())
        if path == "conda-meta/advisor/manifest.json":
            assert prefix is None and found, path
            continue
        assert bool(found) == (prefix is not None), (path, found, prefix)
        if prefix:
            counts[prefix["kind"]] += 1
            assert prefix["kind"] == "compiled" or prefix["at"] == found, (path, found, prefix)
            assert prefix.get("room", 0) == (len(HOLD) if prefix["kind"] == "binary" else 0), path
    told = manifest["prefix"]
    assert counts == {"binary": told["binary"], "compiled": told["compiled"], "script": told["scripts"],
                      "text": told["text"]}, (counts, told)
    print(sum(counts.values()), "of", len(listed))


def main():
    if sys.argv[1] == "--check":
        check(*sys.argv[2:])
        return
    for part in (good, bound):
        folder = os.path.join(sys.argv[1], part.__name__)
        os.makedirs(folder, exist_ok=True)
        part(folder)


if __name__ == "__main__":
    main()
