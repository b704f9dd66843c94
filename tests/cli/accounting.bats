#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The scheduler's accounting: what it repairs, whichever was read first, and what it never touches.

setup_file() {
	export PLAN="$BATS_FILE_TMPDIR" KEY="$BATS_FILE_TMPDIR/key"
	python3 "$SRCDIR/tests/usage/check_accounting.py" make "$PLAN"
	printf '%064d\n' 7 > "$KEY"
	chmod 600 "$KEY"
	printf 'name: t\nplaces: [{class: base, prefix: /sw/base}]\nimports: {numpy: numpy}\n' > "$PLAN/site.yml"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

ingest() {
	"$ADVISOR" ingest -q -o "$1" --key "$KEY" --site "$PLAN/site.yml" "${@:2}"
}

is_right() {
	"$ADVISOR" usage "$1" --json --by project > usage.json
	python3 "$SRCDIR/tests/usage/check_accounting.py" compare "$PLAN" usage.json
}

fingerprint() {
	"$ADVISOR" ingest --status --json "$1" | grep '"fingerprint"'
}

@test "projects and nodes are repaired as an independent join says, in any order of reading" {
	ingest a.db --accounting "$PLAN/sacct.txt,$PLAN/pbs.log" "$PLAN/log.jsonl"
	is_right a.db
	ingest b.db "$PLAN/log.jsonl"
	run is_right b.db
	[ "$status" -eq 1 ]
	ingest b.db --accounting "$PLAN/pbs.log"
	ingest b.db --accounting "$PLAN/sacct.txt" --accounting "$PLAN/pbs.log"
	is_right b.db
	[ "$(fingerprint a.db)" = "$(fingerprint b.db)" ]
	# As logs among others they are recognised too.
	ingest c.db "$PLAN"/*.log "$PLAN/sacct.txt" "$PLAN/log.jsonl"
	[ "$(fingerprint a.db)" = "$(fingerprint c.db)" ]
}

@test "accounting in one store and logs in another: merged as if read together" {
	ingest a.db --accounting "$PLAN/sacct.txt,$PLAN/pbs.log" "$PLAN/log.jsonl"
	ingest logs.db "$PLAN/log.jsonl"
	ingest jobs.db --accounting "$PLAN/sacct.txt,$PLAN/pbs.log"
	"$ADVISOR" ingest -q -o all.db --merge logs.db jobs.db
	is_right all.db
	[ "$(fingerprint a.db)" = "$(fingerprint all.db)" ]
	run "$ADVISOR" ingest --status all.db
	[[ $output == *"jobs that are accounted for"* ]]
}

@test "of another machine: nothing is repaired" {
	ingest a.db --accounting "$PLAN/sacct.txt,$PLAN/pbs.log" --syshost elsewhere "$PLAN/log.jsonl"
	ingest b.db "$PLAN/log.jsonl"
	[ "$(fingerprint a.db)" = "$(fingerprint b.db)" ]
}

@test "bad rows are refused one by one; what is no accounting is told" {
	run "$ADVISOR" ingest -o a.db --key "$KEY" --site "$PLAN/site.yml" --accounting "$PLAN/sacct.txt" --accounting "$PLAN/pbs.log"
	[ "$status" -eq 0 ]
	[[ $output == *" 2 refused"* ]]
	run "$ADVISOR" ingest -o a.db --key "$KEY" --accounting "$PLAN/log.jsonl"
	[ "$status" -eq 3 ]
	[[ $output == *"neither what 'sacct --parsable2' prints nor an accounting log of PBS"* ]]
}

@test "a PBS log that is written to is read on, and a cut record is not taken for a shorter one" {
	size=$(stat -c %s "$PLAN/pbs.log")
	for part in 3 2 1; do
		head -c $((size / part)) "$PLAN/pbs.log" > pbs.log
		ingest a.db --accounting pbs.log
	done
	ingest a.db --accounting "$PLAN/sacct.txt" "$PLAN/log.jsonl"
	is_right a.db
}

@test "no user, no job's name is in a store's bytes, however it was made" {
	ingest a.db --accounting "$PLAN/sacct.txt,$PLAN/pbs.log" "$PLAN/log.jsonl"
	"$ADVISOR" ingest -q -o all.db --merge a.db
	for store in a.db all.db; do
		run grep -aE 'u\.[0-9][0-9]|u\.other|secret-name' "$store"
		[ "$status" -eq 1 ]
	done
}
