#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Fills a store with usage of 24 months: so many users, of 600 packages.

    make_usage.py ADVISOR FOLDER USERS

Leaves usage.db and site.json in FOLDER. Rows are written straight into the store, since logs of as
much would take gigabytes. A user has two or three environments with 20 to 120 packages each, is
active in six months of ten, and loads some more packages from month to month.
"""
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys

MONTHS = [year * 100 + month for year in (2024, 2025) for month in range(1, 13)]
PACKAGES = ['package%03d' % n for n in range(600)]
DOMAINS = ['Astrophysics', 'Biology', 'Chemistry', 'Climate', 'Engineering', 'Fusion', 'Materials', 'Physics']
KINDS = (('base', '/base', 3), ('user-site', '/home/%s/.local', 2), ('home', '/home/%s/env', 6), ('project', '/proj/%s/env', 3), ('tmp', '/tmp/%s', 1))
FIRST = {'userT': {'run_uuid': '00000001-0000-7000-8000-000000000000', 'exec_path': '/base/bin/python3.11', 'user': 'first',
                   'account': 'p000', 'job_id': '0', 'syshost': 'x'},
         'userDT': {'start_time': 1704844800, 'end_time': 1704848400, 'run_time': 3600.0, 'probability': 1.0, 'num_nodes': 1},
         'cmdlineA': ['python'], 'libA': [], 'ptA': [], 'envT': {}}


def begin(advisor, folder, projects):
    with open(os.path.join(folder, 'site.json'), 'w') as file:
        json.dump({'schema': 'advisor.site/1', 'name': 'bench', 'base_prefix': '/base',
                   'places': [{'class': c, 'prefix': p.replace('%s', '*') if c != 'project' else '/proj'} for c, p, _ in KINDS],
                   'base_packages': PACKAGES[::4], 'imports': {p: p for p in PACKAGES},
                   'domains': {p: DOMAINS[n % len(DOMAINS)] for n, p in enumerate(projects)}}, file)
    log = os.path.join(folder, 'first.jsonl')
    with open(log, 'w') as file:
        print(json.dumps(FIRST), file=file)
        print(json.dumps({'program': 'python', 'xalt_run_uuid': FIRST['userT']['run_uuid'], 'package_version': '3.11.9', 'package_name': PACKAGES[0],
                          'package_path': '/base/lib/python3.11/site-packages/%s/__init__.py' % PACKAGES[0]}), file=file)
    store = os.path.join(folder, 'usage.db')
    subprocess.run([advisor, 'ingest', '-q', '-o', store, '--site', os.path.join(folder, 'site.json'), log], check=True)
    return sqlite3.connect(store)


class Names:
    """Rows of a table of names, by name."""

    def __init__(self, db, table):
        self.db, self.table = db, table
        self.ids = {name: number for number, name in db.execute('SELECT id, name FROM ' + table)}

    def of(self, name):
        if name not in self.ids:
            self.ids[name] = len(self.ids) + 1
            self.db.execute('INSERT INTO %s VALUES(?, ?)' % self.table, (self.ids[name], name))
        return self.ids[name]


def environments(draw, user, project):
    for number in range(draw.choice((2, 2, 3))):
        name, prefix, _ = draw.choices(KINDS, [kind[2] for kind in KINDS])[0]
        prefix = prefix % (project if name == 'project' else user) if '%s' in prefix else prefix
        size = int(min(120, max(20, draw.gauss(60, 25))))
        packages = {min(599, int(draw.expovariate(1 / 130))) for _ in range(size)}
        yield ('%s%d' % (prefix, number) if name in ('home', 'tmp') else prefix) + '/lib/python3.11/site-packages', packages


def packed(number):
    """Seven bits a byte, the lowest first."""
    return bytes([number]) if number < 0x80 else bytes([number & 0x7f | 0x80]) + packed(number >> 7)


def fill(db, users, projects):
    draw = random.Random(1)
    tables = {name: Names(db, name) for name in ('user', 'project', 'module', 'job')}
    roots = {path: number for number, path in db.execute('SELECT id, path FROM root')}
    packages_kind, = db.execute("SELECT kind FROM root WHERE path LIKE '%site-packages'").fetchone()
    sets, runs = 1, 1
    for number in range(users):
        user, project = 'user%05d' % number, draw.choice(projects)
        known = list(environments(draw, user, project))
        for path, _ in known:
            if path not in roots:
                roots[path] = len(roots) + 1
                db.execute('INSERT INTO root VALUES(?, ?, ?)', (roots[path], path, packages_kind))
        for month in MONTHS:
            if draw.random() > 0.6:
                continue
            path, packages = draw.choice(known)
            if draw.random() < 0.2:
                packages.add(draw.randrange(600))
            sets += 1
            items = sorted(tables['module'].of(PACKAGES[p]) for p in packages)
            db.execute('INSERT INTO import_set VALUES(?, ?, ?)', (
                sets, hashlib.sha256(b'%d' % sets).hexdigest(),
                b''.join(packed(n) for module in items for n in (module, 0, roots[path], 0, 0))))
            for _ in range(draw.choice((1, 2, 6))):
                runs += 1
                db.execute('INSERT INTO run VALUES(?, ?, ?, ?, ?, ?, ?, 1, NULL, ?)',
                           (runs.to_bytes(16, 'big'), month, tables['user'].of(user), tables['project'].of(project),
                            tables['job'].of('x:%d' % (runs // 2)), draw.randrange(10**6, 10**9), draw.choice((1, 1, 4)), sets))
    db.commit()


def main(advisor, folder, users):
    projects = ['p%03d' % n for n in range(max(1, int(users) // 5))]
    store = os.path.join(folder, 'usage.db')
    if os.path.exists(store):
        return
    fill(begin(advisor, folder, projects), int(users), projects)


if __name__ == '__main__':
    main(*sys.argv[1:])
