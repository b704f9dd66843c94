#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""An installer of conda packages as plain as can be, to hold images against.

usage: installer.py PREFIX TREE PACKAGE...   compares what it would install with TREE

It knows the rules, not the program: everything is read into memory, one dict is the prefix.
"""

import _imp
import bz2
import hashlib
import io
import json
import os
import re
import shlex
import stat
import subprocess
import sys
import tarfile
import zipfile


def members(path):
    """path -> (kind, bytes or link text, executable) of a package, info/ included."""
    if path.endswith(".conda"):
        with zipfile.ZipFile(path) as outer:
            tars = [subprocess.run(["zstd", "-qdc"], input=outer.read(n), stdout=subprocess.PIPE,
                                   check=True).stdout for n in outer.namelist() if ".tar" in n]
    else:
        tars = [bz2.decompress(open(path, "rb").read())]
    found = {}
    for data in tars:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            for member in tar:
                if member.issym():
                    found[member.name] = ("link", member.linkname, False)
                else:
                    found[member.name] = ("file", tar.extractfile(member).read(), bool(member.mode & 0o111))
    return found


def paths(found):
    """path -> (mode or None, placeholder)"""
    if "info/paths.json" in found:
        rows = json.loads(found["info/paths.json"][1])["paths"]
        return {r["_path"]: (r.get("file_mode", "text") if r.get("prefix_placeholder") else None,
                             r.get("prefix_placeholder")) for r in rows}
    listed = {n: (None, None) for n in found["info/files"][1].decode().splitlines()}
    for line in found["info/has_prefix"][1].decode().splitlines():
        hold, mode, name = [part.strip("\"'") for part in shlex.split(line, posix=False)]
        listed[name] = (mode, hold)
    return listed


def rewrite(data, mode, hold, prefix):
    hold, prefix = hold.encode(), prefix.encode()
    if mode == "binary":
        return re.sub(re.escape(hold) + b"[^\0]*",
                      lambda m: m[0].replace(hold, prefix).ljust(len(m[0]), b"\0"), data)
    data = data.replace(hold, prefix)
    first = data.split(b"\n")[0]
    if data.startswith(b"#!") and len(first) > 127:
        exe, options = re.match(rb"#! *(/\S*)(.*)", first).groups()
        name = exe.rsplit(b"/")[-1]
        if re.fullmatch(rb"python(\d+(\.\d+)?)?", name):
            new = b"#!/bin/sh\n'''exec' \"" + exe + b'"' + options + b' "$0" "$@" #\'\'\''
        else:
            new = b"#!/usr/bin/env " + name + options
        data = new + data[len(first):]
    return data


def fix_pyc(files):
    """Timestamp and checked .pyc become unchecked ones."""
    for name, (kind, data, executable) in files.items():
        if not name.endswith(".pyc") or int.from_bytes(data[4:8], "little") not in (0, 3):
            continue
        match = re.fullmatch(r"(.*?)__pycache__/([^/.]+)\.[^/]*\.pyc", name)
        source = files.get(match[1] + match[2] + ".py" if match else name[:-1])
        digest = _imp.source_hash(int.from_bytes(data[:4], "little"), source[1]) if source else bytes(8)
        files[name] = (kind, data[:4] + b"\1\0\0\0" + digest + data[16:], executable)


def entry_point(text, prefix, python):
    command, target = (part.strip() for part in text.split("=", 1))
    module, function = target.rsplit(":", 1)
    exe = f"{prefix}/bin/{python}"
    first = f"#!{exe}\n" if len(exe) <= 125 else f"#!/bin/sh\n'''exec' \"{exe}\" \"$0\" \"$@\" #'''\n"
    return "bin/" + command, first + f"""# -*- coding: utf-8 -*-
import re
import sys

from {module} import {function.split('.')[0]}

if __name__ == '__main__':
    sys.argv[0] = re.sub(r'(-script\\.pyw?|\\.exe)?$', '', sys.argv[0])
    sys.exit({function}())
