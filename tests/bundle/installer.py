#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""An installer of conda packages as plain as can be, to hold images against.

usage: installer.py PREFIX TREE PACKAGE...      compares what it would install with TREE
       installer.py --write PREFIX TREE PACKAGE...   installs to TREE what it would in PREFIX

It knows the rules (CEP 17, 20, 32, 34 and 35), not the program: everything is read into memory, one
dict is the prefix. Exit status 1: a difference; 3: it refuses a package.
"""

import hashlib
import json
import marshal
import os
import re
import stat
import struct
import sys
import types

import unpacked
from rewriting import entry_point, fix_pyc, rewrite
from unpacked import Refused

LINK, FILE, FOLDER = "link", "file", "folder"


def noarch_kind(index, link):
    """"python", "generic" or None; old packages say True, or say it in link.json alone."""
    kind = index.get("noarch") or link.get("noarch", {}).get("type")
    return "generic" if kind is True else kind


class Python:
    """Where the set's Python has its name and its modules; CEP 17."""

    def __init__(self, index):
        major, minor = re.match(r"(\d+)\.(\d+)", index["version"]).groups()
        threads = "t" if re.search(rf"cp{major}{minor}t(_|$)", index["build"]) else ""
        self.name = f"python{major}.{minor}{threads}"
        self.tag = f"cpython-{major}{minor}"
        self.site = index.get("python_site_packages_path") or f"lib/{self.name}/site-packages"
        if self.site.startswith("/") or ".." in self.site.split("/"):
            raise Refused("python_site_packages_path leaves the prefix")


class Package:
    """What one package puts into a prefix: path -> (kind, bytes or link text, mode)."""

    def __init__(self, path):
        self.path = path
        self.found = unpacked.members(path)
        self.index = json.loads(self.found["info/index.json"][1])
        self.link = unpacked.link_info(self.found)
        self.noarch = noarch_kind(self.index, self.link)
        self.name = self.index["name"]
        self.rows = unpacked.paths(self.found)
        self.files, self.targets = {}, {}

    def target(self, name, python):
        if self.noarch == "python":
            name = re.sub("^site-packages/", python.site + "/", name)
            name = re.sub("^python-scripts/", "bin/", name)
        return name

    def install(self, prefix, python, epoch):
        if self.noarch == "python" and python is None:
            raise Refused("noarch Python without a Python")
        for name, row in self.rows.items():
            kind, data, mode = unpacked.content(self.found, name, row)
            if kind == FILE and row.get("prefix_placeholder"):
                data = rewrite(data, row.get("file_mode", "text"), row["prefix_placeholder"], prefix)
            self.put(self.target(name, python), kind, data, mode, row)
        if self.noarch == "python":
            for text in self.link.get("noarch", {}).get("entry_points", []):
                name, script = entry_point(text, prefix, python.name)
                self.put(name, FILE, script, 0o755, {"path_type": "unix_python_entry_point"})
        fix_pyc(self.files, epoch)

    def put(self, name, kind, data, mode, row):
        mode = {LINK: 0o777, FOLDER: 0o755}.get(kind, 0o755 if mode & 0o111 else 0o644)
        self.files[name] = (kind, data, mode)
        self.targets[name] = row


def ordered(packages):
    """Dependencies first, by name; of a circle the first by name that is not noarch."""
    left, done = {p.name: p for p in sorted(packages, key=lambda p: p.name)}, []
    if len(left) != len(packages):
        raise Refused("a package is there twice")

    def waits_for(name):
        specs = left[name].index.get("depends", [])
        names = [re.match(r"(?:.*::)?([^ =<>!~\[]*)", spec)[1].lower() for spec in specs]
        return sorted(n for n in names if n in left and n != name)

    while left:
        ready = [name for name in left if not waits_for(name)]
        if not ready:
            # follow the first open dependency until one comes again: that is a circle
            trail = [next(iter(left))]
            while trail[-1] not in trail[:-1]:
                trail.append(waits_for(trail[-1])[0])
            circle = trail[trail.index(trail[-1]) + 1:]
            ready = [min(circle, key=lambda n: (left[n].noarch is not None, n))]
        done.append(left.pop(ready[0]))
    return done


