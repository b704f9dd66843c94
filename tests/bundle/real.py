#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Installs real packages with the program and with the plain installer, and compares.

usage: ADVISOR=PROGRAM real.py FOLDER [PREFIX]

FOLDER   is searched for .conda and .tar.bz2 files. Each is built into an image alone; noarch Python
         gets a Python to stand on. What both refuse is no difference, and is listed.
PREFIX   an environment that conda installed of packages in FOLDER, or what was kept of it: those
         packages are installed together for its path, and every file that is there is compared.
Exit status 1: a difference.
"""

import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import tempfile

import installer
import packages
from unpacked import Refused

MOUNT = "/opt/centre/env"
STEPS = (("tar.zst", "mkdir tree && zstd -qdc image | tar -xp -C tree"),
         ("squashfs", "unsquashfs -quiet -no-progress -d tree image"))


def build(files, mount, image, kind):
    recipe = {"schema": "advisor.bundle/1", "name": "real", "mount": mount, "format": kind,
              "packages": [os.path.abspath(file) for file in files]}
    with open("recipe.yml", "w", encoding="utf-8") as out:
        json.dump(recipe, out)
    return subprocess.run([os.environ["ADVISOR"], "bundle", "build", "-q", "recipe.yml", "-o", image],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)


def compare(files, kind, unpack):
    """What differs, and why both refuse."""
    subprocess.run(["rm", "-rf", "tree", "image", "image.manifest.json"], check=True)
    done = build(files, MOUNT, "image", kind)
    try:
        if done.returncode == 0:
            subprocess.run(unpack, shell=True, check=True, stdout=subprocess.DEVNULL)
            return installer.differences(MOUNT, "tree", files)[0], None
        installer.installed(MOUNT, files)
        return [f"refused by the program alone: {done.stderr.strip()}"], None
    except (Refused, KeyError) as why:
        if done.returncode == 3:
            return [], f"{why} ({done.stderr.strip()})"
        return [f"refused by the plain installer alone: {why}"], None


def needs_python(file):
    try:
        package = installer.Package(file)
        return package.noarch == "python" and package.name != "python"
    except (Refused, KeyError, ValueError, OSError, EOFError):
        return False


def check_each(files):
    """Every file alone. Returns counts: the same, both refuse, different."""
    counts = [0, 0, 0]
    stand = packages.package(".", "python", {"bin/python3.9": packages.Entry(b"", mode=0o755)},
                             version="3.9.1")
    for file in files:
        others = [stand] if needs_python(file) else []
        for kind, unpack in STEPS:
            wrong, refused = compare([file] + others, kind, unpack)
            if wrong:
                break
        name = os.path.basename(file)
        counts[2 if wrong else 1 if refused else 0] += 1
        if refused:
            print(f"refused: {name}: {refused}")
        for line in wrong:
            print(f"differs: {name}: {line}")
    return counts


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def on_disk(path):
    """(kind, bytes or link text, whether it is executable)"""
    info = os.lstat(path)
    if stat.S_ISLNK(info.st_mode):
        return "link", os.readlink(path), False
    if stat.S_ISDIR(info.st_mode):
        return "folder", None, False
    with open(path, "rb") as file:
        return "file", file.read(), bool(info.st_mode & stat.S_IXUSR)


def check_conda(files, prefix):
    """Compares with what conda made of the same packages. Returns paths that agree and that differ."""
    records = []
    for name in os.listdir(os.path.join(prefix, "conda-meta")):
        if name.endswith(".json"):
            with open(os.path.join(prefix, "conda-meta", name), encoding="utf-8") as file:
                records.append(json.load(file))
    mount = records[0]["link"]["source"].rsplit("/", 2)[0]  # .../pkgs/name-version-build
    known = {record["fn"]: record.get("sha256") for record in records}
    chosen = [f for f in files if known.get(os.path.basename(f)) == digest(f)]
    if not any("/python-" in f for f in chosen):
        chosen.append(packages.package(".", "python", {"stand-in": packages.Entry(b"")}, version=next(
            record["version"] for record in records if record["name"] == "python")))
    done = build(chosen, mount, "image.tar.zst", "tar.zst")
    if done.returncode:
        sys.exit(f"real.py: {done.stderr}")
    subprocess.run("rm -rf tree; mkdir tree; zstd -qdc image.tar.zst | tar -xp -C tree", shell=True,
                   check=True)
    same = differ = 0
    for name, (kind, data, mode) in sorted(installer.tree_of("tree").items()):
        path = os.path.join(prefix, name)
        # ours of .pyc hang on no time; what is not there was not kept with the environment
        if kind == "folder" or name.startswith("conda-meta") or name.endswith(".pyc") or \
                not os.path.lexists(path):
            continue
        if on_disk(path) == (kind, data, kind == "file" and bool(mode & 0o100)):
            same += 1
        else:
            differ += 1
            print(f"conda has something else: {name}")
    return same, differ


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    root, prefix = sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else None
    files = sorted(os.path.abspath(os.path.join(folder, name)) for folder, _, names in os.walk(root)
                   for name in names if name.endswith((".conda", ".tar.bz2"))
                   and not name.startswith("repodata"))
    differ = 0
    with tempfile.TemporaryDirectory() as work:
        prefix = prefix and os.path.abspath(prefix)
        os.chdir(work)
        same, refused, wrong = check_each(files)
        print(f"{len(files)} packages: {same} the same, {refused} refused by both, {wrong} different")
        if prefix:
            agree, differ = check_conda(files, prefix)
            print(f"{agree} files and links are what conda installed, {differ} are not")
        os.chdir("/")
    sys.exit(1 if wrong or differ or not same else 0)


if __name__ == "__main__":
    main()
