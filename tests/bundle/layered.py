#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes packages for a base and for layers on it.

usage: layered.py FOLDER
"""

import json
import os
import sys

from elves import elf
from packages import HOLD, Entry, package

VERSION = "%d.%d" % sys.version_info[:2]
SITE = f"lib/python{VERSION}/site-packages"


def base(folder):
    """A Python that runs (it is that of this machine, as venv has it), and packages on it."""
    yield package(folder, "python", {
        f"bin/python{VERSION}": Entry(link=os.path.realpath(sys.executable)),
        "bin/python": Entry(link=f"python{VERSION}"),
        "pyvenv.cfg": Entry(f"home = {os.path.dirname(os.path.realpath(sys.executable))}\n".encode()),
        f"lib/python{VERSION}/shadowed.py": Entry(b""),
        "lib/libbase.so.1": Entry(link="libbase.so.1.2"),
        "lib/libbase.so.1.2": Entry(elf("libbase.so.1", ["libc.so.6"], glibc=["2.17"]), mode=0o755),
        "share/same": Entry(b"same\n"),
        "share/other": Entry(b"of base\n"),
    }, version=VERSION + ".2", depends=["__glibc >=2.17"])
    # nothing can run this one; it has what a loader looks for
    yield package(folder, "runtime", {
        "bin/runtime": Entry(elf(None, ["libc.so.6"], rpath="$ORIGIN/../lib", program=True), mode=0o755),
    })
    yield package(folder, "numpy", {
        f"{SITE}/numpy/__init__.py": Entry(b"VALUE = 1\n"),
        f"{SITE}/numpy/core.so": Entry(elf(None, ["libbase.so.1"], rpath="$ORIGIN/../../.."), mode=0o755),
    }, [f"python >={VERSION}"], constrains=["ruledout <2"])


def layer(folder):
    link = json.dumps({"noarch": {"type": "python", "entry_points": ["climate = climate:main"]},
                       "package_metadata_version": 1}).encode()
    yield package(folder, "climate", {
        "site-packages/climate/__init__.py": Entry(
            b"import numpy\n\ndef main():\n    print('climate', numpy.VALUE)\n"),
    }, ["python >=3", "numpy 1.*"], noarch="python", subdir="noarch", info={"info/link.json": link}.items())
    yield package(folder, "native", {
        f"{SITE}/native/ext.so": Entry(
            elf(None, ["libbase.so.1", "libnew.so.2"], rpath="$ORIGIN/../../..", glibc=["2.2.5", "2.28"],
                split=True), mode=0o755),
        "lib/libnew.so.2": Entry(elf("libnew.so.2", ["libdeep.so"], runpath="$ORIGIN/deep"), mode=0o755),
        "lib/deep/libdeep.so": Entry(elf("libdeep.so"), mode=0o755),
    }, ["python", "__linux >=4.18"])
    yield package(folder, "same", {"share/same": Entry(b"same\n"), "share/more": Entry(b"more\n")})
    yield package(folder, "data", {"share/data.conf": Entry(f"{HOLD}/share\n".encode(), hold="text")})


def wrong(folder):
    """Each can't be a layer, for a reason that its name tells."""
    python = f"{SITE}/x/"
    yield package(folder, "clash", {"share/other": Entry(b"of the layer\n")})
    yield package(folder, "mode", {"share/same": Entry(b"same\n", mode=0o755)})
    yield package(folder, "place", {"share/other/inside": Entry(b"")})
    yield package(folder, "lost", {python + "x.so": Entry(elf(None, ["libabsent.so.3"]), mode=0o755)})
    # a library that only an object with a DT_RPATH could find, asked for by one with a DT_RUNPATH
    yield package(folder, "runpath", {
        python + "x.so": Entry(elf(None, ["libx.so"], rpath="$ORIGIN"), mode=0o755),
        python + "libx.so": Entry(elf("libx.so", ["libbelow.so"], runpath="/nowhere"), mode=0o755),
        python + "libbelow.so": Entry(elf("libbelow.so"), mode=0o755)})
    yield package(folder, "machine", {
        python + "x.so": Entry(elf(None, ["libx.so"], rpath="$ORIGIN"), mode=0o755),
        python + "libx.so": Entry(elf("libx.so", machine=183), mode=0o755)})
    yield package(folder, "othersnake", {"share/snake": Entry(b"")}, ["python 2.7.*"])
    yield package(folder, "lonely", {"share/lonely": Entry(b"")}, ["absent"])
    yield package(folder, "ruledout", {"share/ruledout": Entry(b"")}, version="2.0")
    yield package(folder, "constraining", {"share/c": Entry(b"")}, constrains=["numpy >=2"])
    yield package(folder, "numpy", {"share/numpy": Entry(b"")}, version="2.0")


def special(folder):
    """Layers that work in one place only, or with a word from who knows the nodes."""
    yield package(folder, "partof", {f"{SITE}/numpy/extra.py": Entry(b"X = 1\n")})
    yield package(folder, "hiding", {f"{SITE}/shadowed.py": Entry(b"")})
    yield package(folder, "lines", {f"{SITE}/lines.pth": Entry(b"import sys\n"), f"{SITE}/li.py": Entry(b"")})
    yield package(folder, "prefixed", {f"{SITE}/pre.py": Entry(f"P = '{HOLD}'\n".encode(), hold="text")})
    yield package(folder, "linked", {f"{SITE}/l.py": Entry(b""), "lib/libb.so": Entry(link="libbase.so.1")})
    yield package(folder, "far", {
        f"{SITE}/far.so": Entry(elf(None, ["libbase.so.1"], runpath="$ORIGIN/../.."), mode=0o755)})
    yield package(folder, "gpu", {
        f"{SITE}/gpu.so": Entry(elf(None, ["libcuda.so.1", "libGL.so.1"]), mode=0o755),
    }, ["__cuda >=12.0", "__glibc >=2.28,<3.0.a0", "__archspec * x86_64_v3"])


def main():
    for part in (base, layer, wrong, special):
        folder = os.path.join(sys.argv[1], part.__name__)
        os.makedirs(folder, exist_ok=True)
        list(part(folder))


if __name__ == "__main__":
    main()
