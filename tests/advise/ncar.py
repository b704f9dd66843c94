#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""From one release of a centre's environment to the next: what is added, and what is refused.

Every package that NPL 2025a has and 2024b lacks is used from home by several users, with 2024b as
base. Each one that the channel has must be added, or refused for a reason that libsolv alone confirms,
on the whole channel by its own reader: base's specs, what was added before it where the reason names
that, and the package can't be had together.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

SHARED = os.environ["SHARED"]
CHANNEL = os.path.join(SHARED, "data/channels/conda-forge")
RELEASES = os.path.join(SHARED, "data/environments/ncar-npl")


def lines_of(release, file):
    with open(os.path.join(RELEASES, release, file), encoding="utf-8") as text:
        return [line.strip()[2:].strip() for line in text if re.match(r"\s*- [^:]*$", line)
                and "conda-forge" not in line.split() and line.strip() != "- r"]


def names_of(release):
    return {line.split("=")[0] for line in lines_of(release, "versions.yml")}


def read_channel(folder):
    names, paths = set(), []
    for subdir in ("linux-64", "noarch"):
        paths.append(os.path.join(folder, subdir + ".json"))
        with open(paths[-1], "wb") as out:
            subprocess.run(["zstd", "-dcf", os.path.join(CHANNEL, subdir, "repodata.json.zst")],
                           stdout=out, check=True)
        with open(paths[-1], encoding="utf-8") as text:
            repodata = json.load(text)
        for key in ("packages", "packages.conda"):
            names.update(record["name"] for record in repodata.get(key, {}).values())
    return names, paths


def write_site(folder, specs, imports):
    path = os.path.join(folder, "site.json")
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"schema": "advisor.site/1", "name": "ncar", "channels": [CHANNEL], "imports": imports,
                   "base_packages": specs, "virtual_packages": {"__cuda": "12.4", "__glibc": "2.31"},
                   "places": [{"class": "base", "prefix": "/base/"}, {"class": "home", "prefix": "/home/"}]}, out)
    return path


def recommend(folder, wanted, channel):
    """The channel is a part of one: what of base it can't have, and is named so, is left out."""
    specs = [spec.split("[")[0] for spec in lines_of("npl-2024b", "environment.yml")
             if re.match(r"[\w.-]+", spec).group().lower() in channel]
    imports = {"mod_" + re.sub(r"\W", "_", name): name for name in wanted}
    with open(os.path.join(folder, "usage.csv"), "w", encoding="utf-8") as out:
        out.write("month,user,project,module,place,runs\n")
        for i, module in enumerate(sorted(imports)):
            for user in range(3):
                out.write("2025-01,u%d,sea,%s,home,1\n" % ((i * 7 + user * 5) % 40, module))
    program, plan = os.environ["ADVISOR"], os.path.join(folder, "plan.json")
    store, total = os.path.join(folder, "usage.db"), len(specs)
    site = write_site(folder, specs, imports)
    subprocess.run([program, "ingest", "-q", "-o", store, "--site", site, os.path.join(folder, "usage.csv")],
                   check=True)
    while True:
        done = subprocess.run([program, "recommend", store, "--site", site, "-o", plan,
                               "--cache", os.path.join(folder, "cache")], capture_output=True, text=True)
        if done.returncode == 0:
            break
        named = [spec for spec in specs if spec != "python=3.11" and
                 re.search(r"\b%s\b" % re.escape(re.match(r"[\w.-]+", spec).group()), done.stderr)]
        if not named or len(specs) < total * 3 // 4:
            sys.exit("not ok 1 - " + done.stderr)
        specs.remove(named[0])
        site = write_site(folder, specs, imports)
    print("# %d of %d specs of base can be had together" % (len(specs), total))
    with open(plan, encoding="utf-8") as text:
        return specs, json.load(text)


def confirm(paths, sets):
    """Whether libsolv alone can't have each set either."""
    asked = "".join("\t".join(one) + "\n" for one in sets)
    out = subprocess.run([os.path.join(os.environ["BUILDDIR"], "tests/solve/sets"), CHANNEL, "1"] + paths,
                         input=asked, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line.split("\t") for line in out if line.split("\t")[0] in ("yes", "no")]


def main():
    wanted = sorted(names_of("npl-2025a") - names_of("npl-2024b"))
    with tempfile.TemporaryDirectory() as folder:
        channel, paths = read_channel(folder)
        specs, plan = recommend(folder, wanted, channel)
        have = {record["name"] for record in plan["environment"]}
        added = [a["name"] for a in plan["additions"]]
        refused = {one["name"]: one for one in plan["refused"]}
        wrong, sets, names = [], [], []
        for name in wanted:
            if name in have:
                continue
            one = refused.get(name)
            if name not in channel:
                if not one or one["kind"] != "absent":
                    wrong.append(name + " is in no channel, and not refused for that")
            elif not one or one["kind"] != "conflict":
                wrong.append("%s: %s" % (name, one))
            else:
                beside = added if "beside" in one["reason"] else []
                sets.append(specs + beside + [name])
                names.append(name)
        verdicts = confirm(paths, sets)
        if len(verdicts) != len(sets):
            wrong.append("%d verdicts for %d sets" % (len(verdicts), len(sets)))
        for name, verdict in zip(names, verdicts):
            if verdict[0] != "no" or verdict[2] != "unsolvable":
                wrong.append("%s (%s): %s" % (name, refused[name]["reason"], verdict[:3]))
        for line in wrong:
            print("# " + line)
        print("# added by the plan: %d" % sum(name in added for name in wanted))
        print("%s 1 - %d wanted, %d in no channel, %d there now, %d refused and confirmed"
              % ("not ok" if wrong or not wanted else "ok", len(wanted),
                 sum(name not in channel for name in wanted),
                 sum(name in have for name in wanted), len(sets)))
        return 1 if wrong or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
