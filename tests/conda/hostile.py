#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Hostile repodata: each file is refused with a clear error, or costs the records that are bad.

Every case is read twice, since the second time may find an index of the first; no reader may take
more than MEMORY. Files are made here and never kept. Speaks TAP.
"""
import bz2
import json
import os
import re
import shutil
import subprocess
import tempfile

TOOL = os.path.join(os.environ["BUILDDIR"], "tests/conda/channel")
MEMORY = 256 << 20  # bytes; a child starts with what this process has, about 120 MiB
PATIENCE = 120  # seconds, for what would never end
GOOD = {"name": "a", "version": "1", "build": "0", "build_number": 0, "depends": ["python"],
        "size": 7}
HEX = "0123456789abcdef"
EMPTY = {"info": {"subdir": "noarch"}, "packages": {}}
# What may stand in a field: types by name; "number" is one that counts something.
FIELDS = {"name": "text!", "version": "text!", "build": "text+", "build_number": "number",
          "depends": "list", "constrains": "list", "md5": "hex", "sha256": "hex", "size": "number",
          "timestamp": "number", "subdir": "text", "license": "text", "noarch": "noarch",
          "license_family": "text", "track_features": "features",
          "python_site_packages_path": "text"}
VALUES = (None, True, False, 0, 7, -1, 1.5, 2 ** 64, "x", "", [], [1], ["b"], [None], {}, [["b"]],
          {"b": 1})


def allowed(kind, value):
    text, number = isinstance(value, str), type(value) in (int, float)
    texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    if value is None:
        return kind not in ("text!", "text+", "list")
    return {"text!": text and value != "", "text+": text, "text": text, "hex": False, "list": texts,
            "number": number and 0 <= value < 2 ** 53, "features": text or texts,
            "noarch": text or isinstance(value, bool)}[kind]


def packages(*records, **more):
    """Repodata with a good record and others, given as pairs of file and record."""
    section = "".join(", %s: %s" % (json.dumps(file), record if isinstance(record, str) else
                                    json.dumps(record)) for file, record in records)
    rest = "".join(", %s: %s" % (json.dumps(key), value) for key, value in more.items())
    return '{"packages.conda": {"a-1-0.conda": %s%s}%s}' % (json.dumps(GOOD), section, rest)


def bad(**fields):
    return packages(("x-1-0.conda", dict(GOOD, **fields)))


def frames(command, head, tail, count):
    """'count' compressed pieces of 64 MiB of blanks between the beginning and end of repodata."""
    squeeze = lambda data: subprocess.run(command, input=data, stdout=subprocess.PIPE,
                                          check=True).stdout
    return squeeze(head) + squeeze(b" " * (64 << 20)) * count + squeeze(tail)


class Case:
    def __init__(self, name, data, keeps=None, lost=0, error=None, file="repodata.json"):
        self.name, self.data, self.file = name, data, file
        self.keeps, self.lost, self.error = keeps, lost, error


def one_lost(name, data):
    return Case(name, data, ["a-1-0.conda"], 1)


def none_lost(name, data, *more):
    return Case(name, data, sorted(("a-1-0.conda",) + more))


def refused(name, data, error="", file="repodata.json"):
    return Case(name, data, error=error, file=file)


def type_cases():
    for field, kind in FIELDS.items():
        for value in VALUES:
            text = "%s: %s" % (field, json.dumps(value))
            if allowed(kind, value):
                yield none_lost(text, bad(**{field: value}), "x-1-0.conda")
            else:
                yield one_lost(text, bad(**{field: value}))


def record_cases():
    mega = "m" * (1 << 20)
    for field in ("name", "version", "build", "md5", "license"):
        yield one_lost("a megabyte of " + field, bad(**{field: mega}))
    yield one_lost("a dependency of a megabyte", bad(depends=[mega]))
    yield one_lost("a million dependencies", bad(depends=["b%d" % n for n in range(10 ** 6)]))
    yield one_lost("a million constraints", bad(constrains=["b"] * 10 ** 6))
    for number in ("1e400", "-1e400", "1e19", "18446744073709551616", "-1", "9" * 60, "9" * 5000):
        yield one_lost("a size of " + number[:20],
                       packages(("x-1-0.conda", json.dumps(GOOD).replace("7", number))))
    for value in ("NaN", "Infinity", "nan", "0x7", "1.", "+1", "01"):
        yield refused("a size of " + value[:20],
                      packages(("x-1-0.conda", json.dumps(GOOD).replace("7", value))))
    for text in ("a b", "a\x00b", "a\x1b[2J", "a\nb", "a/b", "../a", "", " "):
        yield one_lost("a name %r" % text, bad(name=text))
    yield one_lost("a lone surrogate", bad(name="\ud800"))
    yield one_lost("letters from elsewhere", bad(name="n\u00e4me"))
    yield one_lost("NUL in a dependency", bad(depends=["b\x00c"]))
    for file in ("../x-1-0.conda", "/x-1-0.conda", "x/y-1-0.conda", "x-1-0.zip", ".conda", "",
                 "x-1-0.conda\n", "x\x1b[2J-1-0.conda", "x\x00-1-0.conda", "..", "x y-1-0.conda",
                 "x" * (1 << 20) + "-1-0.conda"):
        yield one_lost("a file name %r" % file[:20], packages((file, GOOD)))
    for record in ("7", "null", '"x"', "[]", "{}", "[{}]"):
        yield one_lost("a record that is " + record, packages(("x-1-0.conda", record)))
    twice = json.dumps(GOOD)[:-1] + ', "version": "2"}'
    yield none_lost("a key twice", packages(("x-1-0.conda", twice)), "x-1-0.conda")
    yield none_lost("a record twice", packages(("a-1-0.conda", dict(GOOD, size=8))))
    yield none_lost("a cycle", packages(("b-1-0.conda", dict(GOOD, name="b", depends=["b", "a"]))),
                    "b-1-0.conda")
    yield none_lost("another subdir", packages(("x-1-0.conda", dict(GOOD, subdir="win-64"))),
                    "x-1-0.conda")
    yield none_lost("removed", packages(("x-1-0.conda", GOOD), removed='["x-1-0.conda", 7]'))
    yield none_lost("of two files the removed one", packages(
        ("x-1-0.conda", GOOD), packages='{"x-1-0.tar.bz2": %s}' % json.dumps(GOOD),
        removed='["x-1-0.conda"]'), "x-1-0.tar.bz2")
    yield none_lost("the older of two files", packages(
        ("x-1-0.conda", GOOD), packages='{"x-1-0.tar.bz2": %s}' % json.dumps(GOOD)), "x-1-0.conda")


def whole_cases():
    deep = "[" * 10000 + "]" * 10000
    objects = '{"k":' * 10000 + "1" + "}" * 10000
    for what in (deep, objects):
        yield refused("nesting of 10,000 in a record", bad().replace("7", what), "deep|nest")
        yield refused("nesting of 10,000 in info", packages(info=what), "deep|nest")
        yield refused("nesting of 10,000 elsewhere", packages(v3=what), "deep|nest")
    yield none_lost("nested info and a section of the future",
                    packages(info='{"repodata_revisions": {"v3": [1, {}]}}', v3='{"x": {"y": []}}'))
    for name, data in (("an empty file", ""), ("blanks", " \n" * 1000), ("null", "null"),
                       ("an array", "[]"), ("a number", "7"), ("nothing in it", "{}"),
                       ("no end", "{"), ("a page", "<!DOCTYPE html><html>x</html>"),
                       ("packages in a list", '{"packages": []}'),
                       ("records in a list", '{"packages.conda": [{}]}'),
                       ("something behind it", packages() + " x"),
                       ("a second document", packages() + packages()),
                       ("bytes of nothing", "\0" * 10000)):
        yield refused(name, data)
    yield refused("invalid UTF-8", packages().encode().replace(b"python", b"\xff\xfe"))
    yield refused("an overlong NUL", packages().encode().replace(b"python", b"\xc0\x80"))
    yield refused("a bare control character", packages().replace("python", "py\x01thon"))
    yield refused("UTF-16", packages().encode("utf-16"))
    yield refused("a bad escape", packages().replace("python", "py\\qthon"))
    yield refused("half an escape", packages().replace("python", "py\\u12"))
    head, tail = packages().encode()[:-1], b"}"
    for kind, command in (("zst", ["zstd", "-qc"]), ("bz2", ["bzip2", "-c"])):
        file = "repodata.json." + kind
        yield Case("packed as " + kind, frames(command, head, tail, 0), ["a-1-0.conda"], file=file)
        yield Case("no %s at all" % kind, packages(), ["a-1-0.conda"], file=file)
        yield refused(kind + " cut", frames(command, head, tail, 1)[:-20], file=file)
    yield refused("a zstd bomb of 10 GB", frames(["zstd", "-qc"], head, tail, 160),
                  "unpack|too large|more than", "repodata.json.zst")
    bomb = bz2.compress(head) + bz2.compress(b" " * (64 << 20)) * 160
    yield refused("a bzip2 bomb of 10 GB", bomb, "unpack|too large|more than", "repodata.json.bz2")


def write(folder, case):
    for subdir in ("linux-64", "noarch"):
        os.makedirs(os.path.join(folder, subdir))
    data = case.data if isinstance(case.data, bytes) else case.data.encode("utf-8", "surrogatepass")
    with open(os.path.join(folder, "linux-64", case.file), "wb") as out:
        out.write(data)
    with open(os.path.join(folder, "noarch/repodata.json"), "w", encoding="utf-8") as out:
        json.dump(EMPTY, out)


def read(folders):
    """What the tool says of each folder, its exit status, and the most memory that it had."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(["timeout", str(PATIENCE), TOOL, *folders], stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()
    parts = re.split(rb"^channel\t.*\n", said, flags=re.M)[1:]
    parts += [b""] * (len(folders) - len(parts))
    return parts, child.returncode, usage.ru_maxrss << 10


