#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Kills an ingest at random moments, goes on, and compares the store with an undisturbed one.

    kill.py ADVISOR LOGS TIMES

LOGS is a folder of make_logs.py or make_pieces.py. Every run of the program reads everything anew; it is killed with
signal 9 after a random part of the time that the whole takes, TIMES times, over several stores.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import time


def main(advisor, logs, times):
    rng, folder = random.Random(11), tempfile.mkdtemp()
    os.chdir(folder)
    names = [name for name in sorted(os.listdir(logs)) if name.startswith(('mixed', 'counts.csv', 'log.', 'files', 'rotated'))]
    command = [advisor, 'ingest', '-q', '--key', 'key', '--site', logs + '/site.json'] + [os.path.join(logs, name) for name in names]
    begun = time.monotonic()
    subprocess.run(command + ['-o', 'whole.db'], check=True)
    whole, kills, killed = time.monotonic() - begun, 0, 0
    while kills < times:
        for name in ('s.db', 's.db-journal'):
            if os.path.exists(name):
                os.unlink(name)
        for _ in range(min(5, times - kills)):
            job = subprocess.Popen(command + ['-o', 's.db'])
            time.sleep(rng.random() * whole * 0.7)
            job.kill()
            killed += job.wait() == -9
            kills += 1
            # What stands there can be asked at any moment, once there is anything.
            asked = subprocess.run([advisor, 'ingest', '--status', 's.db'], capture_output=True, check=False)
            assert asked.returncode in (0, 3), asked.stderr
        subprocess.run(command + ['-o', 's.db'], check=True)
        assert status(advisor, 's.db') == status(advisor, 'whole.db'), kills
    print('%d of %d ended by the signal, all went on to the same store' % (killed, times))
    assert killed * 3 >= times, 'too few were hit'


def status(advisor, store):
    found = json.loads(subprocess.run([advisor, 'ingest', '--status', '--rejects', '--json', store], capture_output=True, check=True).stdout)
    return {key: value for key, value in found.items() if key not in ('file_bytes',)}


if __name__ == '__main__':
    main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), int(sys.argv[3]))
