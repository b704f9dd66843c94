#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes conda packages of the size of a scientific Python out of Debian's own: for the bench `bundle`.

usage: make_packages.py FOLDER CACHE
       make_packages.py --prefix FOLDER TREE PREFIX

FOLDER gets the packages, a conda package for every Debian one, and "recipe.yml" over all of them. CACHE
keeps what was downloaded. What is linked with what does not matter here: nothing is run of it. Exit
status 4: they can't be had.

--prefix makes of TREE, where they are installed, a PREFIX as conda leaves one behind, whose records name
the unpacked packages (PREFIX.pkgs): so conda-pack finds what it looks for.
"""

import glob
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "channel"))
# pylint: disable=wrong-import-position
import conda_package
import debs
import tree

MODULES = """astropy babel boto3 botocore cryptography dask dateutil distributed django docutils geopandas
h5py h5py-serial ipython jedi lxml llvmlite matplotlib mpmath networkx nltk notebook numba numpy pandas
pandas-lib pil pip plotly pygments pyproj rasterio requests scipy setuptools shapely skimage skimage-lib
sklearn sklearn-lib sphinx sqlalchemy statsmodels statsmodels-lib sympy tables tables-lib torch twisted tz
vtk9 xarray yaml""".split()
OTHERS = ["libtorch1.13", "python3.11", "python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib"]


def compile_sources(root):
    """.pyc as packages have them, stamped with the time of their source."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", "-j", "2", "-s", root,
                    "--invalidation-mode", "timestamp", root],
                   check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make(name, file, work, folder):
    root, plain = os.path.join(work, "root"), os.path.join(work, "plain")
    os.makedirs(root)
    debs.unpack(file, plain)
    tree.move(plain, root)
    tree.drop_broken_links(root)
    tree.set_prefixes(root)
    compile_sources(root)
    version = debs.upstream(debs.describe(file)["Version"])
    index = {"name": name.replace("python3-", ""), "version": version, "build": "deb12_0", "build_number": 0,
             "depends": [], "license": "see Debian's copyright file", "subdir": "linux-64"}
    conda_package.write(folder, index, {}, conda_package.payload(root), None)
    subprocess.run(["rm", "-rf", root, plain], check=True)


def write_recipe(folder):
    names = sorted(name for name in os.listdir(folder) if name.endswith(".conda"))
    with open(os.path.join(folder, "recipe.yml"), "w", encoding="utf-8") as out:
        json.dump({"schema": "advisor.bundle/1", "name": "bench", "mount": "/opt/bench/env",
                   "packages": names}, out, indent=1)


def unpack(package, folder):
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            if ".tar" in name:
                data = subprocess.run(["zstd", "-qdc"], input=archive.read(name), check=True,
                                      stdout=subprocess.PIPE).stdout
                with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                    tar.extractall(folder)


def make_prefix(folder, root, prefix):
    subprocess.run(["rm", "-rf", prefix, prefix + ".pkgs"], check=True)
    subprocess.run(["cp", "-al", root, prefix], check=True)
    for path in glob.glob(os.path.join(prefix, "conda-meta", "*.json")):
        with open(path, encoding="utf-8") as file:
            record = json.load(file)
        source = os.path.join(prefix + ".pkgs", record["fn"][:-len(".conda")])
        unpack(os.path.join(folder, record["fn"]), source)
        record["link"]["source"] = source
        os.unlink(path)
        with open(path, "w", encoding="utf-8") as out:
            json.dump(record, out)


def main():
    if len(sys.argv) == 5 and sys.argv[1] == "--prefix":
        make_prefix(*sys.argv[2:])
        return
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder, cache = (os.path.abspath(path) for path in sys.argv[1:])
    try:
        files = debs.fetch(cache, ["python3-" + name for name in MODULES] + OTHERS)
    except debs.Missing as why:
        print(f"make_packages.py: {why}", file=sys.stderr)
        sys.exit(4)
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(folder)) as work:
        done = os.path.join(work, "done")
        os.makedirs(done)
        for name in sorted(files):
            make(name, files[name], work, done)
        write_recipe(done)
        os.rename(done, folder)


if __name__ == "__main__":
    main()
