#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes some months of usage logs of an invented computing centre, as XALT 3.2 does.

usage: make_usage.py FOLDER CHANNEL

FOLDER gets logs/ (a file of JSON Lines a month, older ones compressed, and the last days as one
file a record), accounts.csv, and site.yml, a recipe that takes its packages from CHANNEL. The
same call writes the same bytes.
"""

import binascii
import calendar
import gzip
import hashlib
import json
import os
import random
import re
import sys
import time

import centre

SEED = 11
MOST_RUNS_A_MONTH = 12
# The last days of the last month come as one file a record.
LAST_DAYS = 3


class Moment:
    """A time of the log: seconds since 1970, and its ways to be written."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.tuple = time.gmtime(int(seconds))

    def stamp(self):
        return time.strftime("%Y_%m_%d_%H_%M_%S", self.tuple) + "_%04d" % (self.seconds % 1 * 1e4)

    def text(self):
        return time.strftime("%a %b %e %H:%M:%S %Y", self.tuple)


def uuid7(rng, seconds):
    """A version 7 uuid: milliseconds, then chance."""
    digits = "%012x" % int(seconds * 1000) + "7%03x" % rng.getrandbits(12)
    digits += "%x" % (8 + rng.getrandbits(2)) + "%015x" % rng.getrandbits(60)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def number(value):
    """A number as XALT writes it, with four decimals; sealed() takes the mark and quotes away."""
    return "#%.4f" % value


def sealed(fields):
    """A record as a line, with its checksum first."""
    text = json.dumps(dict({"crc": "0xFFFF"}, **fields), separators=(",", ":"))
    text = re.sub(r'"#([0-9.]+)"', r"\1", text)
    return text.replace("0xFFFF", "0x%04X" % binascii.crc_hqx(text.encode(), 0xFFFF), 1)


class Use:
    """What somebody does: an environment, the packages and modules of its scripts."""

    def __init__(self, user, project, habit):
        self.user, self.project, self.habit = user, project, habit
        kind, self.packages, self.private = centre.HABITS[habit]
        prefix, root = centre.ENVIRONMENTS[kind]
        self.prefix = prefix.format(user=user, project=project)
        self.root = root and root.format(user=user, project=project)
        self.interpreter = self.prefix + "/bin/python3.11"
        if kind == "venv":
            self.called = f"/home/{user}/venv/bin/python"
        else:
            self.called = self.prefix + "/bin/python"
        self.script = f"/home/{user}/{habit}"

    def site_packages(self, package):
        in_base = package in ("numpy", "six")
        if self.root and not in_base:
            return self.root
        return self.prefix + "/lib/python3.11/site-packages"

    def modules(self, rng):
        """(import name, path) of all that a run imports."""
        library = self.prefix + "/lib/python3.11/"
        for name in sorted(rng.sample(centre.STDLIB, 4)):
            whole = name in ("collections", "json", "logging")
            yield name, library + (f"{name}/__init__.py" if whole else f"{name}.py")
        yield "_signal", "built-in"
        for name in self.packages:
            single = name == "six"
            yield name, "%s/%s" % (self.site_packages(name),
                                   "six.py" if single else f"{name}/__init__.py")
        for name in self.private:
            yield name, f"{self.script}/{name}.py"

    def libraries(self):
        found = [f"{self.site_packages(name)}/{name}/_core.cpython-311-x86_64-linux-gnu.so"
                 for name in self.packages if name in centre.COMPILED]
        return [[path, "0"] for path in found + ["/usr/lib64/libm.so.6", "/usr/lib64/libc.so.6"]]


def run_record(use, uuid, start, end, job, nodes, ended):
    account = use.project
    return sealed({
        "cmdlineA": [use.called, f"{use.habit}.py"],
        "hash_id": hashlib.sha1(use.interpreter.encode()).hexdigest(),
        "libA": use.libraries() if ended else [],
        "ptA": [{"cmd_name": "bash", "cmd_path": "/usr/bin/bash", "pid": 4000 + job % 1000,
                 "cmdlineA": ["/bin/bash", "job.sh"]}],
        "envT": {"PATH": use.called.rsplit("/", 1)[0] + ":/usr/bin:/bin",
                 "LOADEDMODULES": "conda/2026:xalt/3.2.4"},
        "userT": {
            "syshost": centre.HOST, "run_uuid": uuid, "exec_path": use.interpreter,
            "exec_type": "binary", "cwd": use.script,
            "currentEpoch": "%f" % (end.seconds if ended else start.seconds),
            "start_date": start.text(), "user": use.user, "execModify": "Thu Jan  1 09:00:00 2026",
            "scheduler": "SLURM", "account": account, "job_id": str(job), "queue": "batch",
            "submit_host": f"{centre.HOST}-login1"},
        "userDT": {name: number(value) for name, value in (
            ("start_time", start.seconds), ("end_time", end.seconds if ended else 0),
            ("run_time", end.seconds - start.seconds if ended else 0), ("probability", 1),
            ("num_tasks", nodes), ("num_gpus", 0), ("exec_epoch", 1767258000),
            ("num_threads", 1), ("num_cores", nodes), ("num_nodes", nodes))},
        "xaltLinkT": {}, "XALT_measureT": {"08____total______": number(0.0041)},
        "XALT_qaT": {"XALT_GIT_VERSION": "3.2.4", "XALT_SAMPLING": "no"},
    })


