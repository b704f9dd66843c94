#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Uses the dashboard as people do, in Chromium: clicks, keys, links, filters, colours, downloads.

    check_page.py PAGE.html    a page of check_page.sh's centre, whose names are as bad as names can be
"""
import csv
import io
import sys
import urllib.parse

from browser import Browser

BAD = ['<script>alert(1)</script>', '</script><img src=x onerror=alert(1)>', 'a"b\'c`d', 'x\u2028y',
       '&amp;', '__proto__', 'constructor', '50%', 'q?a=b#c', '-->']
FORMULAS = ['=1+1', '+1', '-1', '@sum']
VIEWS = ['', 'libraries', 'home', 'places', 'trends', 'domains', 'hours', 'packages', 'imports', 'projects', 'plan', 'about']

TESTS = []


def test(function):
    TESTS.append(function)
    return function


def text(browser, selector):
    return browser.run('document.querySelector(%r)?.textContent' % selector)


def texts(browser, selector):
    return browser.run('[...document.querySelectorAll(%r)].map((e) => e.textContent)' % selector)


def address(browser):
    return urllib.parse.unquote(browser.run('location.hash'))


@test
def every_view_is_drawn(browser):
    for view in VIEWS:
        browser.go('#/' + view)
        assert browser.run('document.querySelectorAll("main h1").length') == 1, view
        assert browser.run('document.querySelectorAll("main section, main .empty").length') >= 1, view
        assert text(browser, '#views [aria-current]'), view
        assert 'Python at' in browser.run('document.title'), view


@test
def bad_names_are_text(browser):
    browser.go('#/imports')
    for name in BAD + FORMULAS:
        browser.run('document.querySelector("main input[type=search]").focus()')
        browser.run('(() => { const i = document.querySelector("main input[type=search]"); i.value = %s;'
                    ' i.dispatchEvent(new Event("input")); })()' % js(name))
        assert name in texts(browser, 'main tbody th a'), name
        browser.go('#/import/' + urllib.parse.quote(name, safe=''))
        assert text(browser, 'h1') == 'import ' + name, (name, text(browser, 'h1'))
        assert browser.run('document.title').startswith('import '), name
        browser.go('#/imports')
    for name in BAD:
        browser.go('#/project/' + urllib.parse.quote(name, safe=''))
        assert text(browser, 'h1') == 'Project ' + name
        assert text(browser, '.figures dd') == '1', name
        assert browser.run('document.querySelectorAll("main img, main script").length') == 0
    assert browser.run('(() => { for (const key in {}) return key; })()') is None, 'every object got a key'


def js(value):
    import json
    return json.dumps(value)


@test
def nothing_of_a_name_is_markup_in_the_file(browser):
    with open(PAGE, encoding='utf-8') as file:
        html = file.read()
    assert '<img' not in html and 'alert(1)</script>' not in html
    assert html.count('</script>') == 4
    assert '\u2028' not in html.split('id="head"')[1].split('</script>')[0]


@test
def csv_is_harmless(browser):
    browser.go('#/imports')
    rows = list(csv.reader(io.StringIO(browser.download('.csv'))))
    names = [row[0] for row in rows]
    for name in BAD:
        assert ("'" + name if name[0] in '=+-@' else name) in names, name
    for name in FORMULAS:
        assert "'" + name in names and name not in names, name
    assert all(len(row) == len(rows[0]) for row in rows)


@test
def a_filter_is_in_the_link(browser):
    browser.go('#/')
    before = text(browser, '.figures dd')
    browser.run('(() => { const s = document.querySelector("select[name=from]"); s.value = "2025-02";'
                ' s.dispatchEvent(new Event("change")); })()')
    browser.wait('location.hash.includes("from=2025-02")')
    after = browser.wait('document.querySelector(".figures dd").textContent !== %s && document.querySelector(".figures dd").textContent' % js(before))
    link = browser.run('location.href')
    browser.send('Page.navigate', url='about:blank')
    browser.send('Page.navigate', url=link)
    browser.wait('document.documentElement?.dataset.ready')
    assert text(browser, '.figures dd') == after
    assert browser.run('document.querySelector("select[name=from]").value') == '2025-02'
    browser.click('#views a[href^="#/packages"]')
    browser.wait('document.querySelector("h1").textContent === "Packages"')
    assert 'from=2025-02' in address(browser), 'a filter goes with the reader'
    browser.click('#reset')
    browser.wait('!location.hash.includes("from")')
    browser.run('history.back()')
    browser.wait('location.hash.includes("from=2025-02")')


@test
def places_are_chosen_by_clicks(browser):
    browser.go('#/imports')
    browser.click('.places summary')
    browser.click('.places input[value=base]')
    browser.wait('document.querySelector("#places-chosen").textContent === "base"')
    assert 'place=base' in address(browser)
    assert browser.run('document.querySelector(".places").open'), 'it stays open for the next one'
    assert 'm0' in texts(browser, 'main tbody th')
    assert '&amp;' not in texts(browser, 'main tbody th')
    browser.press('Escape')
    assert not browser.run('document.querySelector(".places").open')
    browser.click('.places summary')
    browser.click('.places input[value=base]')
    browser.wait('document.querySelector("#places-chosen").textContent === "all"')
    assert 'place' not in address(browser)


@test
def what_is_not_known_shows_nothing(browser):
    browser.go('#/imports?project=nobody')
    assert text(browser, 'main .empty'), 'no figures of everybody under a name that is not there'
    browser.go('#/nowhere')
    assert text(browser, 'h1') == 'No such view'
    browser.go('#/package/nothing')
    assert 'No usage of a package ‘nothing’ is known' in text(browser, 'main .empty')
    browser.go('#/imports?from=2030-01')
    assert text(browser, 'main .empty')
    browser.go('#/%E0%A4%A')
    assert text(browser, 'h1') == 'No such view'


@test
def tables_sort_search_and_page(browser):
    browser.go('#/imports')
    assert len(texts(browser, 'main tbody tr')) == 25
    browser.click('main th [data-sort=import]')
    browser.wait('!!document.querySelector("main th[aria-sort=ascending]")')
    names = texts(browser, 'main tbody th')
    assert names == sorted(names, key=lambda n: names.index(n)) and 'sort=import.asc' in address(browser)
    browser.click('main .pager [data-step="1"]')
    assert texts(browser, 'main tbody th') != names
    assert 'p=2' in address(browser)
    browser.run('(() => { const i = document.querySelector("main input[type=search]"); i.value = "nump";'
                ' i.dispatchEvent(new Event("input")); })()')
    assert texts(browser, 'main tbody th') == ['numpy']
    link = browser.run('location.hash')
    browser.go('#/')
    browser.go(link)
    assert texts(browser, 'main tbody th') == ['numpy'], 'the table of a link is as it was'


@test
def libraries_are_added_and_removed(browser):
    browser.go('#/libraries?lib=numpy,' + urllib.parse.quote(urllib.parse.quote('</script><img src=x onerror=alert(1)>', safe=''), safe=''))
    assert len(texts(browser, '.chip')) == 2
    browser.run('document.querySelector("[name=library]").value = "m1"')
    browser.click('.picker [type=submit]')
    browser.wait('document.querySelectorAll(".chip").length === 3')
    browser.click('.chip')
    browser.wait('document.querySelectorAll(".chip").length === 2')
    assert 'numpy' not in ''.join(texts(browser, '.chip'))


@test
def keys_are_enough(browser):
    browser.open(PAGE)
    browser.press('Tab')
    assert text(browser, ':focus') == 'Skip to the view'
    for _ in range(40):
        if browser.run('document.activeElement.matches(\'#views a[href^="#/packages"]\')'):
            break
        browser.press('Tab')
    browser.press('Enter')
    browser.wait('document.querySelector("h1").textContent === "Packages"')
    assert browser.run('document.activeElement.tagName') == 'H1', 'the focus goes to the new view'
    for _ in range(12):
        browser.press('Tab')
        if browser.run('document.activeElement.dataset.sort') == 'users':
            break
    else:
        raise AssertionError('no header of a table was reached')
    browser.press('Enter')
    assert browser.run('document.querySelector("main th[aria-sort]")?.ariaSort') == 'descending'
    assert browser.run('document.activeElement.dataset.sort') == 'users', 'the focus stays'


@test
def screen_readers_are_told(browser):
    for view in VIEWS:
        browser.go('#/' + view)
        nodes = browser.send('Accessibility.getFullAXTree')['nodes']
        for node in nodes:
            role, name = node.get('role', {}).get('value'), node.get('name', {}).get('value')
            if role in ('button', 'link', 'combobox', 'searchbox', 'checkbox', 'img', 'image', 'table', 'region') and not node.get('ignored'):
                assert name, '%s: a %s has no name' % (view, role)
        assert browser.run('[...document.querySelectorAll(".chart")].every((c) => c.getAttribute("role") === "img"'
                           ' && c.parentElement.querySelector("details.twin, table"))'), view + ': a chart without its table'


@test
def a_chart_is_a_table_too(browser):
    browser.go('#/places')
    browser.click('details.twin summary')
    browser.wait('!!document.querySelector("details.twin table")')
    assert texts(browser, 'details.twin tbody th') == ['2025-01', '2025-02', '2025-03']


@test
def light_and_dark(browser):
    background = 'getComputedStyle(document.body).backgroundColor'
    browser.colours('light')
    light = browser.run(background)
    browser.colours('dark')
    browser.wait(background + ' !== ' + js(light))
    dark = browser.run(background)
    browser.click('#theme')
    assert browser.run(background) == light, 'the switch beats the system'
    assert text(browser, '#theme') == 'Dark'
    browser.open(PAGE)
    assert browser.run(background) == light, 'and is remembered'
    browser.click('#theme')
    assert browser.run(background) == dark
    browser.colours('light')


@test
def narrow_screens_scroll_in_one_direction(browser):
    browser.resize(400, 800, mobile=True)
    for view in VIEWS + ['package/numpy', 'project/50%25']:
        browser.go('#/' + view)
        assert browser.run('document.documentElement.scrollWidth') <= 400, view
    browser.resize(1400, 900)


def main():
    failed = 0
    print('1..%d' % (len(TESTS) + 1))
    with Browser() as browser:
        browser.open(PAGE)
        for number, check in enumerate(TESTS, 1):
            try:
                check(browser)
                problem = browser.problems and '; '.join(browser.problems)
            except (AssertionError, RuntimeError) as error:
                problem = repr(error)
            browser.problems.clear()
            failed += bool(problem)
            print('%s %d %s%s' % ('not ok' if problem else 'ok', number, check.__name__.replace('_', ' '), '\n# ' + problem if problem else ''))
        asked = {url.split(':')[0] for url in browser.requests} - {'file', 'about', 'blob'}
        print('%s %d nothing is asked of the network' % ('not ok' if asked else 'ok', len(TESTS) + 1))
    return bool(failed or asked)


if __name__ == '__main__':
    PAGE = sys.argv[1]
    sys.exit(main())
