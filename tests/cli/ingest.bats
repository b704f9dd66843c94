#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# conda-advisor ingest from outside: every order and form of the same records gives the same store.

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
	"$ADVISOR" ingest -q -o s.db --site "$LOGS/site.json" "$@"
}

# What a store says to many questions.
answers() {
	for by in month module,month package,place project; do
		"$ADVISOR" usage "$1" --json --by "$by"
	done
}

same_answers() {
	answers "${1:-s.db}" | diff - "$BATS_FILE_TMPDIR/plain.txt"
}

@test "the figures are those of an independent tally" {
	run python3 "$SRCDIR/tests/usage/check_truth.py" "$ADVISOR" "$BATS_FILE_TMPDIR/plain.db" \
		"$LOGS/truth.json" "$LOGS/accounts.csv"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *" 0 differ" ]]
}

@test "the independent tally notices a difference" {
	head -n 200 "$LOGS/log.jsonl" > some.jsonl
	ingest some.jsonl
	run python3 "$SRCDIR/tests/usage/check_truth.py" "$ADVISOR" s.db "$LOGS/truth.json" "$LOGS/accounts.csv"
	[ "$status" -eq 1 ]
}

@test "imports before their runs, in another file" {
	ingest "$LOGS/imports.jsonl" "$LOGS/runs.jsonl"
	same_answers
}

@test "imports before their runs, in another ingest" {
	ingest "$LOGS/imports.jsonl"
	run "$ADVISOR" usage s.db --json
	[[ $output == *'"rows": []'* ]]
	ingest "$LOGS/runs.jsonl"
	same_answers
}

@test "runs before their imports, in another ingest" {
	ingest "$LOGS/runs.jsonl"
	ingest "$LOGS/imports.jsonl"
	same_answers
}

@test "records in any order, over three files, compressed or not, in three ingests" {
	ingest "$LOGS/mixed-3.jsonl"
	ingest "$LOGS/mixed-1.jsonl.gz"
	ingest "$LOGS/mixed-2.jsonl"
	same_answers
}

@test "a record a file, in numbered folders, without what a logger left half-written" {
	ingest "$LOGS/files"
	same_answers
	run "$ADVISOR" usage s.db --by module --module ghost --csv
	[ "${#lines[@]}" -eq 1 ]
}

@test "the same records once more, from other files, change nothing" {
	ingest "$LOGS/log.jsonl" "$LOGS/mixed-2.jsonl" "$LOGS/files"
	same_answers
}

@test "standard input, zstd" {
	command -v zstd > /dev/null || skip "no zstd program"
	zstd -qc "$LOGS/log.jsonl" | ingest -
	same_answers
}

@test "a file that was read before changes no byte of the store" {
	ingest "$LOGS/log.jsonl"
	before=$(sha256sum < s.db)
	gzip -c "$LOGS/log.jsonl" > other-name.gz
	run "$ADVISOR" ingest -o s.db "$LOGS/log.jsonl" other-name.gz
	[ "$status" -eq 0 ]
	[[ $output == *"read 0 files (2 known"* ]]
	[ "$before" = "$(sha256sum < s.db)" ]
}

@test "no user, no home, no command line, no environment is in a store's bytes" {
	ingest "$LOGS/files" "$LOGS/log.jsonl" "$LOGS/counts.csv"
	[ "$(wc -l < "$LOGS/users.txt")" -eq 24 ]
	run grep -aFf "$LOGS/users.txt" s.db
	[ "$status" -eq 1 ]
	run grep -aE 'S3CR3T|main\.py|my code' s.db
	[ "$status" -eq 1 ]
	[ "$(stat -c %a s.db.key)" = 600 ]
}

@test "--names keeps names, and counts the same" {
	"$ADVISOR" ingest -q -o s.db --site "$LOGS/site.json" --names "$LOGS/log.jsonl"
	grep -qaF "$(head -n 1 "$LOGS/users.txt")" s.db
	[ ! -e s.db.key ]
	same_answers
}

@test "names and pseudonyms, or two keys, are not mixed" {
	ingest "$LOGS/runs.jsonl"
	run "$ADVISOR" ingest -o s.db --names "$LOGS/imports.jsonl"
	[ "$status" -eq 2 ]
	[[ $output == *"was made without --names"* ]]
	cp s.db.key mine
	tr 0-9a-f 1-9a-f0 < s.db.key > other
	run "$ADVISOR" ingest -o s.db --key other "$LOGS/imports.jsonl"
	[ "$status" -eq 2 ]
	[[ $output == *"another key"* ]]
	rm s.db.key
	run "$ADVISOR" ingest -o s.db "$LOGS/imports.jsonl"
	[ "$status" -eq 3 ]
	[ ! -e s.db.key ]
	chmod 600 mine
	"$ADVISOR" ingest -q -o s.db --key mine "$LOGS/imports.jsonl"
	same_answers
	echo nonsense > mine
	run "$ADVISOR" ingest -o s.db --key mine "$LOGS/imports.jsonl"
	[ "$status" -eq 3 ]
	[[ $output == *"'mine' is no key file"* ]]
}

