#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor bundle build where things go wrong: disks that fill at any write, Ctrl-C at any stage.

bats_require_minimum_version 1.5.0

setup_file() {
	export PYTHONDONTWRITEBYTECODE=1 WORK="$BATS_FILE_TMPDIR"
	python3 "$SRCDIR/tests/bundle/packages.py" "$WORK/packages"
	{
		printf 'schema: advisor.bundle/1\nname: test\nmount: /opt/centre/env\npackages:\n'
		printf -- '- "%s"\n' "$WORK"/packages/good/*
	} > "$WORK/good.yml"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	# libsquashfs does not free the blocks that were in flight when a write failed
	export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
}

formats() {
	echo tar.zst tar.gz
	grep -q '^#define HAVE_SQUASHFS 1' "$BUILDDIR/config.h" && echo squashfs
}

# What stands under the image's name is the old image or a new one that holds; nothing else is there.
old_or_whole() { # folder
	local left
	if [ "$(head -c 3 "$1/image")" != old ]; then
		"$ADVISOR" bundle verify -q "$1/image" > said
	fi
	left=$(find "$1" -type f ! -name image ! -name 'image.*.json')
	[ -z "$left" ] || { echo "left: $left"; false; }
}

@test "a disk that is full at any write: the old image stays, and nothing lies about" {
	for format in $(formats); do
		failures=0
		for limit in 0 1 2 3 4 5 6 7 8 9 10 12 14 16 18 20 24 28 32 40 48 64 10000; do
			rm -rf disk && mkdir disk
			echo old > disk/image
			# files can't grow beyond so many KiB
			run bash -c 'trap "" XFSZ; ulimit -f "$1"; shift; exec "$@"' - "$limit" \
				"$ADVISOR" bundle build -q "$WORK/good.yml" -o disk/image --format "$format"
			if [ "$status" -eq 0 ]; then
				"$ADVISOR" bundle verify -q disk/image
				break
			fi
			[ "$status" -eq 4 ] || { echo "$format, $limit KiB: $status $output"; false; }
			[[ $output == *"can't write"* ]] || { echo "$format, $limit KiB: $output"; false; }
			[ "$(cat disk/image)" = old ]
			[ "$(ls -A disk)" = image ] || { ls -A disk; false; }
			failures=$((failures + 1))
		done
		[ "$status" -eq 0 ]
		[ "$failures" -ge 2 ]
	done
}

@test "a file system that is full at any page" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to mount"
	unshare -m true 2> /dev/null || skip "no mount namespaces"
	cat > on_small_disk <<-'END'
	mount -t tmpfs -o "size=$1" none disk || exit 9
	echo old > disk/image
	timeout 100 "$ADVISOR" bundle build -q "$WORK/good.yml" -o disk/image --format "$2"
	status=$?
	[ "$status" -eq 4 ] && { [ "$(cat disk/image)" = old ] && [ "$(ls -A disk)" = image ] || exit 8; }
	exit "$status"
	END
	mkdir disk
	for format in $(formats); do
		failures=0
		for pages in $(seq 2 24) 4000; do
			run unshare -m bash on_small_disk "$((pages * 4))k" "$format"
			[ "$status" -ne 0 ] || break
			[ "$status" -eq 4 ] || { echo "$format, $pages pages: $status $output"; false; }
			[[ $output == *"No space left"* ]] || { echo "$format, $pages pages: $output"; false; }
			failures=$((failures + 1))
		done
		[ "$status" -eq 0 ]
		[ "$failures" -ge 2 ]
	done
}

@test "Ctrl-C at any stage: status 130, the old image stays, nothing lies about" {
	python3 - <<-'MAKE'
	import os, sys
	sys.path.insert(0, os.environ["SRCDIR"] + "/tests/bundle")
	import packages
	noise = {f"share/noise{i}": packages.Entry(os.urandom(3000000)) for i in range(6)}
	packages.package(".", "noise", noise)
	packages.package(".", "older", noise, old=True)
	MAKE
	printf 'schema: advisor.bundle/1\nmount: /m\npackages: [noise-1.0-0.conda]\n' > noise.yml
	mkdir disk
	stopped=0 through=0
	for delay in 0 0.01 0.02 0.03 0.05 0.07 0.1 0.15 0.2 0.3 0.4 0.6 0.8 1 1.5 2 3 4 8 16 32; do
		echo old | tee disk/image > disk/image.manifest.json
		setsid "$ADVISOR" bundle build -q noise.yml -o disk/image --format tar.zst > said 2>&1 3>&- &
		pid=$!
		sleep "$delay"
		kill -INT "$pid" 2> /dev/null || true
		status=0
		wait "$pid" || status=$?
		# before the program listens, the signal is lost: the shell has it ignored
		[ "$status" -eq 0 ] || [ "$status" -eq 130 ] || { echo "$delay: $status $(cat said)"; false; }
		old_or_whole disk
		if [ "$status" -eq 130 ]; then
			[ "$(tr -d '\0' < disk/image)" = old ]
			stopped=$((stopped + 1))
		elif [ "$stopped" -ge 2 ]; then
			through=1
			break
		fi
	done
	[ "$stopped" -ge 2 ]
	[ "$through" -eq 1 ]
}

@test "Ctrl-C while a server sends nothing" {
	load ../io/server.bash
	mkdir served
	cp "$WORK"/packages/good/first-* served/
	serve "$PWD/served"
	printf 'schema: advisor.bundle/1\nmount: /m\npackages: ["%s/stall/first-1.0-0.conda"]\n' "$URL" > net.yml
	setsid "$ADVISOR" bundle build -q net.yml -o image --cache cache > said 2>&1 3>&- &
	pid=$!
	for _ in $(seq 100); do [ -s served/requests.log ] && break; sleep 0.05; done
	sleep 0.2
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	stop_serving
	[ "$status" -eq 130 ] || { echo "$status $(cat said)"; false; }
	[ ! -e image ]
	[ -z "$(find cache -name 'first-1.0-0.conda')" ]
}

@test "the builder's disk sees the image and what lies beside it, and nothing else" {
	command -v strace > /dev/null || skip "no strace"
	for format in $(formats); do
		strace -f -qq -e trace=openat,open,creat,mkdir,mkdirat,mknodat,symlinkat,linkat -o calls \
			"$ADVISOR" bundle build -q "$WORK/good.yml" -o image --format "$format" --no-compile ||
			skip "strace may not look"
		# files that are made: temporary names of the image, its manifest and bill of materials
		python3 - <<-'CHECK'
		import re
		made = set()
		for line in open("calls"):
		    if re.search(r"O_CREAT|O_TMPFILE|mkdir|mknod|symlink|creat\(", line) and " = -1 " not in line:
		        made.add(re.search(r'"([^"]*)"', line)[1])
		assert made and all(re.search(r"(^|/)\.?image\b", name) for name in made), made
		CHECK
	done
}
