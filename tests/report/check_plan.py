#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Holds a dashboard with a plan against the plan and the program's own reports, in Chromium.

    check_plan.py PAGE.html PLAN.json ADVISOR STORE

What the page shows without any filter is of the plan's months: trends, covered users, users of
packages beyond base when mere probes are left out; and versions and environments.
"""
import json
import subprocess
import sys

from browser import Browser
from check_figures import Failures, table


def report(advisor, store, plan, *of):
    return json.loads(subprocess.run([advisor, 'report', store, '--plan', plan, '--json', *of], check=True, stdout=subprocess.PIPE).stdout)


def check_trends(browser, plan, wrong):
    for kind, title in (('emerging', 'Emerging'), ('declining', 'Declining')):
        want = [row for row in plan['trends']['packages'] if row['kind'] == kind]
        rows = table(browser, 'trends', title) if want else []
        wrong.equal(kind, [(r['Package'], int(r['Users before']), int(r['Users lately']), r['Change']) for r in rows],
                    [(r['name'], r['users_former'], r['users_recent'], 'Infinity' if r['ratio'] is None else '%.15g' % r['ratio']) for r in want])
    note = browser.run('document.querySelector("main .note").textContent')
    recent, former = plan['trends']['recent'], plan['trends']['former']
    wrong.equal('windows', note.split('. ')[0], 'Lately is %s to %s, before is %s to %s' % (recent['first'], recent['last'], former['first'], former['last']))


def check_packages(browser, advisor, store, plan_path, wrong):
    site = report(advisor, store, plan_path)
    rows = table(browser, 'home', 'Packages imported from elsewhere than base', evidence='used')
    wrong.equal('users beyond base', {r['Package']: int(r['Users beyond base']) for r in rows},
                {r['package']: r['users'] for r in site['lacking'] + site['there']})
    browser.go('#/')
    cover = next(row for row in site['cover'] if row['of'] == 'users')
    shown = dict(zip(browser.run('[...document.querySelectorAll(".figures dt")].map((e) => e.textContent)'),
                     browser.run('[...document.querySelectorAll(".figures dt + dd")].map((e) => e.textContent)')))
    wrong.equal('covered', (shown['covered by base'], shown['covered with the plan']), (str(cover['now']), str(cover['then'])))


def check_one(browser, advisor, store, plan_path, wrong):
    site, told = report(advisor, store, plan_path), 0
    for row in (site['lacking'] + site['there'])[:20]:
        name = row['package']
        browser.go('#/package/' + name)
        want = {r['name']: r['users'] for r in report(advisor, store, plan_path, '--package', name)['versions']}
        heading = 'button[aria-label="Download CSV: Versions, elsewhere than in base"]'
        if not browser.run('!!document.querySelector(%r)' % heading):
            wrong.equal('versions of ' + name, {}, want)
            continue
        got = {r['Version']: int(r['Users']) for r in table(browser, 'package/' + name, 'Versions, elsewhere than in base')}
        wrong.equal('versions of ' + name, got, want)
        told += len(got)
    wrong.equal('some version is known', told > 0, True)
    for row in site['projects'][:3]:
        want = report(advisor, store, plan_path, '--project', row['project'])['environments']
        got = table(browser, 'project/' + row['project'], 'Environments of the users’ own')
        state = {'no': 'no', 'till then': 'until the plan', 'yes': 'yes'}
        wrong.equal('environments of ' + row['project'],
                    sorted((r['In'], int(r['Users']), int(r['Packages']), int(r['Not in base']), r['Last used'], r['Still needed']) for r in got),
                    sorted((r['place'], r['users'], r['packages'], r['lacking'], r['last'], state[r['state']]) for r in want))


def main(page, plan_path, advisor, store):
    with open(plan_path) as file:
        plan = json.load(file)
    wrong = Failures()
    with Browser() as browser:
        browser.open(page)
        check_trends(browser, plan, wrong)
        check_packages(browser, advisor, store, plan_path, wrong)
        check_one(browser, advisor, store, plan_path, wrong)
        wrong += browser.problems
    wrong.equal('something grows and falls', {row['kind'] for row in plan['trends']['packages']}, {'emerging', 'declining'})
    print('\n'.join(wrong[:20]))
    print('%d figures differ' % len(wrong))
    return bool(wrong)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
