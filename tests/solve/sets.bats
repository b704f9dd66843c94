#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Verdicts on sets of real packages hold by a verifier that knows no solver.

load ../says.bash

@test "random sets: solutions hold record by record, and cores are unsolvable" {
	# libsolv's rules grow by realloc, which AddressSanitizer makes a copy each time
	! sanitized || skip "sanitized: it takes too long"
	[ -d "$SHARED/data/channels/conda-forge" ] || skip "no \$SHARED/data/channels/conda-forge"
	command -v python3 > /dev/null || skip "no python3"
	command -v zstd > /dev/null || skip "no zstd"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR
	run python3 "$SRCDIR/tests/solve/sets.py"
	echo "$output"
	[ "$status" -eq 0 ]
	grep -q '^ok 1 - ' <<< "$output"
}
