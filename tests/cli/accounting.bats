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

# hours HEADER ROW...: projects and node-hours of one run of unknown length, once that was read.
hours() {
	rm -f s.db*
	printf '%s\n' "$@" > sacct.txt
	ingest s.db mods.jsonl
	"$ADVISOR" ingest -q -o s.db --key "$KEY" --accounting sacct.txt
	"$ADVISOR" usage s.db --json --by project | python3 -c 'import json, sys
print(*("%s %s" % (row["project"], row["node_hours"]) for row in json.load(sys.stdin)["rows"]))'
}

@test "columns in any order, unknown or not there; lengths and nodes that are none" {
	printf '{"username":"ann","subservice":"numpy","event_timestamp":"2025-03-09T12:00:00","executable":"/sw/base/bin/python","job_id":%d,"system":"pol"}\n' 7 > mods.jsonl
	local from=2025-03-09T11:00:00 to=2025-03-09T13:00:00
	[ "$(hours "JobID|User|Account|NNodes|Start|End|Elapsed" "7|ann|chem|4|$from|$to|02:00:00")" = "chem 8" ]
	[ "$(hours "Comment|ElapsedRaw|End|Start|NNodes|Account|User|JobIDRaw" "a|7200|$to|$from|4|chem|ann|7")" = "chem 8" ]
	# Of nobody, of no project, of no length, of no end: the rest is known.
	[ "$(hours "JobID|Account|NNodes|Start|Elapsed" "7|chem|4|$from|02:00:00")" = "chem 8" ]
	[ "$(hours "JobID|User|NNodes|Start|Elapsed" "7|ann|4|$from|02:00:00")" = "unknown 8" ]
	[ "$(hours "JobID|Account|Start" "7|chem|$from")" = "chem None" ]
	for length in UNLIMITED Partition_Limit Unknown "" -1 1:2:3:4 99999999999999999999 x-00:01:00; do
		[ "$(hours "JobID|Account|NNodes|Start|End|Elapsed|ElapsedRaw" "7|chem|4|$from|Unknown|$length|")" = "chem None" ]
	done
	for nodes in Unknown "" 0 -1 2K 99999999999; do
		[ "$(hours "JobID|Account|NNodes|Start|Elapsed" "7|chem|$nodes|$from|02:00:00")" = "chem 2" ]
	done
	# Of somebody else, of another month: not of this run.
	[ "$(hours "JobID|User|Account|NNodes|Start|End|Elapsed" "7|bob|chem|4|$from|$to|02:00:00")" = "unknown None" ]
	[ "$(hours "JobID|User|Account|NNodes|Start|End|Elapsed" "7|ann|chem|4|2024-03-09T11:00:00|2024-03-09T13:00:00|02:00:00")" = "unknown None" ]
	# A PBS record without a length has one by its start and end.
	rm -f s.db*
	echo '03/09/2025 14:00:00;E;7.pbs;account=chem start=1741521600 end=1741528800 Resource_List.nodect=3' > pbs.log
	ingest s.db mods.jsonl
	"$ADVISOR" ingest -q -o s.db --key "$KEY" --accounting pbs.log
	[[ $("$ADVISOR" usage s.db --by project --csv) == *chem,*,6.000000,* ]]
	# What says of no job which it is, or when, is told.
	for header in "User|Account|Start" "JobID" ""; do
		printf '%s\n7|chem|%s\n' "$header" $from > sacct.txt
		run "$ADVISOR" ingest -o s.db --key "$KEY" --accounting sacct.txt
		[ "$status" -eq 3 ]
	done
	printf 'JobID|Account\n7|chem\n' > sacct.txt
	run "$ADVISOR" ingest -o s.db --key "$KEY" --accounting sacct.txt
	echo "$output"
	[[ $output == *"1 refused"* && $output == *"has no Start"* ]]
}
