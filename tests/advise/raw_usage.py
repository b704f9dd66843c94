# SPDX-License-Identifier: BSD-3-Clause
"""Usage straight from XALT's records, one a line and undamaged, by the plainest means: what the
checks of figures count in. Imported by them."""
import collections
import json
import re
import subprocess
import time

OWN = {'user-site', 'home', 'project', 'tmp', 'other'}
SHARED = {'base', 'site', 'system'}
Use = collections.namedtuple('Use', 'module path place package nowhere')


class Run:
    def __init__(self, record):
        user, times = record['userT'], record['userDT']
        self.user, self.account = user['user'], user['account']
        self.month = time.strftime('%Y-%m', time.gmtime(times['start_time']))
        self.weight, self.nodes = 1 / times['probability'], times['num_nodes']
        self.argv0, self.uses = record['cmdlineA'][0], {}


class Site:
    def __init__(self, path):
        with open(path, encoding='utf-8') as file:
            self.site = json.load(file)
        self.imports, self.base = self.site['imports'], set(self.site['base_packages'])
        self.rules = [(rule['class'], re.compile(re.escape(rule['prefix'].rstrip('/')).replace(r'\*', '[^/]+') + '/.'))
                      for rule in self.site['places']]

    def place(self, path):
        if not path.startswith('/'):
            return 'builtin'
        return next((name for name, rule in self.rules if rule.match(path)), 'other')

    def use(self, module, path):
        packaged = '/site-packages/' in path
        package = self.imports.get(module) if packaged else None
        return Use(module, path, self.place(path), package, packaged and not package)


def lines(path):
    if path.endswith('.zst'):
        data = subprocess.run(['zstd', '-qdc', path], check=True, stdout=subprocess.PIPE).stdout
        yield from data.splitlines()
    else:
        with open(path, 'rb') as file:
            yield from file


def runs(path, site):
    """Ended runs with at least one use; each use once a run and module."""
    found, uses = {}, collections.defaultdict(dict)
    for line in lines(path):
        record = json.loads(line)
        if 'userT' in record:
            if record['userDT']['end_time'] > 0:
                found[record['userT']['run_uuid']] = Run(record)
        elif record.get('program') == 'python':
            uses[record['xalt_run_uuid']][record['package_name']] = record['package_path']
    known = {}
    for uuid, run in found.items():
        for module, where in uses.get(uuid, {}).items():
            if (module, where) not in known:
                known[module, where] = site.use(module, where)
            run.uses[module] = known[module, where]
    return [run for run in found.values() if run.uses]


def environment(run, site):
    """The prefix that a run's interpreter belongs to; what is added to a shared one is the user's."""
    prefix = run.argv0.rsplit('/bin/', 1)[0]
    added = sorted({use.path.split('/lib/python')[0] for use in run.uses.values()
                    if use.place == 'user-site' and '/site-packages/' in use.path})
    return added[0] if added and site.place(prefix + '/x') in SHARED else prefix


def workloads(runs, site):
    """(user, environment) -> its runs."""
    grouped = collections.defaultdict(list)
    for run in runs:
        grouped[run.user, environment(run, site)].append(run)
    return grouped


def is_covered(runs, has):
    return all(use.package in has if use.package else not use.nowhere
               for run in runs for use in run.uses.values())
