#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Holds the dashboard's figures against a truth file, as they are read out of the page in Chromium.

    check_figures.py PAGE.html truth.json [ADVISOR STORE ACCOUNTS.csv]

Of every view the CSV is taken that a click on its button downloads. With a store, pages filtered at
random are held against what the program answers itself.
"""
import csv
import io
import json
import random
import subprocess
import sys
import urllib.parse

from browser import Browser


class Failures(list):
    def equal(self, what, is_, should):
        if is_ != should:
            self.append('%s: the page has %r, and it should be %r' % (what, is_, should))

    def near(self, what, is_, should):
        if abs(float(is_) - should) > 2e-6 * max(1, abs(should)):
            self.append('%s: the page has %s, and it should be %s' % (what, is_, should))


def table(browser, view, title, **query):
    """Rows of a view's CSV, as dictionaries."""
    query = urllib.parse.urlencode({k: v for k, v in query.items() if v}, safe=',')
    browser.go('#/' + view + ('?' + query if query else ''))
    text = browser.download('button[aria-label="Download CSV: %s"]' % title)
    return list(csv.DictReader(io.StringIO(text)))


def check_split(browser, truth, wrong):
    rows = table(browser, 'libraries', 'From base, from elsewhere, or both', lib=','.join(truth))
    wrong.equal('fig2, libraries', sorted(r['Import'] for r in rows), sorted(truth))
    for row in rows:
        for key, column in (('users', 'Users'), ('base_only', 'Base only'), ('both', 'Both'),
                            ('custom_only', 'Elsewhere only'), ('base_or_both', 'Base or both')):
            wrong.equal('fig2, %s, %s' % (row['Import'], key), int(row[column]), truth[row['Import']][key])


def check_together(browser, truth, wrong):
    rows = table(browser, 'libraries', 'Used together', lib='torch,tensorflow')
    names = {'all months' if name == 'period' else name: mix for name, mix in truth.items()}
    wrong.equal('fig3, months', {r['Month'] for r in rows}, set(names) | {'all months'})
    for row in rows:
        if row['Month'] not in names:
            continue
        mix = names[row['Month']]
        both, torch, tensorflow = (int(row[c]) for c in ('torch + tensorflow', 'torch', 'tensorflow'))
        is_ = {'both': both, 'torch_only': torch, 'tensorflow_only': tensorflow,
               'torch': torch + both, 'tensorflow': tensorflow + both}
        wrong.equal('fig3, ' + row['Month'], is_, {key: mix[key] for key in is_})


def check_against(browser, truth, wrong):
    names = [name for name in truth if name not in ('python_users', 'correlation')]
    rows = table(browser, 'libraries', 'Against all Python users', lib=','.join(names))
    wrong.equal('fig4, python_users', [int(r['All Python']) for r in rows[:-1]], truth['python_users'])
    for name in names:
        wrong.equal('fig4, ' + name, [int(r[name]) for r in rows[:-1]], truth[name])
        if 'correlation' in truth:
            wrong.near('fig4, r of ' + name, rows[-1][name], truth['correlation'][name])
    months = table(browser, 'libraries', 'Unique users by month', lib=','.join(names))
    for name in names:
        wrong.equal('users by month of ' + name, [int(r[name]) for r in months], truth[name])


def check_uses(rows, truth, what, wrong):
    """Rows of a CSV of import names against figures by module."""
    wrong.equal(what + ', import names', sorted(r['Import'] for r in rows), sorted(truth))
    for row in rows:
        should = truth.get(row['Import'])
        if not should:
            continue
        of = '%s, %s, ' % (what, row['Import'])
        for key, column in (('users', 'Users'), ('accounts', 'Projects'), ('jobs', 'Jobs'), ('runs', 'Runs')):
            wrong.equal(of + key, int(row[column]), should[key])
        if should['node_hours'] is not None:
            wrong.near(of + 'node_hours', row['Node-hours'], should['node_hours'])
        places = {c[len('Users '):]: int(n) for c, n in row.items() if c.startswith('Users ') and c != 'Users beyond base' and int(n)}
        wrong.equal(of + 'places', places, {p: n for p, n in should['places'].items() if n})


