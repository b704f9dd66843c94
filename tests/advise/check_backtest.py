#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Counts every figure of a backtest again, from the records that its store was made of.

    check_backtest.py BACKTEST.json LOG SITE.json

Prints every difference, and exits with 1 when there is one.
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import raw_usage  # noqa: E402


def reach(runs, site, has):
    grouped, out = raw_usage.workloads(runs, site), dict.fromkeys(
        ('users', 'users_covered', 'uses', 'uses_gone', 'uses_served', 'workloads', 'workloads_covered'), 0)
    users, lacking = set(), set()
    for (user, _), members in grouped.items():
        covered = raw_usage.is_covered(members, has)
        own = [use for run in members for use in run.uses.values()
               if use.place in raw_usage.OWN and (use.package or use.nowhere)]
        users.add(user)
        if not covered:
            lacking.add(user)
        out['workloads'] += 1
        out['workloads_covered'] += covered
        out['uses'] += len(own)
        out['uses_served'] += sum(use.package in has for use in own)
        out['uses_gone'] += len(own) if covered else 0
    return dict(out, users=len(users), users_covered=len(users - lacking))


def popularity(runs):
    """Users that bring a package from elsewhere than base, by package."""
    users = {}
    for run in runs:
        for use in run.uses.values():
            if use.package and use.place != 'base':
                users.setdefault(use.package, set()).add(run.user)
    return {name: len(who) for name, who in users.items()}


class Check:
    def __init__(self, path, log, site):
        with open(path, encoding='utf-8') as file:
            self.told = json.load(file)
        self.site = raw_usage.Site(site)
        self.runs = raw_usage.runs(log, self.site)
        self.made, self.wrong = 0, []

    def same(self, what, got, want):
        self.made += 1
        if got != want:
            self.wrong.append('%s: %r instead of %r' % (what, got, want))

    def measured(self, what, told, has):
        future = [run for run in self.runs if run.month in self.told['months']]
        self.same(what, told['total'], reach(future, self.site, has))
        for month in told['months']:
            name = month.pop('month')
            self.same('%s in %s' % (what, name), month,
                      reach([run for run in future if run.month == name], self.site, has))

    def decisions(self, budget, users):
        base = set(self.told['base']['environment'])
        for one in budget['decisions']:
            what = '%s within %d' % (one['by'], budget['max_packages'])
            self.same(what + ' keeps the budget', len(one['added']) <= budget['max_packages'], True)
            self.same(what + ' adds what it chose', set(one['packages']) - set(one['added']), set())
            self.measured(what, one, (base | set(one['added'])) - set(one['removed']))
            if one['by'] == 'popular':
                order = [(-users.get(name, 0), name) for name in one['packages']]
                self.same(what + ' goes by users', order, sorted(order))

    def all(self):
        months, past = self.told['months'], self.told['past']
        before = [run for run in self.runs if past['since'] <= run.month <= past['until']]
        self.same('months', sorted({run.month for run in self.runs})[-len(months):], months)
        self.same('past', (past['users'], past['workloads']),
                  (len({run.user for run in before}), len(raw_usage.workloads(before, self.site))))
        self.measured('base', self.told['base'], self.site.base)
        users = popularity(before)
        for budget in self.told['budgets']:
            self.decisions(budget, users)


def main(path, log, site):
    check = Check(path, log, site)
    check.all()
    for line in check.wrong[:10]:
        print(line)
    print('%d figures compared, %d differ' % (check.made, len(check.wrong)))
    return 1 if check.wrong or not check.made else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
