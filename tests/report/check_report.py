#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Counts the figures of reports again, from raw records: of the site, domains, projects, packages.

    check_report.py PROGRAM STORE LOG SITE.json ACCOUNTS.csv

The store must keep names (ingest --names). Prints every difference; status 1 when there is one.
"""
import collections
import csv
import io
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'advise'))
import raw_usage  # noqa: E402

PLACES = {'user-site': 'user_site', 'home': 'home', 'project': 'project', 'tmp': 'tmp'}


class Checker:
    def __init__(self, program, store, log, site, accounts):
        self.program, self.store, self.accounts = program, store, accounts
        self.site = raw_usage.Site(site)
        self.runs = raw_usage.runs(log, self.site)
        with open(accounts, encoding='utf-8', newline='') as file:
            self.domain = {row['account']: row['domain'] for row in csv.DictReader(file)}
        self.workloads = raw_usage.workloads(self.runs, self.site)
        self.account = {key: self.main_account(runs) for key, runs in self.workloads.items()}
        self.made, self.wrong = 0, []

    @staticmethod
    def main_account(runs):
        counts = collections.Counter(run.account for run in runs if run.account not in (None, 'unknown'))
        return min(counts, key=lambda name: (-counts[name], name)) if counts else None

    def report(self, *options):
        command = [self.program, 'report', self.store, '--accounts', self.accounts, *options]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()

    def same(self, what, got, want):
        self.made += 1
        if got != want:
            self.wrong.append('%s: %r instead of %r' % (what, got, want))

    def cover(self, what, document, keys):
        users = {user for user, _ in keys}
        lacking = {key for key in keys if not raw_usage.is_covered(self.workloads[key], self.site.base)}
        self.same(what + ' cover', document['cover'],
                  [{'of': 'users', 'all': len(users), 'now': len(users - {user for user, _ in lacking})},
                   {'of': 'workloads', 'all': len(keys), 'now': len(keys) - len(lacking)}])

    def place_of(self, key):
        place = self.site.place(key[1] + '/x')
        return place

    def packages(self, what, document, keys):
        users, places, anywhere = (collections.defaultdict(set) for _ in range(3))
        for key in keys:
            for run in self.workloads[key]:
                for use in run.uses.values():
                    if not use.package:
                        continue
                    anywhere[use.package].add(key[0])
                    if use.place != 'base':
                        users[use.package].add(key[0])
                        places[use.package, self.place_of(key)].add(key[0])
        for section, in_base in (('lacking', False), ('there', True)):
            want = sorted(((-len(users[name]), -len(anywhere[name]), name) for name in users
                           if (name in self.site.base) == in_base))
            self.same('%s %s names' % (what, section), [row['package'] for row in document[section]],
                      [name for _, _, name in want])
            for row in document[section]:
                name = row['package']
                self.same('%s %s' % (what, name), [row['users']] + [row[key] for key in PLACES.values()],
                          [len(users[name])] + [len(places[name, place]) for place in PLACES])
        return anywhere, users

    def scope(self, what, document, keys):
        self.cover(what, document, keys)
        for row in document['places']:
            of = [key for key in keys if self.place_of(key) == row['place']]
            self.same('%s %s' % (what, row['place']), (row['users'], row['workloads']),
                      (len({user for user, _ in of}), len(of)))
        return self.packages(what, document, keys)

    def check_site(self):
        document = json.loads(self.report('--json'))
        keys = list(self.workloads)
        self.scope('site', document, keys)
        months, own = collections.defaultdict(set), collections.defaultdict(set)
        for run in self.runs:
            months[run.month].add(run.user)
            if any(use.package and use.place in raw_usage.OWN for use in run.uses.values()):
                own[run.month].add(run.user)
        self.same('months', document['months'],
                  [{'month': month, 'users': len(months[month]), 'own': len(own[month])} for month in sorted(months)])
        for section, key, name_of in (('projects', 'project', lambda key: self.account[key]),
                                      ('domains', 'domain', self.domain_of)):
            grouped = collections.defaultdict(list)
            for one in keys:
                if name_of(one) is not None:
                    grouped[name_of(one)].append(one)
            want = {name: (len({user for user, _ in of}), len(of),
                           sum(raw_usage.is_covered(self.workloads[one], self.site.base) for one in of))
                    for name, of in grouped.items()}
            self.same(section, {row[key]: (row['users'], row['workloads'], row['now']) for row in document[section]}, want)
        table = list(csv.reader(io.StringIO(self.report('--csv'))))
        self.same('CSV header', table[0], ['section', 'row', 'figure', 'value'])
        by_row = {(section, row, figure): value for section, row, figure, value in table[1:]}
        for row in document['lacking']:
            self.same('CSV ' + row['package'], by_row['lacking', row['package'], 'users'], str(row['users']))

    def domain_of(self, key):
        return self.domain.get(self.account[key], 'unknown') if self.account[key] else 'unknown'

    def check_parts(self):
        projects = sorted({name for name in self.account.values() if name})
        for name in projects[::9]:
            keys = [key for key in self.workloads if self.account[key] == name]
            document = json.loads(self.report('--json', '--project', name))
            self.scope(name, document, keys)
            self.environments(name, document, keys)
        for name in sorted(set(map(self.domain_of, self.workloads)))[::4]:
            document = json.loads(self.report('--json', '--domain', name))
            self.scope(name, document, [key for key in self.workloads if self.domain_of(key) == name])

    def environments(self, what, document, keys):
        grouped = collections.defaultdict(list)
        for key in keys:
            if self.place_of(key) in raw_usage.OWN:
                grouped[key[1]].append(key)
        got = {row['path']: row for row in document['environments']}
        self.same(what + ' environments', sorted(got), sorted(grouped))
        for path, of in grouped.items():
            runs = [run for key in of for run in self.workloads[key]]
            held = {use.package for run in runs for use in run.uses.values() if use.package and use.place != 'base'}
            needed = any(not raw_usage.is_covered(self.workloads[key], self.site.base) for key in of)
            self.same(path, tuple(got[path][key] for key in ('users', 'packages', 'lacking', 'last', 'state')),
                      (len({user for user, _ in of}), len(held), len(held - self.site.base),
                       max(run.month for run in runs), 'yes' if needed else 'no'))

    def check_packages(self):
        for name in ('pytorch', 'plotly', 'numpy', 'rdkit'):
            document = json.loads(self.report('--json', '--package', name))
            of = collections.defaultdict(set)
            for key, runs in self.workloads.items():
                for run in runs:
                    for use in run.uses.values():
                        if use.package == name:
                            of['all'].add(key[0])
                            of['project', self.account[key]].add(key[0])
                            if use.place != 'base':
                                of['outside'].add(key[0])
            use = {row['who']: row['users'] for row in document['use']}
            self.same(name, (use['all'], use['from elsewhere than base']), (len(of['all']), len(of['outside'])))
            for row in document['projects']:
                self.same('%s in %s' % (name, row['name']), row['users'], len(of['project', row['name']]))
            months = collections.defaultdict(set)
            for run in self.runs:
                if any(one.package == name for one in run.uses.values()):
                    months[run.month].add(run.user)
            self.same(name + ' months', {row['month']: row['users'] for row in document['months'] if row['users']},
                      {month: len(users) for month, users in months.items()})
            self.same(name + ' in base', document['state'][0]['in_base'], name in self.site.base)


def main(*paths):
    check = Checker(*paths)
    check.check_site()
    check.check_parts()
    check.check_packages()
    for line in check.wrong[:10]:
        print(line[:600])
    print('%d figures compared, %d differ' % (check.made, len(check.wrong)))
    return 1 if check.wrong or check.made < 1000 else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
