#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The peer of ingest in Python: runs, and unique users by module, of XALT records in lines.

    tally.py LOG.jsonl
"""
import collections
import json
import sys


def tally(path):
    runs, imports = {}, collections.defaultdict(set)
    with open(path, 'rb') as lines:
        for line in lines:
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if 'userT' in record:
                if record['userDT']['end_time']:
                    runs[record['userT']['run_uuid']] = record['userT']['user']
            elif record.get('program') == 'python' and 'package_name' in record:
                imports[record['xalt_run_uuid']].add((record['package_name'].split('.')[0], record['package_path']))
    users = collections.defaultdict(set)
    for uuid, modules in imports.items():
        if uuid in runs:
            for module, _ in modules:
                users[module].add(runs[uuid])
    return runs, users


if __name__ == '__main__':
    counted, modules = tally(sys.argv[1])
    print('%d runs, %d modules, %d users of numpy' % (len(counted), len(modules), len(modules['numpy'])))
