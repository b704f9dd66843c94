# SPDX-License-Identifier: BSD-3-Clause
"""Debian packages: fetched into a cache, described, unpacked."""

import os
import re
import subprocess


class Missing(Exception):
    """A package that can't be had."""


def cached(cache, name):
    """The newest file of a package in the cache, or None."""
    files = [f for f in os.listdir(cache) if f.startswith(name + "_") and f.endswith(".deb")]
    files.sort(key=lambda f: (os.path.getmtime(os.path.join(cache, f)), f))
    return os.path.join(cache, files[-1]) if files else None


def fetch(cache, names):
    """Returns {name: file} and asks apt only for what the cache does not have."""
    os.makedirs(cache, exist_ok=True)
    wanted = [name for name in names if not cached(cache, name)]
    if wanted:
        incoming = os.path.join(cache, "incoming")
        os.makedirs(incoming, exist_ok=True)
        try:
            done = subprocess.run(
                ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download"] + wanted,
                cwd=incoming, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, check=False)
        except FileNotFoundError:
            raise Missing("apt-get is not here: the demo's channel is made of Debian packages") \
                from None
        if done.returncode != 0:
            raise Missing("apt-get download failed: " + done.stdout.strip().replace("\n", "; "))
        for file in sorted(os.listdir(incoming)):
            os.replace(os.path.join(incoming, file), os.path.join(cache, file))
    found = {name: cached(cache, name) for name in names}
    for name, file in found.items():
        if file is None:
            raise Missing(f"apt-get did not bring '{name}'")
    return found


def describe(file):
    """The control fields of a package, as a dictionary."""
    text = subprocess.run(["dpkg-deb", "-f", file], check=True, stdout=subprocess.PIPE,
                          text=True).stdout
    fields, last = {}, None
    for line in text.splitlines():
        if line[:1] in " \t":
            fields[last] += "\n" + line.strip()
        else:
            last, _, value = line.partition(":")
            fields[last] = value.strip()
    return fields


def unpack(file, folder):
    subprocess.run(["dpkg-deb", "-x", file, folder], check=True)


def upstream(version):
    """The upstream part of a Debian version, as conda would have it."""
    version = version.split(":", 1)[-1].rsplit("-", 1)[0]
    return re.split(r"[+~]|\.dfsg", version)[0]


def requirements(fields):
    """Yields (alternatives, lower bound or None) for each requirement of a package."""
    for group in filter(None, (g.strip() for g in fields.get("Depends", "").split(","))):
        names, bound = [], None
        for choice in group.split("|"):
            match = re.match(r"([a-z0-9][a-z0-9.+-]*)(?::any)?\s*(?:\(([<>=]+)\s*(\S+)\))?",
                             choice.strip())
            names.append(match.group(1))
            if bound is None and match.group(2) in (">=", "="):
                bound = upstream(match.group(3))
        yield names, bound
