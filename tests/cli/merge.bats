#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Stores that are merged are as one that read everything; accounting joins whichever came first.

setup_file() {
	export LOGS="$BATS_FILE_TMPDIR/logs" ONCE="$BATS_FILE_TMPDIR/once.db" KEY="$BATS_FILE_TMPDIR/key"
	printf '%064d\n' 7 > "$KEY"
	chmod 600 "$KEY"
	python3 "$SRCDIR/tests/usage/make_logs.py" "$LOGS"
	"$ADVISOR" ingest -q -o "$ONCE" --key "$KEY" --site "$LOGS/site.json" \
		"$LOGS"/mixed-*.jsonl* "$LOGS/counts.csv"
	answers "$ONCE" > "$BATS_FILE_TMPDIR/once.txt"
	[ "$(wc -l < "$BATS_FILE_TMPDIR/once.txt")" -gt 1000 ]
}

setup() {
	cd "$BATS_TEST_TMPDIR"
}

ingest() {
	local store=$1
	shift
	"$ADVISOR" ingest -q -o "$store" --key "$KEY" --site "$LOGS/site.json" "$@"
}

merge() {
	"$ADVISOR" ingest -o all.db --merge "$@"
}

answers() {
	for by in month module,month package,place project; do
		"$ADVISOR" usage "$1" --json --by "$by"
	done
}

# value STORE KEY: of the status document
value() {
	"$ADVISOR" ingest --status --json --rejects "$1" |
		python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin)[sys.argv[1]]))' "$2"
}

same_as_once() {
	answers all.db | diff - "$BATS_FILE_TMPDIR/once.txt"
	for key in fingerprint sources source_list records rejected rejects reasons waiting runs python_runs users; do
		diff <(value all.db $key) <(value "$ONCE" $key)
	done
}

@test "stores of any parts, in any order, merged twice: as reading everything at once" {
	ingest a.db "$LOGS"/mixed-1.jsonl.gz
	ingest b.db "$LOGS"/mixed-2.jsonl "$LOGS/counts.csv"
	ingest c.db "$LOGS"/mixed-3.jsonl "$LOGS"/mixed-2.jsonl
	merge c.db a.db b.db
	same_as_once
	run merge a.db b.db c.db
	[ "$status" -eq 0 ]
	[[ $output == *"added 0 sources (5 known, 0 stores failed): 0 runs"* ]]
	same_as_once
	# Into one that has read something itself.
	cp b.db all.db
	merge a.db c.db
	same_as_once
	# And the result goes on as any other.
	run "$ADVISOR" ingest -o all.db --key "$KEY" "$LOGS"/mixed-3.jsonl
	[[ $output == *"read 0 files (1 known"* ]]
}

@test "many parts: a store each, a few records in each" {
	# make nightly takes a thousand
	python3 - "${PARTS-25}" <<-'END'
	import os, subprocess, sys
	key, logs, advisor = os.environ['KEY'], os.environ['LOGS'], os.environ['ADVISOR']
	lines, count = open(logs + '/log.jsonl', 'rb').read().splitlines(True), int(sys.argv[1])
	for i in range(count):
	    open('part-%04d.jsonl' % i, 'wb').write(b''.join(lines[i::count]))
	    subprocess.run([advisor, 'ingest', '-q', '-o', 'part-%04d.db' % i, '--key', key, '--site',
	                    logs + '/site.json', 'part-%04d.jsonl' % i], check=True)
	END
	ingest one.db part-*.jsonl
	merge part-*.db
	for key in fingerprint sources records rejected rejects waiting runs; do
		diff <(value all.db $key) <(value one.db $key)
	done
	[ "$(value all.db runs)" = 160 ]
}

@test "a run that is in several stores counts once, the better of them, with all its imports" {
	python3 - "$LOGS" <<-'END'
	import json, sys
	lines = [line for line in open(sys.argv[1] + '/log.jsonl', 'rb') if b'"userT"' in line and line.startswith(b'{')]
	run = next(r for r in map(json.loads, lines) if r['userDT']['end_time'] > 0 and r['userDT']['start_time'] > 1)
	run['libA'] = [['/sw/x/lib/python3.11/site-packages/first/a.so', '0']]
	json.dump(run, open('a.json', 'w'))
	run['userDT']['run_time'] += 100
	run['libA'] = [['/sw/x/lib/python3.11/site-packages/second/b.so', '0']]
	json.dump(run, open('b.json', 'w'))
	END
	ingest one.db a.json b.json
	for name in a b; do
		ingest $name.db $name.json
	done
	merge a.db b.db
	[ "$(value all.db fingerprint)" = "$(value one.db fingerprint)" ]
	mv all.db ab.db
	merge b.db a.db
	[ "$(value all.db fingerprint)" = "$(value one.db fingerprint)" ]
	[ "$(value all.db fingerprint)" != "$(value a.db fingerprint)" ]
	[ "$(value all.db runs)" = 1 ]
}

