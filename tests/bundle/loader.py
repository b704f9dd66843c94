#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Holds what a manifest says of shared libraries against the loader of this machine.

usage: loader.py SEED FOLDER

Programs and libraries are compiled with random needs, DT_RPATHs and DT_RUNPATHs, go into an image,
and are unpacked where that is to be mounted; then the loader itself is asked what it misses.
"""

import json
import os
import random
import re
import subprocess
import sys

from packages import Entry, package

FOLDERS = ["lib", "lib/deep", "lib/other", "opt"]
SEARCH = ["$ORIGIN", "$ORIGIN/../lib", "$ORIGIN/deep", "${ORIGIN}/../opt", "PREFIX/lib/other", "$ORIGIN/.."]


def compile_object(path, soname, needs, dirs, runpath, stubs):
    command = ["cc", "-x", "c", "/dev/null" if soname else "main.c", "-o", path, "-Wl,--no-as-needed",
               "-Wl,--allow-shlib-undefined", "-L", stubs,
               "-Wl,--enable-new-dtags" if runpath else "-Wl,--disable-new-dtags"]
    if soname:
        command += ["-shared", "-fPIC", f"-Wl,-soname,{soname}"]
    if dirs:
        command.append("-Wl,-rpath," + ":".join(dirs))
    # found below 'stubs' or nowhere at all, when they are linked
    command += ["-x", "none", "-Wl,--unresolved-symbols=ignore-all", "-Wl,-rpath-link," + stubs]
    subprocess.run(command + [f"-l:{name}" for name in needs], check=True)


def main():
    chance, folder = random.Random(int(sys.argv[1])), sys.argv[2]
    prefix = os.path.join(os.path.realpath(folder), "prefix")
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    os.makedirs("stubs", exist_ok=True)
    os.makedirs("made", exist_ok=True)
    with open("main.c", "w") as main_c:
        main_c.write("int main(void) { return 0; }\n")
    names = [f"libadv_{letter}.so" for letter in "abcdefgh"]
    for name in names:
        compile_object("stubs/" + name, name, [], [], False, "stubs")
    entries, programs = {}, []
    for name in names + ["one", "two", "three"]:
        is_library = name in names
        needs = chance.sample([n for n in names if n != name], chance.randint(0, 2) if is_library else 3)
        dirs = [d.replace("PREFIX", prefix) for d in chance.sample(SEARCH, chance.randint(1, 5))]
        compile_object("made/" + name, name if is_library else None, needs, dirs, chance.random() < 0.4, "stubs")
        places = ["bin"] if not is_library else chance.sample(FOLDERS, chance.randint(1, 3))
        with open("made/" + name, "rb") as made:
            data = made.read()
        for place in places:
            entries[f"{place}/{name}"] = Entry(data, mode=0o755)
        if is_library and places and chance.random() < 0.3:
            # the file has another name, and a link has the one that is looked for
            entries[f"{places[0]}/{name}.1"] = entries.pop(f"{places[0]}/{name}")
            entries[f"{places[0]}/{name}"] = Entry(link=name + ".1")
        if not is_library:
            programs.append("bin/" + name)
    # only programs are asked for: nothing is a library that nobody needs
    path = package(".", "objects", entries)
    with open("recipe.yml", "w") as recipe:
        recipe.write(f'schema: advisor.bundle/1\nmount: "{prefix}"\npackages: ["{path}"]\n')
    subprocess.run([os.environ["ADVISOR"], "bundle", "build", "-q", "recipe.yml", "-o", "image.tar.zst"],
                   check=True, stdout=subprocess.DEVNULL)
    os.makedirs(prefix)
    subprocess.run(f'zstd -qdc image.tar.zst | tar -xpC "{prefix}"', shell=True, check=True)
    with open("image.tar.zst.manifest.json") as text:
        manifest = json.load(text)
    told = {row["name"] for row in manifest["requirements"]["libraries"]}
    objects = [f["path"] for f in manifest["files"] if "elf" in f]
    needed = {name for f in manifest["files"] for name in f.get("elf", {}).get("needed", [])}
    first = [path for path in objects if re.sub(r"\.1$", "", os.path.basename(path)) not in needed]
    assert set(programs) <= set(first)
    # at least what programs miss, and what nobody brings along; at most what anything would miss
    least, most = misses(prefix, first), misses(prefix, objects)
    assert least <= told <= most, (least, told, most)
    print(len(least), len(told), len(most))


def misses(prefix, paths):
    """What the loader does not find when it begins with one of these."""
    found = set()
    for path in paths:
        said = subprocess.run(["ldd", os.path.join(prefix, path)], stdout=subprocess.PIPE, check=False).stdout
        found |= set(re.findall(r"^\s*(\S+) => not found", said.decode(), re.M))
    return found


if __name__ == "__main__":
    main()
