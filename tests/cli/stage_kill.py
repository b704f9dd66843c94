#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Kills stage at random moments, and demands that the next call repairs what was left.

usage: stage_kill.py ADVISOR IMAGE SCRATCH MOUNT METHOD KILLS
The image's manifest says what must be seen at MOUNT then. Kills hit copies, mounts, markers and releases.
"""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time

ADVISOR, IMAGE, SCRATCH, MOUNT, METHOD = sys.argv[1:6]
KILLS = int(sys.argv[6])
MANIFEST = json.load(open(IMAGE + ".manifest.json"))
DIGEST = MANIFEST["image"]["sha256"]


def command(*words):
    return [ADVISOR, "stage", "-q", "--to", SCRATCH, "--job", "1", *words]


STAGE = command(IMAGE, "--method", METHOD)
RELEASE = command("--release")


def run(words):
    begun = time.monotonic()
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    assert done.returncode == 0, (words, done.returncode, done.stdout)
    return time.monotonic() - begun


def mounts():
    with open("/proc/self/mountinfo") as rows:
        return sum(row.split()[4] == MOUNT for row in rows)


def loops():
    """Loop devices whose file lies in the folder."""
    count = 0
    for name in os.listdir("/sys/block") if METHOD == "kernel" else []:
        try:
            with open(f"/sys/block/{name}/loop/backing_file") as file:
                count += file.read().startswith(os.path.realpath(SCRATCH))
        except OSError:
            pass
    return count


def own_folder():
    return os.path.join(SCRATCH, f"conda-advisor-{os.geteuid()}")


def check_staged():
    left = sorted(name.removeprefix(DIGEST) for name in os.listdir(own_folder()))
    kept = ".tree" if METHOD == "extract" else ".image"
    assert left == sorted([kept, ".json", ".user-job-1", "lock"]), left
    if os.geteuid() == 0:
        assert mounts() == 1, mounts()
        assert loops() == (METHOD == "kernel"), loops()
    for entry in MANIFEST["files"]:
        path = os.path.join(MOUNT, entry["path"])
        if "link" in entry:
            assert os.readlink(path) == entry["link"]
            continue
        with open(path, "rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == entry["sha256"], path


def check_released():
    assert os.listdir(own_folder()) == ["lock"], os.listdir(own_folder())
    assert mounts() == 0 and not os.path.exists(os.path.join(MOUNT, "bin"))
    # the kernel lets go of a loop device a moment later
    for _ in range(100):
        if loops() == 0:
            return
        time.sleep(0.02)
    raise AssertionError("a loop device is left")


def kill_at(words, seconds):
    """Whether it was still running when it was killed."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    early = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return early


def main():
    seed = int(os.environ.get("SEED", "0")) or random.randrange(1, 1 << 30)
    print("seed", seed)
    dice = random.Random(seed)
    lengths = {}
    for words in (STAGE, RELEASE):
        lengths[tuple(words)] = run(words)
    hits = tries = 0
    while hits < KILLS and tries < 20 * KILLS:
        tries += 1
        words = STAGE if dice.random() < 0.75 else RELEASE
        if words is RELEASE:
            run(STAGE)
        hits += kill_at(words, dice.random() * lengths[tuple(words)] * 1.1)
        # what is left is repaired by either
        if dice.random() < 0.7:
            run(STAGE)
            check_staged()
        run(RELEASE)
        check_released()
    assert hits == KILLS, (hits, tries)
    print(hits, "killed of", tries)


if __name__ == "__main__":
    main()
