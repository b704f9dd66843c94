#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# bundle build compiles noarch packages with the image's own Python, where that runs.

bats_require_minimum_version 1.5.0
load ../says.bash
MOUNT=/opt/centre/env

setup_file() {
	export PACKAGES="$BATS_FILE_TMPDIR/packages" PYTHONDONTWRITEBYTECODE=1
	python3 "$SRCDIR/tests/bundle/real_python.py" "$PACKAGES"
	recipe "$PACKAGES"/*.conda > "$BATS_FILE_TMPDIR/real.yml"
	"$ADVISOR" bundle build --level 1 "$BATS_FILE_TMPDIR/real.yml" -o "$BATS_FILE_TMPDIR/real.tar.zst" \
		> "$BATS_FILE_TMPDIR/said" 2> "$BATS_FILE_TMPDIR/told"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

recipe() {
	printf 'schema: advisor.bundle/1\nname: real\nmount: %s\npackages:\n' "$MOUNT"
	printf -- '- "%s"\n' "$@"
}

unpack() {
	mkdir tree
	zstd -qdc "$1" | tar -xp -C tree
}

@test "what is compiled is what Python itself makes of it, and what is not is counted and told" {
	unpack "$BATS_FILE_TMPDIR/real.tar.zst"
	run python3 "$SRCDIR/tests/bundle/check_compiled.py" tree "$MOUNT"
	echo "$output"
	[ "$status" -eq 0 ]
	read -r compiled refused <<< "$output"
	[ "$compiled" -ge 11 ]
	[ "$refused" -ge 5 ]
	grep -qx "  .pyc compiled by the image's own Python: $compiled" "$BATS_FILE_TMPDIR/said"
	grep -qx "  .py without .pyc, compiled on every start: $refused" "$BATS_FILE_TMPDIR/said"
	grep -q "package 'pure': no '.*/bad_old.*.pyc': SyntaxError: .*line 1" "$BATS_FILE_TMPDIR/told"
	grep -q '"pyc_compiled": '"$compiled" "$BATS_FILE_TMPDIR/real.tar.zst.manifest.json"
}

@test "the image holds, and its Python imports without a source being compiled" {
	"$ADVISOR" bundle verify "$BATS_FILE_TMPDIR/real.tar.zst"
	unpack "$BATS_FILE_TMPDIR/real.tar.zst"
	find tree -type f -exec sha256sum {} + | sort > before
	env -i LD_LIBRARY_PATH="$PWD/tree/lib" PYTHONHOME="$PWD/tree" tree/bin/python -s -v -c \
		'import purer, pure, pure.large; print(pure.VALUE, pure.__cached__)' > out 2> log
	grep -q '^abc .*pure/__pycache__/__init__' out
	grep -q '# code object from .*purer' log
	refute grep -E '(code object from|wrote) .*(pure|encodings).*\.py.?$' log
	find tree -type f -exec sha256sum {} + | sort | cmp - before
}

@test "threads, clock, locale, home and place do not change a byte" {
	for threads in 1 2 8; do
		mkdir -p "tmp$threads"
		(umask 077; cd / && TMPDIR="$BATS_TEST_TMPDIR/tmp$threads" TZ=Asia/Tokyo LC_ALL=C HOME=/nowhere \
			PYTHONHASHSEED=$threads PYTHONPATH=/tmp "$ADVISOR" bundle build --level 1 -q "$BATS_FILE_TMPDIR/real.yml" \
			-o "$BATS_TEST_TMPDIR/$threads.tar.zst" --threads $threads 2> /dev/null)
		cmp "$threads.tar.zst" "$BATS_FILE_TMPDIR/real.tar.zst"
		[ -z "$(ls "tmp$threads")" ]
	done
}

@test "--no-compile leaves them, and counts them" {
	run --separate-stderr "$ADVISOR" bundle build --level 1 "$BATS_FILE_TMPDIR/real.yml" -o a.tar.zst --no-compile
	[ "$status" -eq 0 ]
	[[ $output == *"compiled on every start: 17"* && $output != *"own Python"* && $stderr != *compil* ]]
	"$ADVISOR" bundle verify a.tar.zst
}

@test "a Python that does not run here is told, and the image is built" {
	python3 - <<-'MAKE'
	import os, sys
	sys.path.insert(0, os.environ["SRCDIR"] + "/tests/bundle")
	from packages import Entry, package
	for name, binary in (("format", b"\x7fELF\2\1\1" + bytes(57)), ("silent", b"#!/bin/sh\nexit 0\n"),
	                     ("loud", b"#!/bin/sh\necho GLIBC_9.99 not found >&2; exit 1\n"),
	                     ("other", b"#!/bin/sh\necho cpython-27 1\n"), ("absent", None)):
	    os.mkdir(name)
	    entries = {"bin/python3.11": Entry(binary, mode=0o755)} if binary else {"share/x": Entry(b"x")}
	    package(name, "python", entries, version="3.11.9")
	    package(name, "pure", {"site-packages/pure.py": Entry(b"A = 1\n")}, ["python"], noarch="python")
	MAKE
	for name in format silent loud other absent; do
		recipe "$PWD/$name"/*.conda > bad.yml
		run --separate-stderr "$ADVISOR" bundle build --level 1 bad.yml -o $name.tar.zst
		[ "$status" -eq 0 ] || { echo "$name: $status $stderr"; false; }
		[[ $output == *"compiled on every start: 1"* ]]
		[[ $stderr == *"does not run on this machine, so 1 sources"* ]]
		echo "$name: $stderr"
		case $name in
		format) [[ $stderr == *"Exec format error"* || $stderr == *"ended at once"* ]] ;;
		silent) [[ $stderr == *"it ended at once"* ]] ;;
		loud) [[ $stderr == *"GLIBC_9.99 not found"* ]] ;;
		other) [[ $stderr == *"it is 'cpython-27' and not 'cpython-311'"* ]] ;;
		absent) [[ $stderr == *"No such file"* ]] ;;
		esac
		"$ADVISOR" bundle verify $name.tar.zst
	done
}
