#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""orders.py FOLDER SEED: a site, two channels and an environment, always the same ones, with the
order of everything that has none shuffled by SEED: records, sections, fields, lines of a file."""
import json
import os
import random
import sys

NAMES = ["n%02d" % number for number in range(40)]


def make_records(rng, channel):
    """Versions, builds, ties of time stamps, features, constraints and a ring of dependencies."""
    records = {}
    for at, name in enumerate(NAMES):
        if channel == "second" and at % 3:
            continue
        for version in ("1.0", "1.1", "2.0"):
            for number in range(rng.randint(1, 3)):
                build = "%s_%d" % (rng.choice(["a", "b", "c"]), number)
                kind = rng.choice([".conda", ".tar.bz2"])
                depends = rng.sample(NAMES[at + 1:], min(2, len(NAMES) - at - 1))
                record = {
                    "name": name, "version": version, "build": build, "build_number": number,
                    "depends": [other + rng.choice(["", "", " >=1.1", " <2"]) for other in depends],
                    "timestamp": rng.choice([5, 5, 9]), "size": 10, "sha256": "%064x" % at,
                    "md5": "%032x" % at, "subdir": rng.choice(["linux-64", "noarch"]),
                }
                if at == len(NAMES) - 1:
                    record["depends"] = [NAMES[0]]
                if rng.random() < .1:
                    record["track_features"] = "rare"
                if rng.random() < .2:
                    record["constrains"] = [rng.choice(NAMES) + " >=1.0"]
                records["%s-%s-%s%s" % (name, version, build, kind)] = record
    return records


def shuffled(rng, table):
    """A dict with its keys in another order, at every depth; lists stay as they are."""
    if not isinstance(table, dict):
        return table
    keys = list(table)
    rng.shuffle(keys)
    return {key: shuffled(rng, table[key]) for key in keys}


def write_channel(folder, rng, order):
    records = make_records(rng, os.path.basename(folder))
    for subdir in ("linux-64", "noarch"):
        own = {fn: record for fn, record in records.items() if record["subdir"] == subdir}
        data = {"info": {"subdir": subdir}, "removed": [],
                "packages": {fn: one for fn, one in own.items() if fn.endswith(".bz2")},
                "packages.conda": {fn: one for fn, one in own.items() if fn.endswith(".conda")}}
        os.makedirs(os.path.join(folder, subdir))
        with open(os.path.join(folder, subdir, "repodata.json"), "w", encoding="utf-8") as out:
            json.dump(shuffled(order, data), out)


def main():
    folder, order = sys.argv[1], random.Random(int(sys.argv[2]))
    rng = random.Random(5)
    for channel in ("first", "second"):
        write_channel(os.path.join(folder, channel), rng, order)
    lines = ["  - " + spec for spec in ("n00", "n03 <2", "n07 >=1.1", "n12", "n20=1", "n31")]
    order.shuffle(lines)
    with open(os.path.join(folder, "environment.yml"), "w", encoding="utf-8") as out:
        out.write("name: e\nchannels: [./first, ./second]\ndependencies:\n%s\n" % "\n".join(lines))


main()
