#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The environments and lockfiles of real centres: every one is read, and counted as a twin counts.

@test "every environment is read; what a channel has of it is solved" {
	command -v python3 >/dev/null || skip "no python3"
	command -v zstd >/dev/null || skip "no zstd"
	[ -d "$SHARED/data/environments" ] || skip "no $SHARED/data/environments"
	run python3 "$SRCDIR/tests/solve/environments.py" "$BUILDDIR/tests/solve/environments" "$SHARED"
	sed 's/^/# /' <<< "$output" >&3
	[ "$status" -eq 0 ]
}