def check_periods(browser, truth, wrong):
    rows = table(browser, 'hours', 'Node-hours by month')
    wrong.equal('months', [r['Month'] for r in rows], truth['months_covered'])
    users = table(browser, '', 'Python users by month')
    for row, of in zip(rows, users):
        should = truth['months'][row['Month']]
        wrong.equal('jobs of ' + row['Month'], int(row['Jobs']), should['jobs'])
        wrong.equal('runs of ' + row['Month'], int(row['Runs']), should['runs'])
        wrong.equal('users of ' + row['Month'], int(of['Users']), should['users'])
        wrong.near('node-hours of ' + row['Month'], row['Node-hours'], should['node_hours'])


def check_packages(browser, truth, wrong):
    rows = table(browser, 'packages', 'Packages')
    wrong.equal('packages', sorted(r['Package'] for r in rows), sorted(truth))
    for row in rows:
        should = truth.get(row['Package'], {})
        wrong.equal('users of package ' + row['Package'], int(row['Users']), should.get('users'))
        wrong.equal('users beyond base of ' + row['Package'], int(row['Users beyond base']), should.get('users_outside_base'))
        wrong.equal('%s in base' % row['Package'], row['In base'] != 'no', should.get('in_base'))


def shown(browser):
    """The numbers of the table that is seen, by import name."""
    return browser.run('[...document.querySelectorAll("main tbody tr")].map((row) =>'
                       ' [...row.children].map((cell) => cell.textContent))')


def check_seen(browser, truth, wrong):
    browser.go('#/imports?sort=users.desc')
    rows = shown(browser)
    wrong.equal('rows seen', len(rows), min(25, len(truth)))
    for row in rows:
        wrong.equal('users seen of ' + row[0], row[3], format(truth[row[0]]['users'], ','))
    found = browser.run('document.querySelector(".figures dd")?.textContent')
    wrong.equal('no figures in a list', found, None)


def check_filters(browser, advisor, store, accounts, truth, wrong):
    draw = random.Random(7)
    with open(accounts, newline='') as file:
        table_of = list(csv.DictReader(file))
    for _ in range(12):
        months = sorted(draw.choices(truth['months_covered'], k=2))
        one = draw.choice(table_of)
        query = {'from': months[0], 'to': months[1],
                 **draw.choice([{}, {'project': one['account']}, {'domain': one['domain']}]),
                 **draw.choice([{}, {'evidence': 'mapped'}])}
        asked = ['--since', query['from'], '--until', query['to'], '--accounts', accounts]
        for key in ('project', 'domain', 'evidence'):
            if key in query:
                asked += ['--' + key, query[key]]
        answer = json.loads(subprocess.run([advisor, 'usage', store, '--by', 'module', '--json', *asked],
                                           check=True, stdout=subprocess.PIPE).stdout)
        should = {r['module']: {'users': r['users'], 'accounts': r['projects'], 'jobs': r['jobs'], 'runs': r['runs'],
                                'node_hours': r['node_hours'], 'places': r['places']} for r in answer['rows']}
        if should:
            check_uses(table(browser, 'imports', 'Import names', **query), should, str(query), wrong)
        else:
            browser.go('#/imports?' + urllib.parse.urlencode(query))
            wrong.equal('%s is empty' % query, browser.run('!!document.querySelector("main .empty")'), True)


def main(page, truth_path, advisor=None, store=None, accounts=None):
    with open(truth_path) as file:
        truth = json.load(file)
    wrong = Failures()
    with Browser() as browser:
        browser.open(page)
        check_split(browser, truth['fig2'], wrong)
        check_together(browser, truth['fig3'], wrong)
        check_against(browser, truth['fig4'], wrong)
        for month in truth['months_covered']:
            check_uses(table(browser, 'imports', 'Import names', **{'from': month, 'to': month}), truth['uses'][month], month, wrong)
        check_uses(table(browser, 'imports', 'Import names'), truth['modules'], 'period', wrong)
        check_uses(table(browser, 'imports', 'Import names', evidence='mapped'), truth['liba'], 'mapped', wrong)
        check_packages(browser, truth['packages'], wrong)
        check_periods(browser, truth, wrong)
        check_seen(browser, truth['modules'], wrong)
        if advisor:
            check_filters(browser, advisor, store, accounts, truth, wrong)
        wrong += browser.problems
        wrong.equal('what was asked of the network', {url.split(':')[0] for url in browser.requests} - {'file', 'about', 'blob'}, set())
    print('\n'.join(wrong[:40]))
    print('%d figures differ' % len(wrong))
    return bool(wrong)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
