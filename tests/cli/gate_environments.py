#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""check on the environments of real centres: a table of verdicts, and none of it believed.

usage: gate_environments.py ADVISOR PLAIN SHARED

PLAIN is libsolv alone (tests/solve/plain). Every set of lines that is said to clash must be
unsatisfiable for it, and satisfiable when any one of the lines is left out. A solution must hold by
the records of the raw repodata and the MatchSpecs of tests/conda/twin.py, which know no solver.
Specs in brackets, which libsolv doesn't know, are written for it without them. Then one
release of an environment is checked against the one before, and the changes are compared with a
diff of the two files as lists of lines. Exit status 1 when anything differs.
"""

import functools
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../conda"))
import twin  # noqa: E402  (beside the tests of its own layer)

ADVISOR, PLAIN, SHARED = sys.argv[1:]
CHANNEL = SHARED + "/data/channels/conda-forge"
# What recipes have that say nothing, and the GPU that is assumed where nothing else goes.
VIRTUALS = ["__archspec 1", "__cuda 12.4", "__glibc 2.28", "__linux 4.18", "__unix 0"]
wrong = []


def unpack(folder):
    paths = []
    for subdir in ("linux-64", "noarch"):
        paths.append(f"{folder}/{subdir}.json")
        with open(paths[-1], "wb") as out:
            subprocess.run(["zstd", "-dcf", f"{CHANNEL}/{subdir}/repodata.json.zst"], stdout=out,
                           check=True)
    return paths


def read(repodata):
    """(name, version, build) -> record, of .conda rather than .tar.bz2."""
    records = {}
    for path in repodata:
        with open(path, encoding="utf-8") as file:
            parts = json.load(file)
        for part in ("packages", "packages.conda"):
            for record in parts.get(part, {}).values():
                records[record["name"], record["version"], record["build"]] = record
    return records


@functools.lru_cache(maxsize=None)
def parsed(text):
    return twin.MatchSpec(text)


def meets(text, chosen):
    """None: the name is not there; otherwise whether the record of the name matches."""
    record = chosen.get(parsed(text).fields["name"])
    return record and bool(parsed(text).match(record))


def holds(packages, specs, records):
    """What is wrong with a solution, or None."""
    chosen = {}
    for text in VIRTUALS:
        name, version = text.split()
        build = "x86_64" if name == "__archspec" else "0"
        chosen[name] = {"name": name, "version": version, "build": build}
    for package in packages:
        key = package["name"], package["version"], package["build"]
        if key not in records or key[0] in chosen:
            return "%s %s %s is in no repodata, or there twice" % key
        chosen[key[0]] = records[key]
    for text in specs:
        if not meets(text, chosen):
            return text + " was asked for"
    for name, record in chosen.items():
        for text in record.get("depends", ()):
            if not meets(text, chosen):
                return "%s needs %s" % (name, text)
        for text in record.get("constrains", ()):
            if parsed(text).fields["name"] != name and meets(text, chosen) is False:
                return "%s goes only with %s" % (name, text)
    return None


class Plain:
    def __init__(self, repodata):
        self.process = subprocess.Popen([PLAIN, *VIRTUALS, "--", *repodata], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.asked = 0

    def solves(self, specs):
        self.asked += 1
        print("\t".join(map(native, specs)), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline().strip()
        assert answer in ("yes", "no"), answer
        return answer == "yes"

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def native(spec):
    """"name[build=*x*]" and "name[version=1,build=b]", as libsolv knows them."""
    spec = spec.split("::")[-1].strip()
    fields = re.fullmatch(r"([\w.-]+)\[(.*)\]", spec)
    if not fields:
        return spec
    said = dict(field.strip().split("=", 1) for field in fields[2].split(","))
    said = {key: value.strip("'\"") for key, value in said.items()}
    assert set(said) <= {"version", "build"}, spec
    return " ".join([fields[1], said.get("version", "*"), said.get("build", "*")])


def check(path, *options):
    done = subprocess.run([ADVISOR, "check", path, "--channel", CHANNEL, "--date", "2025-09-01",
                           "--json", *options], stdout=subprocess.PIPE, text=True, check=False)
    verdict = json.loads(done.stdout)
    if done.returncode != (0 if verdict["passed"] else 1):
        wrong.append(f"{path}: status {done.returncode}")
    return verdict


def written(path):
    """Every item of the file's list of dependencies, by its line."""
    lines, where, deep = {}, None, None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if re.match(r"[^\s#-].*:", line):
                where = line.split(":")[0]
            item = re.match(r"( *)- +(.*?)( #.*)?$", line.rstrip("\n"))
            if not item:
                fields = line.split()
                if len(fields) >= 3 and not line.startswith("#") and not where:
                    lines[number] = "=".join(fields[:3])
            elif where != "dependencies":
                continue
            elif item[2] == "pip:":
                deep = len(item[1])
            elif deep is None or len(item[1]) <= deep:
                lines[number] = item[2].strip().strip("'\"")
    return lines


