#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Versions and MatchSpecs at random mean what an independent twin says they do.

load ../says.bash

# Runs a comparison that speaks TAP; its lines are shown when one is not ok.
compare() {
	command -v python3 >/dev/null || skip "no python3"
	run python3 "$SRCDIR/tests/conda/$1"
	echo "$output"
	[ "$status" -eq 0 ]
	grep -q '^ok 1 - ' <<<"$output"
	refute grep -q '^not ok' <<<"$output"
}

@test "random pairs of versions are ordered as the twin orders them" {
	compare versions.py
}

@test "random MatchSpecs mean what the twin says, here, in the pool and for libsolv" {
	compare matchspecs.py
}