def judge(case, said):
    """What is wrong, or None."""
    rows = [line.split("\t") for line in said.decode("utf-8", "replace").split("\n")[:-1]]
    if not rows:
        return "nothing is said of it"
    if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", said):
        return "control characters are passed on to who reads the message"
    if rows[-1][0] == "error":
        if case.error is None:
            return "is refused: " + rows[-1][2]
        if rows[-1][1] != "-3" or "linux-64" not in rows[-1][2] or len(rows[-1][2]) > 2000:
            return "is refused badly: %s" % rows[-1][1:]
        return None if re.search(case.error, rows[-1][2]) else "is refused as: " + rows[-1][2]
    if case.error is not None:
        return "is taken"
    files = sorted(row[1] for row in rows if row[0] == "record")
    if files != case.keeps or int(rows[-1][1]) != case.lost:
        return "gives %s, and %s lost, instead of %s and %d" % (files[:5], rows[-1][1],
                                                               case.keeps[:5], case.lost)
    return None


def check(cases, base):
    """What is wrong with cases that are read by one process."""
    folders = [os.path.join(base, str(number)) for number in range(len(cases))]
    for case, folder in zip(cases, folders):
        write(folder, case)
    wrong = []
    for time in ("", "the second time "):
        parts, status, memory = read(folders)
        names = ", ".join(case.name for case in cases)
        if status:
            wrong.append("%s: %sended with status %d" % (names[:200], time, status))
        if memory > MEMORY and not os.environ.get("SANITIZED"):
            wrong.append("%s: %stook %d MiB" % (names[:200], time, memory >> 20))
        for case, said in zip(cases, parts):
            problem = judge(case, said)
            if not problem and not time and case.lost and b"note\t" not in said:
                problem = "a record is lost without a word"
            wrong += ["%s: %s%s" % (case.name, time, problem)] if problem else []
    shutil.rmtree(base)
    return wrong


def batches(cases):
    """Small files many at a time, large ones alone."""
    small = []
    for case in cases:
        if len(case.data) > 1 << 20 or case.file.endswith(("zst", "bz2")):
            yield [case]
        else:
            small.append(case)
    yield small


def cut_cases():
    text = packages(("x-1-0.conda", GOOD), info='{"subdir": "linux-64"}')
    for cut in range(len(text)):
        yield refused("cut at byte %d" % cut, text[:cut])


def main():
    base = tempfile.mkdtemp()
    os.environ["XDG_CACHE_HOME"] = os.path.join(base, "cache")
    groups = (("wrong types", type_cases), ("bad records", record_cases),
              ("bad files", whole_cases), ("a file cut at every byte", cut_cases))
    try:
        for number, (name, make) in enumerate(groups, 1):
            cases = list(make())
            wrong = [text for batch in batches(cases)
                     for text in check(batch, os.path.join(base, "channels"))]
            for text in wrong[:30]:
                print("# " + text)
            print("%s %d - %s: %d cases" % ("not ok" if wrong else "ok", number, name, len(cases)))
        print("1..%d" % len(groups))
    finally:
        shutil.rmtree(base)


main()
