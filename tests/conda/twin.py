# SPDX-License-Identifier: BSD-3-Clause
"""Versions and MatchSpecs, slowly and plainly: a twin of libadvisor/conda in Python.

Written from conda's documentation of VersionOrder and of MatchSpec (CEP 26, 29 and 33), for
tests to compare with; it shares nothing with the library.
"""
import functools
import itertools
import re


class Invalid(Exception):
    pass


# Versions: epoch, components, local components; a component is a list of keys that compare as
# tuples: texts before numbers, "post" behind both, "dev" before other texts.

def keys_of(component):
    if not component:
        raise Invalid("an empty component")
    runs = re.findall(r"[0-9]+|[*]+|[^0-9*]+", component)
    keys = [(1, int(run)) if run.isdigit() else (2, 0) if run == "post" else
            (0, "DEV" if run == "dev" else run) for run in runs]
    return keys if component[0].isdigit() else [(1, 0)] + keys


@functools.lru_cache(maxsize=None)
def version(text):
    """(main, local) of a version; raises Invalid."""
    text = text.strip(" \t\r\n").lower()
    if "-" in text and "_" not in text:
        text = text.replace("-", "_")
    if not re.fullmatch(r"[*.+!_0-9a-z]+", text) or len(text) > 1024:
        raise Invalid(text)
    epoch, bang, rest = text.rpartition("!")
    if bang and not epoch.isdigit():
        raise Invalid(text)
    main, plus, local = rest.partition("+")
    if "+" in local or not main or (plus and not local):
        raise Invalid(text)
    tail = "_" if main.endswith("_") else ""
    main = main[:len(main) - len(tail)].replace("_", ".") + tail
    return ([keys_of(epoch or "0")] + [keys_of(part) for part in main.split(".")],
            [keys_of(part) for part in local.replace("_", ".").split(".")] if plus else [])


def order(a, b):
    """-1, 0 or 1, for what version() returned."""
    for left, right in zip(a, b):
        for x, y in itertools.zip_longest(left, right, fillvalue=[]):
            for p, q in itertools.zip_longest(x, y, fillvalue=(1, 0)):
                if p != q:
                    return -1 if p < q else 1
    return 0


def starts(a, prefix):
    """Whether a version begins with another: all but the last key of the prefix are equal."""
    if prefix[1]:
        if order((a[0],), (prefix[0],)):
            return False
        a, prefix = a[1], prefix[1]
    else:
        a, prefix = a[0], prefix[0]
    a = a + [[]] * (len(prefix) - len(a))
    last, want = a[len(prefix) - 1], prefix[-1]
    if order((a[:len(prefix) - 1],), (prefix[:-1],)):
        return False
    last = last + [(1, 0)] * (len(want) - len(last))
    if last[:len(want) - 1] != want[:-1]:
        return False
    have, need = last[len(want) - 1], want[-1]
    if need[0] == 0:
        return have[0] == 0 and have[1].startswith(need[1])
    return have == need


def glob(pattern, fold=False):
    """A function that matches a text: "^regex$", a glob, or the text itself."""
    flags = re.I if fold else 0
    if pattern.startswith("^") != pattern.endswith("$"):
        raise Invalid(pattern)
    if pattern.startswith("^"):
        # of Python's, what the library refuses
        if re.search(r"\\[^\W_dDwWsS]|\(\?[^:=!]|[*+?}][+]|[*+?][*+]", pattern):
            raise Invalid(pattern)
        try:
            compiled = re.compile(pattern, flags)
        except re.error as problem:
            raise Invalid(pattern) from problem
        return lambda text: bool(compiled.match(text))
    compiled = re.compile(".*".join(map(re.escape, pattern.split("*"))), flags)
    return lambda text: bool(compiled.fullmatch(text))


# Version constraints become functions of the version's text.

RELATIONS = {"==": lambda o: o == 0, "!=": lambda o: o != 0, "<=": lambda o: o <= 0,
             ">=": lambda o: o >= 0, "<": lambda o: o < 0, ">": lambda o: o > 0}


