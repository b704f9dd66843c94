#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Draws what a terminal shows as SVG: terminal_svg.py [COMMAND] < OUTPUT > FILE.svg

OUTPUT is text of 80 columns with ANSI colours (SGR), as --color=always writes it; COMMAND is shown
before it, behind a prompt. The same text gives the same bytes.
"""
import re
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, TOP, SIZE = 7.83, 17, 18, 44, 13
COLUMNS = 80
COLORS = {'30': '#5c6370', '31': '#e06c75', '32': '#98c379', '33': '#e5c07b', '34': '#61afef', '35': '#c678dd',
          '36': '#56b6c2', '37': '#dcdfe4', '90': '#7f848e'}


def pieces(line, style):
    """(text, style) of a line; a style is a set of SGR numbers, which goes on into the next line."""
    at = 0
    for found in re.finditer(r'\x1b\[([0-9;]*)m', line):
        yield line[at:found.start()], frozenset(style)
        for number in (found.group(1) or '0').split(';'):
            if number in ('0', ''):
                style.clear()
            else:
                style.add(number)
        at = found.end()
    yield line[at:], frozenset(style)


def attributes(style):
    out = ''
    if '1' in style:
        out += ' font-weight="bold" fill="#ffffff"'
    if '2' in style:
        out += ' fill="#7f848e"'
    for number in sorted(style & set(COLORS)):
        out += ' fill="%s"' % COLORS[number]
    return out


def main():
    lines = sys.stdin.read().rstrip('\n').split('\n')
    if len(sys.argv) > 1:
        lines = ['\x1b[32m$\x1b[0m ' + sys.argv[1]] + lines
    width, height = LEFT * 2 + COLUMNS * WIDTH, TOP + HEIGHT * len(lines) + 12
    print('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">' % (width, height, width, height))
    print('<rect width="100%" height="100%" rx="8" fill="#21252b"/>')
    for x, color in ((20, '#e06c75'), (38, '#e5c07b'), (56, '#98c379')):
        print('<circle cx="%d" cy="17" r="5.5" fill="%s"/>' % (x, color))
    print('<g font-family="DejaVu Sans Mono, Menlo, Consolas, Liberation Mono, monospace" font-size="%d" fill="#c8ccd4" xml:space="preserve">' % SIZE)
    style = set()
    for row, line in enumerate(lines):
        column = 0
        for text, marks in pieces(line, style):
            # blanks at both ends move the text, and are not drawn
            begin = len(text) - len(text.lstrip(' '))
            shown = text.strip(' ')
            if shown:
                # textLength keeps columns in place, whatever font there is
                print('<text x="%.2f" y="%d" textLength="%.2f"%s>%s</text>' % (
                    LEFT + (column + begin) * WIDTH, TOP + HEIGHT * row + 4, len(shown) * WIDTH, attributes(marks), escape(shown)))
            column += len(text)
    print('</g>\n</svg>')


if __name__ == '__main__':
    main()
