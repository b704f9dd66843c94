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

# generated PROFILE SIZE...: logs of three seeds, sampled and damaged in every way that the generator
# knows, give every figure of their truth.
generated() {
	local profile=$1 seed
	shift
	[ -r "$SHARED/tools/genlogs.py" ] || skip "no generator of logs at $SHARED/tools"
	for seed in 11 12 13; do
		python3 "$SHARED/tools/genlogs.py" --profile "$profile" --population small --seed "$seed" \
			--faults 0.02 --sampling --out "log$seed" --truth "truth$seed.json" "$@" 2> /dev/null
		rm -f s.db*
		"$ADVISOR" ingest -q -o s.db --site site.json "log$seed"
		run python3 "$SRCDIR/tests/usage/check_truth.py" "$ADVISOR" s.db "truth$seed.json" accounts.csv
		echo "$output"
		[ "$status" -eq 0 ]
	done
}

@test "generated: a record a line" {
	generated jsonl --bytes 4M
}

@test "generated: a record a file" {
	generated files --runs 104
}

@test "generated: syslog" {
	generated syslog4 --bytes 4M
}

@test "generated: PyModuleSnooper" {
	generated snooper --bytes 4M
}

@test "real records of XALT and PyModuleSnooper load, and count what is known of them" {
	[ -r "$SHARED/data/xalt/fixtures/dup_runuuid.desc" ] || skip "no real records at $SHARED/data"
	"$ADVISOR" ingest -q -o s.db --site "$USAGE/site.json" \
		"$SHARED"/data/xalt/fixtures/dup_runuuid_*.log
	grep -q -- '--runs 3 .*--pkgs 0' "$SHARED/data/xalt/fixtures/dup_runuuid.desc"
	[ "$(python3 -c 'import sqlite3; print(*sqlite3.connect("s.db").execute(
		"select (select count(*) from run), (select count(*) from import)").fetchone())')" = "3 0" ]
	run "$ADVISOR" ingest -o r.db --site "$USAGE/site.json" "$SHARED/data/xalt/3.2.4" "$SHARED/data/snooper"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"42 records, 0 refused"* && $output == *"counted 2 runs and 87 uses"* ]]
	run "$ADVISOR" ingest -o f.db --site "$USAGE/site.json" "$SHARED"/data/xalt/fixtures/end2end_*.json \
		"$SHARED"/data/xalt/fixtures/syslog_*.log
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *" 0 refused"* ]]
}