def package_record(uuid, name, path):
    return sealed({"program": "python", "xalt_run_uuid": uuid, "package_version": "3.11.8",
                   "package_name": name, "package_path": path})


def run_lines(rng, use, start, job):
    """Yields (file name, line) of one run: sometimes a start record, the end, the imports."""
    end = Moment(start.seconds + rng.randrange(60, 40000) + 0.25)
    uuid = uuid7(rng, start.seconds)
    nodes = rng.choice((1, 1, 1, 2, 4))
    who = f"{centre.HOST}.{start.stamp()}.{use.user}"
    if nodes > 1:
        yield f"run.{who}.aaa.{uuid}.json", run_record(use, uuid, start, end, job, nodes, False)
        # some jobs are killed, and leave no more than that
        if rng.random() < 0.1:
            return
    yield f"run.{who}.zzz.{uuid}.json", run_record(use, uuid, start, end, job, nodes, True)
    for name, path in use.modules(rng):
        yield (f"pkg.{who}.{uuid}.%012x.json" % rng.getrandbits(48),
               package_record(uuid, name, path))


def runs(rng):
    """Yields (month, start, use) in the order of time."""
    found = []
    for user, project, habits, first in centre.USERS:
        for habit in habits:
            use = Use(user, project, habit)
            for at, month in enumerate(centre.MONTHS[first:], first):
                begin = calendar.timegm(time.strptime(month, "%Y-%m"))
                days = calendar.monthrange(*time.strptime(month, "%Y-%m")[:2])[1]
                for _ in range(rng.randint(1, MOST_RUNS_A_MONTH)):
                    seconds = begin + rng.randrange(90000, (days - 1) * 86400) + rng.random()
                    last = at == len(centre.MONTHS) - 1 and \
                        seconds > begin + (days - 1 - LAST_DAYS) * 86400
                    found.append((round(seconds, 4), month, use, last))
    return sorted(found, key=lambda run: (run[0], run[2].user, run[2].habit))


def write_logs(folder):
    rng = random.Random(SEED)
    months = {month: [] for month in centre.MONTHS}
    single = os.path.join(folder, "last-days")
    os.makedirs(single)
    for number, (seconds, month, use, last) in enumerate(runs(rng)):
        for name, line in run_lines(rng, use, Moment(seconds), 700000 + number):
            if last:
                place = os.path.join(single, "%03d" % (binascii.crc32(use.user.encode()) % 7))
                os.makedirs(place, exist_ok=True)
                with open(os.path.join(place, name), "w", encoding="utf-8") as out:
                    out.write(line + "\n")
            else:
                months[month].append(line + "\n")
    for month, lines in months.items():
        data = "".join(lines).encode()
        old = month < centre.MONTHS[-2]
        with open(os.path.join(folder, month + ".jsonl" + (".gz" if old else "")), "wb") as out:
            out.write(gzip.compress(data, mtime=0) if old else data)


def write_accounts(path):
    with open(path, "w", encoding="utf-8") as out:
        out.write("account,domain,field\n")
        out.writelines(",".join(row) + "\n" for row in centre.PROJECTS)


RECIPE = """\
# The example centre: where things lie, what base holds, where packages come from.
schema: advisor.site/1
name: {name}
timezone: UTC
base_prefix: {base}/
places:
- {{class: base, prefix: {base}/}}
- {{class: site, prefix: /sw/}}
- {{class: user-site, prefix: /home/*/.local/}}
- {{class: home, prefix: /home/}}
- {{class: project, prefix: /project/}}
- {{class: tmp, prefix: /local/}}
- {{class: system, prefix: /usr/}}
base_packages:
{packages}
imports:
{imports}
channels:
- {channel}
virtual_packages: {{__glibc: '2.36'}}
"""


def write_recipe(path, channel):
    with open(path, "w", encoding="utf-8") as out:
        out.write(RECIPE.format(
            name=centre.NAME, base=centre.BASE, channel=json.dumps(channel),
            packages="\n".join(f"- {spec}" for spec in centre.BASE_PACKAGES),
            imports="\n".join(f"  {name}: {package}"
                              for name, package in sorted(centre.IMPORTS.items()))))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder, channel = sys.argv[1:]
    os.makedirs(os.path.join(folder, "logs"))
    write_logs(os.path.join(folder, "logs"))
    write_accounts(os.path.join(folder, "accounts.csv"))
    write_recipe(os.path.join(folder, "site.yml"), os.path.abspath(channel))


main()
