#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The scripts that set up, build and count tests.

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# A build folder with the results of test programs: result NAME LINE...
result() {
	local name=$1
	shift
	printf ':test-result: %s\n' "$@" > "$name.trs"
	echo "log of $name" > "$name.log"
}

folder() {
	printf 'list-tests:\n\t@echo %s\n' "$*" > Makefile
}

@test "shellcheck has nothing to say" {
	command -v shellcheck > /dev/null || skip "no shellcheck"
	shellcheck "$SRCDIR"/quickstart "$SRCDIR"/autogen.sh "$SRCDIR"/tests/*.sh "$SRCDIR"/tests/demo/*.sh "$SRCDIR"/tests/fuzz/hours \
		"$SRCDIR"/recipes/slurm/* "$SRCDIR"/recipes/pbs/*.pbs
}

@test "no test rests on a bare '! command', which can't fail" {
	cd "$SRCDIR"
	grep -rnE '^[[:space:]]*! ' tests --include='*.bats' > "$BATS_TEST_TMPDIR/bare" || [ $? -eq 1 ]
	[ -s "$BATS_TEST_TMPDIR/bare" ]
	run grep -v '||' "$BATS_TEST_TMPDIR/bare"
	[ "$status" -eq 1 ] || { echo "$output"; echo "say 'refute command' (tests/says.bash)"; false; }
}

@test "every source in git is listed for the release" {
	git -C "$SRCDIR" rev-parse --git-dir > /dev/null 2>&1 || skip "not a git tree"
	cd "$SRCDIR"
	while read -r source; do
		git grep -qwF "$source" -- '*.am' || echo "$source"
	done < <(git ls-files -- 'libadvisor/*.[ch]' 'cli/*.[ch]' 'tests/*.[ch]' 'tests/*.cc') > "$BATS_TEST_TMPDIR/unlisted"
	[ ! -s "$BATS_TEST_TMPDIR/unlisted" ] || { cat "$BATS_TEST_TMPDIR/unlisted"; false; }
}

@test "every file says its licence, but for data" {
	[ -e "$SRCDIR/.git" ] || skip "not a git tree"
	cd "$SRCDIR"
	git ls-files -z -- ':!tests/fuzz/corpus' ':!*.json' ':!*.svg' ':!LICENSE' |
		xargs -0r grep -L 'SPDX-License-Identifier: BSD-3-Clause' > "$BATS_TEST_TMPDIR/silent" || true
	[ ! -s "$BATS_TEST_TMPDIR/silent" ] || { cat "$BATS_TEST_TMPDIR/silent"; false; }
}

@test "quickstart without a word, or with a wrong one, says what it can do" {
	run sh "$SRCDIR/quickstart"
	[ "$status" -eq 0 ]
	[[ $output == usage:* ]]
	run sh "$SRCDIR/quickstart" nonsense
	[ "$status" -eq 2 ]
}

@test "what configure asks for, quickstart brings" {
	sed -n 's/^\tADV_LIBRARY(//p' "$SRCDIR"/m4/libraries.m4 | tr -d '[])' |
		awk -F ', ' '{ print $3, $4, $5 }' > wanted
	[ "$(wc -l < wanted)" -ge 6 ]
	while read -r debian fedora conda; do
		grep -qE "^build .* $debian +$fedora +$conda\$" "$SRCDIR/quickstart" ||
			{ echo "quickstart does not know $debian, $fedora, $conda together"; false; }
	done < wanted
}

@test "tally adds up what passed, failed and was skipped" {
	folder a.log b.log
	result a "PASS 1 - x" "SKIP 2 - y" "XFAIL 3 - z"
	result b "PASS 1" "PASS 2"
	run sh "$SRCDIR/tests/tally.sh" .
	[ "$status" -eq 0 ]
	[ "$output" = "4 0 1" ]
}

@test "tally shows the log of what failed" {
	folder a.log b.log
	result a "PASS 1 - x"
	result b "PASS 1" "FAIL 2 - y" "ERROR - too few tests run"
	run sh "$SRCDIR/tests/tally.sh" .
	[ "$status" -eq 1 ]
	[[ $output == *"log of b"* && $output != *"log of a"* ]]
	[ "${lines[-1]}" = "2 2 0" ]
}

@test "tally counts a program without a result as failed" {
	folder a.log gone.log empty.log
	result a "PASS 1 - x"
	: > empty.trs
	run sh "$SRCDIR/tests/tally.sh" .
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "1 2 0" ]
}

@test "tally fails where there is no list of tests" {
	: > Makefile
	run sh "$SRCDIR/tests/tally.sh" .
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "0 1 0" ]
}
