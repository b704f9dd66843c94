#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Versions at random are ordered as an independent twin orders them.

@test "random pairs of versions are ordered as the twin orders them" {
	command -v python3 >/dev/null || skip "no python3"
	run python3 "$SRCDIR/tests/conda/versions.py"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *$'\n'"ok 1 - "* ]] || [[ $output == "ok 1 - "* ]]
}
