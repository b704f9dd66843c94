#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Every figure of published logs with a known truth, where the machine has them ($SHARED).

setup() {
	USAGE="$SHARED/data/usage"
	[ -r "$USAGE/site.json" ] || skip "no logs with a known truth at $USAGE"
	command -v zstd > /dev/null || skip "no zstd program to unpack them"
	cd "$BATS_TEST_TMPDIR"
}

check() {
	zstd -qdc "$USAGE/$1.truth.json.zst" > truth.json
	run python3 "$SRCDIR/tests/usage/check_truth.py" "$ADVISOR" s.db truth.json "$USAGE/$1.accounts.csv"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "40 MB of one centre: eleven months, 600 users" {
	"$ADVISOR" ingest -q -o s.db --site "$USAGE/site.json" "$USAGE/polaris-40MB.jsonl.zst"
	check polaris-40MB
	# A store is a few hundredths of its logs.
	[ "$(stat -c %s s.db)" -lt 2500000 ]
}

@test "a record a file, with 19 classes of faults" {
	mkdir logs
	zstd -qdc "$USAGE/small-files.tar.zst" | tar -xf - -C logs
	"$ADVISOR" ingest -q -o s.db --site "$USAGE/site.json" logs
	check small-files
}

@test "workloads: what one user uses from one environment" {
	[ -x "$BUILDDIR/tests/usage/workloads" ] || skip "the tool that prints them is not built"
	"$ADVISOR" ingest -q -o s.db --site "$USAGE/site.json" --names \
		"$USAGE/polaris-40MB.jsonl.zst"
	"$BUILDDIR/tests/usage/workloads" s.db > workloads.json
	zstd -qdc "$USAGE/polaris-40MB.truth.json.zst" > truth.json
	run python3 "$SRCDIR/tests/usage/check_workloads.py" workloads.json truth.json
	echo "$output"
	[ "$status" -eq 0 ]
	# The truth has 1139; 39 of them share their user and prefix with another.
	[[ $output == "1100 workloads compared, 0 differ" ]]
}
