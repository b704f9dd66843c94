#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Counts again what a plan claims, from the truth about the logs that it was made from.

    check_plan.py PLAN.json TRUTH.json SITE.json

Beside the plan its environment.yml and lockfile are looked at too. Prints every difference, and
exits with 1 when there is one.
"""
import collections
import json
import os
import re
import sys


class Check:
    def __init__(self):
        self.made, self.wrong = 0, []

    def same(self, what, got, want):
        self.made += 1
        if got != want:
            self.wrong.append('%s: %r instead of %r' % (what, got, want))

    def true(self, what, holds):
        self.same(what, bool(holds), True)


def workloads_of(truth):
    """A workload is what one user uses from one environment: those of the truth, put together."""
    joined = {}
    for one in truth['workloads']:
        packages, nowhere = joined.setdefault((one['user'], one['prefix']), (set(), set()))
        packages.update(one['packages'])
        nowhere.update(one['nowhere'])
    return joined


def covered(workloads, have):
    return covered_by(workloads, [have])


def covered_by(workloads, environments):
    users, lacking, count = set(), set(), 0
    for (user, _), (packages, nowhere) in workloads.items():
        users.add(user)
        if not nowhere and any(packages <= have for have in environments):
            count += 1
        else:
            lacking.add(user)
    return {'workloads': count, 'users': len(users - lacking)}


def check_effect(check, plan, truth, site):
    workloads = workloads_of(truth)
    before = covered(workloads, set(site['base_packages']))
    after = covered(workloads, {record['name'] for record in plan['environment']})
    effect = plan['effect']
    check.same('users', effect['users'], len({user for user, _ in workloads}))
    check.same('workloads', effect['workloads'], len(workloads))
    for what in ('users', 'workloads'):
        check.same(what + ' before', effect[what + '_covered_before'], before[what])
        check.same(what + ' after', effect[what + '_covered_after'], after[what])


def check_environment(check, plan):
    names = [record['name'] for record in plan['environment']]
    have = set(names)
    check.same('order of the environment', names, sorted(have))
    for record in plan['environment']:
        for spec in record['depends']:
            name = re.match(r'[\w.-]+', spec.split('::')[-1]).group().lower()
            check.true('%s needs %s' % (record['name'], spec), name in have or name.startswith('__'))
    for refusal in plan['refused']:
        check.true('%s is refused and there' % refusal['name'], refusal['name'] not in have)
        check.true('%s is refused without a reason' % refusal['name'], refusal['reason'])
    return have


def check_additions(check, plan, truth, site, have):
    base, claimed = set(site['base_packages']), []
    for addition in plan['additions']:
        name = addition['name']
        check.true(name + ' is added and not there', name in have)
        check.true(name + ' is added and was there', name not in base)
        check.same('users of ' + name, addition['users'], truth['packages'][name]['users_outside_base'])
        claimed += addition['closure']['names']
        check.same('closure of ' + name, addition['closure']['packages'], len(addition['closure']['names']))
    users = collections.defaultdict(set)
    for work in truth['workloads']:
        for module in work['nowhere']:
            users[module].add(work['user'])
    check.same('unmapped modules', plan['unmapped'],
               [{'module': name, 'users': len(who)}
                for name, who in sorted(users.items(), key=lambda item: (-len(item[1]), item[0]))])
    for one in plan['present']:
        check.true(one['name'] + ' is present and not there', one['name'] in have)
        check.true(one['name'] + ' is present and in a closure', one['name'] not in claimed)
        check.same('users of ' + one['name'], one['users'], truth['packages'][one['name']]['users_outside_base'])
    check.same('names in closures', len(claimed), len(set(claimed)))
    check.true('closures within the environment', set(claimed) <= have)
    check.same('packages added', plan['added']['packages'], len(claimed))
    sizes = {record['name']: record['size'] or 0 for record in plan['environment']}
    check.same('bytes added', plan['added']['bytes'], sum(sizes[name] for name in claimed))
    check.same('bytes of closures', sum(a['closure']['bytes'] for a in plan['additions']),
               plan['added']['bytes'])
    moved = {name for addition in plan['additions'] for name in addition['moves']}
    changed = {change['name'] for key in ('changed', 'removed') for change in plan[key]}
    check.same('changes that no addition owns up to', sorted(changed - moved), [])
    for limit, value in (('max_packages', 'packages'), ('max_bytes', 'bytes')):
        if plan['budget'][limit]:
            check.true(limit, plan['added'][value] <= plan['budget'][limit])
    decided = {a['name'] for key in ('additions', 'present') for a in plan[key]} | {r['name'] for r in plan['refused']}
    wanted = {name for work in truth['workloads'] if work['kind'] != 'site-module'
              for name in work['packages_outside_base'] if name not in base}
    check.same('wanted packages without a decision', sorted(wanted - decided), [])


def check_bundles(check, plan, truth):
    """A bundle frees users all of whose workloads base or it covers; each runs in one of them."""
    workloads = workloads_of(truth)
    base = {record['name'] for record in plan['environment']}
    before = covered(workloads, base)
    environments = [base]
    for bundle in plan['bundles']['each']:
        own = {record['name'] for record in bundle['records']}
        have = own | base if bundle['kind'] == 'layer' else own
        what = 'bundle %s: ' % bundle['name']
        environments.append(have)
        check.same(what + 'packages', bundle['packages'], len(bundle['records']))
        check.same(what + 'bytes', bundle['bytes'], sum(r['size'] or 0 for r in bundle['records']))
        check.true(what + 'a layer moves nothing', bundle['kind'] == 'whole' or not own & base)
        check.true(what + 'specs are there', set(bundle['specs']) <= have)
        for record in bundle['records']:
            for spec in record['depends']:
                name = re.match(r'[\w.-]+', spec.split('::')[-1]).group().lower()
                check.true('%s%s needs %s' % (what, record['name'], spec),
                           name in have or name.startswith('__'))
        served = [(key, work) for key, work in workloads.items()
                  if not work[1] and work[0] <= have and not work[0] <= base]
        wanted = set().union(*(work[0] for _, work in served)) - base
        check.same(what + 'workloads', bundle['workloads'], len(served))
        check.same(what + 'users', bundle['users'], len({user for (user, _), _ in served}))
        check.same(what + 'wanted', bundle['wanted'], sorted(wanted))
        check.same(what + 'users freed', bundle['users_freed'],
                   covered_by(workloads, [base, have])['users'] - before['users'])
    total = covered_by(workloads, environments)
    check.same('users with bundles', plan['bundles']['users_covered'], total['users'])
    check.same('workloads with bundles', plan['bundles']['workloads_covered'], total['workloads'])


def check_files(check, plan, folder):
    with open(os.path.join(folder, 'conda-linux-64.lock')) as file:
        lines = [line.rstrip('\n') for line in file if not line.startswith('#')]
    check.same('head of the lockfile', lines[0], '@EXPLICIT')
    check.same('urls of the lockfile', sorted(line.split('#')[0] for line in lines[1:]),
               sorted(record['url'] for record in plan['environment']))
    with open(os.path.join(folder, 'environment.yml')) as file:
        text = file.read()
    for addition in plan['additions'] + plan['present']:
        check.true(addition['spec'] + ' in environment.yml', '\n  - %s\n' % addition['spec'] in text)


def main(plan_path, truth_path, site_path):
    with open(plan_path) as plan, open(truth_path) as truth, open(site_path) as site:
        plan, truth, site = json.load(plan), json.load(truth), json.load(site)
    check = Check()
    check.same('schema', plan['schema'], 'advisor.plan/1')
    check_effect(check, plan, truth, site)
    check_additions(check, plan, truth, site, check_environment(check, plan))
    check_files(check, plan, os.path.dirname(os.path.abspath(plan_path)))
    if plan['bundles']:
        check_bundles(check, plan, truth)
    for line in check.wrong[:50]:
        print(line)
    print('%d checks, %d wrong' % (check.made, len(check.wrong)))
    return 1 if check.wrong else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:4]))
