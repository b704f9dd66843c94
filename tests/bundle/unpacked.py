# SPDX-License-Identifier: BSD-3-Clause
"""Reads conda packages with Python's own modules: members, and what info/ says of them."""

import bz2
import hashlib
import io
import json
import os
import re
import shlex
import subprocess
import tarfile
import zipfile

# in two parts, as the documents have it: else an installer would rewrite itself
OLD_PLACEHOLDER = "/opt/anaconda1" + "anaconda2anaconda3"


class Refused(Exception):
    """A package that must not be installed."""


def clean(path):
    """A path as it is in the prefix; "./a//b" is "a/b"."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts or not parts:
        raise Refused(f"path {path!r} leaves the prefix")
    return "/".join(parts)


def is_text(name):
    return not isinstance(name, str) or not any("\ud800" <= c <= "\udfff" for c in name)


def tars(path):
    """The tars of a package: one of the first format, two within a zip of the second."""
    with open(path, "rb") as file:
        data = file.read()
    if not path.endswith(".conda"):
        return [bz2.decompress(data)]
    with zipfile.ZipFile(io.BytesIO(data)) as outer:
        return [subprocess.run(["zstd", "-qdc"], input=outer.read(name), stdout=subprocess.PIPE,
                               check=True).stdout
                for part in ("info-", "pkg-")
                for name in outer.namelist() if name.startswith(part) and ".tar" in name]


def members(path):
    """path -> (kind, bytes or link text or path of a hard link, mode), and who comes twice."""
    found = {}
    for data in tars(path):
        with tarfile.open(fileobj=io.BytesIO(data), errors="surrogateescape") as tar:
            for member in tar:
                if member.isdir() and not [p for p in member.name.split("/") if p not in ("", ".")]:
                    continue
                name = clean(member.name)
                if member.issym():
                    node = ("link", member.linkname, member.mode)
                elif member.islnk():
                    node = ("hard", clean(member.linkname), member.mode)
                elif member.isfile():
                    node = ("file", tar.extractfile(member).read(), member.mode)
                else:
                    node = ("folder" if member.isdir() else "other", None, member.mode)
                found[name] = ("twice", None, 0) if name in found and node[0] != "folder" else node
    return found


def link_info(found):
    for name in ("info/link.json", "info/package_metadata.json"):
        if name in found:
            link = json.loads(found[name][1])
            if link.get("package_metadata_version") != 1:
                raise Refused("link.json of another version")
            return link
    return {}


def old_paths(found):
    """The rows of paths.json from the files that were there before it."""
    def text(name):
        return os.fsdecode(found.get("info/" + name, (0, b"", 0))[1])

    rows = {clean(line.strip()): {} for line in text("files").split("\n") if line.strip()}
    for line in text("has_prefix").split("\n"):
        fields = [part.strip("\"'") for part in shlex.split(line.strip(), posix=False)]
        if not fields:
            continue
        hold, mode, name = fields if len(fields) == 3 else (OLD_PLACEHOLDER, "text", fields[0])
        if clean(name) in rows:
            rows[clean(name)].update(file_mode=mode, prefix_placeholder=hold)
    for line in (text("no_link") + "\n" + text("no_softlink")).split("\n"):
        if line.strip() and clean(line.strip()) in rows:
            rows[clean(line.strip())]["no_link"] = True
    return rows


def paths(found):
    """path -> its row as in paths.json, but for what is below info/."""
    if "info/paths.json" in found:
        document = json.loads(found["info/paths.json"][1])
        if document.get("paths_version") != 1:
            raise Refused("paths.json of another version")
        rows = {}
        for row in document["paths"]:
            first = rows.setdefault(clean(row["_path"]), row)
            if first.get("path_type") != row.get("path_type"):
                raise Refused(f"{row['_path']!r} is listed twice")
    elif "info/files" in found:
        rows = old_paths(found)
    else:
        raise Refused("nothing says what it has")
    rows = {name: row for name, row in rows.items() if not name.startswith("info/")}
    if any(re.match("conda-meta(/|$)", name) for name in rows):
        raise Refused("conda-meta is no package's")
    for name in rows:
        if not is_text(name) or not is_text(found.get(name, "  ")[1]):
            raise Refused(f"{name!r} can't be named in a record")
    return rows


def content(found, name, row):
    """(kind, bytes or link text, mode) of a path, proved against its row."""
    kind, data, mode = found.get(name, ("absent", None, 0))
    if row.get("path_type") == "directory":
        if kind not in ("folder", "absent"):
            raise Refused(f"{name!r} is no folder")
        return "folder", None, mode
    seen = {name}
    while kind == "hard":
        if data in seen or data not in found:
            raise Refused(f"{name!r} is a hard link to nothing")
        seen.add(data)
        kind, data, _ = found[data]
    if kind not in ("file", "link") or (kind == "link" and not data):
        raise Refused(f"{name!r} is {kind}")
    if kind == "link" and row.get("path_type") == "softlink":
        row.pop("prefix_placeholder", None)
    if kind == "link" and row.get("prefix_placeholder"):
        raise Refused(f"{name!r} is a link with a prefix in it")
    if kind == "file" and row.get("path_type") != "softlink":
        if row.get("size_in_bytes", len(data)) != len(data) or \
                (row.get("sha256") or hashlib.sha256(data).hexdigest()) != hashlib.sha256(data).hexdigest():
            raise Refused(f"{name!r} is not what is listed")
    return kind, data, mode
