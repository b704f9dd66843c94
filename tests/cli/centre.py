#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes the small centre in which the examples of README, manuals and documents are run.

    centre.py FOLDER

In it: a channel of real, small packages, with the Python that runs this if that is 3.11; a recipe
site.yml that takes base from there; counts (usage.csv), logs (logs/xalt), sacct.txt, accounts.csv; an
environment that can't be solved (wish.yml) and the recipe of a layer (climate.yml). The same call
writes the same.
"""
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), 'bundle'), HERE]

from packages import Entry, package  # noqa: E402
import real_python  # noqa: E402
import write_logs  # noqa: E402

MONTHS = ['2025-%02d' % month for month in range(1, 7)]

# name, version, what it needs; a module of its name comes with each
RECORDS = [
    ('numpy', '1.26.4', ['python >=3.11,<3.14']),
    ('numpy', '2.4.6', ['python >=3.11,<3.14']),
    ('tensorflow-base', '2.16.1', ['python >=3.11,<3.13', 'numpy >=1.23.5,<2.0a0']),
    ('tensorflow', '2.16.1', ['python >=3.11,<3.13', 'tensorflow-base 2.16.1']),
    ('pytorch', '2.3.1', ['python >=3.11', 'numpy >=1.26']),
    ('asciitree', '0.3.3', ['python']),
    ('zarr', '2.18.3', ['python >=3.10', 'asciitree', 'numpy >=1.24']),
    ('pandas', '2.2.3', ['python >=3.9', 'numpy >=1.24']),
    ('pandas', '3.0.5', ['python >=3.11', 'numpy >=1.26']),
    ('dask', '2026.7.1', ['python >=3.10', 'pandas >=2.0']),
    ('xarray', '0.8.1', ['python', 'dask >=0.6']),
    ('xarray', '2024.10.0', ['python >=3.10', 'numpy >=1.24', 'pandas >=2.1']),
    ('arviz-stats-core', '1.1.0', ['python >=3.11', 'numpy >=2']),
    ('arviz-stats-core', '1.2.0', ['python >=3.12', 'numpy >=2']),
    ('kombu', '5.4.2', ['python >=3.8']),
    ('pyabel', '0.9.1', ['python >=3.9', 'numpy >=1.24']),
    ('cupy', '13.3.0', ['python >=3.11', 'numpy >=1.26', '__cuda >=12']),
    ('mpi4py', '4.0.1', ['python >=3.9']),
]
CONSTRAINS = {'pandas': ['xarray >=2024.10.0']}
IMPORTS = {name: name for name in ('numpy', 'tensorflow', 'zarr', 'xarray', 'kombu', 'mpi4py', 'beamtools')}
IMPORTS.update(torch='pytorch', arviz_stats='arviz-stats-core')

# who imports what from where, from which month on
HABITS = [
    ('ann', 'ocean02', 0, {'numpy': 'base', 'tensorflow': 'base'}),
    ('bob', 'ocean02', 0, {'numpy': 'home', 'zarr': 'home'}),
    ('cid', 'ocean02', 1, {'numpy': 'home', 'zarr': 'home', 'xarray': 'home'}),
    ('dan', 'stars01', 0, {'numpy': 'home', 'torch': 'home'}),
    ('eve', 'stars01', 2, {'numpy': 'home', 'torch': 'home', 'tensorflow': 'home'}),
    ('fay', 'stars01', 3, {'numpy': 'home', 'arviz_stats': 'home'}),
    ('gus', 'rivers3', 0, {'kombu': 'user-site'}),
    ('hal', 'rivers3', 4, {'numpy': 'base', 'beamtools': 'home'}),
    ('ida', 'rivers3', 0, {'mpi4py': 'home'}),
]

SITE_YML = '''schema: advisor.site/1
name: example centre
places:
- {class: base, prefix: /soft/conda/}
- {class: user-site, prefix: /home/*/.local/}
- {class: home, prefix: /home/}
base_packages: [python 3.11.*, numpy, tensorflow]
channels: [./channel]
by_module: [mpi4py]
node_types:
- {name: gpu, virtual_packages: {__cuda: "12.4"}}
- {name: cpu, virtual_packages: {__cuda: null}}
imports: {%s}
domains: {ocean02: Earth, rivers3: Earth, stars01: Sky}
'''

# it asks for what can't go together in two ways
WISH_YML = '''channels: [./channel]
dependencies:
- python 3.11.*
- tensorflow
- xarray <0.16
- numpy >=2
'''


def python(folder, version):
    """One that runs, where this machine has it, else its name alone."""
    if real_python.VERSION == version.rsplit('.', 1)[0]:
        return real_python.python(folder, version)
    return package(folder, 'python', {'share/python.txt': Entry(version.encode())}, version=version)


def library(folder, name, version, needs):
    module = {package: module for module, package in IMPORTS.items()}.get(name, name.replace('-', '_'))
    text = ("VERSION = '%s'\n" % version).encode()
    return package(folder, name, {'site-packages/%s/__init__.py' % module: Entry(text)}, needs, version,
                   constrains=CONSTRAINS.get(name, []), noarch='python', subdir='noarch')


def record(path):
    """What a package says of itself, and what a channel says of its file."""
    stem = os.path.basename(path)[:-len('.conda')]
    with zipfile.ZipFile(path) as outer:
        inner = subprocess.run(['zstd', '-qdc'], input=outer.read('info-%s.tar.zst' % stem), check=True,
                               stdout=subprocess.PIPE).stdout
    with tarfile.open(fileobj=io.BytesIO(inner)) as tar:
        said = json.load(tar.extractfile('info/index.json'))
    with open(path, 'rb') as file:
        data = file.read()
    return dict(said, size=len(data), md5=hashlib.md5(data).hexdigest(), sha256=hashlib.sha256(data).hexdigest())


def channel(folder):
    platform, noarch = (os.path.join(folder, name) for name in ('linux-64', 'noarch'))
    for part in (platform, noarch):
        os.makedirs(part)
    for version in ('3.11.9', '3.12.4', '3.13.1'):
        python(platform, version)
    package(platform, 'mpich', {'share/mpich': Entry(b'external\n')}, version='4.2.3', build='external_0')
    for name, version, needs in RECORDS:
        library(noarch, name, version, needs)
    for part in (platform, noarch):
        rows = {name: record(os.path.join(part, name)) for name in sorted(os.listdir(part))}
        with open(os.path.join(part, 'repodata.json'), 'w', encoding='ascii') as file:
            json.dump({'info': {'subdir': os.path.basename(part)}, 'packages': {}, 'packages.conda': rows}, file)


def logs(folder):
    """Records of XALT: a compressed file a month, and the last days as a file a record."""
    files = os.path.join(folder, 'files', '017')
    os.makedirs(files)
    for month in MONTHS[:3]:
        text = io.StringIO()
        write_logs.xalt(['%s %s %s /home/%s/env numpy,zarr' % (month, user, project, user)
                         for user, project, _, _ in HABITS[:4]], text)
        with open(os.path.join(folder, month + '.jsonl.zst'), 'wb') as file:
            subprocess.run(['zstd', '-qc'], input=text.getvalue().encode(), stdout=file, check=True)
    text = io.StringIO()
    write_logs.xalt(['2025-06 gus rivers3 /home/gus/env kombu'], text)
    for number, line in enumerate(text.getvalue().splitlines()):
        put(os.path.join(files, 'record.%d.json' % number), line + '\n')


def put(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def counts(months):
    rows = ['month,user,project,module,place,runs']
    for user, project, since, modules in HABITS:
        rows += ['%s,%s,%s,%s,%s,%d' % (month, user, project, module, place, 10 + len(module))
                 for month in months[since:] for module, place in modules.items()]
    return '\n'.join(rows) + '\n'


def main(folder):
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    channel('channel')
    logs('logs/xalt')
    put('site.yml', SITE_YML % ', '.join('%s: %s' % pair for pair in sorted(IMPORTS.items())))
    put('wish.yml', WISH_YML)
    put('usage.csv', counts(MONTHS))
    put('counts-2024.csv', counts([month.replace('2025', '2024') for month in MONTHS]))
    put('accounts.csv', 'account,domain\nocean02,Earth\nrivers3,Earth\nstars01,Sky\n')
    put('sacct.txt', 'JobIDRaw|User|Account|NNodes|Start|End|Elapsed|Cluster\n'
        '0|ann|ocean02|4|2025-01-11T00:00:00|2025-01-11T01:00:00|01:00:00|x\n')
    put('climate.yml', 'schema: advisor.bundle/1\nname: climate\nmount: %s/soft/conda/climate\npackages:\n'
        '- channel/noarch/pyabel-0.9.1-0.conda\n' % os.getcwd())
    for place in ('soft/conda/releases', 'local/scratch'):
        os.makedirs(place)


if __name__ == '__main__':
    main(sys.argv[1])
