#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes logs of a centre that fits on a page.

    write_logs.py xalt < PLAN > logs.jsonl
    write_logs.py snooper FOLDER < PLAN

A line of PLAN is "month user project prefix import,import,..."; an import is a name, and "+" behind
it says that a shared object of it was mapped, "=1.2" that it was of that version (snooper alone
records those; "egg" instead of "=": by the name of its egg). "- -" for a project: unknown.
"""
import json
import os
import re
import sys
import time
import calendar


def read(lines):
    for number, line in enumerate(lines):
        if not line.strip() or line.startswith('#'):
            continue
        month, user, project, prefix, imports = line.split()
        start = calendar.timegm(time.strptime(month, '%Y-%m')) + 86400 * 10 + number
        yield number, start, user, project, prefix, [
            re.fullmatch(r'([\w.]+)(\+?)(?:(=|egg)(\S+))?', text).groups()
            for text in imports.split(',')]


def path_of(prefix, name, egg):
    folder = '%s/lib/python3.11/site-packages/' % prefix
    if egg:
        folder += '%s-%s-py3.11.egg/' % (name, egg)
    return folder + name.replace('.', '/')


def xalt(lines, out):
    for number, start, user, project, prefix, imports in read(lines):
        uuid = '%08x-0000-7000-8000-000000000000' % (number + 1)
        libs = [[path_of(prefix, name, None) + '/_x.so', '0'] for name, mapped, _, _ in imports if mapped]
        print(json.dumps({
            'cmdlineA': [prefix + '/bin/python', 'x.py'], 'libA': libs, 'ptA': [], 'envT': {},
            'userT': {'run_uuid': uuid, 'exec_path': prefix + '/bin/python3.11', 'user': user,
                      'account': project, 'job_id': str(number), 'syshost': 'x'},
            'userDT': {'start_time': start, 'end_time': start + 3600, 'run_time': 3600.0,
                       'probability': 1.0, 'num_nodes': 1}}), file=out)
        for name, _, how, version in imports:
            print(json.dumps({
                'program': 'python', 'xalt_run_uuid': uuid, 'package_version': '3.11.9',
                'package_name': name,
                'package_path': path_of(prefix, name, version if how == 'egg' else None) + '/__init__.py'}),
                file=out)


def snooper(lines, folder):
    for number, start, user, project, prefix, imports in read(lines):
        at = time.gmtime(start)
        name = time.strftime('%Y/%m/%d/', at) + 'node.%d.%s.000000' % (number + 2, time.strftime('%H.%M.%S', at))
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w') as file:
            json.dump({
                'timestamp': time.strftime('%m-%d-%Y %H:%M:%S.000000', at),
                'sys.executable': prefix + '/bin/python3.11', 'sys.argv': ['x.py'], 'sys.path': [],
                'env': {'USER': user, 'PBS_JOBID': str(number), 'PBS_ACCOUNT': project},
                'hostname': 'node', 'pid': number + 2,
                'modules': {name: path_of(prefix, name, None) + '/__init__.py' for name, _, _, _ in imports},
                'versions': {name: version for name, _, how, version in imports if how == '='}}, file)
            file.write('\n')


if __name__ == '__main__':
    if sys.argv[1] == 'xalt':
        xalt(sys.stdin, sys.stdout)
    else:
        snooper(sys.stdin, sys.argv[2])