"""


def install(package, prefix, python):
    found = members(package)
    index = json.loads(found["info/index.json"][1])
    files = {}
    for name, (mode, hold) in paths(found).items():
        kind, data, executable = found[name]
        if hold:
            data = rewrite(data, mode, hold, prefix)
        if index.get("noarch") == "python":
            name = re.sub("^site-packages/", f"lib/{python}/site-packages/", name)
            name = re.sub("^python-scripts/", "bin/", name)
        files[name] = (kind, data, executable)
    if index.get("noarch") == "python" and "info/link.json" in found:
        for text in json.loads(found["info/link.json"][1])["noarch"]["entry_points"]:
            name, script = entry_point(text, prefix, python)
            files[name] = ("file", script.encode(), True)
    fix_pyc(files)
    return index, files


def ordered(packages):
    left, done = dict(packages), []
    while left:
        ready = min(n for n, (index, _) in left.items()
                    if not any(d.split()[0] in left for d in index["depends"]))
        done.append(left.pop(ready))
    return done


def tree_of(root):
    found = {}
    for folder, folders, names in os.walk(root):
        for name in folders + names:
            path = os.path.join(folder, name)
            info, short = os.lstat(path), os.path.relpath(path, root)
            if stat.S_ISLNK(info.st_mode):
                found[short] = ("link", os.readlink(path), 0o777)
            elif stat.S_ISDIR(info.st_mode):
                found[short] = ("folder", None, stat.S_IMODE(info.st_mode))
            else:
                with open(path, "rb") as file:
                    found[short] = ("file", file.read(), stat.S_IMODE(info.st_mode))
    return found


def check_meta(tree, packages):
    """conda-meta says of every file what is really there."""
    wrong = []
    records = [n for n in tree if re.fullmatch(r"conda-meta/[^/]*\.json", n)]
    if len(records) != len(packages):
        wrong.append(f"{len(records)} records for {len(packages)} packages")
    for name in records:
        record = json.loads(tree[name][1])
        index, files = packages[record["name"]]
        if record["files"] != sorted(files, key=str.encode) or record["depends"] != index["depends"]:
            wrong.append(f"{name}: files or depends")
        for row in record["paths_data"]["paths"]:
            path = row["_path"]
            while tree.get(path, ("",))[0] == "link":
                path = os.path.normpath(os.path.join(os.path.dirname(path), tree[path][1]))
            if tree.get(path, ("",))[0] == "file":
                if hashlib.sha256(tree[path][1]).hexdigest() != row.get("sha256_in_prefix"):
                    wrong.append(f"{name}: {row['_path']}: sha256_in_prefix")
    for name in ("conda-meta/history", "conda-meta/frozen", "conda-meta/advisor/manifest.json"):
        if name not in tree:
            wrong.append(f"{name} is missing")
    return wrong


def main():
    prefix, root, files = sys.argv[1], sys.argv[2], sys.argv[3:]
    version = next(re.search(r"/python-(\d+\.\d+)", f)[1] for f in files if "/python-" in f)
    packages = {}
    for path in files:
        index, content = install(path, prefix, "python" + version)
        packages[index["name"]] = (index, content)
    wanted = {}
    for index, content in ordered(packages):
        wanted.update({n: (k, d, 0o777 if k == "link" else 0o755 if x else 0o644)
                       for n, (k, d, x) in content.items()})
    for name in list(wanted):
        while "/" in name:
            name = name.rsplit("/", 1)[0]
            wanted[name] = ("folder", None, 0o755)
    tree = tree_of(root)
    wrong = [n for n in sorted(set(wanted) | set(tree))
             if not n.startswith("conda-meta") and wanted.get(n) != tree.get(n)]
    wrong += check_meta(tree, packages)
    for name in wrong:
        print(f"differs: {name}")
    print(f"{len(wanted)} paths compared")
    sys.exit(1 if wrong or len(wanted) < 20 else 0)


if __name__ == "__main__":
    main()
