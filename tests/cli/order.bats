#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# bundle build --trace and --order: what is read together lies together, before all else.

bats_require_minimum_version 1.5.0
load ../says.bash
MOUNT=/opt/centre/env

setup_file() {
	export PACKAGES="$BATS_FILE_TMPDIR/packages" PYTHONDONTWRITEBYTECODE=1
	python3 "$SRCDIR/tests/bundle/real_python.py" "$PACKAGES"
	export RECIPE="$BATS_FILE_TMPDIR/real.yml"
	printf 'schema: advisor.bundle/1\nname: real\nmount: %s\npackages:\n' "$MOUNT" > "$RECIPE"
	printf -- '- "%s"\n' "$PACKAGES"/*.conda >> "$RECIPE"
	"$ADVISOR" bundle build --level 1 -q "$RECIPE" -o "$BATS_FILE_TMPDIR/plain.tar.zst" 2> /dev/null
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# The files of a tar in the order in which they lie.
files() {
	zstd -qdc "$1" | tar -t | grep -v '/$'
}

# Everything but the order is as in the image without one.
same_content() {
	mkdir one two
	zstd -qdc "$1" | tar -x -C one
	zstd -qdc "$BATS_FILE_TMPDIR/plain.tar.zst" | tar -x -C two
	diff -r -x manifest.json one two
}

@test "what a killed build leaves is swept by the next one, and nothing else is" {
	mkdir tmp
	export TMPDIR=$PWD/tmp
	build() {
		exec "$ADVISOR" bundle build --level 1 -q --no-compile "$RECIPE" -o "$1.tar.zst" --trace "$2" > /dev/null 2>&1 3>&-
	}
	wait_for() { # command...
		for _ in $(seq 300); do "$@" && return; sleep 0.1; done
		false
	}
	one() { [ "$(find tmp -path '*/tree/bin' | wc -l)" -eq "$1" ]; }
	build killed 'import time; time.sleep(100)' & killed=$!
	wait_for one 1
	sleep 0.2
	kill -9 $killed
	wait $killed || true
	left=$(ls tmp)
	build living 'import time; time.sleep(100)' & living=$!
	wait_for test ! -e "tmp/$left"
	wait_for one 1
	# of one who lives, of another, and what only has such a name
	mkdir -m 700 tmp/conda-advisor.other tmp/conda-advisor.nolock
	touch tmp/conda-advisor.other/lock tmp/conda-advisor.afile0
	[ "$(id -u)" -ne 0 ] || chown 65533 tmp/conda-advisor.other
	[ "$(id -u)" -eq 0 ] || rm -r tmp/conda-advisor.other
	before=$(ls tmp)
	"$ADVISOR" bundle build --level 1 -q "$RECIPE" -o c.tar.zst > /dev/null 2>&1
	[ "$(ls tmp)" = "$before" ]
	kill -9 $living
	wait $living || true
}

@test "what statements read comes first, in its order" {
	run --separate-stderr "$ADVISOR" bundle build --level 1 "$RECIPE" -o a.tar.zst --trace 'import pure.large, purer'
	echo "$stderr"
	[ "$status" -eq 0 ]
	"$ADVISOR" bundle verify -q a.tar.zst
	count=$(sed -n 's/.*"ordered": \([0-9]*\).*/\1/p' a.tar.zst.manifest.json)
	[[ $output == *"before all else: $count"* ]]
	[ "$count" -gt 6 ]
	files a.tar.zst | head -n "$count" > hot
	sed -n 1p hot | grep -qx 'bin/python[0-9.]*'
	grep -n 'pure' hot | sed 's/^[0-9]*://; s/.cpython-[0-9]*//' > found
	site=$(sed -n 's|\(.*/\)pure/__pycache__/__init__.pyc|\1|p' found)
	printf '%s\n' "${site}pure/__pycache__/__init__.pyc" "${site}pure/__pycache__/consts.pyc" \
		"${site}pure/__pycache__/large.pyc" "${site}__pycache__/purer.pyc" | cmp - found
	# a source that has a .pyc is not read
	refute grep -q '/pure.*\.py$' hot
	same_content a.tar.zst
}

@test "an order is the same for any number of threads, and in squashfs blocks are larger" {
	for threads in 1 8; do
		"$ADVISOR" bundle build --level 1 -q "$RECIPE" -o $threads.tar.zst --threads $threads \
			--trace 'import purer, json, bisect' 2> /dev/null
	done
	cmp 1.tar.zst 8.tar.zst
	grep -q '^#define HAVE_SQUASHFS 1' "$BUILDDIR/config.h" && command -v unsquashfs > /dev/null || return 0
	"$ADVISOR" bundle build --level 1 -q "$RECIPE" -o a.squashfs --trace 'import purer' 2> /dev/null
	unsquashfs -s a.squashfs | grep -q 'Block size 1048576'
	"$ADVISOR" bundle build --level 1 -q "$RECIPE" -o b.squashfs --no-compile 2> /dev/null
	unsquashfs -s b.squashfs | grep -q 'Block size 131072'
	"$ADVISOR" bundle build --level 1 -q "$RECIPE" -o c.squashfs --trace 'import purer' --block-size 64K 2> /dev/null
	unsquashfs -s c.squashfs | grep -q 'Block size 65536'
}