def verify(path, verdict, plain, records):
    """Each clash; returns how many there are, and how many lines the largest has."""
    lines = written(path)
    sizes = []
    for conflict in verdict["conflicts"]:
        specs = [one["spec"] for one in conflict["specs"]]
        sizes.append(len(specs))
        for one in conflict["specs"]:
            if one["line"] and lines.get(one["line"]) != one["spec"]:
                wrong.append(f"{path}: line {one['line']} is {lines.get(one['line'])!r}, "
                             f"not {one['spec']!r}")
        if plain.solves(specs):
            wrong.append(f"{path}: {specs} don't clash for libsolv")
        for i in range(len(specs)):
            rest = specs[:i] + specs[i + 1:]
            if rest and not plain.solves(rest):
                wrong.append(f"{path}: {specs} clash without {specs[i]!r}, too")
    if verdict["solvable"]:
        problem = holds(verdict["packages"], lines.values(), records)
        if problem:
            wrong.append(f"{path}: {problem}")
    return len(sizes), max(sizes, default=0)


def verdicts(plain, records):
    paths = sorted(os.path.join(place, name)
                   for place, _, names in os.walk(SHARED + "/data/environments") for name in names)
    table = [("environment", "lines", "verdict", "packages", "clashes", "largest", "findings")]
    for path in paths:
        verdict = check(path)
        clashes, largest = verify(path, verdict, plain, records)
        table.append((os.path.relpath(path, SHARED + "/data/environments"), len(written(path)),
                      "solvable" if verdict["solvable"] else "not solvable",
                      len(verdict["packages"]),
                      "%d%s" % (clashes, " and more" if verdict["more_conflicts"] else ""), largest,
                      len(verdict["findings"])))
    for row in table:
        print("  ".join(str(cell).ljust(max(len(str(row[i])) for row in table))
                        for i, cell in enumerate(row)).rstrip())
    print("%d environments, %d questions to libsolv alone" % (len(table) - 1, plain.asked))


def thin_out(path, plain, records):
    """Leaves out a line of each clash until what is left can be solved."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    lines = [line for line in lines if not line.startswith("prefix:")]
    with tempfile.TemporaryDirectory() as folder:
        for rounds in range(1, 20):
            left = folder + "/environment.yml"
            with open(left, "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
            verdict = check(left)
            verify(left, verdict, plain, records)
            if verdict["solvable"]:
                break
            # Python stays, as what others are blamed for.
            gone = {max(one["line"] for one in conflict["specs"]
                        if not one["spec"].startswith("python"))
                    for conflict in verdict["conflicts"]}
            lines = [line for number, line in enumerate(lines, 1) if number not in gone]
        else:
            wrong.append(f"{path}: no end of clashes")
    print("%s: without a line of each clash it solves, after %d rounds" % (
        os.path.relpath(path, SHARED + "/data/environments"), rounds))


def exact(path):
    with open(path, encoding="utf-8") as file:
        items = re.findall(r"^ *- ([^=\s]+)=([^=\s]+)=([^=\s]+)$", file.read(), flags=re.M)
        file.seek(0)
        pip = re.findall(r"^ *- ([^=\s]+)==([^=\s]+)$", file.read(), flags=re.M)
    return {("conda", name.lower()): (version, build) for name, version, build in items} | \
        {("pip", re.sub(r"[-_.]+", "-", name.lower())): (version, None) for name, version in pip}


def releases(before, after):
    folder = SHARED + "/data/environments/ncar-npl/npl-%s/versions.yml"
    old, new = exact(folder % before), exact(folder % after)
    verdict = check(folder % after, "--base", folder % before)
    mine = {"added": set(), "removed": set(), "changed": set()}
    for change in verdict["changes"]["packages"]:
        key = ("pip" if change["pip"] else "conda", change["name"])
        ends = [change[end] and (change[end]["version"], change[end]["build"])
                for end in ("from", "to")]
        kind = change["kind"] if change["kind"] in mine else "changed"
        mine[kind].add((key, *ends))
    twin = {"added": {(key, None, new[key]) for key in new.keys() - old.keys()},
            "removed": {(key, old[key], None) for key in old.keys() - new.keys()},
            "changed": {(key, old[key], new[key]) for key in new.keys() & old.keys()
                        if old[key] != new[key]}}
    for kind, rows in twin.items():
        if rows != mine[kind]:
            wrong.append(f"{before} to {after}: {kind}: {sorted(rows ^ mine[kind], key=str)[:5]}")
    print("%s to %s: %s" % (before, after, ", ".join("%d %s" % (len(rows), kind)
                                                      for kind, rows in twin.items())))


def main():
    with tempfile.TemporaryDirectory() as folder:
        repodata = unpack(folder)
        plain, records = Plain(repodata), read(repodata)
        verdicts(plain, records)
        # Half a minute: for those who have it (GATE_THIN=1).
        if os.environ.get("GATE_THIN"):
            thin_out(SHARED + "/data/environments/ncar-npl/npl-2025a/environment.yml", plain,
                     records)
        plain.close()
    for before, after in (("2024b", "2025a"), ("2025a", "2024b"), ("2022b", "2023a")):
        releases(before, after)
    for line in wrong:
        print("wrong: " + line)
    sys.exit(bool(wrong))


main()
