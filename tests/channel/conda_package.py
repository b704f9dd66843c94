# SPDX-License-Identifier: BSD-3-Clause
"""Writes .conda files (format 2: a zip of stored entries, two of them zstd tars)."""

import hashlib
import io
import json
import os
import stat
import subprocess
import tarfile
import zipfile

# As long as those of real channels, so that a real mount path always fits.
PLACEHOLDER = ("/opt/conda-advisor-demo/build-prefix" + "_placeholder" * 20)[:255]


def compress(data):
    return subprocess.run(["zstd", "-q", "-8", "-T1", "-c"], input=data, check=True,
                          stdout=subprocess.PIPE).stdout


def digest(data, name="sha256"):
    return hashlib.new(name, data).hexdigest()


def walk(root):
    """Every file and link below a folder, by name."""
    for folder, folders, files in os.walk(root):
        folders.sort()
        names = files + [f for f in folders if os.path.islink(os.path.join(folder, f))]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), root)


def add_file(tar, name, info, data=b"", link=None):
    entry = tarfile.TarInfo(name)
    entry.mtime = int(info.st_mtime) if info else 0
    if link is not None:
        entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, link, 0o777
        tar.addfile(entry)
        return
    entry.mode = 0o755 if info and info.st_mode & stat.S_IXUSR else 0o644
    entry.size = len(data)
    tar.addfile(entry, io.BytesIO(data))


def path_entry(root, path, data, link):
    """A row of info/paths.json."""
    row = {"_path": path, "path_type": "softlink" if link is not None else "hardlink"}
    if link is not None:
        target = os.path.join(root, os.path.dirname(path), link)
        data = open(target, "rb").read() if os.path.isfile(target) else b""
    elif PLACEHOLDER.encode() in data:
        row["file_mode"] = "binary" if b"\0" in data else "text"
        row["prefix_placeholder"] = PLACEHOLDER
    row["sha256"], row["size_in_bytes"] = digest(data), len(data)
    return row


def payload(root):
    """The pkg tar of a folder, compressed, and the rows of paths.json."""
    raw, rows = io.BytesIO(), []
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(walk(root)):
            full = os.path.join(root, path)
            info = os.lstat(full)
            link = os.readlink(full) if stat.S_ISLNK(info.st_mode) else None
            data = b"" if link is not None else open(full, "rb").read()
            add_file(tar, path, info, data, link)
            rows.append(path_entry(root, path, data, link))
    return compress(raw.getvalue()), rows


def description(index, about, rows, link):
    """The info tar, compressed."""
    def text(value):
        return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()

    files = {
        "info/about.json": text(about),
        "info/files": "".join(row["_path"] + "\n" for row in rows).encode(),
        "info/index.json": text(index),
        "info/paths.json": text({"paths": rows, "paths_version": 1}),
    }
    if link is not None:
        files["info/link.json"] = text(link)
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in sorted(files):
            add_file(tar, name, None, files[name])
    return compress(raw.getvalue())


def write(folder, index, about, packed, link):
    """Writes one .conda file and returns (its name, its record in repodata.json)."""
    data, rows = packed
    stem = f"{index['name']}-{index['version']}-{index['build']}"
    entries = (
        ("metadata.json", b'{"conda_pkg_format_version": 2}'),
        (f"info-{stem}.tar.zst", description(index, about, rows, link)),
        (f"pkg-{stem}.tar.zst", data),
    )
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    whole = raw.getvalue()
    with open(os.path.join(folder, stem + ".conda"), "wb") as out:
        out.write(whole)
    return stem + ".conda", dict(index, md5=digest(whole, "md5"), sha256=digest(whole),
                                 size=len(whole))
