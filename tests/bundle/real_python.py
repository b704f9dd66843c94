#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Packs the Python that runs this as a conda package, and small noarch packages for it.

usage: real_python.py FOLDER
"""

import os
import site
import sys
import sysconfig

from packages import HOLD, Entry, package

VERSION = "%d.%d" % sys.version_info[:2]
# where it looks for packages: Debian's has a name of its own
SITE = f"lib/python{VERSION}/" + os.path.basename(site.getsitepackages()[-1])
# of the standard library, what starting, importing and compiling takes
PARTS = ("collections", "encodings", "importlib", "json", "lib-dynload", "re")
# of its extension modules
OBJECTS = ("_bisect", "_codecs_kr", "_heapq", "_json", "_multibytecodec", "_random", "_socket",
           "_struct", "array", "math", "select")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def python(folder, version=VERSION + ".0"):
    """The interpreter, its library where it has one, and most of the standard library."""
    home = sysconfig.get_path("stdlib")
    name = f"python{VERSION}"
    shared = sysconfig.get_config_var("Py_ENABLE_SHARED")
    # the loader finds the library by the prefix that is written into the program
    hold = {"hold": "binary", "text": sys.base_prefix} if shared and len(sys.base_prefix) > 16 else {}
    entries = {
        f"bin/{name}": Entry(read(os.path.realpath(sys.executable)), mode=0o755, **hold),
        "bin/python": Entry(link=name),
    }
    library = sysconfig.get_config_var("INSTSONAME") or ""
    path = os.path.join(sysconfig.get_config_var("LIBDIR") or "", library)
    if shared and os.path.isfile(path):
        entries[f"lib/{library}"] = Entry(read(path), mode=0o755)
    for top, folders, names in os.walk(home):
        short = os.path.relpath(top, home)
        if short == ".":
            folders[:] = [f for f in folders if f in PARTS or f == "__pycache__"]
        folders[:] = sorted(f for f in folders if f not in ("test", "tests"))
        for file in sorted(names):
            if short == "lib-dynload" and file.split(".")[0] not in OBJECTS:
                continue
            target = os.path.normpath(f"lib/{name}/{short}/{file}")
            if file.endswith((".py", ".so")) or f".cpython-{VERSION.replace('.', '')}.pyc" in file:
                entries[target] = Entry(read(os.path.join(top, file)))
    return package(folder, "python", entries, version=version,
                   python_site_packages_path=SITE)


def sources():
    """name -> source; what can't be compiled has a name that begins with "bad"."""
    return {
        "__init__.py": b"from . import consts\nVALUE = consts.VALUE\n",
        "consts.py": b"VALUE = 'abc'\ndef f(x):\n    return x in {'b', 'a', 'c', 1, None, 2.5, (1, 'z')}\n"
                     b"class C:\n    VALUE: int = 3\n    def g(self):\n        VALUE = self\n        return VALUE, 'abc', 'a b'\n",
        "latin.py": b"# -*- coding: latin-1 -*-\nNAME = '\xfc'\n",
        "korean.py": "# -*- coding: cp949 -*-\nNAME = '\uac00'\n".encode("cp949"),
        "bom.py": b"\xef\xbb\xbfNAME = 1\n",
        "empty.py": b"",
        "prefix.py": b"PREFIX = '" + HOLD.encode() + b"/share'\n",
        "escape.py": b"PATTERN = '\\d'\n",
        "large.py": b"".join(b"def f%d(a, b=%d):\n    'text %d'\n    return a + b + %d, 'common'\n"
                             % (i, i, i % 7, i % 300) for i in range(3000)),
        "bad_old.py": b"print 'Python 2'\n",
        "bad_nul.py": b"a = 1\0\n",
        "bad_template.py": b"{{ cookiecutter.name }} = {% if x %}\n",
        "bad_depth.py": b"a = " + b"(" * 5000 + b")" * 5000 + b"\n",
        "bad_codec.py": b"# -*- coding: no-such -*-\n",
        "bad_bytes.py": b"a = '\xff\xfe'\n",
    }


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    python(folder)
    entries = {f"site-packages/pure/{n}": Entry(s, hold="text" if n == "prefix.py" else None)
               for n, s in sources().items()}
    entries["site-packages/pure/data.txt"] = Entry(b"no source\n")
    package(folder, "pure", entries, ["python"], noarch="python", subdir="noarch")
    # another package has pure/empty.py, too, and wins: it is installed last
    package(folder, "purer", {
        "site-packages/pure/empty.py": Entry(b"NAME = 'purer'\n"),
        "site-packages/purer.py": Entry(b"import pure\nVALUE = 'abc'\n"),
        "site-packages/shipped.py": Entry(b"A = 1\n"),
    }, ["pure"], noarch="python", subdir="noarch")


if __name__ == "__main__":
    main()
