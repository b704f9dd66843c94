#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Looks through the bytes of a dashboard for people: names, paths, and rows of single users.

    hunt.py PAGE.html NAMES    NAMES has a name a line that must not be in the page

All that is packed in the page is unpacked first. Found are names that stand anywhere as a whole word,
paths of homes, and rows of users (report/html_pack.c).
"""
import base64
import re
import sys
import zlib


def numbers(data):
    number, scale = 0, 1
    for byte in data:
        number += (byte & 127) * scale
        scale *= 128
        if byte < 128:
            yield number
            number, scale = 0, 1


def count_users(data):
    """Rows of users in what a page counts from: behind items and sets."""
    stream = numbers(data)
    assert next(stream) == 2, 'another version of the data'
    for _ in range(4 * next(stream)):
        next(stream)
    for _ in range(next(stream)):
        for _ in range(next(stream)):
            next(stream)
    return next(stream) - 1


def main(page, names):
    with open(page, encoding='utf-8') as file:
        html = file.read()
    blobs, users = [html], 0
    for text in re.findall(r'>\s*([A-Za-z0-9+/=]{64,})\s*<', html):
        data = zlib.decompress(base64.b64decode(text))
        blobs.append(data.decode('latin-1'))
        users += count_users(data)
    found = ['%d rows of single users' % users] if users else []
    words = {word for blob in blobs for word in re.findall(r'[\w.-]+', blob)}
    with open(names, encoding='utf-8') as file:
        found += [name for name in sorted(set(file.read().split())) if name in words]
    found += sorted(set(re.findall(r'/(?:home|users|eagle|lus)/[\w./-]*', ' '.join(blobs))))
    for what in found[:20]:
        print('found: ' + what)
    print('%d words, %d found' % (len(words), len(found)))
    return bool(found)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
