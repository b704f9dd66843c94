#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""inodes.py IMAGE HOT: where the inodes of a squashfs (codec gzip) lie; HOT lists what comes first.

What is asked for first lies together: files of HOT in its order, each .pyc after its source; then
the folders on the way there with their links, those in a folder before it. All else is before.
The format is that of Documentation/filesystems/squashfs.rst of Linux.
"""
import re
import struct
import sys
import zlib

DIR, FILE, LINK, LONG_DIR, LONG_FILE = 1, 2, 3, 8, 9


class Image:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        codec = struct.unpack_from("<H", self.data, 20)[0]
        self.root, = struct.unpack_from("<Q", self.data, 32)
        self.inodes, self.listings = struct.unpack_from("<QQ", self.data, 64)
        assert self.data[:4] == b"hsqs" and codec == 1
        self.found = {}
        self.walk("", self.root >> 16, self.root & 0xFFFF)

    def meta(self, at, offset, count):
        """'count' bytes of a table from one block on."""
        text = b""
        while len(text) < offset + count:
            head, = struct.unpack_from("<H", self.data, at)
            block = self.data[at + 2 : at + 2 + (head & 0x7FFF)]
            text += block if head & 0x8000 else zlib.decompress(block)
            at += 2 + (head & 0x7FFF)
        return text[offset : offset + count]

    def walk(self, path, block, offset):
        kind, = struct.unpack("<H", self.meta(self.inodes + block, offset, 2))
        self.found[path] = (block, offset, kind)
        if kind not in (DIR, LONG_DIR):
            return
        inode = self.meta(self.inodes + block, offset + 16, 20 if kind == LONG_DIR else 16)
        if kind == DIR:
            start, _, size, at, _ = struct.unpack("<IIHHI", inode)
        else:
            _, size, start, _, _, at = struct.unpack("<IIIIHH", inode)
        listing = self.meta(self.listings + start, at, size - 3)
        place = 0
        while place < len(listing):
            count, start, _ = struct.unpack_from("<III", listing, place)
            place += 12
            for _ in range(count + 1):
                at, _, _, length = struct.unpack_from("<HhHH", listing, place)
                name = listing[place + 8 : place + 9 + length].decode()
                place += 9 + length
                self.walk(f"{path}/{name}" if path else name, start, at)


def main():
    image = Image(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        hot = file.read().splitlines()
    wanted = []
    for path in hot:
        match = re.fullmatch(r"(.*/)__pycache__/([^/.]+)\.[^/]*\.pyc", path)
        source = match and f"{match[1]}{match[2]}.py"
        wanted += [one for one in (source, path) if one in image.found and one not in wanted]
    folders = {path[:i] for path in wanted for i, letter in enumerate(path) if letter == "/"} | {""}
    found = sorted(image.found, key=lambda path: image.found[path])
    assert len(wanted) > len(hot) > 6 and set(hot) <= set(wanted), wanted
    assert all(image.found[path][2] in (FILE, LONG_FILE) for path in wanted)
    first = found.index(wanted[0])
    assert found[first : first + len(wanted)] == wanted, found[first:]
    rest = found[first + len(wanted) :]
    assert {path for path in rest if image.found[path][2] != LINK} == folders
    for i, path in enumerate(rest):
        assert path == "" or path.rpartition("/")[0] in rest[i + 1 :]
    assert rest[-1] == ""
    print(f"{len(wanted)} files, {len(folders)} folders, {first} others before")


main()
