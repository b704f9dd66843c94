#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Finds the actions of a plan again: from its sections, and from the rows of the store.

    check_actions.py STORE PLAN.json SITE.json [asked]

'asked': base is what was asked for; otherwise it is a list of all that it holds. Of stores without
probes.
"""
import collections
import json
import os
import re
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'conda'))
import check_trends
import twin

MANY, STALE, ASKED = 5, 3, 20
TOOLS = {'conda', 'mamba', 'pip', 'python', 'setuptools', 'uv', 'wheel'}


class Check:
    def __init__(self):
        self.made, self.wrong = 0, []

    def same(self, what, got, want):
        self.made += 1
        if got != want:
            self.wrong.append('%s: %r instead of %r' % (what, got, want))


def level(users, *lowered):
    return ('low', 'medium', 'high')[max(0, (2 if users >= MANY else 1 if users >= 2 else 0) - sum(lowered))]


def month_text(number):
    return '%04d-%02d' % (number // 12, number % 12 + 1)


def last_months(used):
    return {package: max(check_trends.number(month) for _, month in pairs) for package, pairs in used.items()}


def check_listed(check, plan, last, end):
    """Actions that repeat other sections."""
    def rows(kind):
        return [[a[key] for key in ('name', 'users', 'workloads', 'packages', 'bytes', 'moves', 'evidence', 'confidence')]
                for a in plan['actions'] if a['kind'] == kind]
    check.same('adds', rows('add'), [
        [a['name'], a['users'], a['workloads'], a['closure']['packages'], a['closure']['bytes'], len(a['moves']), a['evidence'],
         level(a['users'], end - last.get(a['name'], end) >= STALE, bool(a['moves']))] for a in plan['additions']])
    follow = [u for u in plan['upgrades'] if u['in_base'] and u['asked']]
    check.same('upgrades', rows('upgrade'), [
        [u['name'], u['users_newer'], 0, u['packages'], u['bytes'], len(u['moves']), 'import',
         level(u['users_newer'], bool(u['moves']))]
        for u in follow if u['best'] and u['users_newer'] > u['users_beyond']])
    check.same('modules', rows('module'), [
        [r['name'], r['users'], r['workloads'], 0, 0, 0, r['evidence'], 'high'] for r in plan['refused'] if r['kind'] == 'module'])
    check.same('leaves', rows('leave'), [
        [r['name'], r['users'], r['workloads'], 0, 0, 0, r['evidence'], 'medium' if r['kind'] == 'budget' else 'high']
        for r in plan['refused'] if r['kind'] != 'module'] + [
        [u['name'], u['users_newer'], 0, 0, 0, 0, 'import', 'high']
        for u in follow if not (u['best'] and u['users_newer'] > u['users_beyond'])])
    check.same('drops', rows('drop'), [
        [d['name'], 0, 0, d['packages'], d['bytes'], 0, 'none', 'high' if d['last'] else 'medium'] for d in plan['drops']])
    for action in plan['actions']:
        check.same('sentence of ' + action['name'], action['ticket'].endswith('.') and action['name'] in action['ticket'], True)


def check_drops(check, plan, site, last, months, asked):
    records = {r['name']: r for r in plan['environment']}
    needs = {name: {re.match(r'[\w.-]+', spec.split('::')[-1]).group().lower() for spec in record['depends']} & set(records) - {name}
             for name, record in records.items()}
    listed = {re.match(r'[\w.-]+', spec.split('::')[-1]).group().lower() for spec in site['base_packages']}
    history = plan['history']
    first, end = min(months), max(months)
    check.same('history', [history['first'], history['last'], history['months']],
               [month_text(first), month_text(end), end - first + 1])
    long_enough = end - first + 1 >= history['unused_months']
    since = end - history['unused_months'] + 1
    check.same('unused since', history['unused_since'], month_text(since) if long_enough else None)
    if not long_enough:
        check.same('drops of a short history', plan['drops'], [])
        return
    shows = set(site['imports'].values()) | set(last)
    needed = set().union(*needs.values()) if needs else set()
    stay = {name for name in records
            if last.get(name, -1) >= since or name in TOOLS or name in site.get('always', [])
            or name in {a['name'] for a in plan['additions']}
            or (name not in shows and ((asked and name in listed) or name not in needed))}

    def closure(names):
        todo, seen = list(names), set(names)
        while todo:
            for name in needs[todo.pop()] - seen:
                seen.add(name)
                todo.append(name)
        return seen
    kept = closure(stay)
    below = set().union(*[needs[name] for name in records if name not in kept]) if set(records) - kept else set()
    heads = {name for name in set(records) - kept
             if name in listed and name in shows and ((asked and name in listed) or name not in below)}
    check.same('heads', sorted(d['name'] for d in plan['drops']), sorted(heads))
    gone = [name for d in plan['drops'] for name in [d['name']] + d['also']]
    check.same('what goes', sorted(gone), sorted(closure(heads) - kept))
    check.same('what it saves', sum(d['bytes'] for d in plan['drops']), sum(records[name]['size'] or 0 for name in gone))
    check.same('how many', sum(d['packages'] for d in plan['drops']), len(gone))
    for d in plan['drops']:
        check.same('last use of ' + d['name'], d['last'], month_text(last[d['name']]) if d['name'] in last else None)
        check.same('what goes with ' + d['name'], set(d['also']) <= closure({d['name']}), True)


def brought(store, site, since, until):
    """Package -> user -> versions, from elsewhere than base."""
    db = sqlite3.connect('file:%s?mode=ro' % store, uri=True)
    prefixes = [rule['prefix'] for rule in site['places'] if rule['class'] == 'base']
    sets = collections.defaultdict(set)
    modules = dict(db.execute('SELECT id, name FROM module'))
    versions = dict(db.execute('SELECT id, name FROM version'))
    roots = dict(db.execute('SELECT id, path FROM root WHERE kind=0'))
    for number, module, evidence, root, version in check_trends.uses(db):
        if evidence & 1 or version not in versions or root not in roots or modules[module] not in site['imports']:
            continue
        if not any(roots[root].startswith(prefix) for prefix in prefixes):
            sets[number].add((site['imports'][modules[module]], versions[version]))
    out = collections.defaultdict(lambda: collections.defaultdict(set))
    for number, user, month in db.execute('SELECT set_id, user, month FROM run'):
        if since <= check_trends.number(month) <= until:
            for package, version in sets[number]:
                out[package][user].add(version)
    return out


def check_upgrades(check, plan, store, site, months):
    records = {r['name']: r['version'] for r in plan['environment']}

    def newer(version, than):
        try:
            return twin.order(twin.version(version.split('+')[0]), twin.version(than.split('+')[0])) > 0
        except twin.Invalid:
            return False
    rows = []
    month = lambda text: check_trends.number(int(text.replace('-', '')))
    users = brought(store, site, month(plan['since']) if plan['since'] else min(months),
                    month(plan['until']) if plan['until'] else max(months))
    for package, people in users.items():
        if package not in records:
            continue
        have = sum(any(newer(v, records[package]) for v in versions) for versions in people.values())
        if have:
            best = {u['name']: u['best'] for u in plan['upgrades']}.get(package) or records[package]
            beyond = sum(any(newer(v, best) for v in versions) for versions in people.values())
            rows.append([package, records[package], len(people), have, beyond])
    rows.sort(key=lambda row: (-row[3], row[0]))
    check.same('upgrades', [[u[key] for key in ('name', 'version', 'users', 'users_newer', 'users_beyond')]
                            for u in plan['upgrades']], rows)
    check.same('asked', [u['asked'] for u in plan['upgrades']], [i < ASKED for i in range(len(rows))])


def main(store, plan, site, asked=None):
    with open(plan) as file:
        plan = json.load(file)
    with open(site) as file:
        site = json.load(file)
    used, active = check_trends.read(store, site['imports'])
    months = {check_trends.number(month) for _, month in active}
    check = Check()
    last = last_months(used)
    check_listed(check, plan, last, max(months))
    check_drops(check, plan, site, last, months, asked == 'asked')
    check_upgrades(check, plan, store, site, months)
    for line in check.wrong[:20]:
        print(line)
    print('%d checks, %d wrong' % (check.made, len(check.wrong)))
    return 1 if check.wrong else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
