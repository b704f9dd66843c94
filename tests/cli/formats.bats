#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor ingest: every form in which the same records exist gives the same figures.

setup_file() {
	export LOGS="$BATS_FILE_TMPDIR/logs"
	python3 "$SRCDIR/tests/usage/make_logs.py" "$LOGS"
	"$ADVISOR" ingest -q -o "$BATS_FILE_TMPDIR/plain.db" --site "$LOGS/site.json" "$LOGS/log.jsonl"
	answers "$BATS_FILE_TMPDIR/plain.db" > "$BATS_FILE_TMPDIR/plain.txt"
	[ "$(wc -l < "$BATS_FILE_TMPDIR/plain.txt")" -gt 1000 ]
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

ingest() {
	"$ADVISOR" ingest -o s.db --site "$LOGS/site.json" "$@"
}

answers() {
	"$ADVISOR" usage "$1" --json --by month,module
	"$ADVISOR" usage "$1" --json --by module --evidence mapped
}

same_answers() {
	answers s.db | diff - "$BATS_FILE_TMPDIR/plain.txt"
}

# each FILE...: every one of them holds all of the log.
each() {
	for file in "$@"; do
		rm -f s.db*
		echo "$file"
		run ingest "$file"
		echo "$output"
		[ "$status" -eq 0 ]
		same_answers
	done
}

@test "arrays, documents one behind the other, dictionaries by file name" {
	each "$LOGS"/documents/array*.json "$LOGS"/documents/pretty.json "$LOGS"/documents/dictionary*.json
}

@test "exports of Elasticsearch, Logstash and Splunk" {
	each "$LOGS"/documents/es-* "$LOGS"/documents/logstash* "$LOGS"/documents/splunk*
}

@test "a damaged record in an array or an export costs that record, listed at its place" {
	run ingest "$LOGS/documents/array-damaged.json"
	[[ $output == *"1685 records, 40 refused"* ]]
	run python3 - "$LOGS/documents/array-damaged.json" <<-'END'
		import sqlite3, sys
		text = open(sys.argv[1], 'rb').read()
		rows = sqlite3.connect('s.db').execute('select at, reason from reject').fetchall()
		assert len(rows) == 40, rows
		assert all(text[at:at + 1] == b'{' for at, _ in rows), rows
	END
	echo "$output"
	[ "$status" -eq 0 ]
}
