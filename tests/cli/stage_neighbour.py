#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A hostile neighbour on a node: puts things where stage of another user will look, again and again.

usage: stage_neighbour.py FOLDER NAME VICTIM
  FOLDER  that everybody can write to
  NAME    that is taken and given up by turns
  VICTIM  a folder that must not be followed into
Runs until it is killed, whoever started it is gone, or ten minutes have passed.
"""

import os
import shutil
import sys
import time


def plant_link(path, victim):
    os.symlink(victim, path)


def plant_folder(path, victim):
    os.mkdir(path)
    digest = "0" * 64
    for name in (digest + ".json", digest + ".image", digest + ".user-job-1"):
        with open(os.path.join(path, name), "w") as out:
            out.write('{"schema": "advisor.staged/1"}')
    os.symlink(victim, os.path.join(path, digest + ".tree"))
    os.mkfifo(os.path.join(path, "lock"))


def plant_file(path, victim):
    with open(path, "w") as out:
        out.write("planted")


def plant_pipe(path, victim):
    os.mkfifo(path)


def plant_open_folder(path, victim):
    os.mkdir(path)
    os.chmod(path, 0o777)


def plant_hard_link(path, victim):
    os.link(os.path.join(os.path.dirname(path), "bait"), path)


PLANTS = [plant_link, plant_folder, plant_file, plant_pipe, plant_open_folder, plant_hard_link]


def clear(path):
    try:
        if os.path.islink(path) or not os.path.isdir(path):
            os.unlink(path)
        else:
            shutil.rmtree(path)
    except OSError:
        pass


def main():
    folder, name, victim = sys.argv[1:4]
    path = os.path.join(folder, name)
    try:
        with open(os.path.join(folder, "bait"), "w") as out:
            out.write("bait")
    except OSError:
        pass
    turn, parent, end = 0, os.getppid(), time.monotonic() + 600
    while os.getppid() == parent and time.monotonic() < end:
        try:
            PLANTS[turn % len(PLANTS)](path, victim)
        except OSError:
            pass
        turn += 1
        clear(path)


if __name__ == "__main__":
    main()
