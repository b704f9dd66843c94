#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The demo's figures and image, obtained a second time by the plainest means.

usage: twin.py usage LOGS JSON            users a package, from the raw logs, against 'usage --json'
       twin.py image PLAN CHANNEL FOLDER MOUNT   the plan's packages, installed file by file,
                                          against the unpacked image
Prints what differs; exit status 1 if anything does.
"""

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile

from centre import IMPORTS

SITE_PACKAGES = "lib/python3.11/dist-packages"


# ---- figures ------------------------------------------------------------------------------

def records(folder):
    for place, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(place, name)
            with (gzip.open if name.endswith(".gz") else open)(path, "rb") as file:
                for line in file:
                    yield json.loads(line)


def users_by_package(folder):
    """package -> its users, of all runs that ended."""
    owner, uses = {}, set()
    for record in records(folder):
        if "userT" in record and record["userDT"]["end_time"] > 0:
            owner[record["userT"]["run_uuid"]] = record["userT"]["user"]
        elif "package_name" in record and "/site-packages/" in record["package_path"]:
            uses.add((record["xalt_run_uuid"], record["package_name"]))
    users = {}
    for run, name in uses:
        if run in owner and name in IMPORTS:
            users.setdefault(IMPORTS[name], set()).add(owner[run])
    return {package: len(names) for package, names in users.items()}


def check_usage(logs, answer):
    with open(answer, encoding="utf-8") as file:
        told = {row["package"]: row["users"] for row in json.load(file)["rows"]}
    wanted = users_by_package(logs)
    return [f"{name}: {wanted.get(name)} users, not {told.get(name)}"
            for name in sorted(set(wanted) | set(told)) if wanted.get(name) != told.get(name)]


# ---- image --------------------------------------------------------------------------------

def tar_of(archive, start):
    name = next(n for n in archive.namelist() if n.startswith(start))
    plain = subprocess.run(["zstd", "-dcq"], input=archive.read(name), check=True,
                           stdout=subprocess.PIPE).stdout
    return tarfile.open(fileobj=io.BytesIO(plain))


def expected(package, mount):
    """path -> content, or the target of a link as text, of one installed package."""
    with zipfile.ZipFile(package) as archive:
        with tar_of(archive, "info-") as info:
            index = json.load(info.extractfile("info/index.json"))
            rows = json.load(info.extractfile("info/paths.json"))["paths"]
        with tar_of(archive, "pkg-") as tar:
            for row in rows:
                member = tar.getmember(row["_path"])
                path = row["_path"]
                if index.get("noarch") == "python" and path.startswith("site-packages/"):
                    path = SITE_PACKAGES + path[len("site-packages"):]
                if member.issym():
                    yield path, member.linkname
                    continue
                data = tar.extractfile(member).read()
                if "prefix_placeholder" in row:
                    data = data.replace(row["prefix_placeholder"].encode(), mount.encode())
                yield path, data


def same(path, wanted, full):
    if isinstance(wanted, str):
        return os.path.islink(full) and os.readlink(full) == wanted
    if os.path.islink(full) or not os.path.isfile(full):
        return False
    with open(full, "rb") as file:
        found = file.read()
    if path.endswith(".pyc"):
        # the head says how it is validated, which the image changes: unchecked hash
        return found[4:8] == b"\1\0\0\0" and found[16:] == wanted[16:]
    return found == wanted


def check_image(plan, channel, folder, mount):
    with open(plan, encoding="utf-8") as file:
        environment = json.load(file)["environment"]
    wrong, known = [], 0
    for package in environment:
        file = os.path.join(channel, package["subdir"], os.path.basename(package["url"]))
        for path, wanted in expected(file, mount):
            known += 1
            if not same(path, wanted, os.path.join(folder, path)):
                wrong.append(f"{package['name']}: {path} is not as it should be")
    if known < 1000:
        wrong.append(f"only {known} files: that is no environment")
    return wrong


def main():
    checks = {"usage": check_usage, "image": check_image}
    if len(sys.argv) < 2 or sys.argv[1] not in checks:
        sys.exit(__doc__)
    wrong = checks[sys.argv[1]](*sys.argv[2:])
    print("\n".join(wrong[:20]))
    sys.exit(1 if wrong else 0)


main()
