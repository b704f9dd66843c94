#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Counts again what a what-if claims, from the truth about the logs and the two bases it names.

    check_whatif.py WHATIF.json TRUTH.json ACCOUNTS.csv MIN_USERS

Prints every difference, and exits with 1 when there is one.
"""
import collections
import csv
import json
import sys


class Check:
    def __init__(self):
        self.made, self.wrong = 0, []

    def same(self, what, got, want):
        self.made += 1
        if got != want:
            self.wrong.append('%s: %r instead of %r' % (what, got, want))


class Workload:
    """What a user uses from one environment: those of the truth, put together."""

    def __init__(self):
        self.packages, self.from_base, self.nowhere = set(), set(), set()
        self.runs = collections.Counter()

    def add(self, one):
        self.packages.update(one['packages'])
        self.from_base.update(set(one['packages']) - set(one['packages_outside_base']))
        self.nowhere.update(one['nowhere'])
        self.runs[one['account'] or 'unknown'] += one['runs']

    def account(self):
        return min(self.runs, key=lambda name: (name == 'unknown', -self.runs[name], name))


def workloads_of(truth):
    joined = collections.defaultdict(Workload)
    for one in truth['workloads']:
        joined[one['user'], one['prefix']].add(one)
    return joined


def covered(workloads, have):
    """The workloads that are, and the users all of whose are."""
    done = {key for key, work in workloads.items() if not work.nowhere and work.packages <= have}
    lacking = {user for user, _ in set(workloads) - done}
    return done, {user for user, _ in workloads} - lacking


def users_of(keys):
    return {user for user, _ in keys}


def check_packages(check, answer, truth, before, after):
    old = {record['name']: record for record in before}
    new = {record['name']: record for record in after}
    for key, names, place in (('comes', set(new) - set(old), None), ('goes', set(old) - set(new), 'base')):
        check.same(key, sorted(one['name'] for one in answer[key]), sorted(names))
        for one in answer[key]:
            known = truth['packages'].get(one['name'])
            want = 0 if not known else known['places'].get('base', 0) if place else known['users_outside_base']
            check.same('users of ' + one['name'], one['users'], want)
            if key == 'goes':
                check.same('reason of ' + one['name'], bool(one['reason']), True)
    moved = {name for name in set(old) & set(new)
             if any(old[name][k] != new[name][k] for k in ('version', 'build'))}
    check.same('changed', sorted(one['name'] for one in answer['changed']), sorted(moved))
    for one in answer['changed']:
        check.same('to version of ' + one['name'], one['to_version'], new[one['name']]['version'])
        check.same('users of ' + one['name'], one['users'],
                   truth['packages'].get(one['name'], {'places': {}})['places'].get('base', 0))
        if one['version'] == one['to_version']:
            check.same('direction of ' + one['name'], one['direction'], 'build')


def pair(keys):
    return {'users': len(users_of(keys)), 'workloads': len(keys)}


def check_groups(check, what, got, of, gains, loses, min_users):
    groups = {group for key, group in of.items() if key in gains | loses}
    rows, small = {}, set()
    for group in groups:
        mine = [{key for key in keys if of[key] == group} for keys in (gains, loses)]
        if any(0 < len(users_of(keys)) < min_users for keys in mine):
            small.add(group)
        else:
            rows[group] = mine
    check.same(what, sorted(one['name'] for one in got if one['name']), sorted(rows))
    for one in got:
        mine = rows.get(one['name']) or [{key for key in keys if of[key] in small} for keys in (gains, loses)]
        if not one['name']:
            check.same(what + ' folded', one['folded'], len(small))
            if any(0 < len(users_of(keys)) < min_users for keys in mine):
                check.same(what + ' too few', (one['gains'], one['loses']), (None, None))
                continue
        check.same('%s %s' % (what, one['name']), [one['gains'], one['loses']], [pair(keys) for keys in mine])
    check.same(what + ' with few users', any(not one['name'] for one in got), bool(small))


def main(answer_path, truth_path, accounts_path, min_users):
    with open(answer_path) as answer, open(truth_path) as truth, open(accounts_path) as accounts:
        answer, truth = json.load(answer), json.load(truth)
        domains = {row['account']: row['domain'] for row in csv.DictReader(accounts)}
    check, workloads = Check(), workloads_of(truth)
    have = [{record['name'] for record in answer['base'][key]} for key in ('before', 'after')]
    (done, users), (done_then, users_then) = (covered(workloads, one) for one in have)
    gone = have[0] - have[1]
    gains = done_then - done
    loses = (done - done_then) | {key for key, work in workloads.items() if work.from_base & gone}
    check.same('schema', answer['schema'], 'advisor.whatif/1')
    check_packages(check, answer, truth, answer['base']['before'], answer['base']['after'])
    for what, then, now, every in (('workloads', done_then, done, set(workloads)),
                                   ('users', users_then, users, users_of(workloads))):
        check.same(what, answer['effect'][what], {
            'all': len(every), 'covered_before': len(now), 'covered_after': len(then),
            'gained': len(then - now), 'lost': len(now - then)})
    check.same('gains', answer['effect']['gains'], pair(gains))
    check.same('loses', answer['effect']['loses'], pair(loses))
    accounts = {key: work.account() for key, work in workloads.items()}
    check_groups(check, 'projects', answer['projects'], accounts, gains, loses, int(min_users))
    check_groups(check, 'domains', answer['domains'],
                 {key: domains.get(name, 'unknown') for key, name in accounts.items()},
                 gains, loses, int(min_users))
    for line in check.wrong[:50]:
        print(line)
    print('%d checks, %d wrong' % (check.made, len(check.wrong)))
    return 1 if check.wrong else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:5]))