@test "in a squashfs, inodes and folders that are asked for first lie together" {
	grep -q '^#define HAVE_SQUASHFS 1' "$BUILDDIR/config.h" || skip "no libsquashfs"
	"$ADVISOR" bundle build --level 1 -q "$RECIPE" -o a.tar.zst --trace 'import pure.large, purer' 2> /dev/null
	count=$(sed -n 's/.*"ordered": \([0-9]*\).*/\1/p' a.tar.zst.manifest.json)
	files a.tar.zst | head -n "$count" > hot
	for threads in 1 3; do
		"$ADVISOR" bundle build --codec gzip --level 1 -q "$RECIPE" -o $threads.squashfs --threads $threads \
			--trace 'import pure.large, purer' 2> /dev/null
	done
	cmp 1.squashfs 3.squashfs
	python3 "$SRCDIR/tests/bundle/inodes.py" 1.squashfs hot
	"$ADVISOR" bundle verify -q 1.squashfs
	# without an order nothing lies so
	"$ADVISOR" bundle build --codec gzip --level 1 -q "$RECIPE" -o plain.squashfs 2> /dev/null
	refute python3 "$SRCDIR/tests/bundle/inodes.py" plain.squashfs hot 2> /dev/null
}

@test "a room hides the home, /tmp and the network of who traces" {
	mkdir secret
	run --separate-stderr "$ADVISOR" bundle build --level 1 "$RECIPE" -o a.tar.zst --trace "
import os, socket, sys
assert sys.prefix == '$MOUNT', sys.prefix
assert not os.path.exists('$PWD/secret') and not os.listdir('/tmp') and os.listdir('/home') == ['room']
assert [name for _, name in socket.if_nameindex()] == ['lo']
assert not os.access('$MOUNT/bin', os.W_OK) or os.statvfs('$MOUNT').f_flag & os.ST_RDONLY
assert len([p for p in os.listdir('/proc') if p.isdigit()]) < 5
open('/tmp/mine', 'w').close()"
	[[ $stderr != *"without a room"* ]] || skip "no room here: $stderr"
	[ "$status" -eq 0 ] || { echo "$stderr"; false; }
	[ ! -e /tmp/mine ]
}

@test "statements that fail are told, and nothing is built or left" {
	mkdir tmp
	TMPDIR=$PWD/tmp run "$ADVISOR" bundle build --level 1 "$RECIPE" -o a.tar.zst --trace 'import nosuchmodule'
	[ "$status" -eq 3 ]
	[[ $output == *"--trace: what is traced fails in the image: ModuleNotFoundError: No module named 'nosuchmodule'"* ]]
	TMPDIR=$PWD/tmp run "$ADVISOR" bundle build --level 1 "$RECIPE" -o a.tar.zst --trace 'import os; os._exit(3)'
	[ "$status" -eq 4 ]
	TMPDIR=$PWD/tmp run "$ADVISOR" bundle build --level 1 "$RECIPE" -o a.tar.zst --order absent.db
	[ "$status" -eq 3 ]
	[ -z "$(ls tmp)" ] && [ -z "$(find . -name 'a.tar*')" ]
}

@test "what a store knows to be imported together lies together" {
	cat > site.yml <<-'END'
	schema: advisor.site/1
	name: tiny
	places: [{class: home, prefix: /home/}]
	channels: [./channel]
	imports: {purer: purer, pure: pure}
	END
	printf 'month,user,project,module,place,runs\n2025-01,%s,sea,%s,home,5\n' ann purer > one.csv
	printf 'month,user,project,module,place,runs\n2025-01,%s,sea,%s,home,5\n' ann pure > two.csv
	"$ADVISOR" ingest -q -o one.db --site site.yml one.csv
	"$ADVISOR" ingest -q -o both.db --site site.yml one.csv two.csv
	for store in one both; do
		"$ADVISOR" bundle build --level 1 -q "$RECIPE" -o $store.tar.zst --order $store.db 2> /dev/null
		count=$(sed -n 's/.*"ordered": \([0-9]*\).*/\1/p' $store.tar.zst.manifest.json)
		files $store.tar.zst | head -n "$count" > $store.hot
		sed -n 1p $store.hot | grep -qx 'bin/python[0-9.]*'
		grep -q '/encodings/__pycache__/utf_8.cpython-.*pyc' $store.hot
		grep -q '/__pycache__/purer.cpython-.*pyc' $store.hot
	done
	refute grep -q '/pure/__pycache__/large' one.hot
	grep -q '/pure/__pycache__/large.cpython-.*pyc' both.hot
	refute grep -q 'data.txt' both.hot
	same_content both.tar.zst
}
