#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# An image of more than 60 real packages runs: mounted by the kernel, by squashfuse_ll, and extracted,
# where it was built for and, when that was asked for, elsewhere.

bats_require_minimum_version 1.5.0
load ../says.bash

setup_file() {
	export CACHE=${ADVISOR_CACHE:-$SRCDIR/build/cache} PYTHONDONTWRITEBYTECODE=1
	cd "$BATS_FILE_TMPDIR"
	local status=0
	python3 "$SRCDIR/tests/channel/make_channel.py" "$CACHE/more" "$CACHE/debs" --more > made 2>&1 || status=$?
	[ $status -ne 4 ] || { cp made skip; return 0; }
	[ $status -eq 0 ] || { cat made; return 1; }
	for image in more.squashfs more.tar.zst; do
		"$ADVISOR" bundle build "$CACHE/more/recipe.yml" -o $image > said-$image
	done
	for image in any.squashfs any.tar.zst; do
		"$ADVISOR" bundle build "$CACHE/more/recipe.yml" -o $image --relocatable > said-$image
	done
	"$ADVISOR" bundle build "$CACHE/more/recipe.yml" -o here.tar.zst --mount "$PWD/here" > said
	mkdir here
	zstd -qdc here.tar.zst | tar -x -C here
}

setup() {
	cd "$BATS_FILE_TMPDIR"
	[ ! -s skip ] || skip "$(head -n 1 skip)"
}

@test "it has 60 packages at least, and no source is left to be compiled" {
	"$ADVISOR" bundle verify more.squashfs
	count=$(sed -n 's/.*from \([0-9]*\) packages.*/\1/p' said-more.squashfs)
	[ "$count" -ge 60 ]
	refute grep -q 'compiled on every start' said-more.squashfs
}

@test "all modules import, however it is seen" {
	for how in kernel:more.squashfs fuse:more.squashfs extract:more.squashfs extract:more.tar.zst; do
		run --separate-stderr "$ADVISOR" bundle test "${how#*:}" --method "${how%%:*}"
		[ "$status" -eq 0 ] || { echo "$how: $status $output $stderr"; false; }
		[[ $stderr != *"no room"* ]] || echo "# $how: $stderr" >&3
	done
}

@test "all modules import elsewhere, however it is seen" {
	"$ADVISOR" bundle verify any.squashfs
	for how in kernel:any.squashfs fuse:any.squashfs extract:any.squashfs extract:any.tar.zst; do
		run --separate-stderr "$ADVISOR" bundle test "${how#*:}" --method "${how%%:*}" --mount "/some where/else"
		[ "$status" -eq 0 ] || { echo "$how: $status $output $stderr"; false; }
		[[ $stderr != *"no room"* ]] || echo "# $how: $stderr" >&3
	done
	run "$ADVISOR" bundle test more.squashfs --mount "/some where/else"
	[ "$status" -eq 2 ]
}

@test "unpacked by tar into any folder it runs, and the manifest tells what names the mount path" {
	mkdir "any where"
	zstd -qdc any.tar.zst | tar -xp -C "any where"
	mount=$(python3 -c 'import json; print(json.load(open("any.tar.zst.manifest.json"))["mount"])')
	python3 "$SRCDIR/tests/bundle/anywhere.py" --check "any where" any.tar.zst.manifest.json "$mount"
	env -i "any where/bin/python3.11" -s -c 'import numpy, scipy.linalg, pandas, sys; assert sys.prefix.endswith("/any where")'
	refute grep -rIlq "^#!$mount" "any where/bin"
}

@test "Python compiles nothing and writes nothing" {
	find here -type f -exec sha256sum {} + | sort > before
	env -i here/bin/python3.11 -s -v -c 'import numpy, scipy.linalg, pandas, PIL, yaml, networkx, xarray, click, toolz' 2> log
	grep -q 'code object from .*pandas' log
	# said of sources; one of Python's own names the prefix, and its package has no .pyc of that
	grep -E "^# (wrote|code object from '?[^ ]*\.py'?$)" log | grep -v /_sysconfigdata_ > compiled || true
	[ ! -s compiled ] || { cat compiled; false; }
	refute grep -E "is stale|bytecode is stale|mtime mismatch" log
	find here -type f -exec sha256sum {} + | sort | grep -v /_sysconfigdata_ > after
	grep -v /_sysconfigdata_ before | cmp - after
}
