#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes a channel of conda-forge's real size out of a part of it.

usage: make_channel.py FROM TO [RECORDS]

FROM has PLATFORM/repodata.json.zst, TO gets PLATFORM/repodata.json. Every record is there twice,
the second time as a rebuild with equal dependencies; and all of that in copies under other names
("c3-numpy"), which depend on each other, but share a core of the names that most depend on. Of RECORDS, some
are left out by readers, since a .tar.bz2 gives way to a .conda.
"""

import hashlib
import json
import os
import re
import subprocess
import sys

COPIES = 11
SUBDIRS = ("linux-64", "noarch")


def read(folder, subdir):
    path = os.path.join(folder, subdir, "repodata.json.zst")
    return json.loads(subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE).stdout)


def records_of(data):
    for section in ("packages", "packages.conda"):
        for fn, record in sorted(data[section].items()):
            yield section, fn, record


def rebuild_build(build):
    found = re.fullmatch(r"(.*_)(\d+)", build)
    return f"{found[1]}{int(found[2]) + 1}" if found else build + "_1"


def digest(algorithm, text):
    return hashlib.new(algorithm, text.encode()).hexdigest()


def complete(fn, record):
    """The part that we have lacks in many records what all of the whole channel have."""
    number = int(digest("md5", fn)[:8], 16)
    record.setdefault("license", "MIT")
    record.setdefault("size", number % 10000000)
    record.setdefault("timestamp", 1600000000000 + number)


def doubled(data):
    """Each record, and its rebuild where that makes a file that is not there yet."""
    there = {fn for _, fn, _ in records_of(data)}
    for section, fn, record in records_of(data):
        complete(fn, record)
        yield section, fn, record
        again = dict(record)
        again["build"] = rebuild_build(record["build"])
        again["build_number"] = record["build_number"] + 1
        extension = ".conda" if fn.endswith(".conda") else ".tar.bz2"
        new = f"{record['name']}-{record['version']}-{again['build']}{extension}"
        if new in there:
            again["build"] += "r"
            new = f"{record['name']}-{record['version']}-{again['build']}{extension}"
        for key in ("md5", "sha256"):
            if key in record:
                again[key] = digest(key, new)
        again["timestamp"] = record["timestamp"] + 86400000
        yield section, new, again


def find_core(channel, goal):
    """Names that most depend on, until the channel has about 'goal' records in all."""
    sizes, users = {}, {}
    for records in channel.values():
        for _, _, record in records:
            sizes[record["name"]] = sizes.get(record["name"], 0) + 1
            for spec in record["depends"]:
                name = spec.split(" ")[0]
                users[name] = users.get(name, 0) + 1
    total = sum(sizes.values())
    shared = (COPIES * total - goal) / (COPIES - 1)
    core, have = set(), 0
    for name in sorted(sizes, key=lambda n: (-users.get(n, 0), n)):
        if have >= shared:
            break
        core.add(name)
        have += sizes[name]
    return core


def renamed(name, copy, core):
    return name if name in core or copy == 0 else f"c{copy}-{name}"


def renamed_spec(spec, copy, core):
    name, blank, rest = spec.partition(" ")
    return renamed(name, copy, core) + blank + rest


def write(path, subdir, records, core):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".part", "w", encoding="ascii") as out:
        out.write('{"info":{"subdir":"%s"}' % subdir)
        for section in ("packages", "packages.conda"):
            out.write(',"%s":{' % section)
            comma = ""
            for copy in range(COPIES):
                for where, fn, record in records:
                    if where != section or (copy and record["name"] in core):
                        continue
                    if copy:
                        record = dict(record)
                        record["name"] = renamed(record["name"], copy, core)
                        record["depends"] = [renamed_spec(s, copy, core) for s in record["depends"]]
                        if "constrains" in record:
                            record["constrains"] = [renamed_spec(s, copy, core) for s in record["constrains"]]
                        fn = f"c{copy}-{fn}"
                        if "sha256" in record:
                            record["sha256"] = digest("sha256", fn)
                    out.write(comma + json.dumps(fn) + ":" + json.dumps(record, separators=(",", ":"), sort_keys=True))
                    comma = ","
            out.write("}")
        out.write(',"removed":[],"repodata_version":1}')
    os.rename(path + ".part", path)


def main():
    source, target = sys.argv[1:3]
    goal = int(sys.argv[3]) if len(sys.argv) > 3 else 766500
    channel = {subdir: list(doubled(read(source, subdir))) for subdir in SUBDIRS}
    core = find_core(channel, goal)
    for subdir in SUBDIRS:
        write(os.path.join(target, subdir, "repodata.json"), subdir, channel[subdir], core)


if __name__ == "__main__":
    main()
