#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Hostile repodata costs what is bad of it, and neither memory nor the program.

load ../says.bash

@test "hostile repodata: clear errors, or the bad records alone, in little memory" {
	command -v python3 > /dev/null || skip "no python3"
	command -v zstd > /dev/null || skip "no zstd"
	# sanitizers need memory of their own
	! sanitized || export SANITIZED=yes
	export TMPDIR=$BATS_TEST_TMPDIR
	run python3 "$SRCDIR/tests/conda/hostile.py"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^ok ' <<< "$output")" -eq 4 ]
	refute grep -q '^not ok' <<< "$output"
}