@test "one key gives one pseudonym in two stores" {
	printf '%064d\n' 7 > key
	chmod 600 key
	"$ADVISOR" ingest -q -o a.db --site "$LOGS/site.json" --key key "$LOGS/log.jsonl"
	"$ADVISOR" ingest -q -o b.db --site "$LOGS/site.json" --key key "$LOGS/log.jsonl"
	cmp a.db b.db
}

@test "refused records are counted, listed with their reason, and cost only themselves" {
	run "$ADVISOR" ingest -o s.db --site "$LOGS/site.json" "$LOGS/log.jsonl"
	[ "$status" -eq 0 ]
	[[ $output == *"46 refused"* ]]
	[[ $output == *"log.jsonl': 46 records refused; at byte "* ]]
}

@test "a bad file costs that file: the others count, status 3 at the end" {
	head -c 9000 "$LOGS/mixed-1.jsonl.gz" > cut.gz
	echo "nothing of the kind" > letter.txt
	echo "month;user" > table.csv
	: > empty.json
	run "$ADVISOR" ingest -o s.db --site "$LOGS/site.json" cut.gz letter.txt absent.jsonl empty.json "$LOGS/log.jsonl"
	[ "$status" -eq 3 ]
	[[ $output == *"reading 'cut.gz': "* ]]
	[[ $output == *"reading 'letter.txt': it is of no known format (counts, "* ]]
	[[ $output == *"reading 'absent.jsonl': "* ]]
	[[ $output == *"3 files could not be read; the first one: reading 'cut.gz'"* ]]
	same_answers
	run "$ADVISOR" ingest -o s.db --format counts table.csv
	[ "$status" -eq 3 ]
	[[ $output == *"month,user,project,module,place,runs was expected"* ]]
	same_answers
}

@test "nothing of a large file that is cut off counts" {
	python3 "$SRCDIR/tests/usage/make_logs.py" big --pad 20000
	[ "$(stat -c %s big/log.jsonl)" -gt 3000000 ]
	gzip -1 -c big/log.jsonl > whole.gz
	head -c "$(($(stat -c %s whole.gz) - 5000))" whole.gz > cut.gz
	run "$ADVISOR" ingest -o s.db --site "$LOGS/site.json" cut.gz
	[ "$status" -eq 3 ]
	[[ $output == *"counted 0 runs"* ]]
	run "$ADVISOR" usage s.db --json
	[[ $output == *'"rows": []'* ]]
	"$ADVISOR" ingest -q -o s.db whole.gz
	same_answers
}

# Starts an ingest of a first log and of what comes through the pipe, and waits until the first is
# done and 2 MB of the second are read.
start_killable() {
	python3 "$SRCDIR/tests/usage/make_logs.py" big --pad 20000
	mkfifo pipe
	"$ADVISOR" ingest -q -o s.db --site "$LOGS/site.json" "$LOGS/runs.jsonl" - < pipe 3>&- &
	ingest_pid=$!
	exec 9> pipe
	head -c 2500000 big/log.jsonl >&9
}

@test "killed in the middle: what was finished is there, and running again completes it" {
	start_killable
	kill -9 "$ingest_pid"
	wait "$ingest_pid" || true
	exec 9>&-
	run "$ADVISOR" usage s.db --json
	[ "$status" -eq 0 ]
	[[ $output == *'"rows": []'* ]]
	cat big/log.jsonl | ingest "$LOGS/runs.jsonl" -
	same_answers
}

@test "interrupted: status 130, nothing of the unfinished file counts" {
	start_killable
	kill -INT "$ingest_pid"
	tail -c +2500001 big/log.jsonl >&9 || true
	exec 9>&-
	status=0
	wait "$ingest_pid" || status=$?
	[ "$status" -eq 130 ]
	run "$ADVISOR" usage s.db --json
	[[ $output == *'"rows": []'* ]]
	ingest big/log.jsonl
	same_answers
}

