#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# configure names every missing piece at once, with the packages that have it.

setup_file() {
	# a machine without libraries, but with a libsolv as distributions build it
	cd "$BATS_FILE_TMPDIR"
	mkdir -p none some/solv
	echo > some/solv/pool.h
	printf 'Name: libsolv\nDescription: x\nVersion: 0.7.23\nLibs:\nCflags: -I%s/some\n' \
		"$PWD" > some/libsolv.pc
	mkdir none-build some-build
	(cd none-build && PKG_CONFIG_LIBDIR=../none "$SRCDIR/configure" > ../none.out 2>&1) || true
	(cd some-build && PKG_CONFIG_LIBDIR=../some "$SRCDIR/configure" > ../some.out 2>&1) || true
}

setup() {
	cd "$BATS_FILE_TMPDIR"
}

@test "every missing library is named in one go" {
	for name in libarchive libcjson libcurl yaml-0.1 sqlite3 zlib libxxhash libcrypto msgpack-c libsolv libsquashfs1; do
		grep -q "^  $name" none.out || { echo "$name is not named"; false; }
	done
	[ ! -e none-build/Makefile ]
}

@test "one line a distribution brings all of them" {
	grep -qE '^  apt-get install libarchive-dev .*libssl-dev.* libsquashfs-dev$' none.out
	grep -qE '^  dnf install libarchive-devel .*libsolv-devel squashfs-tools-ng-devel$' none.out
	grep -qE '^  conda install -c conda-forge libarchive .*libsolv squashfs-tools-ng$' none.out
}

@test "a libsolv without conda support is refused by name" {
	grep -q '^  libsolv.* with conda support; the shared one has none$' some.out
	grep -q "quickstart build" some.out
}

@test "an empty --with-libsolv is refused by name" {
	mkdir -p with
	(cd with && ! "$SRCDIR/configure" --with-libsolv="$PWD" > ../with.out 2>&1)
	grep -q "with conda support; there is none in '$PWD/with'" with.out
}
