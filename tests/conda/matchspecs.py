#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Random MatchSpecs, sound and broken, on random records: the library's answers against a twin's.

Also: a canonical form reads back as the same, the pool that worlds are solved in agrees, and so
does libsolv but for the forms in DIFFERENT. SPEC_SEEDS=1,2,3 and SPECS=N ask for more.
"""
import os
import random
import re
import subprocess

from twin import Invalid, MatchSpec

SEEDS = [int(seed) for seed in os.environ.get("SPEC_SEEDS", "1,2").split(",")]
SPECS = int(os.environ.get("SPECS", "2500"))
RECORDS = 50
FIELDS = ("name", "version", "build", "build_number", "channel", "subdir", "md5", "sha256", "url",
          "fn", "license", "license_family", "track_features")
VERSIONS = ("0", "1", "1.0", "1.2", "1.2.0", "1.2.3", "1.20", "1.10", "1.2a1", "1.2.dev1", "1.2dev",
            "1.2.post1", "1.2rc2", "2", "2.0", "1!1.2", "1.2+cu118", "1.2+1", "1.2_", "1.2_3",
            "1-2", "1.2alpha", "2013a", "2013ab", "1.0.1_", "1.0.1a", "1.0.1", "3.11.4",
            "1.2.3+ab.1")
BUILDS = ("0", "py_0", "py311_0", "py311h1_0", "h1234_1", "cuda_1", "external_0")
NAMES = ("numpy", "n-p.y_1", "_x", "pytorch", "__glibc")
CHANNELS = ("https://conda.example/conda-forge", "https://conda.example/bioconda",
            "https://a.example/x/my", "file:///srv/conda/x")

# What libsolv reads otherwise than conda, for a spec and a record's version.
DIFFERENT = {
    "a local version or an underscore at the end":
        lambda spec, version: re.search(r"\+|_$", version) or re.search(r"\+|_($|[^0-9a-z])", spec),
    "a star behind a relation": lambda spec, _: re.search(r"[=<>] *[^,|=<>^$]*\*", spec),
    "a text that goes on": lambda spec, _: re.search(r"(?i)[a-z_](\*| *$)", spec),
    "several stars": lambda spec, _: "**" in spec,
    "lookahead": lambda spec, _: "(?" in spec,
    "a regular expression with '|', or in a list": lambda spec, _: re.search(r"\^.*[|]", spec),
    "a parenthesis before a blank or '='": lambda spec, _: re.search(r"\([ =]", spec),
    "pip's ===": lambda spec, _: "===" in spec,
}


# In repodata this is a name.
DIST = re.compile(r"^[^ =<>!~:\[]*-\d[^-]*-[^-]*\d$")


def pick(rng, *choices):
    return rng.choice(choices)


def record(rng):
    name, version, build = rng.choice(NAMES[:4] + NAMES[:1] * 4), rng.choice(VERSIONS), \
        rng.choice(BUILDS)
    channel, subdir = rng.choice(CHANNELS), pick(rng, "linux-64", "noarch")
    fn = "%s-%s-%s%s" % (name, version, build, pick(rng, ".conda", ".tar.bz2"))
    return (name, version, build, pick(rng, "0", "1", "2", "7", "10"), channel, subdir,
            pick(rng, "a", "b") * 32, pick(rng, "c", "d") * 64,
            "%s/%s/%s" % (channel, subdir, fn), fn, pick(rng, "MIT", "LGPL-3.0-only", ""),
            pick(rng, "LGPL", ""), pick(rng, "", "", "mkl", "mkl,debug"))


def leaf(rng):
    version = rng.choice(VERSIONS)
    if rng.random() < .1:
        version = version.upper()
    kind = rng.random()
    if kind < .15:
        version += pick(rng, ".*", "*", ".*.*", "**", "_*")
    elif kind < .2:
        version = version.replace(".", ".*", 1)
    elif kind < .23:
        return "^%s%s$" % (re.escape(version), pick(rng, "", ".*", "[0-9]*", "(a|b)?"))
    elif kind < .25:
        return "*"
    elif kind < .26:
        return pick(rng, "", "1..2", "1.2@3", "a!1", "1+2+3", "$1", "^1", "%", "1.2.", ".1")
    return pick(rng, "", "", "==", "!=", "<", "<=", ">", ">=", "~=" if "." in version else "",
                ">=", "<", "=") + \
        pick(rng, "", "", "", "", "", " ", "  ") + version


def constraint(rng, depth=0):
    kind = rng.random()
    if kind < .55 or depth > 2:
        return leaf(rng)
    if kind < .9:
        return pick(rng, ",", "|", ", ", " | ", " ,").join(
            constraint(rng, depth + 1) for _ in range(rng.randint(2, 3)))
    if kind < .98:
        return "(%s)" % constraint(rng, depth + 1)
    return pick(rng, "(", ")", "()", "") + constraint(rng, depth + 1)


def build(rng):
    return rng.choice(BUILDS + ("*", "py*", "*_0", "*py311*", "h*_1", "p*1*0", "external_*",
                                "^py.*$", "^(?!cuda).*$", "^(py311|h).*_[01]$", "^py", "a-b",
                                "0|1", "PY_0"))


VALUES = {
    "version": constraint,
    "build": build,
    "build_number": lambda rng: pick(rng, "0", "7", ">=1", "<=2", "!=1", "==7", "=1", "*", "^1.*$",
                                     "1|2", ">1,<8", "x", "010", "1.0", "-1"),
    "channel": lambda rng: rng.choice(CHANNELS + ("conda-forge", "bioconda", "conda-forge/linux-64",
                                                  "*", "conda*", "^conda.*$", "defaults", "my",
                                                  "conda-forge/label/x", "a[b]")),
    "subdir": lambda rng: pick(rng, "linux-64", "noarch", "linux*", "osx-64"),
    "md5": lambda rng: pick(rng, "a" * 32, "b" * 32, "x"),
    "sha256": lambda rng: pick(rng, "c" * 64, "*"),
    "url": lambda rng: record(rng)[8],
    "fn": lambda rng: pick(rng, record(rng)[9], "*.conda"),
    "license": lambda rng: pick(rng, "MIT", "mit", "*gpl*"),
    "license_family": lambda rng: pick(rng, "LGPL", "lgpl", "*"),
    "track_features": lambda rng: pick(rng, "mkl", "mkl debug", "debug,mkl", "x"),
    "features": lambda rng: "x",
    "when": lambda rng: "python>=3",
    "name": lambda rng: "numpy",
    "colour": lambda rng: "red",
    "Version": lambda rng: "1",
}


def bracket(rng):
    key = rng.choice(sorted(VALUES))
    return "%s=%s" % (key, pick(rng, "'%s'", '"%s"', "'%s'", "%s") % VALUES[key](rng))


def spec(rng):
    if rng.random() < .03:
        return pick(rng, "@mkl", "mkl@", record(rng)[8], record(rng)[9], "/srv/" + record(rng)[9],
                    "./" + record(rng)[9], "numpy-1.2-py_0", "numpy-1-0", "n-p.y_1-1.2-py_0", "")
    text = ""
    if rng.random() < .12:
        text = rng.choice(CHANNELS + ("conda-forge", "bioconda", "conda-forge/linux-64", "defaults",
                                      "*/linux-64", "*", "conda-forge[noarch]", "nosuch",
                                      "c/linux-64/noarch", "c/linux-")) + \
            pick(rng, "::", "::", "::", ":", ":ns:")
    text += rng.choice(NAMES * 2 + NAMES[:1] * 20 + ("Numpy", "n-1.2-3", "*", "num*", "num py",
                                               "num,py",
                                               "a@b", "-x", "x-", "num/py", "a..b", "___x",
                                               "^num.*$", ""))
    if rng.random() < .75:
        relation = pick(rng, " ", " ", "  ", "=", "==", "")
        text += relation + (rng.choice(VERSIONS) if relation == "=" else constraint(rng))
        if rng.random() < .35:
            text += pick(rng, " ", " ", "=", "  ", " = ", "==") + build(rng)
    if rng.random() < .35:
        text += pick(rng, "", "", " ") + "[%s]" % pick(rng, ",", ", ", " ").join(
            bracket(rng) for _ in range(rng.randint(1, 3)))
    if rng.random() < .03:
        text += pick(rng, " # x", "#y", "@", " ", "[x]", "[x>2]", "[]", "[", "]", " if z", "()")
    return text


def damage(rng, text):
    letters = list(text)
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(letters))
        letters[at:at + rng.randint(0, 1)] = pick(rng, "", *" =<>!~*,|()[]'\"^$#@:/.-_+0aPy19\t")
    return "".join(letters)


def say(matches):
    return "".join("1" if match else "0" for match in matches)


class Check:
    """Compares one spec's answers; counts, and shows the first few that differ."""

    def __init__(self, records):
        self.records, self.wrong, self.counts, self.met = records, [], {}, set()

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def fail(self, text, *why):
        self.wrong.append("%r: %s" % (text, " ".join(map(str, why))))

    def spec(self, text, said, sound):
        try:
            twin = MatchSpec(text)
        except Invalid:
            self.count("refused")
            if said[0] != "?":
                self.fail(text, "the twin refuses what is taken as", said[0])
            return
        self.count("taken")
        if said[0] == "?":
            self.fail(text, "the twin takes it:", said[1])
            return
        matches = say(twin.match(record) for record in self.records)
        self.count("matching" if "1" in matches else "matching nothing")
        if said[0] != str(twin).replace("\t", " "):
            self.fail(text, "is printed as", said[0], "by the twin as", twin)
        if said[1] != matches:
            self.fail(text, "matches", said[1], "by the twin", matches)
        # nothing quotes a value with quotes of both kinds, or a tab that was printed as a blank
        if said[2] != matches and not ("'" in said[0] and '"' in said[0]) and "\t" not in text:
            self.fail(text, "is printed as", said[0], "which matches", said[2], "not", matches)
        if said[4] and not DIST.search(text):
            self.count("in the pool")
            if said[4] != matches:
                self.fail(text, "is met in the pool by", said[4], "not", matches)
        if sound and not re.search(r"^ |[\[\]:@#\t]|-.*-|\.conda$|\.tar\.bz2$| if ", text):
            self.native(text, said[3], matches)

    def native(self, text, said, matches):
        self.count("read by libsolv")
        for record, have, want in zip(self.records, said, matches):
            if have == want:
                continue
            rows = [row for row, test in DIFFERENT.items() if test(text, record["version"])]
            self.met.update(rows)
            if not rows:
                self.fail(text, "is matched by libsolv otherwise for", record["version"],
                          record["build"])


