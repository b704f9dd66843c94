# SPDX-License-Identifier: BSD-3-Clause
"""What an installer changes in files: prefixes, .pyc, scripts of entry points."""

import _imp
import re
import sys

from unpacked import Refused

SHEBANG = 127  # bytes of a first line that every kernel takes
PYTHON = re.compile(rb"python(\d+(\.\d+)?)?")
FIRST_LINE = re.compile(rb"#! *(/(?:\\ |[^ \n\r\t])*)(.*)", re.S)


def shebang(line, hold, prefix):
    """A first line; one that kernels would not take becomes one that they do."""
    plain = line.replace(hold, prefix)
    if len(plain) <= SHEBANG and not (b" " in prefix and hold in line):
        return plain
    match = FIRST_LINE.fullmatch(line)
    if not match:
        return plain
    exe, options = match.groups()
    name = exe.rsplit(b"/")[-1]
    if PYTHON.fullmatch(name):
        line = b"#!/bin/sh\n'''exec' \"" + exe + b'"' + options + b' "$0" "$@" #\'\'\''
    else:
        line = b"#!/usr/bin/env " + name + options
    return line.replace(hold, prefix)


def rewrite(data, mode, hold, prefix):
    hold, prefix = hold.encode(), prefix.encode()
    if mode == "binary":
        if len(prefix) > len(hold):
            raise Refused("the prefix is longer than its placeholder")
        return re.sub(re.escape(hold) + b"[^\0]*",
                      lambda m: m[0].replace(hold, prefix).ljust(len(m[0]), b"\0"), data)
    if not data.startswith(b"#!"):
        return data.replace(hold, prefix)
    first, end, rest = data.partition(b"\n")
    return shebang(first, hold, prefix) + (end + rest).replace(hold, prefix)


def siphash(key, data, rounds, last):
    """SipHash with the second half of the key zero (Aumasson and Bernstein, 2012)."""
    mask = (1 << 64) - 1
    v = [key ^ 0x736f6d6570736575, 0x646f72616e646f6d, key ^ 0x6c7967656e657261, 0x7465646279746573]

    def turn(value, bits):
        return (value << bits | value >> (64 - bits)) & mask

    def mix(word, count):
        v[3] ^= word
        for _ in range(count):
            v[0] = (v[0] + v[1]) & mask
            v[1] = turn(v[1], 13) ^ v[0]
            v[0] = turn(v[0], 32)
            v[2] = (v[2] + v[3]) & mask
            v[3] = turn(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & mask
            v[3] = turn(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & mask
            v[1] = turn(v[1], 17) ^ v[2]
            v[2] = turn(v[2], 32)
        v[0] ^= word

    end = len(data) - len(data) % 8
    for at in range(0, end, 8):
        mix(int.from_bytes(data[at:at + 8], "little"), rounds)
    mix(int.from_bytes(data[end:], "little") | (len(data) & 0xff) << 56, rounds)
    v[2] ^= 0xff
    mix(0, last)  # the word that both exclusive-ors add is none
    return (v[0] ^ v[1] ^ v[2] ^ v[3]).to_bytes(8, "little")


def source_hash(magic, text):
    """The hash that Python keeps in a .pyc; it came to another SipHash with 3.11."""
    number = int.from_bytes(magic[:2], "little")
    new = 3450 <= number < 20000
    if new == (sys.version_info >= (3, 11)):
        return _imp.source_hash(int.from_bytes(magic, "little"), text)
    return siphash(int.from_bytes(magic, "little"), text, *((1, 3) if new else (2, 4)))


def has_flags(magic):
    """Whether a .pyc has the header of PEP 552: CPython since 3.7, PyPy since its own 3.7."""
    number = int.from_bytes(magic[:2], "little")
    return 3392 <= number < 20000 or 240 <= number < 1000


def fix_pyc(files, epoch):
    """What hangs on times hangs on nothing: .pyc of PEP 552 are unchecked, older get our time."""
    for name, (kind, data, mode) in list(files.items()):
        if kind != "file" or not name.endswith(".pyc") or len(data) < 16 or data[2:4] != b"\r\n":
            continue
        if not has_flags(data[:4]):
            files[name] = (kind, data[:4] + epoch.to_bytes(4, "little") + data[8:], mode)
            continue
        if int.from_bytes(data[4:8], "little") not in (0, 3):
            continue
        cached = re.fullmatch(r"((?:.*/)?)__pycache__/([^/.]+)\.[^/]*\.pyc", name)
        source = files.get(cached[1] + cached[2] + ".py" if cached else name[:-1], ("absent",))
        digest = source_hash(data[:4], source[1]) if source[0] == "file" else bytes(8)
        files[name] = (kind, data[:4] + b"\1\0\0\0" + digest + data[16:], mode)


def entry_point(text, prefix, python):
    """(path, script) of an entry point of a noarch Python package."""
    command, target = (part.strip() for part in text.split("=", 1))
    module, function = (part.strip() for part in target.rsplit(":", 1))
    exe = f"{prefix}/bin/{python}"
    plain = len(exe) + len("#!") <= SHEBANG and " " not in exe
    first = f"#!{exe}\n" if plain else f"#!/bin/sh\n'''exec' \"{exe}\" \"$0\" \"$@\" #'''\n"
    return "bin/" + command, (first + f"""# -*- coding: utf-8 -*-
import re
import sys

from {module} import {function.split('.')[0]}

if __name__ == '__main__':
    sys.argv[0] = re.sub(r'(-script\\.pyw?|\\.exe)?$', '', sys.argv[0])
    sys.exit({function}())
""").encode()