def relation(operator, text):
    if not text or text[0] in "=<>!~":
        raise Invalid(operator)
    if operator in ("=", "==") and "*" in text:
        if text.index("*") < len(text) - 1:
            raise Invalid(operator + text)
        if text == "*":
            return lambda have: True
        prefix = version(re.sub(r"\.?\*$", "", text))
        return lambda have: starts(version(have), prefix)
    starred = text.endswith(".*")
    text = text[:-2] if starred else text
    want = version(text)
    if operator == "~=":
        if starred or "." not in text:
            raise Invalid("~=" + text)
        stem = version(text.rpartition(".")[0])
        return lambda have: order(version(have), want) >= 0 and starts(version(have), stem)
    if operator == "=":
        return lambda have: starts(version(have), want)
    if operator == "!=" and starred:
        return lambda have: not starts(version(have), want)
    return lambda have: RELATIONS[operator](order(version(have), want))


def leaf(text):
    if text.startswith("^") or text.endswith("$"):
        return glob(text)
    found = re.match(r"==|!=|<=|>=|~=|=|<|>", text)
    if found:
        return relation(found.group(), text[found.end():].strip(" \t"))
    if text[0] in "!~":
        raise Invalid(text)
    if text == "*":
        return lambda have: True
    if "*" in text.rstrip("*"):
        return glob(text)
    if text.endswith("*"):
        want = version(re.sub(r"\.?\*$", "", text))
        return lambda have: starts(version(have), want)
    want = version(text)
    return lambda have: order(version(have), want) == 0


TOKEN = re.compile(r"[ \t]*([()|,]|\^[^$]*[^()|,]*|[^()|,]+)")


def constraint(text):
    """(function, canonical text) of a version constraint."""
    tokens = [token.strip(" \t") for token in TOKEN.findall(text)]
    if "".join(tokens).replace(" ", "") != re.sub(r"[ \t]", "", text).replace(" ", ""):
        raise Invalid(text)
    tokens = [token for token in tokens if token]
    tokens.append("")

    def one():
        token = tokens.pop(0)
        if token == "(":
            inner = alternatives()
            if tokens.pop(0) != ")":
                raise Invalid(text)
            return inner
        if token in ("", ")", "|", ","):
            raise Invalid(text)
        printed = re.sub(r"[ \t]", "", token)
        return leaf(token), re.sub(r"^==(?=.*\*$)", "", printed), "leaf"

    def several(part, separator, kind, decide):
        parts = [part()]
        while tokens[0] == separator:
            tokens.pop(0)
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        return (lambda have: decide(p[0](have) for p in parts),
                separator.join("(%s)" % p[1] if kind == "all" and p[2] == "any" else p[1]
                               for p in parts), kind)

    def alternatives():
        return several(lambda: several(one, ",", "all", all), "|", "any", any)

    matches, printed, _ = alternatives()
    if tokens != [""]:
        raise Invalid(text)
    return matches, printed


def plain(text, build):
    """What a version means that stands behind a name: "=1.2" is "1.2*", "==1.2" is "1.2"."""
    text = re.sub(r"[ \t]", "", text)
    rest = text.lstrip("=")
    if rest == text or not rest or rest[0] in "<>!~(":
        return text
    members = any(c in rest for c in "=,|")
    if text.startswith("=="):
        return "==" + rest if members and build else rest
    if members:
        return "=" + rest
    return rest if build or rest.endswith("*") else rest + "*"


NAME = re.compile(r"(__)?[a-z0-9][._-]?([a-z0-9]+([._-]|$))*|_([.-](?=[a-z0-9]|$))?"
                  r"([a-z0-9]+([._-]|$))*")
NAME_GLOB = re.compile(r"[a-z0-9._*-]+")
SUBDIR = re.compile(r"(linux|osx|win|freebsd|emscripten|wasi|zos)-[a-z0-9_]+|noarch")
BUILD = re.compile(r"(?P<version>.+?)(?<![=!|,<>~(])[ =](?P<build>[^-=,|<>~]+)$")
DIST = re.compile(r"(.+)-(\d[^-]*\.[^-]*)-([^-]*\d)")
KEYS = ("version", "build", "build_number", "channel", "subdir", "url", "md5", "sha256", "license",
        "license_family", "fn", "track_features", "features", "name", "when", "extras")
FEATURES = re.compile(r"[ ,\t]+")


