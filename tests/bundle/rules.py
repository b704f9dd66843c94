#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes a set of packages for each rule that an installer must know.

usage: rules.py FOLDER      FOLDER/RULE/ gets packages, and "mount", the path to build them for
"""

import json
import os
import sys

from packages import HOLD, Entry, binary, package, pyc
from unpacked import OLD_PLACEHOLDER

MOUNT = "/opt/centre/env"
LONG = "/" + "p" * 130
BLANK = "/opt/my centre/env"
TAG = sys.implementation.cache_tag
OLD_PYC = b"\x03\xf3\r\n" + bytes(range(1, 30))   # Python 2.7: no flags, the time at once
PY39 = b"\x61\x0d\r\n"                            # hashes of sources are others than since 3.11
SCRIPT = f"#!{HOLD}/bin/%s\necho {HOLD}\n"


def python(folder, version="3.11.4", build="h0_cpython", **index):
    short = "python" + ".".join(version.split(".")[:2])
    return package(folder, "python", {"bin/" + short: Entry(binary(), mode=0o755, hold="binary")},
                   version=version, build=build, **index)


def noarch(folder, name, entries, entry_points=(), file="info/link.json", kind="python", **more):
    link = {"noarch": {"type": "python", "entry_points": list(entry_points)},
            "package_metadata_version": 1}
    more.setdefault("noarch", kind)
    return package(folder, name, entries, ["python"], subdir="noarch",
                   info={file: json.dumps(link).encode()}, **more)


def scripts(folder):
    """First lines: of Python and others, with options, with blanks, without an end."""
    texts = {
        "python": SCRIPT % "python", "python3": SCRIPT % "python3", "python3.12": SCRIPT % "python3.12 -E",
        "pythonw": SCRIPT % "pythonw", "pypy": SCRIPT % "pypy3", "perl": SCRIPT % "perl -w -T",
        "options": SCRIPT % "python3 -s  -B", "blank": f"#!  {HOLD}/bin/sh\t-e\nexit\n",
        "noend": f"#!{HOLD}/bin/sh", "noendpython": f"#!{HOLD}/bin/python",
        "crlf": f"#!{HOLD}/bin/python\r\nprint()\r\n", "env": f"#!/usr/bin/env -S {HOLD}/bin/sh\n",
        "escaped": f"#!{HOLD}/bin/my\\ tool -x\n", "relative": f"#!bin/sh {HOLD}\n", "only": "#!",
        "twice": f"#!{HOLD}/bin/sh {HOLD}/share/x\n", "plain": f"echo {HOLD}\n#!{HOLD}\n", "none": "#!/bin/sh\n",
        "limit": "#!" + HOLD + "/" + "x" * (127 - 2 - len(MOUNT) - 1) + "\n",
        "over": "#!" + HOLD + "/" + "x" * (128 - 2 - len(MOUNT) - 1) + "\n",
    }
    package(folder, "scripts", {"bin/" + name: Entry(text.encode(), mode=0o755, hold="text")
                                for name, text in texts.items()})
    python(folder)
    noarch(folder, "entries", {}, ["run = a.b:c", "run-more=a.b : C.d.e"])


def prefixes(folder):
    """Where the placeholder may be: often, alone, at an end, in several encodings, in two files."""
    hold = HOLD.encode()
    package(folder, "prefixes", {
        "share/alone": Entry(hold, hold="text"), "share/often": Entry(hold * 5 + b"\0" + hold, hold="text"),
        "share/not": Entry(b"nothing", hold="text"), "share/empty": Entry(b"", hold="text"),
        "share/partly": Entry(hold[:-1] + hold + hold[:9], hold="text"),
        "share/wide": Entry(HOLD.encode("utf-16-le"), hold="text"), "share/unlisted-prefix": Entry(hold),
        "lib/a.so": Entry(binary(), mode=0o755, hold="binary"), "lib/b.a": Entry(hold + b"\0", hold="binary"),
        "lib/c": Entry(b"\0" + hold + b":" + hold + b"\0\0\0x", hold="binary"),
        "lib/end": Entry(b"x" * 70000 + b"\0" + hold, hold="binary"),
        "lib/large": Entry((b"\x01" * 5000 + b"\0" + hold + b"/lib\0") * 400, hold="binary"),
    })
    package(folder, "exact", {"lib/exact": Entry(b"\0/opt/centre/eXX/lib\0", hold="binary")}, info={
        "info/paths.json": json.dumps({"paths_version": 1, "paths": [
            {"_path": "lib/exact", "path_type": "hardlink", "file_mode": "binary",
             "prefix_placeholder": "/opt/centre/eXX"}]}).encode()})


def old_metadata(folder):
    """info/files, has_prefix in its forms, no_link and no_softlink; in an archive of each kind."""
    entries = {
        "bin/tool": Entry(f"#!{OLD_PLACEHOLDER}/bin/sh\n".encode(), mode=0o755),
        "share/with blank": Entry(HOLD.encode()), "share/quoted": Entry(HOLD.encode()),
        "lib/x.so": Entry(binary(), mode=0o775), "lib/x": Entry(link="x.so"), "etc/kept": Entry(b"k"),
        "etc/soft": Entry(b"s"), "lib/outside": Entry(link="../../etc/hosts"),
    }
    info = {
        "info/files": "".join(f"{name}\n" for name in entries).encode() + b"\n./etc/kept\n",
        "info/has_prefix": (f"bin/tool\n{HOLD} text \"share/with blank\"\n'{HOLD}' text 'share/quoted'\n"
                            f"{HOLD} binary lib/x.so\n{HOLD} text not/there\n\n").encode(),
        "info/no_link": b"etc/kept\n", "info/no_softlink": b"etc/soft\n",
    }
    package(folder, "older", entries, old=True, info=info)
    package(folder, "newer", {"share/" + name: entry for name, entry in entries.items()}, old=False)
    # both kinds of metadata: paths.json is believed
    package(folder, "both", {"share/both": Entry(HOLD.encode(), hold="text")}, info={
        "info/files": b"share/wrong\n", "info/has_prefix": b"share/wrong\n"})


def names(folder):
    """Names that are no text, hold a newline, are long, deep, or begin with a dot."""
    deep = "/".join(["deep"] * 200) + "/file"
    package(folder, "names", {
        "share/ü ñ 文": Entry(b"1"), "share/new\nline": Entry(b"2"), "share/tab\tquote\"'\\": Entry(b"3"),
        "share/" + "n" * 255: Entry(b"4"), deep: Entry(b"5"), ".hidden": Entry(b"6"), "-r": Entry(b"7"),
        "share/ blank ": Entry(b"8"), "share/…": Entry(link="ü ñ 文"), "infos/x": Entry(b"9"),
    })
    package(folder, "dots", {"./share/.//dot": Entry(b"d")})


def modes(folder):
    """Modes of the wild: everything is readable, what anybody may execute all may."""
    package(folder, "modes", {f"share/{mode:04o}": Entry(b"%o" % mode, mode=mode) for mode in (
        0o000, 0o400, 0o600, 0o640, 0o644, 0o666, 0o100, 0o010, 0o001, 0o700, 0o755, 0o777, 0o4755, 0o2755,
        0o1644, 0o6711)})


def links(folder):
    """Links of either kind, to files, folders, nothing, out of the prefix, and to each other."""
    package(folder, "links", {
        "lib/a.so.1": Entry(b"a", mode=0o755), "lib/a.so": Entry(link="a.so.1"), "lib/again": Entry(link="a.so"),
        "lib64": Entry(link="lib"), "share/up": Entry(link="../lib/a.so.1"), "share/none": Entry(link="nothing"),
        "share/out": Entry(link="../../out"), "share/root": Entry(link="/usr/lib"), "share/self": Entry(link="self"),
        "share/dots": Entry(link=".././lib//a.so"), "bin/one": Entry(HOLD.encode(), mode=0o755, hold="text"),
        "bin/two": Entry(hard="bin/one", mode=0o755), "bin/three": Entry(hard="bin/two", mode=0o755),
        "share/large": Entry(b"large" * 500000), "share/larger": Entry(hard="share/large"),
        "share/hardlink": Entry(hard="share/dots"),
    })


def listings(folder):
    """What a listing may have: folders, a path twice, a link beside the metadata, unknown members."""
    rows = [{"_path": "share/empty", "path_type": "directory"}, {"_path": "share/a", "path_type": "hardlink"},
            {"_path": "share/a", "path_type": "hardlink", "no_link": True}, {"_path": "./share//b"},
            {"_path": "info/more", "path_type": "hardlink"}, {"_path": "share/c", "path_type": "hardlink",
             "no_link": True, "more": {"x": [1]}, "sha256": None, "file_mode": None},
            {"_path": "lib/within", "path_type": "softlink", "file_mode": "text", "prefix_placeholder": HOLD}]
    package(folder, "listings", {"share/a": Entry(b"a"), "share/b": Entry(b"b"), "share/c": Entry(b"c"),
                                 "share/left": Entry(b"not listed")},
            info={"info/paths.json": json.dumps({"paths_version": 1, "paths": rows}).encode(),
                  "info/more": b"never installed", "lib/within": Entry(link="../share")})
    package(folder, "nothing", {})


def sites(folder):
    """A Python that says itself where modules go."""
    python(folder, python_site_packages_path="lib/elsewhere/site")
    package(folder, "other", {"share/o": Entry(b"")}, python_site_packages_path="ignored/here")
    noarch(folder, "pure", {"site-packages/p.py": Entry(b"P = 1\n"), "python-scripts/p": Entry(b"#!x\n"),
                            "share/site-packages/x": Entry(b""), "site-packagesx": Entry(b"")}, ["p2 = p:q"])


def threads(folder):
    """A Python without the global lock has a name of its own."""
    python(folder, "3.13.1", "h9a34b6e_5_cp313t")
    noarch(folder, "pure", {"site-packages/p.py": Entry(b"P = 1\n")}, ["p2 = p:q"])


def kinds(folder):
    """What noarch can be: text, true, in link.json alone, in its older form, in a subdir."""
    python(folder)
    noarch(folder, "generic", {"site-packages/stays": Entry(b"")}, kind="generic")
    noarch(folder, "true", {"site-packages/stays-too": Entry(b"")}, kind=True)
    noarch(folder, "inlink", {"site-packages/inlink.py": Entry(b"")}, ["inlink = i:j"], kind=None)
    noarch(folder, "older", {"site-packages/older.py": Entry(b"")}, ["older = o:p"],
           file="info/package_metadata.json")
    package(folder, "abi3", {"site-packages/abi3.so": Entry(b"\x7fELF")}, ["python"], noarch="python")


def compiled(folder):
    """.pyc of every kind and place, beside sources that stay, change, or are not there."""
    site, module = "lib/python3.11/site-packages", b"import os\nHERE = '%s'\n" % HOLD.encode()
    python(folder)
    package(folder, "compiled", {
        f"{site}/m.py": Entry(module, hold="text"), f"{site}/__pycache__/m.{TAG}.pyc": Entry(pyc(module)),
        f"{site}/__pycache__/m.{TAG}.opt-1.pyc": Entry(pyc(module)), f"{site}/m.pyc": Entry(pyc(module)),
        f"{site}/n.py": Entry(b"N = 1\n"), f"{site}/__pycache__/n.{TAG}.pyc": Entry(pyc(b"N = 1\n", 3)),
        f"{site}/o.py": Entry(b"O = 1\n"), f"{site}/__pycache__/o.{TAG}.pyc": Entry(pyc(b"O = 1\n", 1)),
        f"{site}/__pycache__/gone.{TAG}.pyc": Entry(pyc(b"")), f"{site}/two.pyc": Entry(OLD_PYC),
        f"{site}/n39.py": Entry(b"N = 39\n" * 99), f"{site}/__pycache__/n39.cpython-39.pyc":
            Entry(PY39 + bytes(4) + b"12345678" + b"code"),
        f"{site}/cut.pyc": Entry(b"\x61\x0d\r\n1234"), f"{site}/no.pyc": Entry(b"no .pyc at all, but text"),
        f"{site}/flags.pyc": Entry(PY39 + b"\7\0\0\0" + bytes(20)), "m.py": Entry(b""),
        f"__pycache__/m.{TAG}.pyc": Entry(pyc(b"")), f"{site}/link.py": Entry(link="m.py"),
        f"{site}/__pycache__/link.{TAG}.pyc": Entry(pyc(module)),
    })


def clashes(folder):
    """Several packages have a path: the last wins, a folder always does, what is equal is no clash."""
    package(folder, "a-last", {"share/same": Entry(b"same"), "share/order": Entry(b"a"),
                               "share/mode": Entry(b"m", mode=0o755), "share/kind": Entry(link="order"),
                               "share/place": Entry(b"a file"), "lib64": Entry(link="lib")},
            ["b-first >=1", "conda-forge::c-middle"])
    package(folder, "b-first", {"share/same": Entry(b"same"), "share/order": Entry(b"b"),
                                "share/mode": Entry(b"m"), "share/kind": Entry(b"kind"),
                                "share/place/in/side": Entry(b"a folder"), "lib/x": Entry(b"x")})
    package(folder, "c-middle", {"share/order": Entry(b"c"), "share/pair": Entry(b"c"),
                                 "lib64/y": Entry(b"lib64 is a folder here"), "share/folder": Entry(b"f")},
            ["b-first[version='>=1']"])
    package(folder, "d-folder", {"share/folder/x": Entry(b"x"), "share/pair": Entry(b"d")}, ["a-last"])
    rows = [{"_path": "share/mode", "path_type": "directory"}, {"_path": "share/alone", "path_type": "directory"}]
    package(folder, "e-rows", {}, ["d-folder"], info={
        "info/paths.json": json.dumps({"paths_version": 1, "paths": rows}).encode()})


def circles(folder):
    """Packages that need each other: of a circle a noarch one comes last."""
    names_of = {"python": ["pip"], "pip": ["python", "wheel"], "wheel": ["python", "pip"], "x": ["y"], "y": ["z"],
                "z": ["x", "x"], "alone": ["alone", "absent"]}
    for name, depends in names_of.items():
        kind = {"noarch": "generic"} if name in ("pip", "x") else {}
        package(folder, name, {"share/order": Entry(name.encode())}, depends, version="3.11", **kind)


# rule -> (who makes its packages, mount paths to build them for)
RULES = {
    "circles": (circles, MOUNT), "clashes": (clashes, MOUNT), "compiled": (compiled, MOUNT),
    "kinds": (kinds, MOUNT), "links": (links, MOUNT), "listings": (listings, MOUNT),
    "modes": (modes, MOUNT), "names": (names, MOUNT),
    "old_metadata": (old_metadata, MOUNT), "prefixes": (prefixes, MOUNT), "prefixes_root": (prefixes, "/e"),
    "scripts": (scripts, MOUNT), "scripts_blank": (scripts, BLANK), "scripts_long": (scripts, LONG),
    "sites": (sites, MOUNT), "threads": (threads, MOUNT),
}


def main():
    for rule, (make, mount) in RULES.items():
        folder = os.path.join(sys.argv[1], rule)
        os.makedirs(folder)
        make(folder)
        with open(os.path.join(folder, "mount"), "w", encoding="utf-8") as out:
            out.write(mount)


if __name__ == "__main__":
    main()
