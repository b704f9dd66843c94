#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Counts again what explanations say of demand, from the records that their store was made of.

    check_explain.py LOG SITE.json EXPLANATION.json...

Prints every difference, and exits with 1 when there is one.
"""
import collections
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import raw_usage  # noqa: E402


def users_by(pairs):
    """{key: how many users} of (key, user)."""
    grouped = collections.defaultdict(set)
    for key, user in pairs:
        grouped[key].add(user)
    return {key: len(users) for key, users in grouped.items()}


def counted(runs, site, package):
    """The same figures as in the document, from runs that use the package."""
    uses = [(run, use) for run in runs for use in run.uses.values() if use.package == package]
    own = [(run, use) for run, use in uses if use.place in raw_usage.OWN]
    inside = {(run.user, raw_usage.environment(run, site)) for run, _ in uses}
    outside = {(run.user, raw_usage.environment(run, site)) for run, use in uses if use.place != 'base'}
    projects = users_by((run.account if run.account else 'unknown', run.user) for run, _ in uses)
    together = users_by((other.package, run.user) for run in {id(run): run for run, _ in uses}.values()
                        for other in run.uses.values() if other.package and other.package != package)
    months = sorted({run.month for run, _ in uses})
    return {
        'imports': sorted({use.module for _, use in uses}),
        'months': {month: {
            'users': len({run.user for run, _ in uses if run.month == month}),
            'own_users': len({run.user for run, _ in own if run.month == month}),
            'uses': sum(run.month == month for run, _ in uses),
            'own_uses': sum(run.month == month for run, _ in own)} for month in months},
        'own_users': len({run.user for run, _ in own}), 'users': len({run.user for run, _ in uses}),
        'own_uses': len(own), 'uses': len(uses),
        'own_workloads': len(outside), 'workloads': len(inside),
        'places': users_by((use.place, run.user) for run, use in uses),
        'project_count': len(set(projects) - {'unknown'}), 'projects': projects,
        'with': sorted(together.items(), key=lambda item: (-item[1], item[0]))[:20]}


class Check:
    def __init__(self, log, site):
        self.site = raw_usage.Site(site)
        self.runs = raw_usage.runs(log, self.site)
        self.made, self.wrong = 0, []

    def same(self, what, got, want):
        self.made += 1
        if got != want:
            self.wrong.append('%s: %r instead of %r' % (what, got, want))

    def package(self, runs, told, least):
        want, name = counted(runs, self.site, told['name']), told['name']
        shown = lambda users: None if 0 < users < least else users
        for key in ('own_users', 'users'):
            self.same('%s %s' % (name, key), told[key], shown(want[key]))
        for key in ('imports', 'own_uses', 'uses', 'own_workloads', 'workloads', 'project_count'):
            self.same('%s %s' % (name, key), told[key], want[key])
        self.same(name + ' places', told['places'], {key: shown(users) for key, users in want['places'].items()})
        self.same(name + ' with', [(row['name'], row['users']) for row in told['with']],
                  [(key, shown(users)) for key, users in want['with']])
        rows = sorted(((key, users) for key, users in want['projects'].items() if users >= least),
                      key=lambda item: (-item[1], item[0]))
        self.same(name + ' projects', [(row['name'], row['users']) for row in told['projects']['rows']], rows)
        self.same(name + ' folded', told['projects']['folded'], len(want['projects']) - len(rows))
        for row in told['months']:
            month = want['months'].pop(row['month'], dict.fromkeys(('users', 'own_users', 'uses', 'own_uses'), 0))
            self.same('%s in %s' % (name, row['month']), {key: row[key] for key in month},
                      {key: shown(value) if 'users' in key else value for key, value in month.items()})
        self.same(name + ' other months', want['months'], {})

    def effect(self, runs, told):
        effect = told['demand']['effect']
        if not effect:
            return
        added = {record['name'] for record in told['changes']['added']}
        grouped = raw_usage.workloads(runs, self.site)
        for when, has in (('before', self.site.base), ('after', self.site.base | added)):
            covered = {key for key, members in grouped.items() if raw_usage.is_covered(members, has)}
            lacking = {user for user, _ in set(grouped) - covered}
            self.same('workloads ' + when, effect['workloads_covered_' + when], len(covered))
            self.same('users ' + when, effect['users_covered_' + when],
                      len({user for user, _ in grouped} - lacking))
        self.same('workloads', effect['workloads'], len(grouped))

    def explanation(self, path):
        with open(path, encoding='utf-8') as file:
            told = json.load(file)
        demand = told['demand']
        runs = [run for run in self.runs if (demand['since'] or '') <= run.month <= (demand['until'] or '9')]
        for package in demand['packages']:
            self.package(runs, package, demand['min_users'])
        self.effect(runs, told)


def main(log, site, *paths):
    check = Check(log, site)
    for path in paths:
        check.explanation(path)
    for line in check.wrong[:10]:
        print(line)
    print('%d figures compared, %d differ' % (check.made, len(check.wrong)))
    return 1 if check.wrong or not check.made else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