class MatchSpec:
    def __init__(self, text):
        self.fields = {}
        self.parse(text)

    def parse(self, text):
        text = text.strip(" \t\r\n")
        if re.search(r"[\0-\x08\n-\x1f]", text):
            raise Invalid(text)
        text = text.partition("#")[0].strip(" \t\r\n")
        if not text:
            raise Invalid("empty")
        if len(text) > 1 and (text.endswith("@") or text.startswith("@")):
            name = text[:-1] if text.endswith("@") else text[1:]
            if re.search(r"""[ \t\[\]=<>!~@,'"]""", name):
                raise Invalid(text)
            self.fields["track_features" if text.endswith("@") else "features"] = name
            self.fields["name"] = "*"
            return
        text, condition, when = text.partition(" if ")
        text = text.strip(" \t\r\n")
        if condition:
            self.fields["when"] = when.strip(" \t\r\n")
        if text.lower().endswith((".conda", ".tar.bz2")):
            self.file(text)
            return
        found = re.match(r"([^\[]*)\[([^\]]*)\](:.*)", text, re.S)
        if found and SUBDIR.fullmatch(found.group(2)):
            text = "%s/%s%s" % found.groups()
        head, opens, rest = text.partition("[")
        inner = ""
        if opens:
            inside = re.match(r"""((?:[^'"\]]|'[^']*'|"[^"]*")*)\]""", rest, re.S)
            if not inside or "[" in rest[inside.end():]:
                raise Invalid(text)
            inner, head = inside.group(1), head + rest[inside.end():]
        self.positional(head.strip(" \t\r\n"))
        self.brackets(inner)

    def file(self, text):
        path, _, file = text.rpartition("/")
        stem = re.sub(r"(?i)\.(conda|tar\.bz2)$", "", file)
        parts = stem.rsplit("-", 2)
        if len(parts) < 3 or not all(parts):
            raise Invalid(text)
        self.dist(parts)
        self.fields["fn"] = file
        if text.startswith("/"):
            self.fields["url"] = "file://" + text
        elif "://" in text:
            self.fields["url"] = text
        elif "/" in text:
            raise Invalid(text)

    def dist(self, parts):
        self.name(parts[0])
        self.version(parts[1])
        self.pattern("build", parts[2])

    def name(self, text):
        text = text.lower()
        if text.startswith("^"):
            glob(text)
        elif not (NAME_GLOB if "*" in text else NAME).fullmatch(text) or text.endswith("$"):
            raise Invalid(text)
        self.fields["name"] = text

    def version(self, text):
        self.fields["version"] = constraint(text)
        if self.fields["version"][1] in ("*", "=*", "==*"):
            del self.fields["version"]

    def pattern(self, key, text):
        glob(text)
        self.fields[key] = text

    def channel(self, text):
        found = re.fullmatch("(.*?)((?:/(?:%s))+)" % SUBDIR.pattern, text, re.S)
        if found:
            text, subdirs = found.group(1, 2)
            self.fields["subdir"] = subdirs.rpartition("/")[2]
        if text not in ("", "*"):
            self.pattern("channel", text)

    def positional(self, text):
        parts = text.rsplit(":", 2)
        if len(parts) == 3:
            self.channel(parts[0].strip(" \t\r\n"))
        text = parts[-1].strip(" \t\r\n")
        dist = DIST.fullmatch(text)
        if dist and not re.search("[ =<>!~]", text):
            self.dist(dist.groups())
            return
        name = re.match("[^ =<>!~]*", text).group()
        self.name(name)
        text = text[len(name):].strip(" \t\r\n")
        if not text:
            return
        found = BUILD.fullmatch(text)
        build = found.group("build").strip(" \t\r\n") if found else ""
        self.version(plain(found.group("version") if found else text, bool(found)))
        if build:
            self.pattern("build", build)

    def brackets(self, text):
        if "=" not in text:
            if re.search("[^A-Za-z0-9._, -]", text):
                raise Invalid(text)
            return
        pair = re.compile(r"""[ ,]*([^=]*)=(?:'([^']+)'|"([^"]+)"|([^'", ][^, ]*))""")
        at = 0
        while text[at:].strip(" ,"):
            found = pair.match(text, at)
            if not found:
                raise Invalid(text)
            self.pair(found.group(1).strip(" \t\r\n"),
                      next(value for value in found.groups()[1:] if value is not None))
            at = found.end()

    def pair(self, key, value):
        if key not in KEYS:
            raise Invalid(key)
        if key == "version":
            self.version(plain(value, False))
        elif key == "build_number":
            if not value.startswith("^") and re.search("[^0-9=!<>,|() *]", value):
                raise Invalid(value)
            self.fields[key] = constraint(value)
        elif key == "channel":
            self.channel(value)
        elif key in ("track_features", "features", "when"):
            self.fields[key] = value
        elif key in ("license", "license_family"):
            self.pattern(key, value.lower())
        elif key not in ("name", "extras"):
            self.pattern(key, value)

    # matching

    def match(self, record):
        """'record' is a dict of a record's fields, with "channel" and "subdir"."""
        return all(getattr(self, "match_" + key, self.match_text)(key, value, record)
                   for key, value in self.fields.items())

    def match_text(self, key, value, record):
        have = record.get(key)
        if have is None:
            return value == "*"
        return glob(value, key in ("license", "license_family"))(have)

    def match_version(self, _, value, record):
        return value[0](record["version"])

    def match_build_number(self, _, value, record):
        return value[0](str(record.get("build_number", 0)))

    def match_track_features(self, key, value, record):
        words = set(filter(None, FEATURES.split(value)))
        return not words or words == set(filter(None, FEATURES.split(record.get(key) or "")))

    def match_features(self, *_):
        return False

    def match_when(self, *_):
        return True

    def match_channel(self, _, value, record):
        channel = (record.get("channel") or "").rstrip("/")
        if not channel:
            return False
        names = {channel, re.sub("/%s$" % re.escape(record.get("subdir") or "/"), "", channel)}
        for name in list(names):
            path = re.sub("^[a-z]+://[^/]*/", "", name)
            names.update(path[at:] for at in range(len(path)) if at == 0 or path[at - 1] == "/")
        if value == "defaults" and any(re.fullmatch("pkgs/(main|r|msys2|free|pro)", name)
                                       for name in names):
            return True
        if "*" in value or value.startswith("^"):
            return any(map(glob(value), names))
        value = value.rstrip("/")
        return any(name == value or name.endswith("/" + value) for name in names)

    # printing

    def __str__(self):
        fields, outside, inside = self.fields, "", []

        def add(key, value, quoted):
            inside.append("%s=%s" % (key, quote(value) if quoted else value))

        channel, subdir = fields.get("channel"), fields.get("subdir")
        exact = channel and not re.search(r"^\^|[*@\[\]]", channel)
        if exact:
            outside += channel + "::"
        elif channel:
            add("channel", channel, re.search(ODD, channel))
        if exact and subdir and SUBDIR.fullmatch(subdir):
            outside = "%s/%s::" % (channel, subdir)
        elif subdir:
            add("subdir", subdir, re.search(ODD, subdir))
        outside += fields["name"]
        named = outside
        build = fields.get("build")
        equal = False
        if "version" in fields:
            text = fields["version"][1]
            if re.search("[><$^|,]", text) or is_glob(text) or (build and text[:2] in
                                                                ("!=", "~=")):
                add("version", text, True)
            elif text[:2] in ("!=", "~="):
                outside += text
            elif text.endswith("*"):
                text = re.sub(r"\.?\*$", "", text)
                outside += text if text.startswith("=") else "=" + text
            elif re.match("=[^=]", text):
                outside += text
            else:
                outside += text if text.startswith("==") else "==" + text
                equal = True
        if build:
            if equal and not re.search(r"""[*><$^|,=~ :\[\]'"-]""", build):
                outside += "=" + build
            else:
                add("build", build, re.search(ODD, build) or re.search("[><$^|,]", build))
        if "build_number" in fields:
            text = fields["build_number"][1]
            add("build_number", text, re.search(ODD, text))
        for key in ("track_features", "features"):
            words = sorted(set(filter(None, FEATURES.split(fields.get(key, "")))))
            if words:
                add(key, " ".join(words), re.search(ODD, " ".join(words)))
        for key in ("url", "md5", "sha256", "license", "license_family", "fn"):
            if key in fields and (key != "fn" or not fields.get("url", "").endswith(fields[key])):
                add(key, fields[key], re.search(ODD, fields[key]))
        if outside == named and DIST.fullmatch(fields["name"]):
            outside += " *"
        file = outside.lower().endswith((".conda", ".tar.bz2"))
        return outside + ("[%s]" % ",".join(inside) if inside or file else "")


ODD = r"""[, =\[\]'"]"""


def quote(value):
    return '"%s"' % value if "'" in value else "'%s'" % value


def is_glob(text):
    return ((text[0] not in "=<>!~" and "*" in text.rstrip("*")) or
            (re.match("=?[^=<>!~]", text) and text.endswith("**")))
