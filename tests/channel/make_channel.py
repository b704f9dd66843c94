#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes a small real conda channel out of Debian's own Python packages.

usage: make_channel.py CHANNEL CACHE [--more]

CHANNEL is the folder to write, with linux-64/ and noarch/; it is replaced as a whole, and left
alone when it is already what these scripts make of these packages. CACHE keeps the Debian
packages, so that a second run asks nobody. --more: with some that the demo does not need, and
"recipe.yml", an image of one record of each package. Exit status 4: the packages can't be had.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

import conda_package
import debs
import tree
from packages import ALIASES, LIMITS, MORE, NOT_NEEDED, ONLY_VARIANTS, PACKAGES, VARIANTS

SUBDIRS = {"amd64": "linux-64", "arm64": "linux-aarch64"}
LIBRARY_HOMES = ("libexpat", "libzlib", "libffi", "bzip2", "liblzma")


def owners():
    """Debian name -> conda name."""
    known = dict(ALIASES)
    for name, _, sources in PACKAGES + MORE:
        known.update((source, name) for source in sources)
    return known


def depends_of(name, kind, controls, known):
    """The requirements of a conda package, out of those of its Debian packages."""
    found = {}
    for fields in controls:
        for choices, bound in debs.requirements(fields):
            if NOT_NEEDED.intersection(choices):
                continue
            other = next((known[c] for c in choices if c in known), None)
            if other is None:
                raise SystemExit(f"packages.py: '{name}' requires '{choices[0]}', which the "
                                 "table does not have")
            if other in (name, "python"):
                continue
            spec = f"{other} >={bound}" if bound and choices[0] not in ALIASES else other
            if found.get(other) in (None, other):
                found[other] = LIMITS.get((name, other), spec)
    if kind == "module":
        found["python"] = "python >=3.11,<3.12.0a0"
    if kind == "noarch":
        found["python"] = "python >=3.9"
    if kind in ("python", "lib", "module"):
        found["__glibc"] = "__glibc >=2.36,<3.0.a0"
    return found


def index_of(name, kind, version, number, depends, subdir, when):
    index = {
        "name": name, "version": version, "build_number": number,
        "build": ("py311_" if kind == "module" else "pydeb12_" if kind == "noarch" else "deb12_")
                 + str(number),
        "depends": [depends[key] for key in sorted(depends)],
        "constrains": [], "license": "see Debian's copyright file",
        "subdir": subdir, "timestamp": when * 1000,
    }
    if kind in ("noarch", "data"):
        index["noarch"] = "python" if kind == "noarch" else "generic"
    if kind == "python":
        index["python_site_packages_path"] = tree.SITE_PACKAGES
    return index


