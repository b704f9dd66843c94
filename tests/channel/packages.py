# SPDX-License-Identifier: BSD-3-Clause
"""What the demo's channel holds: which Debian packages become which conda packages."""

# Kinds: "python" the interpreter, "lib" shared libraries, "module" Python with compiled parts,
# "noarch" Python alone, "data" files alone.
PACKAGES = (
    # conda name, kind, Debian packages
    ("python", "python", ("python3.11", "python3.11-minimal", "libpython3.11-minimal",
                          "libpython3.11-stdlib")),
    ("bzip2", "lib", ("libbz2-1.0",)),
    ("fribidi", "lib", ("libfribidi0",)),
    ("graphite2", "lib", ("libgraphite2-3",)),
    ("harfbuzz", "lib", ("libharfbuzz0b",)),
    ("lcms2", "lib", ("liblcms2-2",)),
    ("lerc", "lib", ("liblerc4",)),
    ("libbrotli", "lib", ("libbrotli1",)),
    ("libbsd", "lib", ("libbsd0",)),
    ("libdb", "lib", ("libdb5.3",)),
    ("libdeflate", "lib", ("libdeflate0",)),
    ("libexpat", "lib", ("libexpat1",)),
    ("libffi", "lib", ("libffi8",)),
    ("libfreetype", "lib", ("libfreetype6",)),
    ("libgcc", "lib", ("libgcc-s1",)),
    ("libgfortran5", "lib", ("libgfortran5",)),
    ("libglib", "lib", ("libglib2.0-0",)),
    ("libgomp", "lib", ("libgomp1",)),
    ("libimagequant", "lib", ("libimagequant0",)),
    ("libjbig", "lib", ("libjbig0",)),
    ("libjpeg-turbo", "lib", ("libjpeg62-turbo",)),
    ("liblbfgsb", "lib", ("liblbfgsb0",)),
    ("liblzma", "lib", ("liblzma5",)),
    ("libmd", "lib", ("libmd0",)),
    ("libopenblas", "lib", ("libopenblas0-pthread",)),
    ("libpng", "lib", ("libpng16-16",)),
    ("libquadmath", "lib", ("libquadmath0",)),
    ("libraqm", "lib", ("libraqm0",)),
    ("libsqlite", "lib", ("libsqlite3-0",)),
    ("libstdcxx", "lib", ("libstdc++6",)),
    ("libtiff", "lib", ("libtiff6",)),
    ("libuuid", "lib", ("libuuid1",)),
    ("libwebp", "lib", ("libwebp7", "libwebpdemux2", "libwebpmux3")),
    ("libxcb", "lib", ("libxcb1",)),
    ("libxcrypt", "lib", ("libcrypt1",)),
    ("libzlib", "lib", ("zlib1g",)),
    ("ncurses", "lib", ("libncursesw6", "libtinfo6")),
    ("openjpeg", "lib", ("libopenjp2-7",)),
    ("openssl", "lib", ("libssl3",)),
    ("pcre2", "lib", ("libpcre2-8-0",)),
    ("readline", "lib", ("libreadline8",)),
    ("xorg-libxau", "lib", ("libxau6",)),
    ("xorg-libxdmcp", "lib", ("libxdmcp6",)),
    ("yaml", "lib", ("libyaml-0-2",)),
    ("zstd", "lib", ("libzstd1",)),
    ("tzdata", "data", ("tzdata",)),
    ("numpy", "module", ("python3-numpy",)),
    ("pandas", "module", ("python3-pandas", "python3-pandas-lib")),
    ("pillow", "module", ("python3-pil",)),
    ("pyyaml", "module", ("python3-yaml",)),
    ("scipy", "module", ("python3-scipy",)),
    ("decorator", "noarch", ("python3-decorator",)),
    ("networkx", "noarch", ("python3-networkx",)),
    ("packaging", "noarch", ("python3-packaging",)),
    ("python-dateutil", "noarch", ("python3-dateutil",)),
    ("pytz", "noarch", ("python3-tz",)),
    ("six", "noarch", ("python3-six",)),
    ("tqdm", "noarch", ("python3-tqdm",)),
    ("xarray", "noarch", ("python3-xarray",)),
)

# What the demo does not need: a larger environment, for images (make_channel.py --more).
MORE = (
    ("click", "noarch", ("python3-click",)),
    ("colorama", "noarch", ("python3-colorama",)),
    ("idna", "noarch", ("python3-idna",)),
    ("sortedcontainers", "noarch", ("python3-sortedcontainers",)),
    ("tabulate", "noarch", ("python3-tabulate",)),
    ("toolz", "noarch", ("python3-toolz",)),
)

# Debian's names for what other packages of the table provide.
ALIASES = {
    "python3": "python", "python3.11": "python",
    "libblas3": "libopenblas", "liblapack3": "libopenblas",
}

# Needed by the Debian packages, not by what the demo does with them.
NOT_NEEDED = frozenset((
    "ca-certificates", "debconf", "gcc-12-base", "libc6", "libmount1", "libnsl2", "libselinux1",
    "libtirpc3", "media-types", "mime-support", "python3-importlib-resources", "python3-jinja2", "python3-numpy-abi9",
    "python3-pkg-resources", "python3-pythran", "readline-common",
))

# Limits that Debian leaves to its releases, and conda packages state.
LIMITS = {
    ("scipy", "numpy"): "numpy >=1.24.2,<2.0a0",
    ("pandas", "numpy"): "numpy >=1.24.2,<2.0a0",
}

# More records, so that there is something to decide. The files are those of the package itself;
# version, build number and requirements are made up.
VARIANTS = (
    # conda name, version (None: as it is), build number, requirements that replace
    ("numpy", "1.23.5", 0, {}),
    ("numpy", None, 1, {}),
    ("numpy", "2.0.2", 0, {}),
    ("scipy", "1.9.3", 0, {"numpy": "numpy >=1.22.0,<1.24"}),
    ("scipy", "1.14.1", 0, {"numpy": "numpy >=2.0.0,<3.0a0"}),
    ("pandas", "2.2.3", 0, {"numpy": "numpy >=2.0.0,<3.0a0"}),
    ("pillow", None, 1, {}),
    ("six", "1.15.0", 0, {}),
    ("xarray", "2025.1.2", 0, {"numpy": "numpy >=2.0.0"}),
)

# Records of these packages exist only as variants.
ONLY_VARIANTS = frozenset(("xarray",))
