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

@test "blocks of a syslog, sampled, with 21 classes of faults" {
	"$ADVISOR" ingest -q -o s.db --site "$USAGE/site.json" "$USAGE/syslog4.log.zst"
	check syslog4
}

@test "workloads: what one user uses from one environment" {
	[ -x "$BUILDDIR/tests/usage/workloads" ] || skip "the tool that prints them is not built"
	"$ADVISOR" ingest -q -o s.db --site "$USAGE/site.json" --names \
		"$USAGE/polaris-40MB.jsonl.zst"
	"$BUILDDIR/tests/usage/workloads" s.db > workloads.json
	zstd -qdc "$USAGE/polaris-40MB.truth.json.zst" > truth.json
	run python3 "$SRCDIR/tests/usage/check_workloads.py" workloads.json truth.json \
		"$USAGE/site.json"
	echo "$output"
	[ "$status" -eq 0 ]
	# The truth has 1139; 39 of them share their user and prefix with another.
	[[ $output == "1100 workloads compared, 0 differ" ]]
}

# generated PROFILE SEEDS SIZE...: logs of some seeds, sampled and damaged, give every figure of their
# truth; together they were damaged in every way that the generator knows.
generated() {
	local profile=$1 seeds=$2 seed
	shift 2
	[ -r "$SHARED/tools/genlogs.py" ] || skip "no generator of logs at $SHARED/tools"
	for seed in $seeds; do
		python3 "$SHARED/tools/genlogs.py" --profile "$profile" --population small --seed "$seed" \
			--faults 0.02 --sampling --out "log$seed" --truth "truth$seed.json" "$@" 2> /dev/null
		rm -f s.db*
		"$ADVISOR" ingest -q -o s.db --site site.json "log$seed"
		run python3 "$SRCDIR/tests/usage/check_truth.py" "$ADVISOR" s.db "truth$seed.json" accounts.csv
		echo "$output"
		[ "$status" -eq 0 ]
		[ -x "$BUILDDIR/tests/usage/workloads" ] || continue
		rm -f s.db*
		"$ADVISOR" ingest -q -o s.db --names --site site.json "log$seed"
		"$BUILDDIR/tests/usage/workloads" s.db > workloads.json
		run python3 "$SRCDIR/tests/usage/check_workloads.py" workloads.json "truth$seed.json" site.json
		echo "$output"
		[ "$status" -eq 0 ]
	done
	PYTHONPATH="$SHARED/tools" python3 - "$profile" truth*.json <<-'END'
		import json, sys
		from genlogs_faults import FAULTS
		profile = {'jsonl': 'j', 'files': 'f', 'syslog4': 's', 'snooper': 'n'}[sys.argv[1]]
		met = {fault for path in sys.argv[2:] for fault in json.load(open(path))['faults']}
		missing = {fault for fault, (profiles, _) in FAULTS.items() if profile in profiles} - met
		assert not missing, missing
	END
}

@test "generated: a record a line" {
	generated jsonl "11 12 13" --bytes 4M
}

@test "generated: a record a file" {
	generated files "11 12 14" --runs 150
}

@test "generated: syslog" {
	generated syslog4 "11 12 13" --bytes 4M
}

@test "generated: PyModuleSnooper" {
	generated snooper "11 12 13" --bytes 4M
}

@test "real records of XALT and PyModuleSnooper load, and count what is known of them" {
	[ -r "$SHARED/data/xalt/fixtures/dup_runuuid.desc" ] || skip "no real records at $SHARED/data"
	"$ADVISOR" ingest -q -o s.db --site "$USAGE/site.json" \
		"$SHARED"/data/xalt/fixtures/dup_runuuid_*.log
	grep -q -- '--runs 3 .*--pkgs 0' "$SHARED/data/xalt/fixtures/dup_runuuid.desc"
	[ "$(python3 -c 'import sqlite3; print(*sqlite3.connect("s.db").execute(
		"select (select count(*) from run), (select count(*) from import_set)").fetchone())')" = "3 0" ]
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
