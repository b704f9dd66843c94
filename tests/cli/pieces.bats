#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor ingest: pieces of syslog records that conflict, come twice, late or never.

setup_file() {
	for version in 2 3 4; do
		logs="$BATS_FILE_TMPDIR/v$version"
		python3 "$SRCDIR/tests/usage/make_pieces.py" "$logs" $version 1
		"$ADVISOR" ingest -q -o "$logs.db" --site "$logs/site.json" --names "$logs/found.jsonl"
		answers "$logs.db" > "$logs.txt"
		[ "$(wc -l < "$logs.txt")" -gt 500 ]
	done
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

answers() {
	"$ADVISOR" usage "$1" --json --by module --evidence mapped
}

# Runs that are counted, and those of which too much is there: without a crc in a record, what came
# together is not known any more when it lies in two files.
runs() {
	"$ADVISOR" ingest --status --json "$1" | python3 -c '
import json, sys
found = json.load(sys.stdin)
unfit = sum(one["count"] for one in found["reasons"] if one["reason"].startswith("has a piece for every place"))
assert sys.argv[1] == "3" and unfit < 5 or not unfit, unfit
print(found["runs"] + unfit)' "$2"
}

# ingest VERSION STORE FILE...
ingest() {
	local logs="$BATS_FILE_TMPDIR/v$1" store=$2
	shift 2
	"$ADVISOR" ingest -q -o "$store" --site "$logs/site.json" --key key --names "${@/#/$logs/}"
}

# waits VERSION STORE [MORE]: as many records lack pieces as were made so; or more of counted runs,
# when what comes twice lies in two files.
waits() {
	"$ADVISOR" ingest --status --json --rejects "$2" | python3 -c '
import json, sys
found, made = json.load(sys.stdin), json.load(open(sys.argv[1]))
spare = found["spare_pieces"]
assert spare >= made["spare"] and (sys.argv[2] or spare == made["spare"]), (spare, made)
assert found["waiting_pieces"] == found["rejected"] == made["missing"], (found["waiting_pieces"], made)
assert found["records"] == made["missing"] + made["found"], found["records"]
lacking = [one for one in found["rejects"] if one["reason"].startswith("lacks pieces")]
assert len(lacking) == made["missing"] == found["reasons"][0]["count"], lacking
for one in lacking:
    with open(sys.argv[1].replace("lost.json", one["source"]), "rb") as file:
        file.seek(one["offset"])
        assert b" key:run_fini_" in file.readline()
' "$BATS_FILE_TMPDIR/v$1/lost.json" "${3-}"
}

@test "what makes a record is found among pieces that conflict, come twice, late or never" {
	for version in 2 3 4; do
		ingest $version $version.db whole.log
		answers $version.db | diff - "$BATS_FILE_TMPDIR/v$version.txt"
		waits $version $version.db
	done
}

@test "pieces that conflict over rotated files, in any order, again, and merged" {
	for version in 2 3 4; do
		expected=$(runs "$BATS_FILE_TMPDIR/v$version.db" $version)
		[ "$expected" -eq 120 ]
		for order in "0 1 2 3 4" "4 3 2 1 0" "2 0 4 1 3"; do
			rm -f s.db
			for part in $order; do
				ingest $version s.db rotated.$part
			done
			[ "$(runs s.db $version)" -eq "$expected" ]
			[ $version -eq 3 ] || answers s.db | diff - "$BATS_FILE_TMPDIR/v$version.txt"
			"$ADVISOR" ingest --status --json --rejects s.db > before
			ingest $version s.db rotated.0 rotated.1 rotated.2 rotated.3 rotated.4
			"$ADVISOR" ingest --status --json --rejects s.db | diff - before
		done
		rm -f even.db odd.db m.db
		ingest $version even.db rotated.0 rotated.2 rotated.4
		ingest $version odd.db rotated.1 rotated.3
		"$ADVISOR" ingest -q -o m.db --key key --merge odd.db even.db
		[ "$(runs m.db $version)" -eq "$expected" ]
		[ $version -eq 3 ] || answers m.db | diff - "$BATS_FILE_TMPDIR/v$version.txt"
		# Merged again nothing comes back that was put together.
		"$ADVISOR" ingest --status --json --rejects m.db > before
		"$ADVISOR" ingest -q -o m.db --key key --merge even.db odd.db
		"$ADVISOR" ingest --status --json --rejects m.db | diff - before
	done
}

@test "pieces that wait are told, and count when a log brings the rest" {
	ingest 4 s.db rotated.0
	run "$ADVISOR" ingest --status s.db
	echo "$output"
	[[ $output == *"lacks pieces, which no log has had so far"* ]]
	[[ $output == *"records of which pieces are missing"* ]]
	run "$ADVISOR" ingest -o s.db --names --key key "$BATS_FILE_TMPDIR/v4/rotated.1"
	echo "$output"
	[[ $output == *" of which pieces are missing; --status --rejects has their places"* ]]
	ingest 4 s.db rotated.2 rotated.3 rotated.4
	waits 4 s.db more
}

@test "a log that grows while pieces are missing keeps their places" {
	log="$BATS_FILE_TMPDIR/v4/grows.log"
	head -c 200000 "$BATS_FILE_TMPDIR/v4/whole.log" > "$log"
	ingest 4 s.db grows.log
	head -c 500001 "$BATS_FILE_TMPDIR/v4/whole.log" > "$log"
	ingest 4 s.db grows.log
	cp "$BATS_FILE_TMPDIR/v4/whole.log" "$log"
	ingest 4 s.db grows.log
	answers s.db | diff - "$BATS_FILE_TMPDIR/v4.txt"
	waits 4 s.db more
}

@test "killed at any moment, ingest goes on to the same pieces" {
	python3 "$SRCDIR/tests/usage/kill.py" "$ADVISOR" "$BATS_FILE_TMPDIR/v3" 4
}