def run(seed):
    rng = random.Random(seed)
    rows = [record(rng) for _ in range(RECORDS)]
    texts = [spec(rng) for _ in range(SPECS)]
    texts += [damage(rng, rng.choice(texts)) for _ in range(SPECS // 2)]
    lines = ["R\t" + "\t".join(row) for row in rows] + ["S\t" + text for text in texts]
    tool = os.path.join(os.environ["BUILDDIR"], "tests/conda/matchspecs")
    said = subprocess.run([tool], input="\n".join(lines) + "\n", text=True, capture_output=True,
                          check=True).stdout.splitlines()
    check = Check([dict((key, value) for key, value in zip(FIELDS, row) if value) for row in rows])
    for number, (text, answer) in enumerate(zip(texts, said)):
        check.spec(text, answer.split("\t"), number < SPECS)
    if len(said) != len(texts):
        check.wrong.append("%d answers to %d specs" % (len(said), len(texts)))
    return check


def main():
    number, met = 0, set()
    for seed in SEEDS:
        check = run(seed)
        number += 1
        met |= check.met
        print("# seed %d: %s" % (seed, ", ".join("%d %s" % (count, what) for what, count in
                                                 sorted(check.counts.items()))))
        for wrong in check.wrong[:15]:
            print("# " + wrong)
        few = [what for what, count in check.counts.items() if count < SPECS // 20]
        print("%s %d - specs of seed %d mean what the twin says%s" % (
            "not ok" if check.wrong or few or len(check.counts) < 6 else "ok", number, seed,
            ", but few are %s" % few if few else ""))
    idle = sorted(set(DIFFERENT) - met)
    print("%s %d - libsolv differs in every form that is listed%s" % (
        "not ok" if idle else "ok", number + 1, ", but for %s" % idle if idle else ""))
    print("1..%d" % (number + 1))


main()
