#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Compares every figure of a truth file with what 'conda-advisor usage' says of a store.

    check_truth.py ADVISOR STORE TRUTH.json ACCOUNTS.csv
"""
import json
import subprocess
import sys


class Store:
    def __init__(self, program, path):
        self.program, self.path = program, path

    def rows(self, *options):
        done = subprocess.run([self.program, 'usage', self.path, '--json', *options],
                              check=True, capture_output=True, text=True)
        answer = json.loads(done.stdout)
        assert answer['schema'] == 'advisor.usage/1', answer['schema']
        return answer['rows']

    def status(self):
        done = subprocess.run([self.program, 'ingest', '--status', '--json', self.path], check=True,
                              capture_output=True, text=True)
        return json.loads(done.stdout)


class Checker:
    def __init__(self, store, truth, accounts):
        self.store, self.truth, self.accounts = store, truth, accounts
        self.compared, self.wrong = 0, []

    def same(self, where, got, want):
        self.compared += 1
        equal = abs(got - want) <= 1e-6 if isinstance(want, float) and got is not None else got == want
        if not equal:
            self.wrong.append('%s: %r instead of %r' % (where, got, want))

    def figures(self, where, row, want):
        names = {'accounts': 'projects'}
        for key in ('users', 'accounts', 'jobs', 'runs', 'node_hours', 'places'):
            if key in want:
                self.same('%s %s' % (where, key), row[names.get(key, key)], want[key])

    def check_months(self):
        rows = {row['month']: row for row in self.store.rows('--by', 'month')}
        self.same('months', sorted(rows), sorted(self.truth['months']))
        for month, want in self.truth['months'].items():
            self.figures('month ' + month, rows[month], want)
        counted = self.truth['counted']
        total = self.store.rows()[0]
        for key, name in (('python_users', 'users'), ('python_jobs', 'jobs'), ('python_runs', 'runs')):
            self.same('counted ' + key, total[name], counted[key])
        status = self.store.status()
        self.same('counted runs', status['runs'], counted['runs'])
        self.same('counted runs with imports', status['python_runs'], counted['python_runs'])
        self.same('fig4 python_users', [rows[m]['users'] for m in self.truth['months_covered']],
                  self.truth['fig4']['python_users'])

    def check_uses(self):
        rows = {(row['month'], row['module']): row for row in self.store.rows('--by', 'month,module')}
        want = {(month, module): use for month, uses in self.truth['uses'].items() for module, use in uses.items()}
        self.same('uses', sorted(rows), sorted(want))
        for key in want:
            self.figures('use %s %s' % key, rows[key], want[key])
        months = self.truth['months_covered']
        for library in ('numpy', 'zstandard', 'cryptography', 'PIL', 'yaml'):
            got = [rows[m, library]['users'] if (m, library) in rows else 0 for m in months]
            self.same('fig4 ' + library, got, self.truth['fig4'][library])
        for name, trend in self.truth['trends'].items():
            got = [rows[m, name]['users'] if (m, name) in rows else 0 for m in months]
            self.same('trend ' + name, got, trend['users_by_month'])

    def check_modules(self):
        rows = {row['module']: row for row in self.store.rows('--by', 'module')}
        domains = {}
        for row in self.store.rows('--by', 'module,domain', '--accounts', self.accounts):
            if row['domain'] != 'unknown':
                domains.setdefault(row['module'], set()).add(row['domain'])
        self.same('modules', sorted(rows), sorted(self.truth['modules']))
        if 'modules' in self.truth['counted']:
            self.same('counted modules', len(rows), self.truth['counted']['modules'])
        self.same('counted uses', sum(row['runs'] for row in rows.values()), self.truth['counted']['uses'])
        for module, want in self.truth['modules'].items():
            row = rows[module]
            self.figures('module ' + module, row, want)
            self.same('module %s kinds' % module, row['kinds'], want['kinds'])
            self.same('module %s package' % module, row['package'], want['package'])
            self.same('module %s domains' % module, len(domains.get(module, ())), want['domains'])
        for module, want in self.truth['fig2'].items():
            row = rows[module]
            for key in ('base_only', 'both', 'custom_only'):
                self.same('fig2 %s %s' % (module, key), row['users_' + key], want[key])
            self.same('fig2 %s users' % module, row['users'], want['users'])
            self.same('fig2 %s base_or_both' % module, row['users_base_only'] + row['users_both'],
                      want['base_or_both'])

    def overlap(self, where, rows, want):
        users = {row['overlap']: row['users'] for row in rows}
        both = users.get('torch+tensorflow', 0)
        got = {'both': both, 'torch_only': users.get('torch', 0), 'tensorflow_only': users.get('tensorflow', 0)}
        got['torch'] = got['torch_only'] + both
        got['tensorflow'] = got['tensorflow_only'] + both
        self.same('fig3 ' + where, got, want)

    def check_overlap(self):
        pair = ('--overlap', 'torch,tensorflow')
        monthly = self.store.rows('--by', 'month', *pair)
        self.overlap('period', self.store.rows(*pair), self.truth['fig3']['period'])
        for month in self.truth['months_covered']:
            self.overlap(month, [row for row in monthly if row['month'] == month], self.truth['fig3'][month])

    def check_mapped(self):
        rows = {row['module']: row for row in self.store.rows('--by', 'module', '--evidence', 'mapped')}
        if self.truth.get('options', {}).get('profile') == 'snooper':
            self.same('mapped, of a logger that does not tell', rows, {})
            return
        self.same('mapped modules', sorted(rows), sorted(self.truth['liba']))
        for module, want in self.truth['liba'].items():
            self.figures('mapped ' + module, rows[module], want)

    def check_packages(self):
        rows = {row['package']: row for row in self.store.rows('--by', 'package')}
        recent = {row['package']: row for row in
                  self.store.rows('--by', 'package', '--since', self.truth['months_covered'][-3:][0])}
        outside = lambda row: row['users_both'] + row['users_custom_only'] if row else 0
        self.same('packages', sorted(rows), sorted(self.truth['packages']))
        for package, want in self.truth['packages'].items():
            row = rows[package]
            self.figures('package ' + package, row, {k: want[k] for k in ('users', 'places')})
            self.same('package %s in_base' % package, row['in_base'], want['in_base'])
            self.same('package %s outside' % package, outside(row), want['users_outside_base'])
            self.same('package %s outside, last 3' % package, outside(recent.get(package)),
                      want['users_outside_base_last3'])


def main(program, store, truth_path, accounts):
    with open(truth_path, encoding='utf-8') as file:
        checker = Checker(Store(program, store), json.load(file), accounts)
    checker.check_months()
    checker.check_uses()
    checker.check_modules()
    checker.check_overlap()
    checker.check_packages()
    checker.check_mapped()
    for line in checker.wrong[:20]:
        print(line)
    print('%d figures compared, %d differ' % (checker.compared, len(checker.wrong)))
    return 1 if checker.wrong or checker.compared < 500 else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