def prefix_of(packages):
    """The prefix: what comes later wins, and a folder wins over what is no folder."""
    tree, losers = {}, []
    for package in packages:
        for name, node in package.files.items():
            if node[0] == FOLDER and name in tree:
                losers += [name] if tree[name][0] != FOLDER else []
            elif name in tree and tree[name][0] == FOLDER:
                losers.append(name)
                continue
            elif name in tree and tree[name] != node:
                losers.append(name)
            tree[name] = node
    for name in list(tree):
        while "/" in name:
            name = name.rsplit("/", 1)[0]
            if tree.get(name, (FOLDER,))[0] != FOLDER:
                losers.append(name)
            tree[name] = (FOLDER, None, 0o755)
    return tree, sorted(set(losers))


def tree_of(root):
    found = {}
    for folder, folders, names in os.walk(os.fsencode(root)):
        for name in folders + names:
            path = os.path.join(folder, name)
            info, short = os.lstat(path), os.fsdecode(os.path.relpath(path, os.fsencode(root)))
            if stat.S_ISLNK(info.st_mode):
                found[short] = (LINK, os.fsdecode(os.readlink(path)), 0o777)
            elif stat.S_ISDIR(info.st_mode):
                found[short] = (FOLDER, None, stat.S_IMODE(info.st_mode))
            else:
                with open(path, "rb") as file:
                    found[short] = (FILE, file.read(), stat.S_IMODE(info.st_mode))
    return found


def follow(tree, path):
    """The bytes of the file that a path of the tree leads to, or None."""
    for _ in range(40):
        kind, data, _ = tree.get(path, (None, None, None))
        if kind != LINK:
            return data if kind == FILE else None
        if data.startswith("/"):
            return None
        path = os.path.normpath(os.path.join(os.path.dirname(path), data))
    return None


def same_code(one, other):
    """Whether two code objects do the same: marshal writes the same code in several ways."""
    if isinstance(one, types.CodeType) and isinstance(other, types.CodeType):
        parts = [name for name in dir(one) if name.startswith("co_") and name not in
                 ("co_consts", "co_filename", "co_lines", "co_positions")]
        return len(one.co_consts) == len(other.co_consts) and \
            all(getattr(one, name) == getattr(other, name) for name in parts) and \
            all(map(same_code, one.co_consts, other.co_consts))
    return type(one) is type(other) and repr(one) == repr(other)


def made_here(tree, python, package, path):
    """Whether 'path' is what compiling a module of a noarch Python package gives."""
    match = re.fullmatch(rf"(.*/)__pycache__/([^/]+)\.{python.tag}\.pyc", path)
    source = match and match[1] + match[2] + ".py"
    if not match or package.noarch != "python" or source not in package.files:
        return False
    pyc, text = tree[path][1], tree[source][1]
    plain = {source: (FILE, text, 0), path: (FILE, pyc[:4] + bytes(12) + pyc[16:], 0)}
    fix_pyc(plain, 0)
    if plain[path][1] != pyc:
        return False
    if python.tag != sys.implementation.cache_tag:
        return True
    return same_code(marshal.loads(pyc[16:]), compile(text, "x", "exec", dont_inherit=True))


def expected_rows(package, tree):
    for name, row in sorted(package.targets.items(), key=lambda item: os.fsencode(item[0])):
        kind = "softlink" if package.files[name][0] == LINK else row.get("path_type", "hardlink")
        known = {"_path": name, "path_type": kind}
        for key in ("sha256", "prefix_placeholder"):
            if row.get(key):
                known[key] = row[key]
        if row.get("prefix_placeholder"):
            known["file_mode"] = row.get("file_mode", "text")
        if row.get("no_link"):
            known["no_link"] = True
        data = follow(tree, name)
        if data is not None:
            known["sha256_in_prefix"] = hashlib.sha256(data).hexdigest()
            known["size_in_bytes"] = row.get("size_in_bytes", len(data))
        yield known


