#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Counts again what a plan says of copies at home and of file operations, from raw records.

    check_redundancy.py PLAN.json LOG SITE.json [REPODATA.json]

Of a channel in which a package brings along all that can be reached from it every figure is counted
again; without one what needs no channel. Prints every difference, and exits with 1 when there is one.
"""
import collections
import fractions
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import raw_usage  # noqa: E402

CALLS_PER_FILE, FILES_PER_IMPORT, EXPANSION_PERCENT = 12, 116, 350


def load(path):
    with open(path, encoding='utf-8') as file:
        return json.load(file)


class Channel:
    """What base holds once it is solved, and what a package brings along over that."""

    def __init__(self, path, base):
        self.records = {record['name']: record for record in load(path)['packages.conda'].values()}
        self.base = self.reach(base, set())

    def reach(self, names, stop):
        found, todo = set(), list(names)
        while todo:
            name = todo.pop()
            if name not in found and name not in stop:
                found.add(name)
                todo += self.records[name]['depends']
        return found

    def closure(self, name):
        return self.reach([name], self.base) or {name}

    def bytes(self, names):
        return sum(self.records[name]['size'] for name in names)


class Check:
    def __init__(self, plan, log, site, channel):
        self.plan, self.site = load(plan), raw_usage.Site(site)
        self.channel = Channel(channel, self.site.base) if channel else None
        self.runs = raw_usage.runs(log, self.site)
        self.after = {record['name'] for record in self.plan['environment']}
        self.made, self.wrong = 0, []
        self.held, self.needed = collections.defaultdict(set), {}
        self.imports = {'node_imports': fractions.Fraction(), 'node_imports_gone': fractions.Fraction()}
        for (user, environment), runs in raw_usage.workloads(self.runs, self.site).items():
            self.take(user, environment, runs)

    def take(self, user, environment, runs):
        now, then = (raw_usage.is_covered(runs, has) for has in (self.site.base, self.after))
        own = [(run, use) for run in runs for use in run.uses.values()
               if use.package and use.place in raw_usage.OWN]
        starts = sum((fractions.Fraction(run.nodes) * fractions.Fraction(run.weight) for run, _ in own),
                     fractions.Fraction())
        self.imports['node_imports'] += starts
        self.imports['node_imports_gone'] += starts if then and not now else 0
        if not own:
            return
        shared = self.site.place(environment + '/x') not in raw_usage.OWN
        key = (user if shared else None, environment)
        self.held[key] |= {use.package for _, use in own}
        needed = self.needed.get(key, (False, False))
        self.needed[key] = (needed[0] or not now, needed[1] or not then)

    def same(self, what, got, want):
        self.made += 1
        if got != want:
            self.wrong.append('%s: %r instead of %r' % (what, got, want))

    def operations(self):
        told, months = self.plan['redundancy']['file_operations'], len({run.month for run in self.runs})
        self.same('months', told['months'], months)
        for key, imports in self.imports.items():
            end = key[len('node_imports'):]
            whole = int(imports + fractions.Fraction(1, 2))
            files = int(fractions.Fraction(whole * FILES_PER_IMPORT, months) + fractions.Fraction(1, 2))
            self.same(key, told[key], whole)
            self.same('files' + end, told['files_a_month' + end], files)
            self.same('calls' + end, told['calls_a_month' + end], files * CALLS_PER_FILE)

    def environments(self):
        told, base = self.plan['redundancy'], self.site.base
        freed = [key for key, (now, then) in self.needed.items() if now and not then]
        self.same('freed environments', told['freed']['environments'], len(freed))
        self.same('there', (told['there']['environments'], told['there']['copies']),
                  (sum(bool(held & base) for held in self.held.values()),
                   sum(len(held & base) for held in self.held.values())))
        self.same('lacking environments', told['lacking']['environments'],
                  sum(bool(held - base) for held in self.held.values()))
        for row in self.plan['redundant']:
            self.same(row['name'], (row['environments'], row['bytes'], row['served']),
                      (sum(row['name'] in held for held in self.held.values()),
                       row['environments'] * row['closure_bytes'], row['name'] in self.after))
        return freed

    def copies(self, what, sets):
        sets = [names for names in sets if names]
        size = sum(self.channel.bytes(names) for names in sets)
        told = self.plan['redundancy'][what]
        self.same(what, told, {'bytes': size, 'copies': sum(map(len, sets)), 'environments': len(sets),
                               'installed_bytes': size * EXPANSION_PERCENT // 100})

    def sizes(self, freed):
        base, lacking, there = self.site.base, {}, {}
        for key, held in self.held.items():
            lacking[key] = set().union(*(self.channel.closure(name) for name in held - base))
            there[key] = held & base
        self.copies('lacking', lacking.values())
        self.copies('there', [there[key] - lacking[key] for key in there])
        self.copies('served', [names & self.after for names in lacking.values()])
        self.copies('freed', [lacking[key] | there[key] for key in freed])
        names = sorted({name for held in self.held.values() for name in held - base},
                       key=lambda name: (-self.total(name), name))
        self.same('rows', [(row['name'], row['closure_bytes']) for row in self.plan['redundant']],
                  [(name, self.channel.bytes(self.channel.closure(name))) for name in names[:20]])

    def total(self, name):
        return (sum(name in held for held in self.held.values()) *
                self.channel.bytes(self.channel.closure(name)))


def main(plan, log, site, channel=None):
    check = Check(plan, log, site, channel)
    check.operations()
    freed = check.environments()
    if channel:
        check.sizes(freed)
    for line in check.wrong[:10]:
        print(line)
    print('%d figures compared, %d differ' % (check.made, len(check.wrong)))
    return 1 if check.wrong or not check.made else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
