#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Uses a public dashboard as people do, in Chromium, and holds its figures against the reports.

    check_public.py PAGE.html ADVISOR STORE [OPTION...]    options of 'report --public' that made it
"""
import csv
import io
import json
import subprocess
import sys

from attack import within
from browser import Browser

VIEWS = ['', 'libraries', 'domains', 'packages', 'projects', 'plan', 'about']


class Wrong(list):
    def same(self, what, is_, should):
        if is_ != should:
            self.append('%s: %r instead of %r' % (what, is_, should))


def table(browser, view, title):
    browser.go('#/' + view)
    return list(csv.DictReader(io.StringIO(browser.download('button[aria-label="Download CSV: %s"]' % title))))


def number(text):
    return int(text) if text else None


def check_figures(browser, site, wrong):
    months = table(browser, '', 'Python users by month')
    wrong.same('months', [(row['Month'], number(row['all']), number(row['from their own places'])) for row in months],
               [(row['month'], row['users'], row['own']) for row in site['months']])
    rows = table(browser, '', 'Packages imported from elsewhere than base')
    wrong.same('beyond base', {row['Package']: number(row['Users beyond base']) for row in rows},
               {row['package']: row['users'] for row in site['lacking'] + site['there']})
    rows = table(browser, 'projects', 'Projects')
    wrong.same('projects', {row['Project']: number(row['Users']) for row in rows},
               {row['project']: row['users'] for row in site['projects']})


def check_use(browser, reports, wrong):
    for view in VIEWS + ['%s/%s' % (r['kind'], r['name']) for r in reports if r['name'] and r['kind'] != 'package'] + \
            ['package/' + next(r['name'] for r in reports if r['kind'] == 'package'), 'package/nothing']:
        browser.go('#/' + view)
        wrong.same(view + ' headings', browser.run('document.querySelectorAll("main h1").length'), 1)
        if not browser.run('document.querySelectorAll("main section, main .empty").length'):
            wrong.append(view + ' is empty')
        if browser.run('/NaN|undefined|null/.test(document.querySelector("main").textContent)'):
            wrong.append(view + ' shows what is no figure')
        nodes = browser.send('Accessibility.getFullAXTree')['nodes']
        for node in nodes:
            if node.get('role', {}).get('value') in ('button', 'link', 'combobox', 'searchbox', 'img', 'table') \
                    and not node.get('ignored') and not node.get('name', {}).get('value'):
                wrong.append('%s: a %s has no name' % (view, node['role']['value']))
    browser.go('#/')
    wrong.same('filters', browser.run('[...document.querySelectorAll("#filters select, #filters input")].map((e) => e.name)'), ['part'])
    part = browser.run('(() => { const s = document.querySelector("#filters select"); s.value = s.options[1].value;'
                       ' s.dispatchEvent(new Event("change")); return s.options[1].text; })()')
    browser.wait('document.querySelector("h1").textContent.endsWith(%s)' % json.dumps(' ' + part))
    wrong.same('the part in the bar', browser.run('document.querySelector("#filters select").selectedOptions[0].text'), part)


def main(page, advisor, store, *options):
    wrong, reports = Wrong(), within(page)
    seen = set()
    for report in reports:
        if report['kind'] in seen:
            continue
        seen.add(report['kind'])
        of = ['--' + report['kind'], report['name']] if report['name'] else []
        told = subprocess.run([advisor, 'report', store, '--public', '--json', *of, *options], check=True, stdout=subprocess.PIPE).stdout
        wrong.same('report of %(kind)s %(name)s' % report, report, json.loads(told))
    wrong.same('kinds of reports', seen >= {'site', 'project', 'package'}, True)
    with Browser() as browser:
        browser.open(page)
        check_figures(browser, reports[0], wrong)
        check_use(browser, reports, wrong)
        wrong += browser.problems
        wrong.same('asked of the network', {url.split(':')[0] for url in browser.requests} - {'file', 'about', 'blob'}, set())
    print('\n'.join(wrong[:30]))
    print('%d things are wrong' % len(wrong))
    return bool(wrong)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
