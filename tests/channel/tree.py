# SPDX-License-Identifier: BSD-3-Clause
"""Turns the files of Debian packages into those of a conda package."""

import configparser
import os
import re
import shutil
import subprocess

from conda_package import PLACEHOLDER, walk

SITE_PACKAGES = "lib/python3.11/dist-packages"

# Where files go: the first pattern that matches, and None to leave the file out.
MOVES = tuple((re.compile(pattern), target) for pattern, target in (
    # other packages of the same interpreter, or of no use outside of Debian
    (r"usr/lib/python3\.11/(sitecustomize\.py|EXTERNALLY-MANAGED|test/|lib-dynload/nis\.)", None),
    (r"usr/lib/[^/]+/libgio-2\.0\.", None),
    (r"usr/lib/[^/]+/(engines-3|ossl-modules|perl-base)/", None),
    (r"usr/bin/(dh_numpy3|tqdm|xcb-.*)$", None),
    (r"usr/bin/(.*)", r"bin/\1"),
    (r"usr/lib/python3/dist-packages/(.*)", SITE_PACKAGES + r"/\1"),
    (r"usr/lib/(python3\.11/.*)", r"lib/\1"),
    # the provider of BLAS and LAPACK is Debian's alternative; here it is the library itself
    (r"(?:usr/)?lib/[^/]+-linux-gnu/openblas-pthread/(.*)", r"lib/\1"),
    (r"(?:usr/)?lib/[^/]+-linux-gnu/([^/]*\.so[^/]*)$", r"lib/\1"),
    (r"usr/(share/zoneinfo/.*)", r"\1"),
))

# Text that names the prefix, in the files that are meant for it.
PREFIXES = tuple((re.compile(files), re.compile(text), by) for files, text, by in (
    (r"bin/", rb"\A#! ?/usr/bin/(python3(?:\.11)?)\b", rb"#!%s/bin/\1"),
    (r".*/_sysconfigdata_[^/]*\.py$", rb"/usr(?=/(?:lib|bin|include|share)\b|')", rb"%s"),
    (r".*/(pytz/__init__|dateutil/tz/tz)\.py$", rb"/usr(?=/share/zoneinfo)", rb"%s"),
))


def target_of(path):
    for pattern, target in MOVES:
        match = pattern.match(path)
        if match:
            return match.expand(target) if target else None
    return None


def move(source, target):
    """Copies the wanted files of an unpacked Debian package to their places."""
    for path in walk(source):
        place = target_of(path)
        if place is None:
            continue
        full = os.path.join(target, place)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if os.path.lexists(full):
            os.unlink(full)
        shutil.copy2(os.path.join(source, path), full, follow_symlinks=False)


def drop_broken_links(root):
    for path in list(walk(root)):
        full = os.path.join(root, path)
        if os.path.islink(full) and (os.path.isabs(os.readlink(full))
                                     or not os.path.exists(full)):
            os.unlink(full)


def set_prefixes(root):
    """Puts the placeholder where Debian's files name /usr. Times stay, as .pyc rely on them."""
    for path in walk(root):
        full = os.path.join(root, path)
        for files, text, by in PREFIXES:
            if not files.match(path) or os.path.islink(full):
                continue
            with open(full, "rb") as file:
                old = file.read()
            new = text.sub(by % PLACEHOLDER.encode(), old) if b"\0" not in old else old
            if new != old:
                info = os.stat(full)
                with open(full, "wb") as file:
                    file.write(new)
                os.utime(full, (info.st_mtime, info.st_mtime))


def set_rpaths(root):
    """Libraries are found from each file's own place, so that any mount path will do."""
    for path in walk(root):
        full = os.path.join(root, path)
        if os.path.islink(full):
            continue
        with open(full, "rb") as file:
            if file.read(4) != b"\x7fELF":
                continue
        up = os.path.relpath(os.path.join(root, "lib"), os.path.dirname(full))
        rpath = "$ORIGIN" if up == "." else "$ORIGIN/" + up
        info = os.stat(full)
        os.chmod(full, 0o755)
        subprocess.run(["patchelf", "--set-rpath", rpath, full], check=True)
        os.utime(full, (info.st_mtime, info.st_mtime))


def add_python_links(root):
    when = os.stat(os.path.join(root, "bin/python3.11")).st_mtime
    for name in ("python", "python3"):
        link = os.path.join(root, "bin", name)
        os.symlink("python3.11", link)
        os.utime(link, (when, when), follow_symlinks=False)


def entry_points(root):
    """The console scripts that the package's own metadata names, as link.json wants them."""
    found = []
    for path in walk(root):
        if not path.endswith("-info/entry_points.txt"):
            continue
        parser = configparser.ConfigParser(delimiters=("=",))
        parser.optionxform = str
        parser.read(os.path.join(root, path))
        if parser.has_section("console_scripts"):
            found += [f"{name} = {call}" for name, call in parser.items("console_scripts")]
    return sorted(found)


def compile_sources(root, python, libraries):
    """Adds .pyc files as they are in conda packages: stamped with the time of their source.

    'python' is the folder of the interpreter, 'libraries' has what it is linked with.
    """
    where = os.path.join(root, "lib/python3.11")
    if not os.path.isdir(where):
        return
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONHOME": python,
           "PYTHONNOUSERSITE": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
           "LD_LIBRARY_PATH": ":".join(libraries)}
    # files that are no valid Python on purpose fail, and have no .pyc elsewhere either
    subprocess.run([os.path.join(python, "bin/python3.11"), "-m", "compileall", "-q", "-j", "2",
                    "-s", root, "--invalidation-mode", "timestamp", where],
                   env=env, check=False, stdout=subprocess.DEVNULL)
    for path in list(walk(root)):
        if path.endswith(".pyc"):
            settle(os.path.join(root, path))


def settle(pyc):
    """Gives a .pyc the time of its source, so that the package does not depend on today."""
    with open(pyc, "rb") as file:
        content = file.read()
    # strings in a .pyc carry their length, so no tool can put another prefix into one
    if PLACEHOLDER.encode() in content:
        os.unlink(pyc)
        return
    folder, name = os.path.split(pyc)
    info = os.stat(os.path.join(os.path.dirname(folder), name.split(".")[0] + ".py"))
    os.utime(pyc, (info.st_mtime, info.st_mtime))
