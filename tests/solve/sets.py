#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Random sets of real names: what a world says of them holds by a verifier that knows no solver.

A solution is checked, record by record, against the channel's raw repodata with the MatchSpecs of
tests/conda/twin.py. What is refused comes with a core, which must be refused by itself; of every
SETS_PLAIN-th set also by libsolv alone, with its own reader, on the whole channel. SETS=N and
SETS_SEED=N ask for other sets.
"""
import functools
import json
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["SRCDIR"], "tests/conda"))
import twin  # noqa: E402  (beside the tests of its own layer)

SETS = int(os.environ.get("SETS", "300"))
SEED = int(os.environ.get("SETS_SEED", "20240607"))
PLAIN = os.environ.get("SETS_PLAIN", "12")
CHANNEL = os.path.join(os.environ["SHARED"], "data/channels/conda-forge")
SUBDIRS = ("linux-64", "noarch")


def read_channel(folder):
    """"subdir/file" -> record; repodata.json files, as they are, go to 'folder'."""
    records, paths = {}, []
    for subdir in SUBDIRS:
        paths.append(os.path.join(folder, subdir + ".json"))
        with open(paths[-1], "wb") as out:
            subprocess.run(["zstd", "-dcf", os.path.join(CHANNEL, subdir, "repodata.json.zst")],
                           stdout=out, check=True)
        with open(paths[-1], encoding="utf-8") as text:
            repodata = json.load(text)
        for key in ("packages", "packages.conda"):
            for file, record in repodata.get(key, {}).items():
                records[subdir + "/" + file] = dict(record, subdir=subdir, channel=CHANNEL)
    return records, paths


def random_spec(rng, name, versions):
    version = rng.choice(versions)
    short = ".".join(version.split(".")[:2])
    return rng.choice([name] * 7 + [name + " >=" + version, name + " <=" + version,
                                    name + " %s.*" % short])


def random_sets(records):
    rng = random.Random(SEED)
    versions = {}
    for record in records.values():
        versions.setdefault(record["name"], set()).add(record["version"])
    names = sorted(versions)
    for _ in range(SETS):
        few = rng.sample(names, rng.randint(3, 30) if rng.random() < .5 else rng.randint(3, 8))
        yield [random_spec(rng, name, sorted(versions[name])) for name in few]


@functools.lru_cache(maxsize=None)
def parsed(text):
    return twin.MatchSpec(text)


def meets(text, chosen):
    """None: the name is not there; otherwise whether the record of the name matches."""
    spec = parsed(text)
    record = chosen.get(spec.fields["name"])
    return record and bool(spec.match(record))


def verify(chosen, specs):
    """What is wrong with records by name, or None."""
    for spec in specs:
        if not meets(spec, chosen):
            return "%s was asked for" % spec
    for name, record in chosen.items():
        for text in record.get("depends", ()):
            if not meets(text, chosen):
                return "%s %s needs %s" % (name, record["version"], text)
        for text in record.get("constrains", ()):
            others = {other: chosen[other] for other in chosen if other != name}
            if meets(text, others) is False:
                return "%s %s goes only with %s" % (name, record["version"], text)
    return None


def check_yes(specs, files, records, virtuals):
    chosen = dict(virtuals)
    for file in files:
        record = records.get(file)
        if not record:
            return "%s is in no repodata" % file
        if record["name"] in chosen:
            return "%s is there twice" % record["name"]
        chosen[record["name"]] = record
    return verify(chosen, specs)


def check_no(specs, fields):
    why, said, core = fields[0], fields[1], fields[2:]
    if not why or not core:
        return "no reason, or no core: %s" % why
    if not set(core) <= set(specs):
        return "the core %s is not of the set" % core
    return None if said == "unsolvable" else "solvable is the core %s (%s)" % (core, why)


def main():
    with tempfile.TemporaryDirectory() as folder:
        records, paths = read_channel(folder)
        sets = list(random_sets(records))
        tool = os.path.join(os.environ["BUILDDIR"], "tests/solve/sets")
        said = subprocess.run([tool, CHANNEL, PLAIN] + paths, text=True, check=True, stdout=subprocess.PIPE,
                              input="".join("\t".join(specs) + "\n" for specs in sets)).stdout
    lines = [line.split("\t") for line in said.splitlines()]
    virtuals = {fields[1]: {"name": fields[1], "version": fields[2], "build": fields[3]}
                for fields in lines if fields[0] == "virtual"}
    answers = [fields for fields in lines if fields[0] != "virtual"]
    counts, wrong = {"yes": 0, "no": 0}, []
    for specs, (verdict, *fields) in zip(sets, answers):
        counts[verdict] += 1
        problem = check_yes(specs, fields, records, virtuals) if verdict == "yes" else \
            check_no(specs, fields)
        if problem:
            wrong.append("%s: %s" % (", ".join(specs), problem))
    for text in wrong[:10]:
        print("# " + text)
    print("# seed %d: %d solvable, %d not" % (SEED, counts["yes"], counts["no"]))
    fine = not wrong and len(answers) == SETS and min(counts.values()) >= SETS // 10
    print("%s 1 - %d random sets: solutions hold, cores are unsolvable" %
          ("ok" if fine else "not ok", SETS))
    print("1..1")


main()
