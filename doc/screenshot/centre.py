#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes up the centre of the screenshot in the working folder.

A channel of some packages with their real names, made-up sizes and requirements; a recipe; and
14 months of 160 people's runs, as plans for tests/cli/write_logs.py: xalt.plan, snooper.plan.
"""
import json
import os
import random

random.seed(5)
MB = 1000 * 1000
# name, version, size, needs
RECORDS = (
    ('python', '3.11.9', 31 * MB, ''), ('numpy', '1.26.4', 7.1 * MB, 'python'),
    ('numpy', '2.1.3', 8.2 * MB, 'python'), ('scipy', '1.13.1', 16.4 * MB, 'numpy >=1.22,<3'),
    ('scipy', '1.14.1', 17.7 * MB, 'numpy >=1.23,<3'), ('pandas', '2.2.2', 14.6 * MB, 'numpy >=1.23,<3|pytz'),
    ('pytz', '2024.1', 0.2 * MB, 'python'), ('matplotlib', '3.8.4', 7.9 * MB, 'numpy >=1.21,<3'),
    ('tensorflow', '2.16.1', 430 * MB, 'numpy >=1.26,<2|h5py|keras'), ('keras', '3.3.3', 1.1 * MB, 'numpy'),
    ('h5py', '3.11.0', 1.2 * MB, 'numpy >=1.19,<3|hdf5'), ('hdf5', '1.14.3', 3.9 * MB, ''),
    ('mpi4py', '3.1.6', 0.7 * MB, 'python'),
    ('basemap', '1.4.1', 0.2 * MB, 'matplotlib|basemap-data|geos|pyproj'), ('basemap-data', '1.3.2', 24.6 * MB, ''),
    ('geos', '3.12.1', 1.7 * MB, ''), ('pyproj', '3.6.1', 0.5 * MB, 'proj'), ('proj', '9.4.0', 3 * MB, ''),
    ('pyngl', '1.6.1', 9.2 * MB, 'numpy|ncl'), ('ncl', '6.6.2', 24.3 * MB, ''),
    ('xarray', '2024.6.0', 0.8 * MB, 'numpy >=1.23|pandas'), ('zarr', '2.18.2', 0.2 * MB, 'numpy|asciitree|numcodecs'),
    ('asciitree', '0.3.3', 0.1 * MB, ''), ('numcodecs', '0.12.1', 0.8 * MB, 'numpy'),
    ('polars', '1.1.0', 24.8 * MB, 'python'), ('transformers', '4.42.3', 3.5 * MB, 'numpy|tokenizers|safetensors'),
    ('tokenizers', '0.19.1', 2.1 * MB, ''), ('safetensors', '0.4.3', 0.4 * MB, ''),
    ('netcdf4', '1.6.5', 1.1 * MB, 'numpy|libnetcdf|hdf5'), ('libnetcdf', '4.9.2', 0.8 * MB, 'hdf5'),
    ('jax', '0.6.0', 1.6 * MB, 'numpy >=2|jaxlib'), ('jaxlib', '0.6.0', 59 * MB, 'numpy >=2'),
    ('seaborn', '0.13.2', 0.3 * MB, 'matplotlib|pandas'), ('nose', '1.3.7', 0.1 * MB, 'python'),
    ('pytorch', '2.3.1', 712 * MB, 'numpy|mkl'), ('mkl', '2023.2.0', 164 * MB, ''),
)
BASE = ['python', 'numpy', 'scipy 1.13.*', 'pandas', 'matplotlib', 'tensorflow', 'basemap', 'pyngl']
IMPORTS = {'numpy': 'numpy', 'scipy': 'scipy', 'pandas': 'pandas', 'matplotlib': 'matplotlib', 'tensorflow': 'tensorflow',
           'mpl_toolkits.basemap': 'basemap', 'Ngl': 'pyngl', 'xarray': 'xarray', 'zarr': 'zarr', 'polars': 'polars',
           'transformers': 'transformers', 'netCDF4': 'netcdf4', 'jax': 'jax', 'seaborn': 'seaborn', 'nose': 'nose',
           'torch': 'pytorch', 'mpi4py': 'mpi4py', 'beamtools': 'beamtools'}
COMPILED = {'numpy', 'scipy', 'pandas', 'matplotlib', 'tensorflow', 'polars', 'netCDF4', 'jax', 'torch', 'mpi4py'}
MONTHS = ['2024-%02d' % m for m in range(5, 13)] + ['2025-%02d' % m for m in range(1, 7)]
# what people do: share of them, in base or at home, modules; "?" is only looked for
HABITS = (
    (14, 'base', 'numpy scipy matplotlib'), (10, 'base', 'numpy pandas'), (6, 'base', 'tensorflow numpy'),
    (22, 'home', 'numpy pandas xarray netCDF4'), (16, 'home', 'numpy xarray zarr'), (14, 'home', 'numpy pandas seaborn matplotlib'),
    (12, 'home', 'numpy transformers torch ?tensorflow'), (9, 'home', 'numpy transformers ?torch ?tensorflow'),
    (8, 'home', 'numpy jax'), (9, 'home', 'numpy mpi4py scipy'), (6, 'home', 'numpy scipy beamtools'),
    (14, 'home', 'numpy scipy'), (20, 'home', 'numpy polars'),
)


def write_channel():
    records = {}
    for name, version, size, needs in RECORDS:
        digest = '%032x' % (len(records) + 1)
        records['%s-%s-0.conda' % (name, version)] = {
            'name': name, 'version': version, 'build': '0', 'build_number': 0, 'depends': needs.split('|') if needs else [],
            'size': int(size), 'subdir': 'linux-64', 'md5': digest, 'sha256': digest * 2}
    for subdir in ('linux-64', 'noarch'):
        os.makedirs('channel/' + subdir)
        with open('channel/%s/repodata.json' % subdir, 'w') as file:
            json.dump({'info': {'subdir': subdir}, 'packages': {},
                       'packages.conda': records if subdir == 'linux-64' else {}}, file)


def write_recipe():
    with open('base.yml', 'w') as file:
        file.write('dependencies: [%s]\n' % ', '.join(BASE))
    with open('site.yml', 'w') as file:
        json.dump({'schema': 'advisor.site/1', 'name': 'example centre', 'channels': ['./channel'],
                   'places': [{'class': 'base', 'prefix': '/soft/conda/'}, {'class': 'home', 'prefix': '/home/'}],
                   'base': {'environment': 'base.yml'}, 'by_module': ['mpi4py'], 'imports': IMPORTS,
                   'budget': {'max_packages': 12}}, file)


def some_run(user, place, modules, month):
    prefix = '/soft/conda' if place == 'base' else '/home/u%d/env' % user
    names = [name.lstrip('?') for name in modules]
    xalt = ','.join(name + ('+' if name in COMPILED and '?' + name not in modules else '') for name in names)
    return '%s u%d project%d %s %s\n' % (month, user, user % 9, prefix, xalt)


def main():
    write_channel()
    write_recipe()
    xalt, snooper, user = [], [], 0
    for share, place, modules in HABITS:
        modules = modules.split()
        for _ in range(share):
            user += 1
            versions = random.choice(('1.14.1', '1.14.1', '1.13.1')), random.choice(('1.26.4', '1.26.4', '2.1.3'))
            for at, month in enumerate(MONTHS):
                rising = 'polars' in modules and random.random() > (0.06 if at < 8 else 0.75)
                if rising or random.random() > 0.6:
                    continue
                extra = ['nose'] if place == 'home' and random.random() < (0.09 if at < 8 else 0.015) else []
                extra += ['Ngl'] if place == 'base' and at == 1 and user < 4 else []
                if modules == ['numpy', 'scipy']:
                    snooper.append('%s u%d project%d /home/u%d/env numpy=%s,scipy=%s\n' % (
                        month, user, user % 9, user, versions[1], versions[0]))
                else:
                    xalt.append(some_run(user, place, modules + extra, month))
    for path, lines in (('xalt.plan', xalt), ('snooper.plan', snooper)):
        with open(path, 'w') as file:
            file.writelines(lines)


if __name__ == '__main__':
    main()
