#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes up a centre: a channel, site.json and logs.plan (write_logs.py) in the working folder.

asked.yml asks for some of base; asked.json is the recipe that lists these.

    random_centre.py SEED
"""
import json
import os
import random
import sys

random.seed(int(sys.argv[1]))
MOST = 60
names = ['p%02d' % n for n in range(MOST)]
records = {}


def record(name, version, depends):
    digest = '%032x' % (len(records) + 1)
    records['%s-%s-0.conda' % (name, version)] = {
        'name': name, 'version': version, 'build': '0', 'build_number': 0, 'depends': depends,
        'size': random.randint(1000, 90000), 'subdir': 'linux-64', 'md5': digest, 'sha256': digest * 2}


record('python', '3.11.9', [])
for n, name in enumerate(names):
    # needs point to names that come later, so that there are no circles
    later = names[n + 1:n + 12]
    depends = ['python'] + random.sample(later, min(len(later), random.choice((0, 0, 1, 2, 3))))
    for version in ['1.0'] + (['1.1', '2.0'] if random.random() < 0.4 else []):
        # some new releases can't be had
        record(name, version, depends + (['python >=3.12'] if version == '2.0' and random.random() < 0.5 else []))
base = set(random.sample(names, 30))
for name in sorted(base):
    todo = [name]
    while todo:
        for spec in records[todo.pop() + '-1.0-0.conda']['depends']:
            if spec not in base and spec != 'python':
                base.add(spec)
                todo.append(spec)
for subdir in ('linux-64', 'noarch'):
    os.makedirs('channel/' + subdir)
    with open('channel/%s/repodata.json' % subdir, 'w') as file:
        json.dump({'info': {'subdir': subdir}, 'packages': {},
                   'packages.conda': records if subdir == 'linux-64' else {}}, file)
shown = [name for name in names if random.random() < 0.7]
asked = ['python'] + random.sample(sorted(base), 20)
for path, listed in (('site.json', ['python ==3.11.9 0'] + ['%s ==1.0 0' % name for name in sorted(base)]),
                     ('asked.json', asked)):
    with open(path, 'w') as file:
        json.dump({'schema': 'advisor.site/1', 'name': 'x', 'channels': ['./channel'],
                   'places': [{'class': 'base', 'prefix': '/soft/'}, {'class': 'home', 'prefix': '/home/'}],
                   'base_packages': listed, 'imports': {name: name for name in shown}}, file)
with open('asked.yml', 'w') as file:
    file.write('dependencies: [%s]\n' % ', '.join(asked))
with open('logs.plan', 'w') as file:
    used = random.sample(shown, len(shown) * 2 // 3)
    for month in range(1, 11):
        for user in range(40):
            if random.random() < 0.4:
                continue
            home = random.random() < 0.5
            late = [name for name in used if month <= 4 or int(name[1:]) % 3]
            some = random.sample(late, min(len(late), random.randint(1, 8)))
            file.write('2025-%02d u%d sea %s %s\n' % (
                month, user, '/home/u%d/e' % user if home else '/soft/base',
                ','.join(name + '=' + random.choice(('1.0', '1.1', '2.0', '2.0+cu1', 'dev')) if home and random.random() < 0.6
                         else name for name in some)))
