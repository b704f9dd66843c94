#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The environments of real centres: what is read of them, counted a second time.

usage: environments.py PROGRAM SHARED

Runs PROGRAM (tests/solve/environments) over every file, prints its table, and compares the counts
with those of readers of its own, which know just what these files hold. Exit status 1 if they
differ or an answer does not hold.
"""

import json
import os
import re
import subprocess
import sys
import tempfile


# ---- the environments, read by the plainest means: (specs as they stand, count of pip's) ----------

def environment_yml(lines):
    specs, pip, where, deep = [], 0, None, None
    for line in lines:
        if re.match(r"[^\s#-].*:", line):
            where = line.split(":")[0]
        item = re.match(r"( *)- +(.*?)( #.*)?$", line.rstrip())
        if where != "dependencies" or not item:
            continue
        if item[2] == "pip:":
            deep = len(item[1])
        elif deep is not None and len(item[1]) > deep:
            pip += 1
        else:
            specs.append(item[2].strip())
    return specs, pip


def conda_list(lines):
    rows = [line.split() for line in lines if line.strip() and line[0] != "#"]
    return ["%s=%s=%s" % tuple(r[:3]) for r in rows if r[3:] != ["pypi"]], \
        sum(r[3:] == ["pypi"] for r in rows)


def explicit(lines):
    urls = [line.split("#")[0].strip() for line in lines if line.startswith("http")]
    stems = [re.sub(r"\.(conda|tar\.bz2)$", "", url.split("/")[-1]) for url in urls]
    return ["=".join(stem.rsplit("-", 2)) for stem in stems], 0


def conda_lock(lines):
    items, pip = [], 0
    for item in re.split(r"^- ", "".join(lines[lines.index("package:\n") + 1:]), flags=re.M)[1:]:
        if "manager: pip" in item:
            pip += 1
        else:
            items.append("- " + item)
    return explicit(re.findall(r"^  url: (\S+)$", "".join(items), flags=re.M))[0], pip


def prefix(path):
    specs = []
    for name in os.listdir(path + "/conda-meta"):
        if name.endswith(".json"):
            with open(path + "/conda-meta/" + name, encoding="utf-8") as file:
                record = json.load(file)
            specs.append("%s=%s=%s" % (record["name"], record["version"], record["build"]))
    return specs, 0


def read(path):
    if os.path.isdir(path):
        return "installed environment", prefix(path)
    with open(path, encoding="utf-8") as file:
        lines = file.readlines()
    if "@EXPLICIT\n" in lines:
        return "explicit lockfile", explicit(lines)
    if lines[0].startswith("# packages in"):
        return "conda list", conda_list(lines)
    if "package:\n" in lines:
        return "conda-lock.yml", conda_lock(lines)
    return "environment.yml", environment_yml(lines)


# ---- the channel ----------------------------------------------------------------------------------

def channel(folder):
    names, records = set(), set()
    for subdir in ("linux-64", "noarch"):
        text = subprocess.run(["zstd", "-dc", f"{folder}/{subdir}/repodata.json.zst"], check=True,
                              stdout=subprocess.PIPE).stdout
        repodata = json.loads(text)
        for part in ("packages", "packages.conda"):
            for record in repodata.get(part, {}).values():
                names.add(record["name"])
                records.add("%(name)s=%(version)s=%(build)s" % record)
    return names, records


def name_of(spec):
    return re.match(r"[\w.-]*", spec.split("::")[-1])[0].lower()


def main():
    program, shared = sys.argv[1:]
    folder = shared + "/data/channels/conda-forge"
    paths = [os.path.join(place, name) for part in ("environments", "lockfiles")
             for place, _, names in os.walk(f"{shared}/data/{part}") for name in names]
    paths += [f"{shared}/data/prefixes/{name}" for name in os.listdir(shared + "/data/prefixes")]
    names, records = channel(folder)
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run([program, cache, folder, *sorted(paths)], stdout=subprocess.PIPE,
                              text=True, check=False)
    wrong, solved = done.returncode != 0, 0
    table = [("environment", "form", "platform", "packages", "by pip", "named", "there",
              "do those solve")]
    for row in done.stdout.splitlines():
        path, form, platform, *counts, verdict = row.split("\t")
        mine, (specs, pip) = read(path)
        expected = [len(specs), pip, sum(name_of(spec) in names for spec in specs)]
        exact = all(re.fullmatch(r"[^=]+=[^=]+=[^=]+", spec) for spec in specs)
        if exact:
            expected.append(sum(spec in records for spec in specs))
        if form != mine or [int(count) for count in counts[:len(expected)]] != expected:
            wrong = True
            print("%s: the twin has %s %s, not %s %s" % (path, mine, expected, form, counts))
        wrong = wrong or verdict.startswith(("wrong", "failed"))
        solved += verdict.startswith("yes")
        table.append((os.path.relpath(path, shared + "/data"), form, platform, *counts, verdict))
    wrong = wrong or len(table) != len(paths) + 1
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]) - 1)]
    for row in table:
        print("  ".join([cell.ljust(width) for cell, width in zip(row, widths)] + [row[-1]]))
    print("%d environments, %d solve" % (len(table) - 1, solved))
    sys.exit(wrong)


main()
