#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A channel in which everything can be added: one record of each package that a recipe names.

    make_flat_channel.py SITE.json FOLDER

Every package needs up to three of those that come after it in the alphabet, so that what one brings
along is all that can be reached from it.
"""
import json
import os
import random
import sys


def main(site, folder):
    with open(site, encoding='utf-8') as file:
        site = json.load(file)
    names = sorted(set(site['imports'].values()) | set(site['base_packages']))
    rng, records = random.Random(7), {}
    for at, name in enumerate(names):
        later = names[at + 1:]
        records['%s-1.0-0.conda' % name] = {
            'name': name, 'version': '1.0', 'build': '0', 'build_number': 0, 'subdir': 'linux-64',
            'depends': sorted(rng.sample(later, min(len(later), rng.choice((0, 0, 1, 3))))),
            'size': rng.randrange(1, 10 ** rng.randrange(3, 9)), 'md5': '%032x' % at, 'sha256': '%064x' % at}
    for subdir, packages in (('linux-64', records), ('noarch', {})):
        os.makedirs(os.path.join(folder, subdir))
        with open(os.path.join(folder, subdir, 'repodata.json'), 'w', encoding='utf-8') as file:
            json.dump({'info': {'subdir': subdir}, 'packages': {}, 'packages.conda': packages}, file)


if __name__ == '__main__':
    main(*sys.argv[1:])
