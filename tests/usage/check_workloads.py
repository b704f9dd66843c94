#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Compares the workloads of a store with those of a truth file, merged by user and prefix, and what
additions to base would satisfy.

    check_workloads.py WORKLOADS.json TRUTH.json SITE.json
"""
import json
import sys


def merged(workloads):
    """What one user uses from one prefix is one workload, also where the plan had it as two."""
    out, base = {}, next(one['prefix'] for one in workloads if one['kind'] == 'base')
    for one in workloads:
        # A user site that nothing is imported from leaves no trace: base is what is seen.
        unseen = one['kind'] == 'user-site' and not one['packages_outside_base'] and not one['nowhere']
        into = out.setdefault((one['user'], base if unseen else one['prefix']),
                              {'packages': set(), 'packages_outside_base': set(), 'nowhere': set(), 'runs': 0,
                               'node_hours': 0, 'accounts': set()})
        for key in ('packages', 'packages_outside_base', 'nowhere'):
            into[key] |= set(one[key])
        into['accounts'].add(one['account'])
        into['runs'] += one['runs']
        into['node_hours'] += one['node_hours'] or 0
    return out


def satisfied(rows, packages):
    """How many users have no workload that lacks anything, of how many."""
    users, lacking = {row['user'] for row in rows}, set()
    for row in rows:
        if row['nowhere'] or set(row['packages']) - packages:
            lacking.add(row['user'])
    return len(users - lacking), len(users)


def main(got_path, truth_path, site_path):
    with open(got_path, encoding='utf-8') as file:
        rows = json.load(file)
    with open(truth_path, encoding='utf-8') as file:
        truth = json.load(file)
    with open(site_path, encoding='utf-8') as file:
        base = set(json.load(file)['base_packages'])
    want = merged(truth['workloads'])
    got = {(row['user'], row['environment']): row for row in rows}
    wrong = sorted(set(got) ^ set(want))[:10]
    for key in set(got) & set(want):
        row, one = got[key], want[key]
        if (row['packages'] != sorted(one['packages']) or row['nowhere'] != len(one['nowhere'])
                or row['packages_outside_base'] != sorted(one['packages_outside_base'])
                or row['runs'] != one['runs'] or abs(row['node_hours'] - one['node_hours']) > 1e-5
                or row['account'] not in one['accounts'] | {None}):
            wrong.append((key, row, one))
    for cover in truth['coverage']:
        users = satisfied(rows, base | set(cover['additions']))
        if users != (cover['users'], cover['of_users']):
            wrong.append(('additions', len(cover['additions']), users, cover['users']))
    for line in wrong[:5]:
        print(line)
    print('%d workloads compared, %d differ' % (len(got), len(wrong)))
    return 1 if wrong or len(rows) != len(got) or not rows else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