@test "a source that one store has read further: what it has grown to counts" {
	for name in counts.csv log.jsonl; do
		rm -f ./*.db
		head -c 20000 "$LOGS/$name" > "$name"
		ingest old.db "$name"
		cp old.db new.db
		cp "$LOGS/$name" "$name"
		ingest new.db "$name"
		for order in "old.db new.db" "new.db old.db"; do
			rm -f all.db
			# shellcheck disable=SC2086 # two names
			merge $order
			for key in fingerprint records rejected rejects sources counted_runs; do
				diff <(value all.db $key) <(value new.db $key)
			done
		done
	done
}

@test "stores of other keys, with names, or with other places are refused with the reason" {
	ingest a.db "$LOGS"/mixed-2.jsonl
	"$ADVISOR" ingest -q -o other.db --site "$LOGS/site.json" "$LOGS"/mixed-3.jsonl
	"$ADVISOR" ingest -q -o names.db --names --site "$LOGS/site.json" "$LOGS"/mixed-3.jsonl
	sed 's#"/proj/"#"/project/"#' "$LOGS/site.json" > site.json
	"$ADVISOR" ingest -q -o places.db --key "$KEY" --site site.json "$LOGS"/mixed-3.jsonl
	run merge a.db other.db
	[ "$status" -eq 2 ]
	[[ $output == *"'other.db': its pseudonyms were made with another key"* ]]
	run merge a.db names.db
	[ "$status" -eq 2 ]
	[[ $output == *"only one keeps names"* ]]
	run merge a.db places.db
	[ "$status" -eq 2 ]
	[[ $output == *"has other places"* ]]
	run "$ADVISOR" ingest -o a.db --merge ./a.db
	[ "$status" -eq 2 ]
	[[ $output == *"into itself"* ]]
	# Nothing of those that were refused.
	rm all.db
	merge a.db
	[ "$(value all.db fingerprint)" = "$(value a.db fingerprint)" ]
}

@test "a store that can't be read costs that store, and one that is damaged leaves nothing" {
	ingest a.db "$LOGS"/mixed-2.jsonl
	ingest b.db "$LOGS"/mixed-3.jsonl
	cp b.db bad.db
	python3 -c 'import sqlite3; d = sqlite3.connect("bad.db"); d.execute("UPDATE import_set SET items=?", (b"\x8f\x4e\0\1\0\0",)); d.commit()'
	echo "no store" > text.db
	run merge a.db bad.db absent.db text.db
	[ "$status" -eq 3 ]
	[[ $output == *"'bad.db': it is damaged"* ]]
	[[ $output == *"absent.db"* && $output == *"'text.db': it is no usage store"* ]]
	[[ $output == *"3 stores failed"* ]]
	[ "$(value all.db fingerprint)" = "$(value a.db fingerprint)" ]
	[ "$(value all.db sources)" = 1 ]
	[ ! -e absent.db ]
	merge b.db
	"$ADVISOR" ingest -q -o ab.db --key "$KEY" --site "$LOGS/site.json" "$LOGS"/mixed-[23].jsonl
	[ "$(value all.db fingerprint)" = "$(value ab.db fingerprint)" ]
}

@test "status: sources, records, refused records by reason, what waits, months, the key" {
	run "$ADVISOR" ingest --status "$ONCE"
	[ "$status" -eq 0 ]
	[[ $output == *"2025-01 to 2025-04"* ]]
	[[ $output == *"has no usable run_uuid"* ]]
	[[ $output == *"mixed-3.jsonl"* ]]
	run "$ADVISOR" ingest --status --rejects "$ONCE"
	[ "$(grep -c 'is not UTF-8' <<< "$output")" -gt 2 ]
	# Every refused record is where the list says.
	"$ADVISOR" ingest --status --rejects --json "$ONCE" > status.json
	run python3 - status.json "$LOGS" <<-'END'
	import gzip, json, sys
	status = json.load(open(sys.argv[1]))
	assert status['rejected'] == len(status['rejects']) == sum(r['count'] for r in status['reasons']) > 40
	for reject in status['rejects']:
	    name = sys.argv[2] + '/' + reject['source']
	    text = (gzip.open if name.endswith('.gz') else open)(name, 'rb').read()[reject['offset']:].split(b'\n')[0]
	    try:
	        record = json.loads(text.decode())
	        assert reject['reason'].startswith('has no usable'), reject
	    except ValueError:
	        assert not reject['reason'].startswith('has no usable'), reject
	END
	echo "$output"
	[ "$status" -eq 0 ]
	run "$ADVISOR" ingest --status absent.db
	[ "$status" -eq 3 ]
	run "$ADVISOR" ingest --rejects -o x.db "$LOGS/log.jsonl"
	[ "$status" -eq 2 ]
}

@test "ready-made counts of one name and different content: both count, and that is told" {
	ingest a.db "$LOGS/counts.csv"
	{ cat "$LOGS/counts.csv"; echo "2025-04,newcomer,p,numpy,home,3"; } > counts.csv
	ingest b.db counts.csv
	run merge a.db b.db
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"ready-made counts 'counts.csv' are not those of that name"*"both count"* ]]
	# What one store saw grow is no other's.
	ingest a.db counts.csv
	rm -f all.db*
	run merge b.db a.db
	[[ $output != *"both count"* ]]
}
