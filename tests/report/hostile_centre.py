#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes logs, in lines as XALT writes them, and a recipe of a centre with the worst of names.

    hostile_centre.py FOLDER
"""
import calendar
import json
import os
import sys

from check_page import BAD, FORMULAS


def runs():
    """month, user, project, place of the environment, imports"""
    for number, name in enumerate(BAD + FORMULAS):
        yield '2025-0%d' % (1 + number % 3), 'user%d' % number, name, '/home/user%d/env' % number, ['numpy', name]
    for number in range(8):
        yield '2025-0%d' % (1 + number % 3), 'ann', 'sky', '/base', ['numpy'] + ['m%d' % i for i in range(number * 5, number * 5 + 5)]


def main(folder):
    with open(os.path.join(folder, 'site.json'), 'w') as file:
        json.dump({'schema': 'advisor.site/1', 'name': BAD[1], 'base_prefix': '/base',
                   'places': [{'class': 'base', 'prefix': '/base'}, {'class': 'home', 'prefix': '/home'}],
                   'base_packages': ['numpy'], 'imports': {'numpy': 'numpy'},
                   'domains': {BAD[0]: BAD[0], BAD[1]: BAD[2]}}, file)
    with open(os.path.join(folder, 'log.jsonl'), 'w') as file:
        for number, (month, user, project, prefix, imports) in enumerate(runs()):
            uuid = '%08x-0000-7000-8000-000000000000' % (number + 1)
            start = calendar.timegm((int(month[:4]), int(month[5:]), 10, 0, 0, 0))
            print(json.dumps({
                'cmdlineA': ['python'], 'libA': [], 'ptA': [], 'envT': {},
                'userT': {'run_uuid': uuid, 'exec_path': prefix + '/bin/python3.11', 'user': user,
                          'account': project, 'job_id': str(number), 'syshost': 'x'},
                'userDT': {'start_time': start, 'end_time': start + 3600, 'run_time': 3600.0,
                           'probability': 1.0, 'num_nodes': 1}}), file=file)
            for name in imports:
                print(json.dumps({'program': 'python', 'xalt_run_uuid': uuid, 'package_version': '3.11.9', 'package_name': name,
                                  'package_path': prefix + '/lib/python3.11/site-packages/x/__init__.py'}), file=file)


if __name__ == '__main__':
    main(sys.argv[1])