@test "a second ingest into the same store is told so at once" {
	start_killable
	run "$ADVISOR" ingest -o s.db "$LOGS/imports.jsonl"
	[ "$status" -eq 4 ]
	[[ $output == *"another program is writing to it"* ]]
	tail -c +2500001 big/log.jsonl >&9
	exec 9>&-
	wait "$ingest_pid"
	same_answers
}

@test "no room for the store: status 4, the store as it was before" {
	ingest "$LOGS/runs.jsonl"
	run bash -c "trap '' XFSZ; ulimit -f 40; exec \"$ADVISOR\" ingest -o s.db \"$LOGS/imports.jsonl\""
	echo "$output"
	[ "$status" -eq 4 ]
	[[ $output == *"store 's.db'"* ]]
	run "$ADVISOR" usage s.db --json
	[[ $output == *'"rows": []'* ]]
	ingest "$LOGS/imports.jsonl"
	same_answers
}

@test "what is no store is not written to" {
	echo "my thesis" > thesis.txt
	run "$ADVISOR" ingest -o thesis.txt --site "$LOGS/site.json" "$LOGS/log.jsonl"
	[ "$status" -eq 3 ]
	[[ $output == *"it is no usage store"* ]]
	[ "$(cat thesis.txt)" = "my thesis" ]
	run "$ADVISOR" ingest -o no/such/folder.db --site "$LOGS/site.json" "$LOGS/log.jsonl"
	[ "$status" -eq 4 ]
}

@test "the first ingest needs a recipe, and every ingest a store and a log" {
	run "$ADVISOR" ingest -o s.db "$LOGS/log.jsonl"
	[ "$status" -eq 2 ]
	[[ $output == *"has no site recipe"* ]]
	run "$ADVISOR" ingest "$LOGS/log.jsonl"
	[ "$status" -eq 2 ]
	run "$ADVISOR" ingest -o s.db
	[ "$status" -eq 2 ]
	run "$ADVISOR" ingest -o s.db --site "$LOGS/site.json" --format csv "$LOGS/log.jsonl"
	[ "$status" -eq 2 ]
	[[ $output == *"there are counts, "* ]]
}

@test "XALT's older records: one document over several lines, keys in any order" {
	mkdir old
	python3 - "$LOGS/log.jsonl" <<-'END'
		import json, sys
		number = 0
		for line in open(sys.argv[1], 'rb'):
		    try:
		        record = json.loads(line)
		    except ValueError:
		        continue
		    number += 1
		    with open('old/%d.json' % number, 'w') as file:
		        json.dump(record, file, indent=1, sort_keys=True)
	END
	ingest old
	same_answers
}

@test "ready-made counts: users and runs of a module; jobs and hours are not known" {
	ingest "$LOGS/counts.csv"
	run python3 - "$ADVISOR" "$LOGS/counts.truth.json" <<-'END'
		import json, subprocess, sys
		rows = json.loads(subprocess.run([sys.argv[1], 'usage', 's.db', '--by', 'module', '--json'],
		                                 check=True, capture_output=True).stdout)['rows']
		want = json.load(open(sys.argv[2]))
		assert {row['module']: [row['users'], row['runs']] for row in rows} == want, rows
		assert all(row['jobs'] is None and row['node_hours'] is None for row in rows)
	END
	echo "$output"
	[ "$status" -eq 0 ]
	# Runs of several modules can't be added up: one run imports many.
	run "$ADVISOR" usage s.db --by month
	[[ ${lines[1]} =~ ^2025-01\ +[0-9]+\ +4\ +-\ +-\ +-$ ]]
	# The same content counts once, however it is called.
	gzip -c "$LOGS/counts.csv" > again.gz
	"$ADVISOR" usage s.db --by module --json > before
	ingest again.gz
	"$ADVISOR" usage s.db --by module --json | cmp - before
}

@test "ready-made counts: columns in any order, no users, bad rows refused one by one" {
	cat > counts.csv <<-'END'
		runs,place,module,month
		5,base,numpy,2025-01
		7,home,"numpy",2025-02
		0,home,numpy,2025-02
		1,nowhere,numpy,2025-02
		1,home,numpy,2025-13
		1,home,"numpy,2025-02
		99999999999999999999,home,numpy,2025-02
		1,home
	END
	run "$ADVISOR" ingest -o s.db --site "$LOGS/site.json" counts.csv
	[ "$status" -eq 0 ]
	[[ $output == *"8 records, 6 refused"* ]]
	run "$ADVISOR" usage s.db --by module --csv
	[[ ${lines[1]} == numpy,numpy,package,,0,,12,,* ]]
}
