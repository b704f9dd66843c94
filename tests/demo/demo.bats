#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The demo from end to end, on the small channel: what it says, what it leaves, and whether the
# plainest means come to the same figures and files.

load ../says.bash

# Why all of this is to be skipped, if it is.
reason() {
	for tool in python3 zstd patchelf unsquashfs apt-get dpkg-deb; do
		command -v $tool > /dev/null || echo "no $tool"
	done
	mkdir -p "$ADVISOR_CACHE" 2> /dev/null
	[ -w "$ADVISOR_CACHE" ] || echo "no folder to keep packages in; name one in ADVISOR_CACHE"
}

setup_file() {
	export ADVISOR_CACHE=${ADVISOR_CACHE:-$SRCDIR/build/cache}
	export WORK=$BATS_FILE_TMPDIR/demo
	cd "$BATS_FILE_TMPDIR"
	reason > skip
	[ ! -s skip ] || return 0
	local status=0
	sh "$SRCDIR/tests/demo/demo.sh" "$WORK" > said 2>&1 < /dev/null || status=$?
	[ $status -ne 4 ] || grep '^make_channel.py:' said > skip || true
	echo $status > status
}

setup() {
	cd "$BATS_FILE_TMPDIR"
	[ ! -s skip ] || skip "$(head -n 1 skip)"
	cd "$WORK"
	export PYTHONDONTWRITEBYTECODE=1
}

# Asks plan.json a question in Python, where 'plan' is the document.
plan() {
	python3 -c "import json; plan = json.load(open('plan.json')); print($1)"
}

@test "the demo runs to its end" {
	[ "$(cat "$BATS_FILE_TMPDIR/status")" -eq 0 ] || { cat "$BATS_FILE_TMPDIR/said"; false; }
	for file in plan.json environment.yml usage.db site.yml next.sqfs; do
		[ -s "$file" ] || { echo "no $file"; false; }
	done
	# a name that conda takes
	grep -qx 'name: example-centre' environment.yml
}

# The README's blocks from the plan to the imports are this, up to sizes, places and the folder's name.
@test "it shows what the README shows" {
	python3 - "$SRCDIR" "$BATS_FILE_TMPDIR/said" "$WORK" "$ADVISOR" <<-'END'
		import re, sys
		tree, said, work, program = sys.argv[1:]
		sys.path.insert(0, tree + '/tests/cli')
		import documents
		said = open(said).read().replace(work, 'build/demo').replace(program, 'build/conda-advisor')
		free = documents.FREE + [(r' by (the kernel|squashfuse\w*) at', ' at'), (r'^(mounted|unpacked) .*', 'seen'),
		                         (r'\.pyc (.*): \d+', r'.pyc \1: N')]
		def plain(text):
		    for pattern, words in free:
		        text = re.sub(pattern, words, text, flags=re.M)
		    return {line.strip() for line in text.splitlines()}
		shown = set()
		for block, _ in documents.of_markdown(open(tree + '/README.md').read()):
		    if block.startswith('```') and ('build/demo' in block or '$ conda-advisor recommend' in block):
		        shown |= {line for line in plain(block) if line and not line.startswith(('$', '```'))}
		assert len(shown) > 50, shown
		missing = shown - plain(said)
		assert not missing, '\n'.join(sorted(missing))
	END
}

@test "what was recommended is imported from the image" {
	for name in pandas scipy yaml PIL networkx tqdm dateutil pytz; do
		grep -qE "^  ok +$name .* $WORK/mount/lib/python3.11/dist-packages/" "$BATS_FILE_TMPDIR/said" ||
			{ echo "$name was not"; grep -A20 '^Python 3' "$BATS_FILE_TMPDIR/said"; false; }
	done
	refute grep -q FAILED "$BATS_FILE_TMPDIR/said"
}

@test "what no channel has, or base does not allow, is refused with its reason" {
	[ "$(plan '[r["kind"] for r in plan["refused"] if r["name"] == "beamtools"]')" = "['absent']" ]
	[[ "$(plan '[r["reason"] for r in plan["refused"] if r["name"] == "xarray"]')" == *numpy*1.24* ]]
}

@test "base keeps what it has" {
	[ "$(plan '[p["version"] for p in plan["environment"] if p["name"] == "numpy"]')" = "['1.24.2']" ]
	[ "$(plan '[p["version"] for p in plan["environment"] if p["name"] == "scipy"]')" = "['1.10.1']" ]
}

@test "the effect is what the centre's habits say" {
	# before: who uses base alone; after: all but those of beamtools (2 users) and xarray (2)
	[ "$(plan 'plan["effect"]["users"]')" = 30 ]
	[ "$(plan 'plan["effect"]["users_covered_before"]')" = 5 ]
	[ "$(plan 'plan["effect"]["users_covered_after"]')" = 26 ]
}

@test "a plain count of the raw logs gives the same users" {
	"$ADVISOR" usage usage.db --by package --json > usage.json
	python3 "$SRCDIR/tests/demo/twin.py" usage centre/logs usage.json
}

@test "a plain installation gives the same files" {
	unsquashfs -quiet -no-progress -dest "$BATS_TEST_TMPDIR/image" next.sqfs > /dev/null
	python3 "$SRCDIR/tests/demo/twin.py" image plan.json "$ADVISOR_CACHE/channel" \
		"$BATS_TEST_TMPDIR/image" "$WORK/mount"
}

@test "the same commands again give the same bytes" {
	mkdir "$BATS_TEST_TMPDIR/again"
	"$ADVISOR" recommend usage.db --site site.yml -o "$BATS_TEST_TMPDIR/again/plan.json"
	for file in plan.json environment.yml conda-linux-64.lock; do
		cmp $file "$BATS_TEST_TMPDIR/again/$file"
	done
	# slow with sanitizers, and no other code
	! sanitized || return 0
	"$ADVISOR" bundle build plan.json -o "$BATS_TEST_TMPDIR/again/next.sqfs" --mount "$WORK/mount"
	cmp next.sqfs "$BATS_TEST_TMPDIR/again/next.sqfs"
}

@test "nobody's name is in what is left" {
	run grep -alE 'carla|/home/[a-z]' usage.db plan.json environment.yml conda-linux-64.lock
	[ -z "$output" ] || { echo "$output"; false; }
}
