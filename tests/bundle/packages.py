#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes small conda packages that have every trait an installer must know, and hostile ones.

usage: packages.py FOLDER
"""

import bz2
import hashlib
import importlib.util
import io
import json
import marshal
import os
import struct
import subprocess
import sys
import tarfile
import zipfile

HOLD = "/opt/" + "placehold_" * 20
MODULE = b"import os\nVALUE = '%s/share'\n" % HOLD.encode()


def pyc(source, flags=0, stamp=1700000000):
    code = marshal.dumps(compile(source, "m.py", "exec"))
    return importlib.util.MAGIC_NUMBER + struct.pack("<III", flags, stamp, len(source)) + code


class Entry:
    """A path: bytes, or a link's text, or the path that a hard link has the content of, or a kind."""

    def __init__(self, data=b"", link=None, hard=None, mode=0o664, hold=None, listed=True, text=HOLD,
                 kind=None):
        self.data, self.link, self.hard, self.mode, self.kind = data, link, hard, mode, kind
        self.hold, self.listed, self.text = hold, listed, text


def tar_bytes(entries, info, form=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for name, entry in list(info.items()) + list(entries.items()):
            member = tarfile.TarInfo(name)
            member.mode, member.mtime, member.uid, member.uname = entry.mode, 1700000000, 1000, "me"
            if entry.kind:
                member.type = entry.kind
                tar.addfile(member)
            elif entry.link is not None:
                member.type, member.linkname = tarfile.SYMTYPE, entry.link
                tar.addfile(member)
            elif entry.hard:
                member.type, member.linkname = tarfile.LNKTYPE, entry.hard
                tar.addfile(member)
            else:
                member.size = len(entry.data)
                tar.addfile(member, io.BytesIO(entry.data))
    return out.getvalue()


def paths_json(entries):
    rows = []
    for name, entry in entries.items():
        if not entry.listed:
            continue
        first = entry
        for _ in range(4):
            first = entries.get(first.hard, first)
        data = first.data
        row = {"_path": name, "path_type": "softlink" if entry.link is not None else "hardlink",
               "sha256": hashlib.sha256(data).hexdigest(), "size_in_bytes": len(data)}
        if entry.hold:
            row["file_mode"], row["prefix_placeholder"] = entry.hold, entry.text
        rows.append(row)
    return json.dumps({"paths": rows, "paths_version": 1}).encode()


def zst(data):
    return subprocess.run(["zstd", "-q", "-c", "-3"], input=data, stdout=subprocess.PIPE, check=True).stdout


def package(folder, name, entries, depends=(), version="1.0", old=False, info=(), **index):
    """Writes a package, v1 (.tar.bz2, deprecated metadata) or v2 (.conda, paths.json)."""
    about = {"name": name, "version": version, "build": "0", "build_number": 0,
             "depends": list(depends), "subdir": "linux-64", "license": "MIT", **index}
    stem = f"{name}-{version}-{about['build']}"
    texts = {"info/index.json": json.dumps(about).encode()}
    if old:
        texts["info/files"] = os.fsencode("".join(n + "\n" for n, e in entries.items() if e.listed))
        texts["info/has_prefix"] = os.fsencode("".join(
            f'{HOLD} {e.hold} "{n}"\n' for n, e in entries.items() if e.hold))
    else:
        texts["info/paths.json"] = paths_json(entries)
    texts.update(info)
    info = {n: t if isinstance(t, Entry) else Entry(t) for n, t in texts.items()}
    if old:
        path = os.path.join(folder, stem + ".tar.bz2")
        with open(path, "wb") as out:
            out.write(bz2.compress(tar_bytes(entries, info, tarfile.GNU_FORMAT)))
        return path
    path = os.path.join(folder, stem + ".conda")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as out:
        out.writestr("metadata.json", '{"conda_pkg_format_version": 2}')
        out.writestr(f"pkg-{stem}.tar.zst", zst(tar_bytes(entries, {})))
        out.writestr(f"info-{stem}.tar.zst", zst(tar_bytes({}, info)))
    return path


def binary(text=HOLD):
    return b"\x7fELF\0" + text.encode() + b"/lib:" + text.encode() + b"/x\0after\0\xff" + text.encode()


def good(folder):
    """The set that is installed; the names of its files."""
    version = "%d.%d" % sys.version_info[:2]
    site, tag = f"lib/python{version}/site-packages", sys.implementation.cache_tag
    return [
        package(folder, "python", {
            f"bin/python{version}": Entry(binary(), mode=0o775, hold="binary"),
            "bin/python": Entry(link=f"python{version}"),
            f"{site}/__pycache__/m.{tag}.pyc": Entry(pyc(MODULE)),
            f"{site}/m.py": Entry(MODULE, hold="text"),
            f"{site}/n.py": Entry(b"N = 1\n"),
            f"{site}/__pycache__/n.{tag}.pyc": Entry(pyc(b"N = 1\n", 3)),
            f"{site}/only.pyc": Entry(pyc(b"alone = 1\n")),
            "share/ü ñ.txt": Entry(b"name\n"),
            "share/big": Entry(b"0123456789abcdef" * 200000),
            "share/big.conf": Entry((HOLD + "\n").encode() * 10000, hold="text"),
            "share/unlisted": Entry(b"x", listed=False),
            "share/empty": Entry(b""),
        }, ["libold"], version + ".2"),
        package(folder, "libold", {
            "lib/libx.so.1": Entry(binary(), mode=0o755, hold="binary"),
            "lib/libx.so": Entry(link="libx.so.1"),
            "lib/outside": Entry(link="/etc/hosts"),
            "bin/xtool": Entry(f"#!{HOLD}/bin/sh -e\necho {HOLD}\n".encode(), mode=0o700, hold="text"),
            "share/with blank": Entry(f"{HOLD}".encode(), hold="text"),
            "share/private": Entry(b"p", mode=0o600),
        }, old=True),
        package(folder, "linked", {
            "bin/one": Entry(b"#!/bin/sh\n" + HOLD.encode(), mode=0o755, hold="text"),
            "bin/two": Entry(hard="bin/one", mode=0o755),
        }),
        package(folder, "pure", {
            "site-packages/pure/__init__.py": Entry(b"def main(): pass\n"),
            "python-scripts/pure-script": Entry(f"#!{HOLD}/bin/python\n".encode(), mode=0o755, hold="text"),
            "share/pure.txt": Entry(b"pure\n"),
        }, ["python"], noarch="python", subdir="noarch", info={
            "info/link.json": json.dumps({"noarch": {"type": "python", "entry_points": [
                "pure = pure:main", "pure-sub = pure.sub:Class.run"]},
                "package_metadata_version": 1}).encode()}.items()),
        package(folder, "first", {
            "share/same": Entry(b"same\n"), "share/other": Entry(b"first\n"),
            "share/place": Entry(b"a file\n"), "bin/.first-post-link.sh": Entry(b"exit 1\n", mode=0o755),
        }),
        package(folder, "second", {
            "share/same": Entry(b"same\n"), "share/other": Entry(b"second\n"),
            "share/place/inside": Entry(b"a folder\n"),
        }, ["first"], noarch="generic"),
    ]


def hostile(folder):
    """Packages that must be refused, each for one reason, which its name tells."""
    ok = {"share/ok": Entry(b"ok")}

    def listing(**changed):
        row = {"_path": "share/ok", "path_type": "hardlink", "sha256": hashlib.sha256(b"ok").hexdigest(),
               "size_in_bytes": 2, **changed}
        return {"info/paths.json": json.dumps({"paths": [row], "paths_version": 1}).encode()}

    package(folder, "up", {"../evil": Entry(b"x")}, info=listing())
    package(folder, "absolute", {"/tmp/evil": Entry(b"x")}, info=listing())
    package(folder, "uplisted", ok, info=listing(_path="../evil"))
    package(folder, "meta", {"conda-meta/x.json": Entry(b"{}")})
    package(folder, "digest", ok, info=listing(sha256="0" * 64))
    package(folder, "size", ok, info=listing(size_in_bytes=3))
    package(folder, "absent", {}, info=listing())
    package(folder, "emptylink", {"share/ok": Entry(link="")}, info=listing())
    package(folder, "badjson", ok, info={"info/paths.json": b'{"paths": ['})
    package(folder, "badindex", ok, info={"info/index.json": b"[]"})
    package(folder, "bomb", {"share/ok": Entry(b"\0" * (64 << 20))}, info=listing())
    package(folder, "short", {"share/ok": Entry(HOLD.encode(), hold="binary")},
            info={"info/paths.json": json.dumps({"paths": [
                {"_path": "share/ok", "path_type": "hardlink", "file_mode": "binary",
                 "prefix_placeholder": "/p", "sha256": None}], "paths_version": 1}).encode()})
    package(folder, "nopython", {"site-packages/a.py": Entry(b"")}, noarch="python")
    package(folder, "twice", {"share/ok": Entry(b"ok"), "./share/ok": Entry(b"ok")}, info=listing())
    package(folder, "device", {"share/ok": Entry(kind=tarfile.CHRTYPE)}, info=listing())
    package(folder, "pipe", {"share/ok": Entry(kind=tarfile.FIFOTYPE)}, info=listing())
    package(folder, "folder", {"share/ok": Entry(kind=tarfile.DIRTYPE)}, info=listing())
    package(folder, "nofolder", ok, info=listing(path_type="directory"))
    package(folder, "hardnothing", {"share/ok": Entry(hard="nothing")}, info=listing())
    package(folder, "hardself", {"share/ok": Entry(hard="share/ok")}, info=listing())
    package(folder, "hardup", {"share/ok": Entry(hard="../../etc/passwd")}, info=listing())
    package(folder, "holdlink", {"share/ok": Entry(link="x")}, info=listing(prefix_placeholder=HOLD))
    package(folder, "longname", {"share/" + "n" * 256: Entry(b"x")})
    package(folder, "longpath", {"n/" * 2100 + "x": Entry(b"x")})
    package(folder, "nul", ok, info=listing(_path="share/ok\0x"))
    package(folder, "empty", ok, info=listing(_path=""))
    package(folder, "type", ok, info=listing(path_type="portal"))
    package(folder, "version", ok, info={"info/paths.json": b'{"paths": [], "paths_version": 2}'})
    package(folder, "bothkinds", ok, info={"info/paths.json": json.dumps({"paths_version": 1, "paths": [
        {"_path": "share/ok", "path_type": kind} for kind in ("hardlink", "softlink")]}).encode()})
    package(folder, "python", {}, python_site_packages_path="../up", version="3.11.1")
    for number, point in enumerate(("x", "x = y", "a/b = c:d", ".x = c:d", "x = c d:e", "x = c:d()")):
        package(folder, f"entry{number}", {}, noarch="python", info={"info/link.json": json.dumps(
            {"noarch": {"type": "python", "entry_points": [point]}, "package_metadata_version": 1}).encode()})
    for number, text in enumerate(("../x", "a/b", "", ".")):
        file = package(folder, f"name{number}", ok, info={"info/index.json": json.dumps(
            {"name": text, "version": "1", "build": "0"}).encode()})
        os.rename(file, os.path.join(folder, f"name{number}-1.0-0.conda"))
    package(folder, "notext", {os.fsdecode(b"share/latin-\xe4"): Entry(b"x")}, old=True)
    with open(package(folder, "cut", {"share/ok": Entry(os.urandom(1 << 16))}), "r+b") as cut:
        cut.truncate(40000)
    with open(package(folder, "cutold", {"share/ok": Entry(os.urandom(1 << 16))}, old=True), "r+b") as cut:
        cut.truncate(40000)
    with open(os.path.join(folder, "nothing-1.0-0.conda"), "wb") as out:
        out.write(b"this is no package")


def main():
    for part, make in (("good", good), ("hostile", hostile)):
        folder = os.path.join(sys.argv[1], part)
        os.makedirs(folder, exist_ok=True)
        make(folder)


if __name__ == "__main__":
    main()
