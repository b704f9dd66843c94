#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What a dashboard costs in Chromium: rows of a bench, of CPU time of the page's thread.

    browse.py PAGE.html USERS
"""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'report'))
from browser import Browser, find  # noqa: E402

VIEWS = ['libraries', 'imports', 'packages', 'trends', 'domains', 'hours', 'projects', 'home', 'package/package010', '',
         '?from=2024-06&to=2025-06', 'imports?place=home', '?project=p003', 'trends?domain=Physics']


def busy(browser):
    metrics = browser.send('Performance.getMetrics')['metrics']
    return next(m['value'] for m in metrics if m['name'] == 'TaskDuration')


def main(page, users):
    with Browser() as browser:
        browser.send('Performance.enable', timeDomain='threadTicks')
        browser.open(page)
        print('%s users: page loaded and drawn\t%.2f s\t-\t-\t< 1 s' % (users, busy(browser)))
        spent = []
        for view in VIEWS:
            before = busy(browser)
            browser.go('#/' + view)
            time.sleep(0.2)
            spent.append(busy(browser) - before)
        spent.sort()
        print('%s users: a view or a filter, median\t%.0f ms\t-\t-\t' % (users, 1000 * spent[len(spent) // 2]))
        print('%s users: ... the slowest\t%.0f ms\t-\t-\t' % (users, 1000 * spent[-1]))


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]) if find() else 77)
