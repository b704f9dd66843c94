#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Tries to find figures of few users in public reports, by everything that they print together.

    attack.py MIN_USERS PUBLIC TRUE_FOLDER

Each is a folder with JSON reports: of the site, of every project and domain, of packages. PUBLIC may be
a dashboard, too: then the reports are those within. What TRUE_FOLDER has no report of is not attacked,
and what PUBLIC has no report of shows nothing. What is not shown
is a range at first: of a figure of users 1 to MIN_USERS - 1, where the truth is in it (the attacker
is told so). Then ranges are narrowed by all that hangs together: unions, sums, parts of a whole,
months, packages and what is left of them, over all documents, until nothing changes. A figure that
is few is found when less than all of 1 to MIN_USERS - 1 is left of it. Of who are in no figure at all,
such as those of few who are not covered, nothing is told at first, and two values must be left.
"""
import json
import os
import re
import sys

MOST = 10 ** 9


class Worlds:
    def __init__(self, least):
        self.least, self.low, self.high, self.true = least, {}, {}, {}
        self.relations, self.unseen = [], set()

    def cell(self, key, shown, true, marked=True):
        """A figure: what is printed of it (None: nothing), what it is, and whether it is in print at all."""
        if true is None:
            return
        if key in self.true:
            assert self.true[key] == true, (key, self.true[key], true)
        self.true[key] = true
        if not marked:
            self.unseen.add(key)
        few = 0 < true < self.least and key[-1] == 'users'
        if shown is not None:
            assert shown == true, (key, shown, true)
            assert not few, (key, 'is shown')
            low, high = shown, shown
        elif few and marked:
            low, high = 1, self.least - 1
        else:
            low, high = 0, MOST
        self.low[key] = max(low, self.low.get(key, 0))
        self.high[key] = min(high, self.high.get(key, MOST))

    def relate(self, kind, total, parts):
        parts = [part for part in parts if part in self.low]
        if total not in self.low or not parts:
            return
        sums = sum(self.true[part] for part in parts)
        top = max(self.true[part] for part in parts)
        if kind == 'sum':
            assert sums == self.true[total], (total, parts)
        elif kind == 'union':
            assert top <= self.true[total] <= sums, (total, parts, self.true[total], sums)
        elif kind == 'atmost':
            assert self.true[total] <= sums, (total, parts, self.true[total], sums)
        else:
            assert top <= self.true[total], (total, parts)
        self.relations.append((kind, total, parts))

    def narrow(self, key, low, high):
        changed = low > self.low[key] or high < self.high[key]
        self.low[key], self.high[key] = max(low, self.low[key]), min(high, self.high[key])
        assert self.low[key] <= self.true[key] <= self.high[key], (key, 'the attacker reasons wrongly')
        return changed

    def step(self, kind, total, parts):
        lows, highs = sum(self.low[p] for p in parts), sum(self.high[p] for p in parts)
        changed = kind != 'atmost' and self.narrow(total, max(self.low[p] for p in parts), MOST)
        if kind == 'sum':
            changed |= self.narrow(total, lows, highs)
        elif kind != 'within':
            changed |= self.narrow(total, 0, highs)
        for part in parts:
            if kind != 'atmost':
                changed |= self.narrow(part, 0, self.high[total])
            if kind != 'within':
                changed |= self.narrow(part, self.low[total] - (highs - self.high[part]), MOST)
            if kind == 'sum':
                changed |= self.narrow(part, 0, self.high[total] - (lows - self.low[part]))
        return changed

    def reason(self):
        for _ in range(200):
            if not sum(self.step(*relation) for relation in self.relations):
                return

    def found(self):
        return [(key, self.true[key], self.low[key], self.high[key]) for key in self.true
                if key[-1] == 'users' and 0 < self.true[key] < self.least
                and (self.low[key] > 1 or self.high[key] < (2 if key in self.unseen else self.least - 1))]


def within(page):
    """The reports that a dashboard holds."""
    with open(page, encoding='utf-8') as file:
        return json.loads(re.search('<script [^>]*id="groups">(.*?)</script>', file.read(), re.S)[1])


def load(path):
    """Reports by kind and name."""
    if os.path.isfile(path):
        documents = within(path)
    else:
        documents = []
        for name in sorted(os.listdir(path)):
            with open(os.path.join(path, name), encoding='utf-8') as file:
                documents.append(json.load(file))
    found = {(document['kind'], document['name']): document for document in documents}
    assert len(found) == len(documents), 'two reports of one thing'
    return found


def rows(document, section, key):
    return {row[key]: row for row in document.get(section, [])}


PLACES = ('user_site', 'home', 'project', 'tmp')


def take_scope(worlds, scope, public, true):
    shown = rows(public, 'cover', 'of')
    for of, row in rows(true, 'cover', 'of').items():
        name = 'users' if of == 'users' else 'figure'
        told = shown.get(of, {})
        worlds.cell((scope, of, name), told.get('all'), row['all'])
        for when in ('now', 'then'):
            if when not in row:
                continue
            worlds.cell((scope, of, when, name), told.get(when), row[when])
            worlds.cell((scope, of, 'not ' + when, name), None, row['all'] - row[when], False)
            worlds.relate('sum', (scope, of, name), [(scope, of, when, name), (scope, of, 'not ' + when, name)])
    shown = rows(public, 'places', 'place')
    places = rows(true, 'places', 'place')
    for place, row in places.items():
        told = shown.get(place, {})
        worlds.cell((scope, 'place', place, 'users'), told.get('users'), row['users'])
        worlds.cell((scope, 'place', place, 'figure'), told.get('workloads'), row['workloads'])
    worlds.relate('union', (scope, 'users', 'users'), [(scope, 'place', place, 'users') for place in places])
    worlds.relate('sum', (scope, 'workloads', 'figure'), [(scope, 'place', place, 'figure') for place in places])
    for section in ('lacking', 'there'):
        shown = rows(public, section, 'package')
        for name, row in rows(true, section, 'package').items():
            told = shown.get(name, {})
            total = (scope, 'package', name, 'users')
            worlds.cell(total, told.get('users'), row['users'])
            worlds.relate('within', (scope, 'users', 'users'), [total])
            for place in PLACES:
                worlds.cell((scope, 'package', name, place, 'users'), told.get(place), row[place])
            parts = [(scope, 'package', name, place, 'users') for place in PLACES]
            whole = sum(row[place] for place in PLACES) >= row['users']
            worlds.relate('union' if whole else 'within', total, parts)
    shown, months = rows(public, 'months', 'month'), rows(true, 'months', 'month')
    for month, row in months.items():
        told = shown.get(month, {})
        worlds.cell((scope, 'month', month, 'users'), told.get('users'), row['users'])
        worlds.cell((scope, 'month', month, 'own', 'users'), told.get('own'), row['own'])
        worlds.cell((scope, 'month', month, 'rest', 'users'), None, row['users'] - row['own'], False)
        worlds.relate('sum', (scope, 'month', month, 'users'),
                      [(scope, 'month', month, 'own', 'users'), (scope, 'month', month, 'rest', 'users')])
    worlds.relate('union', (scope, 'users', 'users'), [(scope, 'month', month, 'users') for month in months])


def take_split(worlds, name, public, true):
    """All, those who have it from elsewhere than base, and so those who have it from base alone."""
    shown, use = rows(public, 'use', 'who'), rows(true, 'use', 'who')
    whole, outside, base = [('site', what, name, 'users') for what in ('any', 'package', 'base')]
    for key, who in ((whole, 'all'), (outside, 'from elsewhere than base')):
        worlds.cell(key, shown.get(who, {}).get('users'), use[who]['users'])
    worlds.cell(base, None, worlds.true[whole] - worlds.true[outside], False)
    worlds.relate('sum', whole, [base, outside] if lacks_not(true) else [outside])


def lacks_not(document):
    """Whether base has a package; if not, everybody has it from elsewhere."""
    use = rows(document, 'use', 'who')
    return document['state'][0]['in_base'] or use['all']['users'] > use['from elsewhere than base']['users']


def take_package(worlds, name, public, true):
    """Packages by project and domain stand in their own reports, too: the same figures."""
    whole = ('site', 'any', name, 'users')
    take_split(worlds, name, public, true)
    worlds.relate('within', ('site', 'users', 'users'), [whole])
    shown, months = rows(public, 'months', 'month'), rows(true, 'months', 'month')
    for month, row in months.items():
        worlds.cell(('site', 'in', month, name, 'users'), shown.get(month, {}).get('users'), row['users'])
        worlds.relate('within', ('site', 'month', month, 'users'), [('site', 'in', month, name, 'users')])
    worlds.relate('union', whole, [('site', 'in', month, name, 'users') for month in months])
    for section, kind in (('domains', 'domain'), ('projects', 'project')):
        shown, parts = rows(public, section, 'name'), rows(true, section, 'name')
        for part, row in parts.items():
            told, scope = shown.get(part, {}), kind + ' ' + part
            outside = (scope, 'package', name, 'users')
            if row['outside']:
                worlds.cell(outside, told.get('outside'), row['outside'])
            worlds.relate('within', (scope, 'users', 'users'), [outside])
            if kind == 'project' and 'users' not in told:
                continue  # of projects no report has them
            worlds.cell((scope, 'any', name, 'users'), told.get('users'), row['users'])
            worlds.cell((scope, 'base', name, 'users'), None, row['users'] - row['outside'], False)
            worlds.relate('within', (scope, 'users', 'users'), [(scope, 'any', name, 'users')])
            worlds.relate('sum', (scope, 'any', name, 'users'), [(scope, 'base', name, 'users')] +
                          ([outside] if row['outside'] else []))
            if not lacks_not(true):
                worlds.relate('sum', (scope, 'any', name, 'users'), [outside])
        kinds = [(kind + ' ' + part, 'any', name, 'users') for part in parts]
        kinds = [key for key in kinds if key in worlds.true]
        if kinds and sum(worlds.true[key] for key in kinds) >= worlds.true[whole]:
            worlds.relate('union', whole, kinds)
        if kind == 'domain':
            worlds.relate('atmost', ('site', 'base', name, 'users'), [(kind + ' ' + part, 'base', name, 'users') for part in parts])


def main(least, public_folder, true_folder):
    worlds, public, true = Worlds(int(least)), load(public_folder), load(true_folder)
    scopes = []
    for key, document in true.items():
        if document['kind'] == 'package':
            continue
        scope = 'site' if document['kind'] == 'site' else '%s %s' % (document['kind'], document['name'])
        scopes.append(scope)
        take_scope(worlds, scope, public.get(key, {}), document)
    for key, document in true.items():
        if document['kind'] == 'package':
            take_package(worlds, document['name'], public.get(key, {}), document)
    for kind in ('domain', 'project'):
        of = [scope for scope in scopes if scope.startswith(kind + ' ')]
        for key in [key for key in worlds.true if key[0] == 'site']:
            parts = [(scope,) + key[1:] for scope in of]
            parts = [part for part in parts if part in worlds.true]
            values = [worlds.true[part] for part in parts]
            # What ran without a project is in no report of one: then parts are less than the whole.
            if key[-1] == 'figure' and parts and sum(values) == worlds.true[key]:
                worlds.relate('sum', key, parts)
            elif key[-1] == 'users' and parts and max(values) <= worlds.true[key] and 'now' not in key[2:3] \
                    and 'then' not in key[2:3] and key[1] != 'base':
                worlds.relate('union' if sum(values) >= worlds.true[key] else 'within', key, parts)
    few = sum(1 for key in worlds.true if key[-1] == 'users' and 0 < worlds.true[key] < worlds.least)
    shown = sum(1 for key in worlds.true if worlds.low[key] == worlds.high[key])
    worlds.reason()
    found = worlds.found()
    for key, value, low, high in found[:20]:
        print('found: %s is %d: %d to %d' % (key, value, low, high))
    print('%d figures, %d of few users, %d relations, %d shown, %d found' %
          (len(worlds.true), few, len(worlds.relations), shown, len(found)))
    return 1 if found or not few or not shown else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