class Maker:
    """Builds every package of the table in a work folder and writes the channel."""

    def __init__(self, files, work, channel, subdir):
        self.files, self.work, self.channel, self.subdir = files, work, channel, subdir
        self.known = owners()
        self.records = {subdir: {}, "noarch": {}}
        for folder in self.records:
            os.makedirs(os.path.join(channel, folder))

    def folder(self, name):
        return os.path.join(self.work, name)

    def assemble(self, name, kind, sources):
        """Puts together the files of one package."""
        root = self.folder(name)
        os.makedirs(root)
        for source in sources:
            with tempfile.TemporaryDirectory(dir=self.work) as plain:
                debs.unpack(self.files[source], plain)
                tree.move(plain, root)
        if kind == "python":
            tree.add_python_links(root)
        if kind in ("python", "lib", "module"):
            tree.set_rpaths(root)
        tree.drop_broken_links(root)
        tree.set_prefixes(root)
        if kind in ("python", "module"):
            tree.compile_sources(root, self.folder("python"),
                                 [os.path.join(self.folder(lib), "lib") for lib in LIBRARY_HOMES])
        if kind == "noarch":
            os.rename(os.path.join(root, tree.SITE_PACKAGES), os.path.join(root, "site-packages"))

    def write(self, name, kind, sources):
        """Writes the package and its variants."""
        root = self.folder(name)
        controls = [debs.describe(self.files[source]) for source in sources]
        version = debs.upstream(controls[0]["Version"])
        depends = depends_of(name, kind, controls, self.known)
        when = max(int(os.lstat(os.path.join(root, path)).st_mtime)
                   for path in conda_package.walk(root))
        summary = controls[0].get("Description", "").splitlines()[0]
        about = {"summary": summary, "home": controls[0].get("Homepage", "")}
        link = None
        if kind == "noarch":
            link = {"package_metadata_version": 1,
                    "noarch": {"type": "python", "entry_points": tree.entry_points(root)}}
        packed = conda_package.payload(root)
        wishes = [] if name in ONLY_VARIANTS else [(version, 0, {})]
        wishes += [(v or version, n, d) for who, v, n, d in VARIANTS if who == name]
        subdir = "noarch" if kind in ("noarch", "data") else self.subdir
        for version, number, changes in wishes:
            index = index_of(name, kind, version, number, dict(depends, **changes), subdir, when)
            file, record = conda_package.write(os.path.join(self.channel, subdir), index, about,
                                               packed, link)
            self.records[subdir][file] = record

    def write_repodata(self):
        for subdir, records in self.records.items():
            document = {"info": {"subdir": subdir}, "packages": {}, "packages.conda": records,
                        "removed": [], "repodata_version": 1}
            text = (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()
            path = os.path.join(self.channel, subdir, "repodata.json")
            with open(path, "wb") as out:
                out.write(text)
            with open(path + ".zst", "wb") as out:
                out.write(conda_package.compress(text))


def fingerprint(files):
    """What the channel depends on: these scripts and the Debian packages."""
    here = os.path.dirname(os.path.abspath(__file__))
    known = hashlib.sha256()
    for script in sorted(f for f in os.listdir(here) if f.endswith(".py")):
        with open(os.path.join(here, script), "rb") as file:
            known.update(file.read())
    for name in sorted(files):
        known.update(os.path.basename(files[name]).encode() + b"\n")
    return known.hexdigest()


def write_recipe(channel, records):
    """Of each package the record that is its own, or the first of its variants."""
    made_up = {(name, version, number) for name, version, number, _ in VARIANTS}
    chosen = {}
    for subdir in sorted(records):
        for file, record in sorted(records[subdir].items()):
            name, number = record["name"], record["build_number"]
            own = not made_up & {(name, record["version"], number), (name, None, number)}
            if own or name not in chosen:
                chosen[name] = f"{subdir}/{file}"
    with open(os.path.join(channel, "recipe.yml"), "w", encoding="utf-8") as out:
        json.dump({"schema": "advisor.bundle/1", "name": "more", "mount": "/opt/more/env",
                   "specs": sorted(chosen), "packages": [chosen[n] for n in sorted(chosen)]}, out,
                  indent=1)


def read_text(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def replace(folder, new):
    if os.path.isdir(folder):
        os.rename(folder, new + ".old")
    os.rename(new, folder)
    shutil.rmtree(new + ".old", ignore_errors=True)


def main():
    more = sys.argv[3:] == ["--more"]
    if len(sys.argv) != 3 + more:
        sys.exit(__doc__)
    channel, cache = (os.path.abspath(path) for path in sys.argv[1:3])
    table = PACKAGES + MORE if more else PACKAGES
    architecture = subprocess.run(["dpkg", "--print-architecture"], check=True, text=True,
                                  stdout=subprocess.PIPE).stdout.strip()
    if architecture not in SUBDIRS:
        sys.exit(f"make_channel.py: no conda name is known for Debian's '{architecture}'")
    try:
        files = debs.fetch(cache, [source for _, _, sources in table for source in sources])
    except debs.Missing as why:
        print(f"make_channel.py: {why}", file=sys.stderr)
        sys.exit(4)
    stamp = os.path.join(channel, "made-of")
    if read_text(stamp) == fingerprint(files):
        return
    os.makedirs(os.path.dirname(channel), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(channel)) as work:
        maker = Maker(files, work, os.path.join(work, "channel"), SUBDIRS[architecture])
        # libraries first: the interpreter needs some to compile its own sources
        order = sorted(table, key=lambda p: (p[1] != "lib", p[1] != "python", p[0]))
        for package in order:
            maker.assemble(*package)
        for package in order:
            maker.write(*package)
        maker.write_repodata()
        if more:
            write_recipe(maker.channel, maker.records)
        with open(os.path.join(work, "channel", "made-of"), "w", encoding="utf-8") as out:
            out.write(fingerprint(files))
        replace(channel, os.path.join(work, "channel"))


main()
