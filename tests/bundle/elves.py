#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes small ELF files: what a loader reads of a shared object, and nothing else.

usage: elves.py FOLDER   one of each kind, as inputs of the fuzz target
"""

import os
import struct
import sys

MACHINES = {(64, "<"): 62, (32, "<"): 3, (64, ">"): 21, (32, ">"): 8}
NEEDED, STRTAB, STRSZ, SONAME, RPATH, RUNPATH = 1, 5, 10, 14, 15, 29
VERNEED, VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF


def elf(soname=None, needed=(), rpath=None, runpath=None, glibc=(), program=False, bits=64,
        order="<", machine=None, pad=0, split=False):
    """The bytes of one. 'pad' bytes lie between the texts and the dynamic segment; with 'split' a
    segment ends and another begins within a text, as patchelf leaves it."""
    wide = bits == 64
    texts = b"\0"

    def text(value):
        nonlocal texts
        at = len(texts)
        texts += value.encode() + b"\0"
        return at

    entries = [(NEEDED, text(name)) for name in needed]
    entries += [(tag, text(value)) for tag, value in
                ((SONAME, soname), (RPATH, rpath), (RUNPATH, runpath)) if value is not None]
    versions = [text(v if v.startswith("GLIBC") else "GLIBC_" + v) for v in glibc]
    library = text("libc.so.6")
    aux = b"".join(struct.pack(order + "IHHII", 0, 0, 2, v, 16 if v != versions[-1] else 0)
                   for v in versions)
    need = struct.pack(order + "HHIII", 1, len(versions), library, 16, 0) + aux
    head, each = (64, 56) if wide else (52, 32)
    start = head + 4 * each
    base = 0x400000
    texts += b"\0" * (-len(texts) % 8)
    at_texts, at_need = start, start + len(texts)
    at_dynamic = at_need + (len(need) if versions else 0) + pad
    at_dynamic += -at_dynamic % 8
    entries += [(STRTAB, base + at_texts), (STRSZ, len(texts))]
    if versions:
        entries += [(VERNEED, base + at_need), (VERNEEDNUM, 1)]
    word = "Q" if wide else "I"
    dynamic = b"".join(struct.pack(order + 2 * word, *e) for e in entries + [(0, 0)])
    size = at_dynamic + len(dynamic)

    def segment(kind, at, length):
        if wide:
            return struct.pack(order + "IIQQQQQQ", kind, 4, at, base + at, base + at, length, length, 8)
        return struct.pack(order + "IIIIIIII", kind, at, base + at, base + at, length, length, 4, 8)

    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + b"\0" * 9
    header = ident + struct.pack(order + "HHI" + 3 * word + "IHHHHHH", 3,
                                 machine or MACHINES[bits, order], 1, 0, head, 0, 0, head, each,
                                 4, 0, 0, 0)
    cut = at_texts + 5 if split else size
    segments = segment(1, 0, cut) + segment(1 if split else 4, cut, size - cut)
    segments += segment(2, at_dynamic, len(dynamic))
    segments += segment(3 if program else 4, at_texts, 1)
    body = header + segments + texts + (need if versions else b"")
    return body.ljust(at_dynamic, b"\0") + dynamic


def main():
    some = {"soname": "libx.so.1", "needed": ["liby.so.2", "libc.so.6"], "glibc": ["2.2.5", "2.17"]}
    for name, more in (("wide", {"runpath": "$ORIGIN/../lib"}), ("narrow", {"bits": 32, "rpath": "/a:/b"}),
                       ("wide_big", {"order": ">"}), ("narrow_big", {"bits": 32, "order": ">"}),
                       ("program", {"program": True, "rpath": "$ORIGIN/../lib"}),
                       ("split", {"split": True}),
                       ("relr", {"glibc": ["GLIBC_ABI_DT_RELR", "GLIBC_PRIVATE"]})):
        with open(os.path.join(sys.argv[1], name), "wb") as out:
            out.write(elf(**{**some, **more}))


if __name__ == "__main__":
    main()