def check_record(record, package, tree, python):
    """What a record of conda-meta says wrongly."""
    index, said = package.index, {row["_path"]: row for row in record["paths_data"]["paths"]}
    with open(package.path, "rb") as file:
        data = file.read()
    facts = {"version": index["version"], "build": index["build"], "size": len(data),
             "build_number": index.get("build_number", 0), "depends": index.get("depends", []),
             "constrains": index.get("constrains", []), "subdir": index.get("subdir") or "",
             "sha256": hashlib.sha256(data).hexdigest(), "fn": os.path.basename(package.path),
             "link": {"source": "", "type": 3}, "url": "", "channel": ""}
    wrong = [f"{key} is {record.get(key)!r}, not {value!r}" for key, value in facts.items()
             if record.get(key) != value]
    for row in expected_rows(package, tree):
        if said.get(row["_path"]) != row:
            wrong.append(f"{said.get(row['_path'])} should be {row}")
    more = set(said) - set(package.targets)
    wrong += [f"'{path}' is not of the package" for path in more
              if not made_here(tree, python, package, path)]
    if record["files"] != sorted(said, key=os.fsencode) or record["paths_data"]["paths_version"] != 1:
        wrong.append("'files' is not what 'paths' has")
    return wrong, more


def check_meta(tree, packages, python):
    """What is wrong with conda-meta, and the paths that were made beside the packages' own."""
    wrong, made = [], set()
    names = {f"conda-meta/{p.name}-{p.index['version']}-{p.index['build']}.json": p for p in packages}
    rest = {"conda-meta/history", "conda-meta/frozen", "conda-meta/advisor/manifest.json"}
    for name in set(names) | rest:
        if tree.get(name, (None,))[0] != FILE:
            return [f"{name} is missing"], made
    wrong += [f"{name} is too many" for name in tree if name.startswith("conda-meta/")
              and name not in names and name not in rest and tree[name][0] != FOLDER]
    for name, package in names.items():
        faults, more = check_record(json.loads(tree[name][1]), package, tree, python)
        wrong += [f"{name}: {fault}" for fault in faults]
        made |= more
    history = tree["conda-meta/history"][1].decode().splitlines()
    dists = [line.split("::")[1] for line in history if line.startswith("+")]
    if dists != [n[len("conda-meta/"):-len(".json")] for n in names]:
        wrong.append("conda-meta/history: not the packages in the order of installing")
    if "message" not in json.loads(tree["conda-meta/frozen"][1]):
        wrong.append("conda-meta/frozen: no message")
    return wrong, made


def installed(prefix, files, epoch=0):
    """(packages in order, python or None, tree, paths that several packages have)"""
    packages = ordered([Package(path) for path in files])
    python = next((Python(p.index) for p in packages if p.name == "python"), None)
    for package in packages:
        package.install(prefix, python, epoch)
    return packages, python, *prefix_of(packages)


def differences(prefix, root, files, epoch=0):
    packages, python, wanted, losers = installed(prefix, files, epoch)
    tree = tree_of(root)
    wrong, made = check_meta(tree, packages, python)
    for name in sorted(set(wanted) | set(tree) - made):
        folder = any(path.startswith(name + "/") for path in made) and tree[name][0] == FOLDER
        if not name.startswith("conda-meta") and not folder and wanted.get(name) != tree.get(name):
            here, there = (node and (node[0], oct(node[2])) for node in (wanted.get(name), tree.get(name)))
            wrong.append(f"{name!r}: {there} instead of {here}" if here != there else f"{name!r}: content")
    manifest = json.loads(tree.get("conda-meta/advisor/manifest.json", (0, b"{}"))[1])
    told = sorted({row["path"] for row in manifest.get("clobbers", [])})
    if told != losers:
        wrong.append(f"replaced paths: {told}, not {losers}")
    return wrong, len(wanted)


def write(prefix, root, files):
    wanted = installed(prefix, files)[2]
    for name, (kind, data, mode) in sorted(wanted.items()):
        path = os.path.join(root, name)
        os.makedirs(path if kind == FOLDER else os.path.dirname(path), exist_ok=True)
        if kind == LINK:
            os.symlink(data, path)
        elif kind == FILE:
            with open(path, "wb") as out:
                out.write(data)
            os.chmod(path, mode)


def main():
    arguments = sys.argv[1:]
    try:
        if arguments[0] == "--write":
            write(arguments[1], arguments[2], arguments[3:])
            return
        wrong, count = differences(arguments[0], arguments[1], arguments[2:])
    except (Refused, struct.error) as why:
        print(f"refused: {why}")
        sys.exit(3)
    for name in wrong:
        print(f"differs: {name}")
    print(f"{count} paths compared")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
