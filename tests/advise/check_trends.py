#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Finds the trends of a plan again, from the rows of the store that it was made from.

    check_trends.py STORE PLAN.json SITE.json [TRUTH.json]

Of stores of runs, and of ready-made counts whose users are known. With a truth, what is named must
go in the direction that it was made with.
"""
import collections
import json
import math
import sqlite3
import sys

import rates

EVENTS, USERS, LEVEL = 5, 3, 0.05


def number(month):
    return month // 100 * 12 + month % 100 - 1


def uses(db):
    """(set, module, evidence, root, version) of all that is imported: numbers of seven bits a byte, five an item."""
    for number_, items in db.execute('SELECT id, items FROM import_set'):
        numbers, shift, value = [], 0, 0
        for byte in items:
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                numbers.append(value)
                shift, value = 0, 0
        for module, flags, root, version in zip(numbers[::5], numbers[1::5], numbers[2::5], numbers[3::5]):
            yield number_, module, flags >> 1, root, version


def read(store, imports):
    """Package -> {(user, month)}, and all (user, month) with Python."""
    db = sqlite3.connect('file:%s?mode=ro' % store, uri=True)
    modules = dict(db.execute('SELECT id, name FROM module'))
    kinds = dict(db.execute('SELECT id, kind FROM root'))
    sets = collections.defaultdict(set)
    has_import = set()
    for number_, module, evidence, root, _ in uses(db):
        if evidence & 1:
            continue
        if evidence == 0:
            has_import.add(number_)
        if kinds[root] == 0 and modules[module] in imports:
            sets[number_].add(imports[modules[module]])
    used, active = collections.defaultdict(set), set()
    for number_, user, month in db.execute('SELECT set_id, user, month FROM run WHERE set_id IS NOT NULL'):
        if number_ in has_import:
            active.add((user, month))
        for package in sets[number_]:
            used[package].add((user, month))
    for user, month, module in db.execute('SELECT user, month, module FROM tally WHERE user IS NOT NULL'):
        active.add((user, month))
        if modules[module] in imports:
            used[imports[modules[module]]].add((user, month))
    return used, active


def expected(store, site):
    used, active = read(store, site['imports'])
    months = [number(month) for _, month in active]
    first, last = min(months), max(months)
    span = last - first + 1
    recent = min(6, span // 2)
    former = min(12, span - recent)

    def cut(pairs, late):
        low, high = (last - recent + 1, last) if late else (last - recent - former + 1, last - recent)
        return {(user, month) for user, month in pairs if low <= number(month) <= high}
    exposures = [len(cut(active, True)), len(cut(active, False))]
    tests = []
    for package, pairs in used.items():
        now, before = cut(pairs, True), cut(pairs, False)
        if len(now) + len(before) >= EVENTS:
            tests.append((package, now, before,
                          rates.compare(len(now), exposures[0], len(before), exposures[1])))
    tests.sort(key=lambda test: test[3][3])
    found = {}
    for (package, now, before, answer), q in zip(tests, rates.adjusted([test[3][3] for test in tests])):
        kind = 'emerging' if answer[0] > 1 else 'declining'
        users = [len({user for user, _ in pairs}) for pairs in (now, before)]
        found[package] = dict(kind=kind, q=q, answer=answer, events=[len(now), len(before)], users=users,
                              named=q <= LEVEL and users[kind != 'emerging'] >= USERS)
    return found, exposures, (recent, former)


def main(store, plan, site, truth=None):
    with open(plan) as file:
        trends = json.load(file)['trends']
    with open(site) as file:
        site = json.load(file)
    found, exposures, windows = expected(store, site)
    wrong = []

    def same(what, got, want):
        if got != want:
            wrong.append('%s: %r instead of %r' % (what, got, want))
    same('tested', trends['tested'], len(found))
    for i, key in enumerate(('recent', 'former')):
        same('user-months, ' + key, trends[key]['user_months'], exposures[i])
        same('months, ' + key, trends[key]['months'], windows[i])
    same('named', sorted(row['name'] for row in trends['packages']),
         sorted(name for name, row in found.items() if row['named']))
    for row in trends['packages']:
        want = found[row['name']]
        same(row['name'], [row['kind'], [row['user_months_recent'], row['user_months_former']],
                           [row['users_recent'], row['users_former']]],
             [want['kind'], want['events'], want['users']])
        got = [math.inf if row[key] is None else row[key] for key in ('ratio', 'low', 'high', 'p')]
        if not all(rates.near(a, b) for a, b in zip(got, want['answer'])):
            wrong.append('%s: %s instead of %s' % (row['name'], got, want['answer']))
        if not rates.near(row['q'], want['q'], 2):
            wrong.append('q of %s: %s instead of %s' % (row['name'], row['q'], want['q']))
    if truth:
        with open(truth) as file:
            made = {site['imports'].get(name, name): row['kind'] for name, row in json.load(file)['trends'].items()}
        right = [row['name'] for row in trends['packages'] if made.get(row['name']) == row['kind']]
        against = [row['name'] for row in trends['packages']
                   if row['name'] in made and made[row['name']] != row['kind']]
        same('against what they were made with', against, [])
        print('%d named, %d of them made so, of %d' % (len(trends['packages']), len(right), len(made)))
    for line in wrong[:20]:
        print(line)
    print('%d packages tested, %d wrong' % (len(found), len(wrong)))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
