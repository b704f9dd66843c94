#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# From one release of a real environment to the next.

load ../says.bash

@test "what the next release has is added, or refused for a reason that libsolv alone confirms" {
	! sanitized || skip "sanitized: the real channel takes too long"
	[ -d "$SHARED/data/environments/ncar-npl" ] || skip "no \$SHARED/data/environments/ncar-npl"
	[ -d "$SHARED/data/channels/conda-forge" ] || skip "no \$SHARED/data/channels/conda-forge"
	command -v python3 > /dev/null || skip "no python3"
	command -v zstd > /dev/null || skip "no zstd"
	run python3 "$SRCDIR/tests/advise/ncar.py"
	echo "$output"
	[ "$status" -eq 0 ]
	grep -q '^ok 1 - ' <<< "$output"
}
